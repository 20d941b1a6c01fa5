#include "scheduler/dispatch/broker/nats_driver.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/nats_json.h"
#include "scheduler/dispatch/broker/nats_words.h"
#include "scheduler/dispatch/broker/stream_driver.h"
#include <openssl/rand.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Kind = BrokerMessage::Kind;
namespace failure = core::failure;

constexpr uint16_t kPort = 4222;
constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kMaxLineBytes = 64 * 1024;       // INFO is the longest
constexpr size_t kMaxPayloadBytes = 1024 * 1024;  // of what we are sent: acknowledgements
constexpr size_t kMaxUnsentBytes =
    4 * 1024 * 1024;  // then no PING is answered: messages alone make 1 MiB
constexpr size_t kDefaultMaxPayload = 1024 * 1024;  // of what we send, unless INFO says otherwise

// The number at the end of `text`, after its last `separator`.
bool NumberAfter(std::string_view text, char separator, uint64_t* number) {
  const size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return false;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + at + 1, end, *number);
  return error == std::errc() && stop == end;
}

class NatsProtocol final : public LinkProtocol {
 public:
  NatsProtocol(std::shared_ptr<const BrokerAccount> account, LinkHost* host, std::string inbox)
      : account_(std::move(account)), host_(host), inbox_(std::move(inbox)) {}

  void OnConnected() override {}  // the server speaks first
  void OnSecured() override {
    securing_ = false;
    Connect();
  }
  void OnData(std::string* input) override;
  void Send(BrokerFlightPtr flight) override;
  void AfterSends() override;
  size_t in_flight() const override { return unacknowledged_ + asked_.size(); }
  void Lost(std::string_view code, std::string_view message) override;

 private:
  bool WantsTls() const {
    const auto& settings = std::get<core::NatsSettings>(account_->settings);
    return settings.tls.mode == core::TlsSettings::Mode::kRequired;
  }

  // The bytes of the command at the begin of `input`, all of it taken; 0 if it is not whole.
  size_t TakeCommand(std::string_view input);
  void TakeInfo(std::string_view text);
  void TakePing();
  void TakePong();
  void TakeError(std::string_view text);
  // "<subject> <sid> [<header bytes>] <bytes>" of a message to our inbox.
  size_t TakeMessage(std::string_view line, std::string_view rest, bool with_headers);
  void Connect();
  // Ends what is in flight to `subject`, or all that streams owe if it is empty; false if that is nothing.
  bool Forbid(std::string_view subject, std::string_view text);
  void DropEndedAsks();
  // Fails the connection; nothing that follows in the same segment is read.
  void Refuse(std::string_view code, std::string_view message) {
    failed_ = true;
    host_->Fail(code, message);
  }
  void BadProtocol() { Refuse(failure::kConnection, "the broker does not speak NATS"); }

  const std::shared_ptr<const BrokerAccount> account_;
  LinkHost* const host_;
  const std::string inbox_;
  std::string nonce_;
  std::string version_;  // of the server
  size_t max_payload_ = kDefaultMaxPayload;
  bool informed_ = false;
  bool securing_ = false;  // until TLS's handshake is over
  bool ready_ = false;
  bool failed_ = false;

  // Core: batches, each acknowledged by one PONG.
  std::vector<BrokerFlightPtr> batch_;
  std::deque<std::vector<BrokerFlightPtr>> batches_;
  size_t unacknowledged_ = 0;

  // JetStream: by the number in the reply's subject.
  absl::flat_hash_map<uint64_t, BrokerFlightPtr> asked_;
  uint64_t last_ask_ = 0;
  size_t drop_ended_at_ = 1024;
};

void NatsProtocol::OnData(std::string* input) {
  size_t taken = 0;
  while (!failed_ && !securing_) {
    const size_t size = TakeCommand(std::string_view(*input).substr(taken));
    if (size == 0) break;
    taken += size;
  }
  input->erase(0, taken);
  // Anybody on the way could have put it there, to be read as if it came by TLS.
  if (securing_ && !failed_ && !input->empty()) {
    Refuse(failure::kConnection, "the broker sent more in the clear before TLS");
  }
}

size_t NatsProtocol::TakeCommand(std::string_view input) {
  const size_t end = input.find(kLineEnd);
  if (end == std::string_view::npos) {
    if (input.size() > kMaxLineBytes) BadProtocol();
    return 0;
  }
  const std::string_view line = input.substr(0, end);
  const size_t size = end + kLineEnd.size();
  const size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  const std::string_view rest =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  if (!informed_ && word != "INFO" && word != "-ERR") {
    BadProtocol();  // a PONG before INFO would open the connection, past TLS
    return size;
  }
  if (word == "MSG" || word == "HMSG") {
    const size_t payload = TakeMessage(rest, input.substr(size), word == "HMSG");
    return payload == 0 ? 0 : size + payload;
  }
  if (word == "INFO") {
    TakeInfo(rest);
  } else if (word == "PING") {
    TakePing();
  } else if (word == "PONG") {
    TakePong();
  } else if (word == "-ERR") {
    TakeError(rest);
  } else if (word != "+OK") {
    BadProtocol();
  }
  return size;
}

void NatsProtocol::TakePing() {
  if (host_->unsent() > kMaxUnsentBytes) {
    return Refuse(failure::kConnection, "the broker asks for answers and reads none");
  }
  host_->Write("PONG\r\n");
}

void NatsProtocol::TakeInfo(std::string_view text) {
  const nlohmann::json info = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!info.is_object()) return BadProtocol();
  max_payload_ = UnsignedMember(info, "max_payload", kDefaultMaxPayload);
  if (informed_) return;
  informed_ = true;
  version_ = StringMember(info, "version");
  nonce_ = StringMember(info, "nonce");
  if (!BoolMember(info, "headers")) {
    return Refuse(failure::kValidation, "the broker is older than NATS 2.2: it has no headers");
  }
  const bool required = BoolMember(info, "tls_required");
  if (WantsTls()) {
    if (!required && !BoolMember(info, "tls_available")) {
      return Refuse(failure::kConnection, "the broker offers no TLS");
    }
    securing_ = true;
    return host_->StartTls();
  }
  if (required) return Refuse(failure::kConnection, "the broker asks for TLS");
  Connect();
}

void NatsProtocol::Connect() {
  const absl::StatusOr<std::string> connect = NatsConnect(*account_, nonce_);
  if (!connect.ok()) {
    return Refuse(failure::kValidation, base::FromAbsl(connect.status().message()));
  }
  host_->Write(*connect);
}

void NatsProtocol::TakePong() {
  if (!ready_) {
    ready_ = true;
    return host_->Ready();
  }
  if (batches_.empty()) return;
  const std::vector<BrokerFlightPtr> batch = std::move(batches_.front());
  batches_.pop_front();
  unacknowledged_ -= batch.size();
  for (const BrokerFlightPtr& flight : batch) {
    if (flight->ended()) continue;
    const bool probe = flight->message().probe;
    flight->Finish(CompletedAttempt(probe ? StrCat("NATS ", version_) : "{}"));
  }
}

void NatsProtocol::TakeError(std::string_view text) {
  const std::string_view code = ClassOfNatsError(text);
  if (ready_ && code == failure::kForbidden) {
    // 'Permissions Violation for Publish to "orders"': the connection goes on.
    const size_t begin = text.find('"');
    const size_t end = text.rfind('"');
    if (text.substr(0, begin).find("Subscription") != std::string_view::npos) {
      Forbid("", text);  // our inbox: no stream can answer
      return;
    }
    const bool named = begin != std::string_view::npos && begin + 1 < end;
    if (named && Forbid(text.substr(begin + 1, end - begin - 1), text)) return;
    // Some message was refused, nobody knows which: the PONG that follows must complete none.
  }
  const bool keeps_class =
      !ready_ || code == failure::kUnauthenticated || code == failure::kForbidden;
  Refuse(keeps_class ? code : failure::kConnection, StrCat("the broker says ", text));
}

bool NatsProtocol::Forbid(std::string_view subject, std::string_view text) {
  std::vector<BrokerFlightPtr> forbidden;
  for (const auto& [number, flight] : asked_) {
    if (subject.empty() || flight->message().destination == subject) forbidden.push_back(flight);
  }
  for (const auto& batch : batches_) {
    for (const BrokerFlightPtr& flight : batch) {
      if (flight->message().destination == subject) forbidden.push_back(flight);
    }
  }
  for (const BrokerFlightPtr& flight : forbidden) {
    flight->Finish(FailedAttempt(failure::kForbidden, text));
  }
  DropEndedAsks();
  return !forbidden.empty();
}

size_t NatsProtocol::TakeMessage(std::string_view line, std::string_view rest, bool with_headers) {
  const std::vector<std::string> words = absl::StrSplit(base::ToAbsl(line), ' ', absl::SkipEmpty());
  uint64_t number = 0;
  size_t size = 0;
  size_t header_size = 0;
  const size_t least = with_headers ? 4 : 3;
  if (words.size() < least || !absl::SimpleAtoi(words.back(), &size) || size > kMaxPayloadBytes ||
      (with_headers && !absl::SimpleAtoi(words[words.size() - 2], &header_size)) ||
      header_size > size) {
    BadProtocol();
    return 0;
  }
  if (rest.size() < size + kLineEnd.size()) return 0;
  const bool ours = NumberAfter(words[0], '.', &number);
  const auto found = ours ? asked_.find(number) : asked_.end();
  if (found != asked_.end()) {
    const BrokerFlightPtr flight = std::move(found->second);
    asked_.erase(found);
    if (!flight->ended()) {
      flight->Finish(NatsAcknowledgement(rest.substr(0, header_size),
                                         rest.substr(header_size, size - header_size)));
    }
  }
  return size + kLineEnd.size();
}

void NatsProtocol::Send(BrokerFlightPtr flight) {
  const BrokerMessage& message = flight->message();
  if (message.probe) {  // the PING that follows is all of it
    batch_.push_back(std::move(flight));
    ++unacknowledged_;
    return;
  }
  const bool to_stream = message.kind == Kind::kStream;
  std::string reply;
  if (to_stream) {
    if (last_ask_ == 0) host_->Write(StrCat("SUB ", inbox_, ".* 1\r\n"));
    reply = absl::StrCat(inbox_, ".", ++last_ask_);
  }
  const std::string command = NatsPublish(message, reply, to_stream);
  if (command.size() - command.find('\n') > max_payload_) {
    flight->Finish(FailedAttempt(
        failure::kValidation,
        absl::StrCat("the message is larger than the broker takes (", max_payload_, " bytes)")));
    return;
  }
  host_->Write(command);
  if (!to_stream) {
    batch_.push_back(std::move(flight));
    ++unacknowledged_;
    return;
  }
  asked_[last_ask_] = std::move(flight);
  // Streams without acknowledgements exist: what has ended is not waited for.
  if (asked_.size() >= drop_ended_at_) DropEndedAsks();
}

void NatsProtocol::DropEndedAsks() {
  for (auto ask = asked_.begin(); ask != asked_.end();) {
    const auto current = ask++;
    if (current->second->ended()) asked_.erase(current);
  }
  drop_ended_at_ = std::max<size_t>(1024, asked_.size() * 2);
}

void NatsProtocol::AfterSends() {
  if (batch_.empty()) return;
  host_->Write("PING\r\n");
  batches_.push_back(std::move(batch_));
  batch_.clear();
}

void NatsProtocol::Lost(std::string_view code, std::string_view message) {
  std::vector<BrokerFlightPtr> lost = std::move(batch_);
  batch_.clear();
  for (auto& batch : batches_) lost.insert(lost.end(), batch.begin(), batch.end());
  for (auto& [number, flight] : asked_) lost.push_back(flight);
  batches_.clear();
  asked_.clear();
  unacknowledged_ = 0;
  for (const BrokerFlightPtr& flight : lost) flight->Finish(FailedAttempt(code, message));
}

class NatsKind final : public LinkKind {
 public:
  absl::Status Check(const BrokerMessage& message) const override {
    if (message.kind != Kind::kDefault && message.kind != Kind::kSubject &&
        message.kind != Kind::kStream) {
      return absl::InvalidArgumentError("NATS has subjects and streams only");
    }
    if (!message.key.empty()) {
      return absl::InvalidArgumentError("key: messages of NATS have none");
    }
    if (!IsNatsSubject(message.destination)) {
      return absl::InvalidArgumentError("destination: no subject that can be published to");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<LinkAddress> AddressOf(const BrokerAccount& account) const override {
    const auto& settings = std::get<core::NatsSettings>(account.settings);
    LinkAddress address;
    for (const std::string& text : settings.servers) {
      const absl::StatusOr<LinkServer> server = ParseLinkServer(text, kPort);
      if (!server.ok()) return server.status();
      address.servers.push_back(*server);
    }
    if (address.servers.empty()) return absl::InvalidArgumentError("the connection has no servers");
    address.tls = settings.tls;
    address.encrypted = settings.tls.mode == core::TlsSettings::Mode::kRequired;
    return address;
  }

  std::unique_ptr<LinkProtocol> NewProtocol(std::shared_ptr<const BrokerAccount> account,
                                            LinkHost* host) const override {
    return std::make_unique<NatsProtocol>(std::move(account), host, NewInbox());
  }

 private:
  static std::string NewInbox();
};

// Unguessable, since others of the account may publish to it.
std::string NatsKind::NewInbox() {
  std::array<unsigned char, 12> bytes = {};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string inbox = "_INBOX.";
  for (const unsigned char byte : bytes) absl::StrAppend(&inbox, absl::Hex(byte, absl::kZeroPad2));
  return inbox;
}

}  // namespace

std::unique_ptr<BrokerDriver> NewNatsDriver(const BrokerOptions& options,
                                            const EgressPolicy* egress, const base::Clock* clock) {
  return std::make_unique<StreamDriver>("broker-nats", std::make_unique<NatsKind>(), options,
                                        egress, clock);
}

}  // namespace scheduler::dispatch
