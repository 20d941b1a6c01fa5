#include "scheduler/dispatch/notification/smtp_reply.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;

TEST(SmtpReplyTest, TheReplyGivesTheClass) {
  const std::pair<std::string, std::string_view> table[] = {
      {"421 4.3.2 shutting down", failure::kUnavailable},
      {"450 4.2.0 greylisted", failure::kUnavailable},
      {"451 4.4.5 congested", failure::kRateLimited},
      {"421 4.7.28 too much mail", failure::kRateLimited},
      {"452 4.5.3 too many recipients", failure::kUnavailable},
      {"454 4.7.0 temporary authentication failure", failure::kUnavailable},
      {"530 5.7.0 authentication required", failure::kUnauthenticated},
      {"535 5.7.8 bad credentials", failure::kUnauthenticated},
      {"534 5.7.9 mechanism too weak", failure::kUnauthenticated},
      {"550 no such user", failure::kNotFound},
      {"550 5.1.1 no such user", failure::kNotFound},
      {"553 5.1.3 bad syntax", failure::kNotFound},
      {"550 5.7.1 relaying denied", failure::kForbidden},
      {"554 5.7.1 spam", failure::kForbidden},
      {"550 5.2.1 mailbox disabled", failure::kValidation},
      {"552 5.3.4 too big", failure::kValidation},
      {"554 no", failure::kValidation},
      {"501 5.5.4 syntax", failure::kValidation},
  };
  for (const auto& [text, code] : table) {
    EXPECT_EQ(ClassOfSmtpReply({std::stoi(text), text}), code) << text;
  }
}

TEST(SmtpReplyTest, FollowsTheDialogue) {
  SmtpDialog dialog;
  dialog.OnReply("220 mail.example ESMTP\r\n");
  dialog.OnCommand("EHLO me\r\n");
  dialog.OnReply("250-mail.example\r\n");
  dialog.OnReply("250 SMTPUTF8\r\n");
  EXPECT_EQ(dialog.last().text, "250 mail.example SMTPUTF8");
  EXPECT_FALSE(dialog.began());
  dialog.OnCommand("MAIL FROM:<a@b>\r\n");
  dialog.OnReply("250 ok\r\n");
  EXPECT_TRUE(dialog.began());
  dialog.OnCommand("RCPT TO:<c@d>\r\n");
  dialog.OnReply("250 ok\r\n");
  dialog.OnCommand("RCPT TO:<e@f>\r\n");
  dialog.OnReply("550-5.1.1 nobody\r\n");
  dialog.OnReply("550 5.1.1 of that name\r\n");
  dialog.OnCommand("DATA\r\n");
  dialog.OnReply("354 go on\r\n");
  EXPECT_EQ(dialog.message().code, 0);
  dialog.OnReply("250 2.0.0 Ok: queued as 4F1A\r\n");
  ASSERT_EQ(dialog.recipients().size(), 2U);
  EXPECT_EQ(dialog.recipients()[0].code, 250);
  EXPECT_EQ(dialog.recipients()[1].text, "550 5.1.1 nobody 5.1.1 of that name");
  EXPECT_EQ(dialog.message().code, 250);
  EXPECT_EQ(QueueIdOf(dialog.message()), "4F1A");
}

TEST(SmtpReplyTest, DataThatIsRefusedIsTheMessages) {
  SmtpDialog dialog;
  dialog.OnCommand("DATA\r\n");
  dialog.OnReply("554 no\r\n");
  EXPECT_EQ(dialog.message().code, 554);
}

TEST(SmtpReplyTest, TheGoodbyeIsNotTheLastWord) {
  SmtpDialog dialog;
  dialog.OnCommand("MAIL FROM:<a@b>\r\n");
  dialog.OnReply("530 5.7.0 log in\r\n");
  dialog.OnCommand("QUIT\r\n");
  dialog.OnReply("221 Bye\r\n");
  EXPECT_EQ(dialog.last().code, 530);
}

TEST(SmtpReplyTest, LongAndStrangeRepliesAreBounded) {
  SmtpDialog dialog;
  dialog.OnReply("nonsense\r\n");
  EXPECT_EQ(dialog.last().code, 0);
  for (int i = 0; i < 1000; ++i) dialog.OnReply("554-" + std::string(400, 'x') + "\r\n");
  dialog.OnReply("554 end\r\n");
  EXPECT_LT(dialog.last().text.size(), 1200U);
  EXPECT_EQ(dialog.last().code, 554);
}

TEST(SmtpReplyTest, ReadsTheIdThatServersGive) {
  EXPECT_EQ(QueueIdOf({250, "250 2.0.0 Ok: queued as 9A8B7C (x)"}), "9A8B7C");
  EXPECT_EQ(QueueIdOf({250, "250 OK"}), "");
}

TEST(SmtpReplyTest, TheGreetingIsTheFirstWord) {
  SmtpDialog dialog;
  dialog.OnReply("220-mail.test\r\n");
  dialog.OnReply("220 at your service\r\n");
  dialog.OnCommand("EHLO me\r\n");
  dialog.OnReply("250 mail.test\r\n");
  EXPECT_EQ(dialog.greeting().code, 220);
  EXPECT_EQ(dialog.greeting().text, "220 mail.test at your service");
}

}  // namespace
}  // namespace scheduler::dispatch
