#include "scheduler/dispatch/broker/kafka_producer.h"

#include <pthread.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/kafka_errors.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
constexpr int kPollMillis = 100;

// What librdkafka says is told by the outcome of attempts.
void LogNothing(const rd_kafka_t* /*client*/, int /*level*/, const char* /*facility*/,
                const char* /*text*/) {}

void Add(rd_kafka_headers_t* headers, std::string_view name, std::string_view value) {
  rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                      static_cast<ssize_t>(value.size()));
}

rd_kafka_headers_t* HeadersOf(const BrokerMessage& message) {
  rd_kafka_headers_t* const headers =
      rd_kafka_headers_new(message.identity.size() + message.properties.size());
  for (const DeliveryField& field : message.identity) Add(headers, field.header, field.value);
  for (const auto& [name, value] : message.properties) Add(headers, name, value);
  return headers;
}

// Hands the message over; librdkafka copies it. `opaque` comes back with the report.
rd_kafka_resp_err_t Produce(rd_kafka_t* client, const BrokerMessage& message, void* opaque) {
  std::vector<rd_kafka_vu_t> parts(5);
  parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  parts[0].u.cstr = message.destination.c_str();
  parts[1].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[1].u.mem = {const_cast<char*>(message.body.data()), message.body.size()};
  parts[2].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[2].u.ptr = opaque;
  parts[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[3].u.i = RD_KAFKA_MSG_F_COPY;
  parts[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[4].u.headers = HeadersOf(message);
  if (!message.key.empty()) {
    rd_kafka_vu_t key;
    key.vtype = RD_KAFKA_VTYPE_KEY;
    key.u.mem = {const_cast<char*>(message.key.data()), message.key.size()};
    parts.push_back(key);
  }
  rd_kafka_error_t* const error = rd_kafka_produceva(client, parts.data(), parts.size());
  if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_headers_destroy(parts[4].u.headers);  // still ours
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

AttemptResult FailedBy(rd_kafka_resp_err_t error) {
  // Negative codes are librdkafka's own.
  return FailedAttempt(ClassOfKafkaError(error), rd_kafka_err2str(error),
                       error > 0 ? static_cast<int32_t>(error) : 0);
}

}  // namespace

base::Millis KafkaProducer::MessageTimeout(base::Millis attempt_timeout) {
  for (const base::Millis timeout : {15 * base::kSecond, base::kMinute, 5 * base::kMinute}) {
    if (attempt_timeout <= timeout) return timeout;
  }
  return base::kHour;
}

absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(
    const BrokerAccount& account, base::Millis message_timeout, const BrokerOptions& options,
    const EgressPolicy* egress, const base::Clock* clock, KafkaUse use) {
  const auto texts = KafkaSettingsText(account, message_timeout, options, use);
  if (!texts.ok()) return texts.status();
  std::unique_ptr<KafkaProducer> made(new KafkaProducer(egress, clock));
  made->last_use_ = clock->MonoNanos();
  std::array<char, 512> error = {};
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  for (const auto& [name, value] : *texts) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error.data(), error.size()) !=
        RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      // Not librdkafka's words, which may have the value.
      return absl::InvalidArgumentError(absl::StrCat("the connection's ", name, " is not usable"));
    }
  }
  rd_kafka_conf_set_opaque(conf, made.get());
  rd_kafka_conf_set_log_cb(conf, &LogNothing);
  rd_kafka_conf_set_connect_cb(conf, &KafkaProducer::OnConnect);
  rd_kafka_conf_set_dr_msg_cb(conf, &KafkaProducer::OnReport);
  rd_kafka_conf_set_error_cb(conf, &KafkaProducer::OnError);
  made->client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  if (made->client_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    return absl::InvalidArgumentError(absl::StrCat("the connection is not usable: ", error.data()));
  }
  made->thread_ = std::thread([producer = made.get()] { producer->Poll(); });
  return made;
}

KafkaProducer::~KafkaProducer() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (client_ == nullptr) return;
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(client_, kPollMillis);  // takes the reports of these
  rd_kafka_destroy(client_);
}

void KafkaProducer::Poll() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  pthread_setname_np(pthread_self(), "broker-kafka");
  while (!stopping_) rd_kafka_poll(client_, kPollMillis);
}

void KafkaProducer::Publish(const BrokerFlightPtr& flight) {
  last_use_ = clock_->MonoNanos();
  auto opaque = std::make_unique<BrokerFlightPtr>(flight);
  ++open_;
  const rd_kafka_resp_err_t error = Produce(client_, flight->message(), opaque.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    --open_;
    flight->Finish(FailedBy(error));
    return;
  }
  opaque.release();  // NOLINT(bugprone-unused-return-value): Report takes it
  // It may have died in between, and what it had then was purged before this came.
  if (Death()) Purge();
}

std::optional<AttemptResult> KafkaProducer::Describe(base::Millis wait) {
  const struct rd_kafka_metadata* metadata = nullptr;  // a function has the name, too
  // Of no topics: their names may be none of the account's business.
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_, /*all_topics=*/0, nullptr, &metadata, static_cast<int>(wait));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const int count = metadata->broker_cnt;
    rd_kafka_metadata_destroy(metadata);
    return CompletedAttempt(absl::StrCat(count, count == 1 ? " broker" : " brokers"));
  }
  if (const std::optional<Failure> death = Death()) {
    return FailedAttempt(death->code, death->message);
  }
  // No broker is connected, yet: whether one will be, Death says.
  if (error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__TIMED_OUT) return {};
  return FailedBy(error);
}

void KafkaProducer::Purge() {
  rd_kafka_purge(
      client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

std::optional<KafkaProducer::Failure> KafkaProducer::Death() const {
  base::MutexLock lock(&mu_);
  return death_;
}

int KafkaProducer::OnConnect(int fd, const sockaddr* address, int size, const char* /*id*/,
                             void* self) {
  return static_cast<KafkaProducer*>(self)->Connect(fd, address, size);
}

void KafkaProducer::OnReport(rd_kafka_t* /*client*/, const rd_kafka_message_t* message,
                             void* self) {
  static_cast<KafkaProducer*>(self)->Report(*message);
}

void KafkaProducer::OnError(rd_kafka_t* /*client*/, int error, const char* reason, void* self) {
  static_cast<KafkaProducer*>(self)->Error(static_cast<rd_kafka_resp_err_t>(error), reason);
}

// On a thread of librdkafka. Returns 0 or an errno; a connect that goes on in the background is 0.
int KafkaProducer::Connect(int fd, const sockaddr* address, int size) {
  const std::optional<Endpoint> endpoint = EndpointOf(address);
  if (!endpoint) return EAFNOSUPPORT;
  std::optional<std::string> denial = egress_->Denial(*endpoint);
  {
    base::MutexLock lock(&mu_);
    denial_ = denial.value_or("");  // an address that is allowed and does not answer is no denial
  }
  if (denial) return EACCES;
  if (connect(fd, address, static_cast<socklen_t>(size)) == 0 || errno == EINPROGRESS) return 0;
  return errno;
}

void KafkaProducer::Report(const rd_kafka_message_t& message) {
  const std::unique_ptr<BrokerFlightPtr> flight(static_cast<BrokerFlightPtr*>(message._private));
  --open_;
  if ((*flight)->ended()) return;
  const bool purged = message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                      message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    (*flight)->Finish(CompletedAttempt(
        absl::StrCat("{\"partition\":", message.partition, ",\"offset\":", message.offset, "}")));
  } else if (const std::optional<Failure> death = Death(); purged && death) {
    (*flight)->Finish(FailedAttempt(death->code, death->message));
  } else {
    (*flight)->Finish(FailedBy(message.err));
  }
}

void KafkaProducer::Error(rd_kafka_resp_err_t error, const std::string& reason) {
  const bool refused = error == RD_KAFKA_RESP_ERR__AUTHENTICATION;
  const bool fatal = error == RD_KAFKA_RESP_ERR__FATAL;
  {
    base::MutexLock lock(&mu_);
    if (!refused && !fatal && error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      last_reason_ = reason;
      return;
    }
    if (death_) return;
    if (refused) {
      death_ = Failure{std::string(failure::kUnauthenticated), reason};
    } else if (fatal) {
      death_ = Failure{std::string(failure::kUnavailable), reason};
    } else if (!denial_.empty()) {
      death_ = Failure{std::string(failure::kEgressDenied), denial_};
    } else {
      death_ =
          Failure{std::string(failure::kConnection), last_reason_.empty() ? reason : last_reason_};
    }
  }
  Purge();
}

}  // namespace scheduler::dispatch
