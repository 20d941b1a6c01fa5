#include "scheduler/core/notification/notification_check.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"

namespace scheduler::core {
namespace {

namespace limits = base::limits;

EmailMessage Email() {
  EmailMessage email;
  email.to = {"a@example.com"};
  email.subject = "Grüße";
  email.text = "Hello";
  return email;
}
PushMessage Push() { return {{"ExponentPushToken[x]"}, "Title", "Body", {{"k", "v"}}}; }
SmsMessage Sms() { return {"", {"+4915123456789"}, "Hello"}; }
HttpTarget Callback() {
  HttpTarget target;
  target.url = "https://example.com/";
  return target;
}

// The field that is refused in a second channel with this message; empty if it is taken.
template <typename Message>
std::string Refused(Message message, const std::string& connection = "c") {
  NotificationTarget target;
  target.channels.push_back({"", Callback()});
  target.channels.push_back({connection, std::move(message)});
  const absl::Status status = CheckNotificationTarget(target);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return base::errors::DetailOf(status).field;
}

// The same for a change of a good message.
template <typename Message, typename Change>
std::string With(Message message, Change change) {
  change(message);
  return Refused(std::move(message));
}

TEST(NotificationCheckTest, TakesGoodOnes) {
  EXPECT_EQ(Refused(Email()), "");
  EXPECT_EQ(Refused(Push()), "");
  EXPECT_EQ(Refused(Sms()), "");
  EXPECT_EQ(Refused(Callback(), ""), "");
}

TEST(NotificationCheckTest, NeedsChannelsAndConnections) {
  EXPECT_EQ(base::errors::DetailOf(CheckNotificationTarget({})).field, "notification.channels");
  NotificationTarget many;
  many.channels.assign(limits::kMaxNotificationChannels + 1, {"c", Sms()});
  EXPECT_EQ(base::errors::DetailOf(CheckNotificationTarget(many)).field, "notification.channels");
  EXPECT_EQ(Refused(Email(), ""), "notification.channels[1].connection");
  EXPECT_EQ(Refused(HttpTarget(), ""), "notification.channels[1].callback.url");
}

TEST(NotificationCheckTest, NamesTheFieldOfAnEmail) {
  const std::string at = "notification.channels[1].email.";
  EXPECT_EQ(With(Email(), [](auto& e) { e.to.clear(); }), at + "to");
  EXPECT_EQ(With(Email(), [](auto& e) { e.to = {"a@b", "nobody"}; }), at + "to[1]");
  EXPECT_EQ(With(Email(), [](auto& e) { e.cc = {"a@b\r\nX: y"}; }), at + "cc[0]");
  EXPECT_EQ(With(Email(), [](auto& e) { e.bcc = {""}; }), at + "bcc[0]");
  EXPECT_EQ(With(Email(), [](auto& e) { e.from = "nobody"; }), at + "from");
  EXPECT_EQ(With(Email(), [](auto& e) { e.reply_to = "nobody"; }), at + "reply_to");
  EXPECT_EQ(With(Email(), [](auto& e) { e.subject = "a\nb"; }), at + "subject");
  EXPECT_EQ(With(Email(), [](auto& e) { e.text.clear(); }), at + "text");
  EXPECT_EQ(With(Email(), [](auto& e) { e.html.assign(limits::kMaxBodyBytes + 1, 'x'); }),
            at + "html");
  EXPECT_EQ(With(Email(), [](auto& e) { e.cc.assign(limits::kMaxRecipients, "a@b"); }), at + "to");
}

TEST(NotificationCheckTest, NamesTheFieldOfAPush) {
  const std::string at = "notification.channels[1].push.";
  EXPECT_EQ(With(Push(), [](auto& p) { p.device_tokens.clear(); }), at + "device_tokens");
  EXPECT_EQ(With(Push(), [](auto& p) { p.device_tokens = {"a", "b c"}; }), at + "device_tokens[1]");
  EXPECT_EQ(
      With(Push(), [](auto& p) { p.device_tokens.assign(limits::kMaxDeviceTokens + 1, "a"); }),
      at + "device_tokens");
  EXPECT_EQ(With(Push(), [](auto& p) { p.data = {{"", "x"}}; }), at + "data");
  EXPECT_EQ(With(Push(), [](auto& p) { p.body.assign(limits::kMaxPushBytes, 'x'); }), at + "body");
  EXPECT_EQ(With(Push(), [](auto& p) { p.title = p.body = "", p.data.clear(); }), at + "body");
}

TEST(NotificationCheckTest, NamesTheFieldOfAShortMessage) {
  const std::string at = "notification.channels[1].sms.";
  EXPECT_EQ(With(Sms(), [](auto& s) { s.to.clear(); }), at + "to");
  EXPECT_EQ(With(Sms(), [](auto& s) { s.to = {"+4915123456789", "0151"}; }), at + "to[1]");
  EXPECT_EQ(With(Sms(), [](auto& s) { s.text.clear(); }), at + "text");
  EXPECT_EQ(With(Sms(), [](auto& s) { s.text.assign(limits::kMaxSmsBytes + 1, 'x'); }),
            at + "text");
  EXPECT_EQ(With(Sms(), [](auto& s) { s.from = "a\rb"; }), at + "from");
}

TEST(NotificationCheckTest, WhatARunFillsInIsLeftToIt) {
  EXPECT_EQ(With(Email(), [](auto& e) { e.to = {"{{user.email}}"}; }), "");
  EXPECT_EQ(With(Push(), [](auto& p) { p.device_tokens = {"{{ device }}"}; }), "");
  EXPECT_EQ(With(Sms(), [](auto& s) { s.to = {"{{phone}}"}; }), "");
}

}  // namespace
}  // namespace scheduler::core
