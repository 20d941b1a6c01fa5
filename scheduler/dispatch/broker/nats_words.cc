#include "scheduler/dispatch/broker/nats_words.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/nats_credentials.h"
#include "scheduler/dispatch/broker/nats_json.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;
namespace failure = core::failure;
constexpr uint64_t kMaxErrorCode = 99'999;  // JetStream's own have five digits

void AppendHeader(std::string_view name, std::string_view value, std::string* out) {
  base::StrAppend(out, name, ": ", value, "\r\n");
}

}  // namespace

bool IsNatsSubject(std::string_view subject) {
  if (subject.empty() || subject.front() == '.' || subject.back() == '.') return false;
  if (subject.find("..") != std::string_view::npos) return false;
  return std::none_of(subject.begin(), subject.end(), [](char c) {
    // Quotes and backslashes: errors quote subjects, and are matched with them.
    return static_cast<unsigned char>(c) <= ' ' || c == '*' || c == '>' || c == '"' || c == '\\' ||
           c == 0x7f;
  });
}

std::string NatsPublish(const BrokerMessage& message, std::string_view reply, bool deduplicated) {
  std::string headers = "NATS/1.0\r\n";
  if (deduplicated) AppendHeader("Nats-Msg-Id", message.run_id(), &headers);
  for (const DeliveryField& field : message.identity) {
    AppendHeader(field.header, field.value, &headers);
  }
  for (const auto& [name, value] : message.properties) AppendHeader(name, value, &headers);
  headers += "\r\n";
  std::string command = StrCat("HPUB ", message.destination, " ");
  if (!reply.empty()) base::StrAppend(&command, reply, " ");
  absl::StrAppend(&command, headers.size(), " ", headers.size() + message.body.size(), "\r\n",
                  headers, message.body, "\r\n");
  return command;
}

AttemptResult NatsAcknowledgement(std::string_view headers, std::string_view text) {
  if (headers.substr(0, 12) == "NATS/1.0 503") {
    return FailedAttempt(failure::kNotFound, "no stream takes this subject", 503);
  }
  const json answer = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) {
    return FailedAttempt(failure::kUnavailable, "the stream's answer makes no sense");
  }
  if (const auto error = answer.find("error"); error != answer.end() && error->is_object()) {
    const auto code = static_cast<int>(UnsignedMember(*error, "code", 0, kMaxErrorCode));
    const auto own_code = static_cast<int>(UnsignedMember(*error, "err_code", 0, kMaxErrorCode));
    return FailedAttempt(ClassOfJetStreamError(code, own_code),
                         StringMember(*error, "description", "the stream refused the message"),
                         code);
  }
  const json* const stream = MemberOf(answer, "stream");
  const json* const sequence = MemberOf(answer, "seq");
  if (stream == nullptr || !stream->is_string() || sequence == nullptr ||
      !sequence->is_number_unsigned()) {
    return FailedAttempt(failure::kUnavailable, "the stream's answer is no acknowledgement");
  }
  nlohmann::ordered_json output;
  output["stream"] = stream->get<std::string>();
  output["sequence"] = sequence->get<uint64_t>();
  output["duplicate"] = BoolMember(answer, "duplicate");
  return CompletedAttempt(output.dump());
}

std::string_view ClassOfNatsError(std::string_view error) {
  const auto has = [error](std::string_view word) {
    return std::search(error.begin(), error.end(), word.begin(), word.end(), [](char a, char b) {
             return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
           }) != error.end();
  };
  if (has("authorization") || has("authentication")) return failure::kUnauthenticated;
  if (has("permissions violation")) return failure::kForbidden;
  if (has("payload") || has("invalid") || has("parser") || has("protocol")) {
    return failure::kValidation;
  }
  if (has("maximum")) return failure::kUnavailable;
  return failure::kConnection;
}

std::string_view ClassOfJetStreamError(int code, int own_code) {
  // Of JetStream's list of errors: the message is larger than the stream takes; no memory or storage.
  constexpr int kMessageTooLarge = 10054;
  if (own_code == kMessageTooLarge) return failure::kValidation;
  if (code == 401) return failure::kUnauthenticated;
  if (code == 403) return failure::kForbidden;
  if (code == 404) return failure::kNotFound;
  if (code == 429) return failure::kRateLimited;
  if (code >= 400 && code < 500) return failure::kValidation;
  return failure::kUnavailable;
}

absl::StatusOr<std::string> NatsConnect(const BrokerAccount& account, std::string_view nonce) {
  const auto& settings = std::get<core::NatsSettings>(account.settings);
  json connect = {{"verbose", false},
                  {"pedantic", false},
                  {"lang", "cpp"},
                  {"version", "1.0"},
                  {"protocol", 1},
                  {"headers", true},
                  {"no_responders", true},
                  {"name", "ductape-jobs"},
                  {"echo", true},
                  {"tls_required", settings.tls.mode == core::TlsSettings::Mode::kRequired}};
  if (const std::string_view text = account.SecretAt("credentials"); !text.empty()) {
    absl::StatusOr<NatsCredentials> credentials = ReadNatsCredentials(text);
    if (!credentials.ok()) return credentials.status();
    connect["jwt"] = credentials->jwt;
    connect["sig"] = credentials->Sign(nonce);
  } else if (const std::string_view token = account.SecretAt("token"); !token.empty()) {
    connect["auth_token"] = token;
  } else if (!settings.username.empty()) {
    connect["user"] = settings.username;
    connect["pass"] = account.SecretAt("password");
  }
  return StrCat("CONNECT ", connect.dump(-1, ' ', false, json::error_handler_t::replace),
                "\r\nPING\r\n");
}

}  // namespace scheduler::dispatch
