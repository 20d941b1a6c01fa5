#include "scheduler/dispatch/broker/redis_driver.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/stream_driver.h"
#include <hiredis/hiredis.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Kind = BrokerMessage::Kind;
namespace failure = core::failure;

constexpr uint16_t kPort = 6379;
constexpr size_t kMaxReplyBytes = 64 * 1024;  // ours are numbers, ids and sentences

// A command of RESP: an array of bulk strings.
void AppendCommand(const std::vector<std::string_view>& words, std::string* out) {
  absl::StrAppend(out, "*", words.size(), "\r\n");
  for (const std::string_view word : words) {
    absl::StrAppend(out, "$", word.size(), "\r\n");
    out->append(word);
    out->append("\r\n");
  }
}

bool IsStream(const BrokerMessage& message) { return message.kind == Kind::kStream; }

void AppendMessage(const BrokerMessage& message, std::string* out) {
  if (message.probe) return AppendCommand({"PING"}, out);
  if (!IsStream(message)) {
    return AppendCommand({"PUBLISH", message.destination, message.body}, out);
  }
  std::vector<std::string_view> words = {"XADD", message.destination, "*", "body", message.body};
  for (const DeliveryField& field : message.identity) {
    words.push_back(field.metadata);
    words.push_back(field.value);
  }
  for (const auto& [name, value] : message.properties) {
    words.push_back(name);
    words.push_back(value);
  }
  AppendCommand(words, out);
}

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

std::string_view TextOf(const redisReply& reply) { return {reply.str, reply.len}; }

AttemptResult ResultOf(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_ERROR:
      return FailedAttempt(ClassOfRedisError(TextOf(reply)), TextOf(reply));
    case REDIS_REPLY_INTEGER:
      return CompletedAttempt(absl::StrCat("{\"receivers\":", reply.integer, "}"));
    case REDIS_REPLY_STATUS:  // PONG
      return CompletedAttempt(TextOf(reply));
    case REDIS_REPLY_STRING:  // "1526919030474-55": needs no escaping
      if (TextOf(reply).find_first_not_of("0123456789-") != std::string_view::npos) {
        return FailedAttempt(failure::kUnavailable, "the broker's reply makes no sense");
      }
      return CompletedAttempt(StrCat("{\"id\":\"", TextOf(reply), "\"}"));
    default:
      return FailedAttempt(failure::kUnavailable, "the broker's reply makes no sense");
  }
}

class RedisProtocol final : public LinkProtocol {
 public:
  RedisProtocol(std::shared_ptr<const BrokerAccount> account, LinkHost* host)
      : account_(std::move(account)), host_(host), reader_(redisReaderCreate()) {}

  void OnConnected() override {
    const auto& settings = std::get<core::RedisSettings>(account_->settings);
    std::string commands;
    if (const std::string_view password = account_->SecretAt("password"); !password.empty()) {
      std::vector<std::string_view> words = {"AUTH"};
      if (!settings.username.empty()) words.push_back(settings.username);
      words.push_back(password);
      AppendCommand(words, &commands);
      ++greetings_;
    }
    if (settings.database != 0) {
      AppendCommand({"SELECT", std::to_string(settings.database)}, &commands);
      ++greetings_;
    }
    if (greetings_ == 0) return host_->Ready();
    host_->Write(commands);
  }

  void OnData(std::string* input) override {
    redisReaderFeed(reader_.get(), input->data(), input->size());
    input->clear();
    while (true) {
      if (!BeginsAsOurs()) {
        return host_->Fail(failure::kConnection, "the broker answers what was not asked");
      }
      void* raw = nullptr;
      if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
        return host_->Fail(failure::kConnection,
                           absl::StrCat("the broker does not speak Redis: ", reader_->errstr));
      }
      if (raw == nullptr) {
        if (reader_->len - reader_->pos <= kMaxReplyBytes) return;
        return host_->Fail(failure::kConnection, "the broker's reply is too large");
      }
      const Reply reply(static_cast<redisReply*>(raw));
      if (!(greetings_ > 0 ? TakeGreeting(*reply) : TakeAnswer(*reply))) return;
    }
  }

  void Send(BrokerFlightPtr flight) override {
    buffer_.clear();
    AppendMessage(flight->message(), &buffer_);
    host_->Write(buffer_);
    sent_.push_back(std::move(flight));
  }

  size_t in_flight() const override { return sent_.size(); }

  void Lost(std::string_view code, std::string_view message) override {
    std::deque<BrokerFlightPtr> lost;
    lost.swap(sent_);
    for (const BrokerFlightPtr& flight : lost) flight->Finish(FailedAttempt(code, message));
  }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };

  // None of our commands is answered by an array, whose announced size alone takes memory.
  bool BeginsAsOurs() const {
    constexpr std::string_view kOurs = "+-:$";
    const bool begins = reader_->ridx < 0 && reader_->pos < reader_->len;
    return !begins || kOurs.find(reader_->buf[reader_->pos]) != std::string_view::npos;
  }

  bool TakeGreeting(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_ERROR) {
      // Whatever AUTH is refused with is about who we are: "ERR Client sent AUTH, but no password is set".
      const std::string_view text = TextOf(reply);
      const bool auth = !account_->SecretAt("password").empty() && !authenticated_ &&
                        ClassOfRedisError(text) == failure::kValidation;
      host_->Fail(auth ? failure::kUnauthenticated : ClassOfRedisError(text), text);
      return false;
    }
    authenticated_ = true;
    if (--greetings_ == 0) host_->Ready();
    return true;
  }

  bool TakeAnswer(const redisReply& reply) {
    if (sent_.empty()) {
      host_->Fail(failure::kConnection, "the broker answers what was not asked");
      return false;
    }
    const BrokerFlightPtr flight = std::move(sent_.front());
    sent_.pop_front();
    if (!flight->ended()) flight->Finish(ResultOf(reply));
    return true;
  }

  const std::shared_ptr<const BrokerAccount> account_;
  LinkHost* const host_;
  const std::unique_ptr<redisReader, FreeReader> reader_;
  int greetings_ = 0;  // replies to come before messages
  bool authenticated_ = false;
  std::deque<BrokerFlightPtr> sent_;  // in the order of their answers
  std::string buffer_;
};

class RedisKind final : public LinkKind {
 public:
  absl::Status Check(const BrokerMessage& message) const override {
    const bool channel = message.kind == Kind::kDefault || message.kind == Kind::kChannel;
    if (!channel && !IsStream(message)) {
      return absl::InvalidArgumentError("Redis has channels and streams only");
    }
    if (!message.key.empty()) {
      return absl::InvalidArgumentError("key: messages of Redis have none");
    }
    if (channel && !message.properties.empty()) {
      return absl::InvalidArgumentError("properties: a message of a channel is a body alone");
    }
    if (message.properties.count("body") > 0) {
      return absl::InvalidArgumentError("properties[body]: the field that has the body");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<LinkAddress> AddressOf(const BrokerAccount& account) const override {
    const auto& settings = std::get<core::RedisSettings>(account.settings);
    const absl::StatusOr<LinkServer> server = ParseLinkServer(settings.address, kPort);
    if (!server.ok()) return server.status();
    LinkAddress address;
    address.servers = {*server};
    address.tls = settings.tls;
    address.encrypted = settings.tls.mode == core::TlsSettings::Mode::kRequired;
    address.tls_first = true;
    return address;
  }

  std::unique_ptr<LinkProtocol> NewProtocol(std::shared_ptr<const BrokerAccount> account,
                                            LinkHost* host) const override {
    return std::make_unique<RedisProtocol>(std::move(account), host);
  }
};

}  // namespace

std::string_view ClassOfRedisError(std::string_view error) {
  static constexpr std::array<std::string_view, 9> kUnavailable = {
      "OOM",     "BUSY",       "LOADING",     "READONLY", "MASTERDOWN",
      "MISCONF", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN"};
  const std::string_view word = error.substr(0, error.find(' '));
  if (word == "NOAUTH" || word == "WRONGPASS") return failure::kUnauthenticated;
  if (word == "NOPERM") return failure::kForbidden;
  if (std::find(kUnavailable.begin(), kUnavailable.end(), word) != kUnavailable.end()) {
    return failure::kUnavailable;
  }
  // Said of commands as long as ours before it comes to NOAUTH.
  if (error == "ERR Protocol error: unauthenticated multibulk length") {
    return failure::kUnauthenticated;
  }
  if (error == "ERR max number of clients reached") return failure::kUnavailable;
  return failure::kValidation;
}

std::unique_ptr<BrokerDriver> NewRedisDriver(const BrokerOptions& options,
                                             const EgressPolicy* egress, const base::Clock* clock) {
  return std::make_unique<StreamDriver>("broker-redis", std::make_unique<RedisKind>(), options,
                                        egress, clock);
}

}  // namespace scheduler::dispatch
