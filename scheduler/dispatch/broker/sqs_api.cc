#include "scheduler/dispatch/broker/sqs_api.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/aws_api.h"
#include "scheduler/dispatch/sigv4.h"
#include "scheduler/dispatch/text.h"
#include <openssl/evp.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;
using Kind = BrokerMessage::Kind;

constexpr std::string_view kFifo = ".fifo";
constexpr size_t kMaxNameBytes = 80;
constexpr size_t kMaxGroupBytes = 128;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

absl::Status Invalid(std::string_view text) {
  return absl::InvalidArgumentError(base::ToAbsl(text));
}

bool IsQueueName(std::string_view name) {
  if (name.size() > kMaxNameBytes) return false;
  if (EndsWith(name, kFifo)) name.remove_suffix(kFifo.size());
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

absl::Status CheckQueue(std::string_view destination) {
  if (IsQueueUrl(destination)) {
    const size_t path = destination.find('/', destination.find("://") + 3);
    const bool has_name = path != std::string_view::npos && destination.back() != '/';
    return has_name ? absl::OkStatus() : Invalid("destination: the URL has no queue's name");
  }
  if (IsQueueName(destination)) return absl::OkStatus();
  return Invalid(
      "destination: a queue of SQS has a URL, or a name of up to 80 letters, digits, "
      "\"-\" and \"_\", with \".fifo\" at its end or not");
}

absl::Status CheckGroup(const BrokerMessage& message) {
  if (message.key.empty()) {
    if (!EndsWith(message.destination, kFifo)) return absl::OkStatus();
    return Invalid("key: a FIFO queue needs the message group");
  }
  const bool right = message.key.size() <= kMaxGroupBytes &&
                     std::all_of(message.key.begin(), message.key.end(), [](char c) {
                       return absl::ascii_isgraph(static_cast<unsigned char>(c));
                     });
  if (right) return absl::OkStatus();
  return Invalid("key: a message group has up to 128 printable ASCII characters without spaces");
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
absl::Status CheckAttribute(const std::string& name, const std::string& value) {
  const std::string field = StrCat("properties[", name, "]: ");
  if (name.front() == '.' || name.back() == '.' || name.find("..") != std::string::npos) {
    return Invalid(StrCat(field, "SQS takes no dots at the ends and none in a row"));
  }
  if (StartsWithIgnoreCase(name, "aws.") || StartsWithIgnoreCase(name, "amazon.")) {
    return Invalid(StrCat(field, "names that begin so are Amazon's"));
  }
  if (value.empty()) return Invalid(StrCat(field, "SQS takes no empty values"));
  return absl::OkStatus();
}

json TextAttribute(std::string_view value) {
  return {{"DataType", "String"}, {"StringValue", std::string(value)}};
}

HttpCall CallOf(const BrokerAccount& account, std::string_view action, const json& body,
                base::Millis now) {
  const auto& settings = std::get<core::AwsSettings>(account.settings);
  HttpCall call;
  call.url = AwsUrl(settings, "sqs", "/");
  call.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                  {"X-Amz-Target", StrCat("AmazonSQS.", action)}};
  call.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  // A message that is taken twice is no more than what standard queues do by themselves, and a FIFO queue sees
  // by the run's id that it is the same.
  call.repeatable = true;
  const AwsKey key{settings.access_key_id, base::SecretText(account.SecretAt("secret_access_key")),
                   base::SecretText(account.SecretAt("session_token")), settings.region, "sqs"};
  Sign(key, now, &call);
  return call;
}

// The member `name` of a 200; empty if there is none.
std::string TextIn(const json& body, const char* name) {
  if (!body.is_object()) return "";
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

json BodyOf(const HttpAnswer& answer) {
  return json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
}

AttemptResult MakesNoSense(const HttpAnswer& answer) {
  return FailedAttempt(core::failure::kUnavailable, "the answer makes no sense for SQS",
                       answer.status);
}

}  // namespace

bool IsQueueUrl(std::string_view destination) {
  return StartsWithIgnoreCase(destination, "https://") ||
         StartsWithIgnoreCase(destination, "http://");
}

absl::Status CheckSqsMessage(const BrokerMessage& message) {
  if (message.kind != Kind::kDefault && message.kind != Kind::kQueue) {
    return Invalid("SQS has queues only");
  }
  if (absl::Status status = CheckQueue(message.destination); !status.ok()) return status;
  if (absl::Status status = CheckGroup(message); !status.ok()) return status;
  if (message.properties.size() > kMaxSqsProperties) {
    return Invalid(StrCat("properties: ", message.properties.size(),
                          ", of at most 3: SQS takes ten attributes, of which the service sets "
                          "seven"));
  }
  for (const auto& [name, value] : message.properties) {
    if (absl::Status status = CheckAttribute(name, value); !status.ok()) return status;
  }
  bool cut = false;
  if (ToUtf8(message.body, message.body.size(), &cut) != message.body) {
    return Invalid("body: SQS takes UTF-8 only");
  }
  return absl::OkStatus();
}

HttpCall ListQueuesCall(const BrokerAccount& account, base::Millis now) {
  return CallOf(account, "ListQueues", {{"MaxResults", 1}}, now);
}

HttpCall QueueUrlCall(const BrokerAccount& account, const std::string& name, base::Millis now) {
  return CallOf(account, "GetQueueUrl", {{"QueueName", name}}, now);
}

HttpCall SendMessageCall(const BrokerMessage& message, const std::string& queue_url,
                         base::Millis now) {
  json body = {{"QueueUrl", queue_url}, {"MessageBody", message.body}};
  json& attributes = body["MessageAttributes"] = json::object();
  for (const DeliveryField& field : message.identity) {
    if (field.metadata == "traceparent") {
      body["MessageSystemAttributes"]["AWSTraceHeader"] =
          TextAttribute(AwsTraceHeader(field.value));
    } else {
      attributes[std::string(field.metadata)] = TextAttribute(field.value);
    }
  }
  for (const auto& [name, value] : message.properties) attributes[name] = TextAttribute(value);
  if (!message.key.empty()) body["MessageGroupId"] = message.key;
  if (EndsWith(message.destination, kFifo)) body["MessageDeduplicationId"] = message.run_id();
  return CallOf(*message.account, "SendMessage", body, now);
}

QueueUrlAnswer ReadQueueUrlAnswer(const HttpAnswer& answer, base::Millis now) {
  QueueUrlAnswer read;
  if (answer.status != 200) {
    read.failure = RefusedByAws(answer, now);
    return read;
  }
  read.url = TextIn(BodyOf(answer), "QueueUrl");
  if (read.url.empty()) read.failure = MakesNoSense(answer);
  return read;
}

AttemptResult ReadListQueuesAnswer(const BrokerAccount& account, const HttpAnswer& answer,
                                   base::Millis now) {
  const std::string& region = std::get<core::AwsSettings>(account.settings).region;
  if (answer.status == 200) {
    if (!BodyOf(answer).is_object()) return MakesNoSense(answer);
    return CompletedAttempt(StrCat("queues in ", region, " can be listed"));
  }
  if (!IsAccessDenied(AwsErrorOf(answer).type)) return RefusedByAws(answer, now);
  return CompletedAttempt(StrCat("the account is known, and may not list queues in ", region));
}

AttemptResult ReadSendMessageAnswer(const BrokerMessage& message, const HttpAnswer& answer,
                                    base::Millis now) {
  if (answer.status != 200) return RefusedByAws(answer, now);
  const json body = BodyOf(answer);
  const std::string id = TextIn(body, "MessageId");
  const std::string digest = TextIn(body, "MD5OfMessageBody");
  if (id.empty() || digest.empty()) return MakesNoSense(answer);
  if (!EqualsIgnoreCase(digest, Md5Hex(message.body))) {
    return FailedAttempt(core::failure::kUnavailable, "SQS has taken another body than was sent",
                         answer.status);
  }
  json output = {{"message_id", id}};
  const std::string sequence = TextIn(body, "SequenceNumber");
  if (!sequence.empty()) output["sequence_number"] = sequence;
  return CompletedAttempt(output.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string Md5Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
    return "";
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace scheduler::dispatch
