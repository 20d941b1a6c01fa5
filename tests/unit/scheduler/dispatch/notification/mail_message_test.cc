#include "scheduler/dispatch/notification/mail_message.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const MailIdentity kIdentity{
    "0001-1@ductape-jobs", 1'735'787'045'678, {{"Ductape-Job", "nightly"}}};

MailContent Content() {
  MailContent content;
  content.from = {"Ops", "ops@example.com"};
  content.to = {{"", "a@example.com"}};
  content.subject = "Hello";
  content.text = "Hi\n";
  return content;
}

TEST(MailMessageTest, WritesAPlainMail) {
  const Mail mail = BuildMail(Content(), kIdentity);
  EXPECT_EQ(mail.sender, "ops@example.com");
  EXPECT_THAT(mail.recipients, ElementsAre("a@example.com"));
  EXPECT_EQ(mail.data,
            "Date: Thu, 02 Jan 2025 03:04:05 +0000\r\n"
            "From: Ops <ops@example.com>\r\n"
            "To: a@example.com\r\n"
            "Message-ID: <0001-1@ductape-jobs>\r\n"
            "Subject: Hello\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "Ductape-Job: nightly\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hi\r\n");
}

TEST(MailMessageTest, BccIsOnlyInTheEnvelope) {
  MailContent content = Content();
  content.cc = {{"", "b@example.com"}, {"C", "c@example.com"}};
  content.bcc = {{"", "secret@example.com"}, {"", "a@example.com"}};
  content.reply_to = core::MailAddress{"", "r@example.com"};
  const Mail mail = BuildMail(content, kIdentity);
  EXPECT_THAT(mail.recipients,
              ElementsAre("a@example.com", "b@example.com", "c@example.com", "secret@example.com"));
  EXPECT_THAT(mail.data, HasSubstr("\r\nCc: b@example.com,\r\n C <c@example.com>\r\n"));
  EXPECT_THAT(mail.data, HasSubstr("\r\nReply-To: r@example.com\r\n"));
  EXPECT_THAT(mail.data, Not(HasSubstr("secret@")));
}

TEST(MailMessageTest, TextAndHtmlAreAlternatives) {
  MailContent content = Content();
  content.html = "<p>日本語</p>";
  const Mail mail = BuildMail(content, kIdentity);
  EXPECT_THAT(mail.data,
              HasSubstr("Content-Type: multipart/alternative; boundary=\"=_ductape-jobs_=\"\r\n"
                        "\r\n--=_ductape-jobs_=\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(mail.data,
              HasSubstr("\r\n--=_ductape-jobs_=\r\nContent-Type: text/html; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n\r\n"));
  EXPECT_THAT(mail.data, testing::EndsWith("\r\n--=_ductape-jobs_=--\r\n"));
}

TEST(MailMessageTest, TheMessageIdIsTheRunsForItsFirstEmail) {
  core::NotificationTarget target;
  target.channels = {
      {"s", core::SmsMessage()}, {"c", core::EmailMessage()}, {"c", core::EmailMessage()}};
  const core::ClaimedRun run = support::ClaimedRunOf(target, 12);
  const std::string id = core::FormatRunId(run.key);
  EXPECT_EQ(MailIdentityOf(run, target, 1, 0).message_id, id + "@ductape-jobs");
  EXPECT_EQ(MailIdentityOf(run, target, 2, 0).message_id, id + ".2@ductape-jobs");
  EXPECT_THAT(MailIdentityOf(run, target, 1, 0).fields,
              testing::Contains(testing::Pair("Ductape-Run-Number", "12")));
}

TEST(MailMessageTest, RendersAndChecksWhatIsSent) {
  core::EmailMessage email;
  email.to = {"a@example.com"};
  email.subject = "S";
  email.text = "T";
  const core::ClaimedRun run = support::ClaimedRunOf(core::NotificationTarget());
  const Renderer renderer(run);
  const auto fault = [&](const core::EmailMessage& message, const std::string& from) {
    const auto content = RenderMail(message, from, renderer, "f");
    return content.ok() ? std::string() : std::string(content.status().message());
  };
  EXPECT_EQ(fault(email, "ops@example.com"), "");
  EXPECT_THAT(fault(email, ""), HasSubstr("whom mail is from"));
  core::EmailMessage changed = email;
  changed.to = {"a@example.com", "b@example.com\r\nBcc: c@example.com"};
  EXPECT_THAT(fault(changed, "o@example.com"), HasSubstr("f.to[1]"));
  changed = email;
  changed.subject = "S\r\nBcc: c@example.com";
  EXPECT_THAT(fault(changed, "o@example.com"), HasSubstr("f.subject"));
  changed = email;
  changed.text.clear();
  EXPECT_THAT(fault(changed, "o@example.com"), HasSubstr("neither text nor html"));
  changed = email;
  changed.from = "Other <x@example.com>";
  EXPECT_EQ(RenderMail(changed, "o@example.com", renderer, "f")->from.address, "x@example.com");
}

TEST(MailMessageTest, SecretsLandInWhatItSaysAndNotInWhoGetsIt) {
  core::EmailMessage email;
  email.to = {"a@example.com"};
  email.subject = "{{secrets.code}}";
  email.text = "{{secrets.code}}";
  email.html = "{{secrets.code}}";
  const core::ClaimedRun run = support::ClaimedRunOf(core::NotificationTarget());
  RenderOptions options;
  options.read_secret = [](std::string_view) { return base::SecretText("a&b=cö"); };
  const Renderer renderer(run, options);
  const absl::StatusOr<MailContent> content = RenderMail(email, "ops@example.com", renderer, "f");
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_EQ(content->subject, "a&b=cö");
  EXPECT_EQ(content->text, "a&b=cö");
  EXPECT_EQ(content->html, "a&amp;b=cö");
  // Quoted-printable, base64 and encoded words are none of what a redactor looks for.
  SecretRedactor redactor;
  redactor.Add("a&b=cö");
  const MailContent shown = RedactContent(redactor, *content);
  EXPECT_EQ(shown.subject, "[redacted]");
  EXPECT_EQ(shown.text, "[redacted]");
  EXPECT_EQ(shown.html, "[redacted]");
  email.to = {"{{secrets.code}}@example.com"};
  EXPECT_THAT(RenderMail(email, "ops@example.com", renderer, "f").status().message(),
              HasSubstr("no secrets are to be had"));
}

}  // namespace
}  // namespace scheduler::dispatch
