#include "scheduler/dispatch/http_reply.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

constexpr size_t kKept = base::limits::kMaxOutputBytes;

TEST(HttpReplyTest, SuccessIs2xxUnlessCodesAreNamed) {
  for (const int status : {200, 201, 204, 299}) EXPECT_TRUE(IsSuccess(status, {}));
  for (const int status : {100, 199, 300, 301, 404, 500}) EXPECT_FALSE(IsSuccess(status, {}));
  EXPECT_TRUE(IsSuccess(204, {"204"}));
  EXPECT_FALSE(IsSuccess(200, {"204"}));
  EXPECT_TRUE(IsSuccess(302, {"2xx", "3XX"}));
  EXPECT_TRUE(IsSuccess(404, {"40x"}));
  EXPECT_FALSE(IsSuccess(414, {"40x"}));
  EXPECT_FALSE(IsSuccess(200, {"2xxx", "20", "", "2??"}));
  EXPECT_TRUE(IsSuccess(200, {"200-204"}));
  EXPECT_TRUE(IsSuccess(204, {"200-204"}));
  EXPECT_FALSE(IsSuccess(205, {"200-204"}));
  EXPECT_FALSE(IsSuccess(199, {"200-204"}));
  EXPECT_FALSE(IsSuccess(200, {"200-20", "200204", "200_204", "300-200"}));
}

TEST(HttpReplyTest, SuccessKeepsTheBody) {
  HttpReply reply;
  EXPECT_TRUE(reply.OnBody("po"));
  EXPECT_TRUE(reply.OnBody("ng"));
  const AttemptResult result = reply.Classify(200, {}, 0);
  EXPECT_TRUE(result.completed);
  EXPECT_EQ(result.error, nullptr);
  EXPECT_EQ(result.output->output, "pong");
  EXPECT_FALSE(result.output->truncated);
}

TEST(HttpReplyTest, NoBodyIsNoOutput) {
  const HttpReply reply;
  EXPECT_EQ(reply.Classify(204, {}, 0).output, nullptr);
}

TEST(HttpReplyTest, LongBodiesAreCutAndMarked) {
  HttpReply reply;
  EXPECT_TRUE(reply.OnBody(std::string(kKept, 'a')));
  EXPECT_FALSE(reply.Classify(200, {}, 0).output->truncated);
  EXPECT_TRUE(reply.OnBody("b"));
  const AttemptResult result = reply.Classify(200, {}, 0);
  EXPECT_EQ(result.output->output, std::string(kKept, 'a'));
  EXPECT_TRUE(result.output->truncated);
}

TEST(HttpReplyTest, CutDoesNotSplitACharacter) {
  for (size_t before = kKept - 4; before <= kKept; ++before) {
    HttpReply reply;
    reply.OnBody(std::string(before, 'a') + "\xF0\x9F\x98\x80" + "tail");
    const AttemptResult result = reply.Classify(200, {}, 0);
    EXPECT_TRUE(result.output->truncated);
    EXPECT_EQ(result.output->output.find("\xEF\xBF\xBD"), std::string::npos) << before;
  }
}

TEST(HttpReplyTest, StopsReadingAtTheBoundAndStillSucceeds) {
  HttpReply reply;
  const std::string piece(64 * 1024, 'x');
  int pieces = 0;
  while (reply.OnBody(piece)) ASSERT_LT(++pieces, 100);
  EXPECT_EQ(pieces, 16);
  EXPECT_TRUE(reply.overflowed());
  EXPECT_LE(reply.kept().size(), kKept + 1);
  EXPECT_TRUE(reply.Classify(200, {}, 0).completed);
}

TEST(HttpReplyTest, FailureSaysStatusClassAndExcerpt) {
  HttpReply reply;
  reply.OnBody("out of\norder");
  const AttemptResult result = reply.Classify(503, {}, 0);
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(result.error->code, core::failure::kUnavailable);
  EXPECT_EQ(result.error->status, 503);
  EXPECT_EQ(result.error->message, "HTTP 503: out of order");
  EXPECT_FALSE(result.retry_after.has_value());
}

TEST(HttpReplyTest, ExcerptsAreShort) {
  HttpReply reply;
  reply.OnBody(std::string(5000, 'x'));
  EXPECT_LE(reply.Classify(500, {}, 0).error->message.size(), 300u);
}

TEST(HttpReplyTest, RetryAfterOfTheLastAnswerCounts) {
  HttpReply reply;
  reply.OnHeader("HTTP/1.1 100 Continue\r\n");
  reply.OnHeader("Retry-After: 9\r\n");
  reply.OnHeader("HTTP/1.1 429 Slow\r\n");
  EXPECT_FALSE(reply.Classify(429, {}, 0).retry_after.has_value());
  reply.OnHeader("retry-AFTER:  30\r\n");
  reply.OnHeader("X-Other: 1\r\n");
  EXPECT_EQ(reply.Classify(429, {}, 0).retry_after, 30'000);
  EXPECT_FALSE(reply.Classify(200, {}, 0).retry_after.has_value());
}

TEST(HttpReplyTest, ClearForgetsEverything) {
  HttpReply reply;
  reply.OnHeader("Retry-After: 9\r\n");
  reply.OnBody(std::string(2 * HttpReply::kMaxReadBytes, 'x'));
  reply.Clear();
  EXPECT_FALSE(reply.overflowed());
  EXPECT_EQ(reply.kept(), "");
  EXPECT_EQ(reply.retry_after(), "");
}

}  // namespace
}  // namespace scheduler::dispatch
