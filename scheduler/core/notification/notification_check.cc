#include "scheduler/core/notification/notification_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/notification/mail_address.h"
#include "scheduler/core/notification/phone_number.h"

namespace scheduler::core {
namespace {

namespace errors = base::errors;
namespace limits = base::limits;
using base::StrCat;

bool IsTemplate(std::string_view text) { return text.find("{{") != std::string_view::npos; }

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

absl::Status CheckBytes(const std::string& field, size_t bytes, size_t most) {
  if (bytes <= most) return absl::OkStatus();
  return errors::FieldTooLarge(field, static_cast<int64_t>(bytes), static_cast<int64_t>(most));
}

absl::Status CheckSize(const std::string& field, std::string_view text, size_t most) {
  return CheckBytes(field, text.size(), most);
}

absl::Status CheckCount(const std::string& field, size_t count, size_t least, size_t most) {
  if (count >= least && count <= most) return absl::OkStatus();
  return errors::FieldOutOfRange(field, std::to_string(count),
                                 StrCat(least, " to ", most, " entries"));
}

absl::Status CheckMailAddress(const std::string& field, const std::string& text) {
  if (IsTemplate(text)) return CheckSize(field, text, limits::kMaxMailLineBytes);
  const absl::StatusOr<MailAddress> address = ParseMailAddress(text);
  if (address.ok()) return absl::OkStatus();
  return errors::FieldInvalid(
      field, StrCat("a mail address such as ops@example.com or Ops <ops@example.com>; this one ",
                    base::FromAbsl(address.status().message())));
}

absl::Status CheckMailAddresses(const std::string& field, const std::vector<std::string>& texts) {
  for (size_t i = 0; i < texts.size(); ++i) {
    if (absl::Status s = CheckMailAddress(StrCat(field, "[", i, "]"), texts[i]); !s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status CheckLine(const std::string& field, std::string_view text) {
  if (HasControl(text)) return errors::FieldInvalid(field, "one line without control characters");
  return CheckSize(field, text, limits::kMaxMailLineBytes);
}

// The first that is not OK.
absl::Status FirstOf(std::initializer_list<absl::Status> statuses) {
  for (const absl::Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

struct CheckMessage {
  std::string field;  // of the channel, with a dot at its end

  absl::Status operator()(const EmailMessage& email) const {
    const std::string at = field + "email.";
    if (email.to.empty()) return errors::FieldRequired(at + "to", "at least one mail address");
    if (email.text.empty() && email.html.empty()) {
      return errors::FieldRequired(at + "text", "a text, or html, or both");
    }
    const absl::Status no_from;
    return FirstOf({
        CheckCount(at + "to", email.to.size() + email.cc.size() + email.bcc.size(), 1,
                   limits::kMaxRecipients),
        email.from.empty() ? no_from : CheckMailAddress(at + "from", email.from),
        CheckMailAddresses(at + "to", email.to),
        CheckMailAddresses(at + "cc", email.cc),
        CheckMailAddresses(at + "bcc", email.bcc),
        email.reply_to.empty() ? no_from : CheckMailAddress(at + "reply_to", email.reply_to),
        CheckLine(at + "subject", email.subject),
        CheckSize(at + "text", email.text, limits::kMaxBodyBytes),
        CheckSize(at + "html", email.html, limits::kMaxBodyBytes),
    });
  }

  absl::Status operator()(const PushMessage& push) const {
    const std::string at = field + "push.";
    if (push.device_tokens.empty()) {
      return errors::FieldRequired(at + "device_tokens", "the token of at least one device");
    }
    if (push.title.empty() && push.body.empty() && push.data.empty()) {
      return errors::FieldRequired(at + "body", "a title, a body or data");
    }
    absl::Status status =
        CheckCount(at + "device_tokens", push.device_tokens.size(), 1, limits::kMaxDeviceTokens);
    for (size_t i = 0; status.ok() && i < push.device_tokens.size(); ++i) {
      status = CheckDeviceToken(StrCat(at, "device_tokens[", i, "]"), push.device_tokens[i]);
    }
    size_t payload = push.title.size() + push.body.size();
    for (const auto& [key, value] : push.data) {
      if (key.empty()) return errors::FieldInvalid(at + "data", "keys that are not empty");
      payload += key.size() + value.size();
    }
    return FirstOf({status, CheckBytes(at + "body", payload, limits::kMaxPushBytes)});
  }

  absl::Status operator()(const SmsMessage& sms) const {
    const std::string at = field + "sms.";
    if (sms.to.empty()) return errors::FieldRequired(at + "to", "at least one telephone number");
    if (sms.text.empty()) return errors::FieldRequired(at + "text", "what the message says");
    for (size_t i = 0; i < sms.to.size(); ++i) {
      if (IsTemplate(sms.to[i]) || IsPhoneNumber(sms.to[i])) continue;
      return errors::FieldInvalid(StrCat(at, "to[", i, "]"),
                                  "a telephone number with its country, such as +4915123456789");
    }
    return FirstOf({CheckCount(at + "to", sms.to.size(), 1, limits::kMaxRecipients),
                    CheckLine(at + "from", sms.from),
                    CheckSize(at + "text", sms.text, limits::kMaxSmsBytes)});
  }

  absl::Status operator()(const HttpTarget& callback) const {
    if (!callback.url.empty() || !callback.connection.empty()) return absl::OkStatus();
    return errors::FieldRequired(field + "callback.url", "an http or https URL, or a connection");
  }

  static absl::Status CheckDeviceToken(const std::string& at, const std::string& token) {
    const bool blank = token.find(' ') != std::string::npos || HasControl(token);
    if (!IsTemplate(token) && (token.empty() || blank)) {
      return errors::FieldInvalid(at, "a device's token, without spaces");
    }
    return CheckSize(at, token, limits::kMaxDeviceTokenBytes);
  }
};

}  // namespace

absl::Status CheckNotificationTarget(const NotificationTarget& target) {
  if (target.channels.empty()) {
    return errors::FieldRequired("notification.channels", "at least one channel");
  }
  absl::Status status = CheckCount("notification.channels", target.channels.size(), 1,
                                   limits::kMaxNotificationChannels);
  for (size_t i = 0; status.ok() && i < target.channels.size(); ++i) {
    const NotificationTarget::Channel& channel = target.channels[i];
    const std::string field = StrCat("notification.channels[", i, "].");
    const bool callback = std::holds_alternative<HttpTarget>(channel.message);
    if (!callback && channel.connection.empty()) {
      return errors::FieldRequired(field + "connection", "the tag of the connection that sends it");
    }
    status = std::visit(CheckMessage{field}, channel.message);
  }
  return status;
}

}  // namespace scheduler::core
