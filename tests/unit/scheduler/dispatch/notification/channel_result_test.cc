#include "scheduler/dispatch/notification/channel_result.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using testing::HasSubstr;

ChannelResult Sent(std::string_view kind, const std::string& id) {
  ChannelResult result;
  result.kind = kind;
  result.deliveries.push_back({"x", id, "", "", 0, {}});
  return result;
}

TEST(ChannelResultTest, OneThatWasSentIsASuccess) {
  const AttemptResult result = CombineChannels(
      {Sent("email", "4F1A"), FailedChannel("sms", failure::kUnauthenticated, "no", 401)});
  EXPECT_TRUE(result.completed);
  EXPECT_EQ(result.error, nullptr);
  EXPECT_EQ(result.output->output,
            R"({"channels":[{"id":"4F1A","kind":"email","status":"sent"},)"
            R"({"code":"UNAUTHENTICATED","kind":"sms","message":"no","status":"failed"}]})");
}

TEST(ChannelResultTest, TheClassThatIsRetriedStandsForAll) {
  ChannelResult late = FailedChannel("sms", failure::kRateLimited, "slow down", 429);
  late.deliveries[0].retry_after = 5000;
  const AttemptResult result =
      CombineChannels({FailedChannel("email", failure::kNotFound, "nobody", 550), late});
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(result.error->code, failure::kRateLimited);
  EXPECT_EQ(result.error->status, 429);
  EXPECT_EQ(result.error->message, "email: NOT_FOUND: nobody; sms: RATE_LIMITED: slow down");
  EXPECT_EQ(result.retry_after, 5000);
  EXPECT_THAT(result.output->output, HasSubstr(R"("status":"failed")"));
}

TEST(ChannelResultTest, ElseTheFirstFailureDoes) {
  const AttemptResult result = CombineChannels({FailedChannel("email", failure::kNotFound, "a"),
                                                FailedChannel("sms", failure::kForbidden, "b")});
  EXPECT_EQ(result.error->code, failure::kNotFound);
}

TEST(ChannelResultTest, TellsOfSeveralRecipients) {
  ChannelResult email = Sent("email", "1");
  for (int i = 0; i < 8; ++i)
    email.deliveries.push_back({"r" + std::to_string(i), "", "NOT_FOUND", "no", 550, {}});
  const std::string output = CombineChannels({email}).output->output;
  EXPECT_THAT(output, HasSubstr(R"("sent":1)"));
  EXPECT_THAT(output, HasSubstr(R"("failed":8)"));
  EXPECT_THAT(output, HasSubstr(R"({"code":"NOT_FOUND","message":"no","to":"r4"})"));
  EXPECT_THAT(output, testing::Not(HasSubstr("r5")));
}

TEST(ChannelResultTest, TheOutputIsWholeHoweverMuchWentWrong) {
  ChannelResult email;
  email.kind = "email";
  email.deliveries.assign(
      9, {std::string(100, 't'), "", "NOT_FOUND", std::string(1000, '\n'), 550, {}});
  const AttemptResult result = CombineChannels(std::vector<ChannelResult>(10, email));
  EXPECT_LE(result.output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
  EXPECT_FALSE(result.output->truncated);
  EXPECT_THAT(result.output->output, testing::EndsWith("]}"));
  EXPECT_LE(result.error->message.size(), static_cast<size_t>(base::limits::kMaxErrorMessageBytes));
}

TEST(ChannelResultTest, TheOutputIsWholeWhereJsonIsLongerThanTheTexts) {
  const std::vector<ChannelResult> kinds = {
      FailedChannel("callback", failure::kUnauthenticated, std::string(900, '"')),
      Sent("email", std::string(900, '\\'))};
  for (const ChannelResult& channel : kinds) {
    const AttemptResult result = CombineChannels(std::vector<ChannelResult>(10, channel));
    EXPECT_FALSE(result.output->truncated);
    EXPECT_THAT(result.output->output, testing::EndsWith("]}"));
  }
}

TEST(ChannelResultTest, ACallbackAloneGivesTheRunBack) {
  AttemptResult released;
  released.released = true;
  const ChannelResult callback = ChannelOf("callback", released);
  EXPECT_TRUE(CombineChannels({callback}).released);
  const AttemptResult two =
      CombineChannels({callback, FailedChannel("sms", failure::kForbidden, "b")});
  EXPECT_FALSE(two.released);
  EXPECT_EQ(two.error->code, failure::kConnection);
}

TEST(ChannelResultTest, SecretsAreTakenOut) {
  SecretRedactor redactor;
  redactor.Add("s3cret-token");
  const ChannelResult result =
      RedactChannel(redactor, FailedChannel("sms", failure::kForbidden, "bad s3cret-token"));
  EXPECT_EQ(result.deliveries[0].message, "bad [redacted]");
  EXPECT_EQ(RedactChannel(redactor, Sent("sms", "id-s3cret-to\u2026")).deliveries[0].id,
            "id-[redacted]\u2026");
}

}  // namespace
}  // namespace scheduler::dispatch
