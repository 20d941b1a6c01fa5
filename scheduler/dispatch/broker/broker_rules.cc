#include "scheduler/dispatch/broker/broker_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/reserved_headers.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
namespace errors = base::errors;
namespace limits = base::limits;
using Kind = core::BrokerTarget::DestinationKind;

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

absl::Status CheckDestination(const std::string& destination) {
  constexpr std::string_view kField = "destination";
  if (destination.empty()) {
    return errors::FieldRequired(kField, "the topic, queue, exchange, channel, stream or subject");
  }
  if (destination.size() > limits::kMaxDestinationBytes) {
    return errors::FieldTooLarge(kField, static_cast<int64_t>(destination.size()),
                                 limits::kMaxDestinationBytes);
  }
  if (HasControl(destination)) {
    return errors::FieldInvalid(kField, "text without control characters");
  }
  return absl::OkStatus();
}

absl::Status CheckKey(const core::BrokerTarget& target) {
  constexpr std::string_view kField = "key";
  if (target.key.size() > limits::kMaxMessageKeyBytes) {
    return errors::FieldTooLarge(kField, static_cast<int64_t>(target.key.size()),
                                 limits::kMaxMessageKeyBytes);
  }
  const bool has_none = target.destination_kind == Kind::kChannel ||
                        target.destination_kind == Kind::kStream ||
                        target.destination_kind == Kind::kSubject;
  if (has_none && !target.key.empty()) {
    return errors::FieldInvalid(kField, "absent: channels, streams and subjects have no keys");
  }
  return absl::OkStatus();
}

absl::Status CheckProperty(const std::string& name, const std::string& value) {
  const std::string field = StrCat("properties[", name, "]");
  if (name.empty() || name.size() > limits::kMaxPropertyNameBytes ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return errors::FieldInvalid(field,
                                "a name of 1 to 128 letters, digits, \"-\", \"_\" and \".\"");
  }
  if (core::IsReservedHeader(name) || core::IsReservedMetadata(name)) {
    return errors::FieldInvalid(field, "another name: the service sets this one itself");
  }
  if (value.size() > limits::kMaxPropertyValueBytes) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(value.size()),
                                 limits::kMaxPropertyValueBytes);
  }
  if (HasControl(value)) return errors::FieldInvalid(field, "text without control characters");
  return absl::OkStatus();
}

absl::Status CheckProperties(const core::BrokerTarget& target) {
  constexpr std::string_view kField = "properties";
  if (target.properties.size() > static_cast<size_t>(limits::kMaxHeaders)) {
    return errors::FieldTooLarge(kField, static_cast<int64_t>(target.properties.size()),
                                 limits::kMaxHeaders);
  }
  if (target.destination_kind == Kind::kChannel && !target.properties.empty()) {
    return errors::FieldInvalid(kField, "absent: a message of a channel is a body alone");
  }
  for (const auto& [name, value] : target.properties) {
    if (absl::Status status = CheckProperty(name, value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckBrokerTarget(const core::BrokerTarget& target) {
  if (target.connection.empty()) return errors::FieldRequired("connection", "a connection's tag");
  if (absl::Status status = CheckDestination(target.destination); !status.ok()) return status;
  if (absl::Status status = CheckKey(target); !status.ok()) return status;
  if (target.body.size() > static_cast<size_t>(limits::kMaxBodyBytes)) {
    return errors::FieldTooLarge("body", static_cast<int64_t>(target.body.size()),
                                 limits::kMaxBodyBytes);
  }
  return CheckProperties(target);
}

}  // namespace scheduler::dispatch
