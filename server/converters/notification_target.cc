#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/notification/notification_check.h"
#include "server/converters/http_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/target_text.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using Channel = v1::NotificationTarget::Channel;
using scheduler::dispatch::Landing;
using scheduler::dispatch::Secrets;
using Texts = google::protobuf::RepeatedPtrField<std::string>;

absl::StatusOr<core::EmailMessage> ToEmail(const std::string& field,
                                           const v1::NotificationTarget::Email& email) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::EmailMessage result;
  DUCTAPE_ASSIGN_OR_RETURN(result.to, ToTargetTexts(path("to"), email.to(), Landing::kHeader));
  DUCTAPE_ASSIGN_OR_RETURN(result.cc, ToTargetTexts(path("cc"), email.cc(), Landing::kHeader));
  DUCTAPE_ASSIGN_OR_RETURN(result.bcc, ToTargetTexts(path("bcc"), email.bcc(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(CheckTargetText(path("from"), email.from(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(CheckTargetText(path("reply_to"), email.reply_to(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("subject"), email.subject(), Landing::kHeader, Secrets::kByName));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("text"), email.text(), Landing::kText, Secrets::kByName));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("html"), email.html(), Landing::kHtml, Secrets::kByName));
  result.from = email.from();
  result.reply_to = email.reply_to();
  result.subject = email.subject();
  result.text = email.text();
  result.html = email.html();
  return result;
}

absl::StatusOr<core::PushMessage> ToPush(const std::string& field,
                                         const v1::NotificationTarget::Push& push) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::PushMessage result;
  DUCTAPE_ASSIGN_OR_RETURN(
      result.device_tokens,
      ToTargetTexts(path("device_tokens"), push.device_tokens(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("title"), push.title(), Landing::kText, Secrets::kByName));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("body"), push.body(), Landing::kText, Secrets::kByName));
  DUCTAPE_ASSIGN_OR_RETURN(result.data, ToTexts(path("data"), push.data(), limits::kMaxPushBytes,
                                                TemplateRule(Landing::kText, Secrets::kByName)));
  result.title = push.title();
  result.body = push.body();
  return result;
}

absl::StatusOr<core::SmsMessage> ToSms(const std::string& field,
                                       const v1::NotificationTarget::Sms& sms) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::SmsMessage result;
  DUCTAPE_ASSIGN_OR_RETURN(result.to, ToTargetTexts(path("to"), sms.to(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(CheckTargetText(path("from"), sms.from(), Landing::kHeader));
  DUCTAPE_RETURN_IF_ERROR(
      CheckTargetText(path("text"), sms.text(), Landing::kText, Secrets::kByName));
  result.from = sms.from();
  result.text = sms.text();
  return result;
}

absl::Status ReadMessage(const std::string& field, const Channel& channel,
                         core::NotificationTarget::Channel* out) {
  switch (channel.kind_case()) {
    case Channel::kEmail: {
      DUCTAPE_ASSIGN_OR_RETURN(out->message, ToEmail(StrCat(field, ".email"), channel.email()));
      return absl::OkStatus();
    }
    case Channel::kPush: {
      DUCTAPE_ASSIGN_OR_RETURN(out->message, ToPush(StrCat(field, ".push"), channel.push()));
      return absl::OkStatus();
    }
    case Channel::kSms: {
      DUCTAPE_ASSIGN_OR_RETURN(out->message, ToSms(StrCat(field, ".sms"), channel.sms()));
      return absl::OkStatus();
    }
    case Channel::kCallback: {
      DUCTAPE_ASSIGN_OR_RETURN(out->message,
                               ToHttpTarget(StrCat(field, ".callback"), channel.callback()));
      return absl::OkStatus();
    }
    case Channel::KIND_NOT_SET:
      break;
  }
  return errors::FieldRequired(StrCat(field, ".email"), "one of email, push, sms and callback");
}

absl::StatusOr<core::NotificationTarget::Channel> ToChannel(const std::string& field,
                                                            const Channel& channel) {
  core::NotificationTarget::Channel result;
  DUCTAPE_RETURN_IF_ERROR(ReadMessage(field, channel, &result));
  const std::string path = StrCat(field, ".connection");
  if (!channel.has_callback()) {
    DUCTAPE_RETURN_IF_ERROR(CheckTag(path, channel.connection()));
  } else if (!channel.connection().empty()) {
    return errors::FieldInvalid(path, "must be empty: a callback has a connection of its own");
  }
  result.connection = channel.connection();
  return result;
}

void AddTexts(const std::vector<std::string>& from, Texts* to) {
  to->Add(from.begin(), from.end());
}

struct MessageWriter {
  Channel* out;
  void operator()(const core::EmailMessage& email) const {
    v1::NotificationTarget::Email* to = out->mutable_email();
    to->set_from(email.from);
    AddTexts(email.to, to->mutable_to());
    AddTexts(email.cc, to->mutable_cc());
    AddTexts(email.bcc, to->mutable_bcc());
    to->set_reply_to(email.reply_to);
    to->set_subject(email.subject);
    to->set_text(email.text);
    to->set_html(email.html);
  }
  void operator()(const core::PushMessage& push) const {
    v1::NotificationTarget::Push* to = out->mutable_push();
    AddTexts(push.device_tokens, to->mutable_device_tokens());
    to->set_title(push.title);
    to->set_body(push.body);
    to->mutable_data()->insert(push.data.begin(), push.data.end());
  }
  void operator()(const core::SmsMessage& sms) const {
    v1::NotificationTarget::Sms* to = out->mutable_sms();
    to->set_from(sms.from);
    AddTexts(sms.to, to->mutable_to());
    to->set_text(sms.text);
  }
  void operator()(const core::HttpTarget& callback) const {
    HttpToProto(callback, out->mutable_callback());
  }
};

}  // namespace

absl::StatusOr<core::NotificationTarget> ToNotificationTarget(
    std::string_view field, const v1::NotificationTarget& target) {
  const std::string path = StrCat(field, ".channels");
  core::NotificationTarget result;
  for (int i = 0; i < target.channels_size(); ++i) {
    DUCTAPE_ASSIGN_OR_RETURN(core::NotificationTarget::Channel channel,
                             ToChannel(StrCat(path, "[", i, "]"), target.channels(i)));
    result.channels.push_back(std::move(channel));
  }
  // Its paths begin with the target.
  DUCTAPE_RETURN_IF_ERROR(errors::WithFieldPrefix(core::CheckNotificationTarget(result),
                                                  field.substr(0, field.rfind('.') + 1)));
  return result;
}

void NotificationToProto(const core::NotificationTarget& target, v1::NotificationTarget* out) {
  for (const core::NotificationTarget::Channel& channel : target.channels) {
    Channel* added = out->add_channels();
    added->set_connection(channel.connection);
    std::visit(MessageWriter{added}, channel.message);
  }
}

}  // namespace server
