#include "scheduler/dispatch/secret_redactor.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"

namespace scheduler::dispatch {
namespace {

SecretRedactor Of(const std::string& secret) {
  SecretRedactor redactor;
  redactor.Add(secret);
  return redactor;
}

TEST(SecretRedactorTest, TakesOutEachForm) {
  const SecretRedactor redactor = Of("p\"ss w\\rd");
  EXPECT_EQ(redactor.Redact("a p\"ss w\\rd b", false), "a [redacted] b");
  EXPECT_EQ(redactor.Redact("k=p%22ss%20w%5Crd&x", false), "k=[redacted]&x");
  EXPECT_EQ(redactor.Redact(R"({"k":"p\"ss w\\rd"})", false), R"({"k":"[redacted]"})");
  EXPECT_EQ(redactor.Redact("nothing", false), "nothing");
}

TEST(SecretRedactorTest, TakesOutWhatOtherWritersMakeOfIt) {
  const SecretRedactor redactor = Of("s\u00e9 cret/<a>\U0001F511");
  for (const char* echoed :
       {"s%c3%a9%20cret%2f%3ca%3e%f0%9f%94%91", "s%C3%A9+cret%2F%3Ca%3E%F0%9F%94%91",
        "s\u00e9 cret\\/<a>\U0001F511", R"(s\u00e9 cret/<a>\ud83d\udd11)",
        R"(s\u00e9 cret\/<a>\ud83d\udd11)", "s\u00e9 cret/&lt;a&gt;\U0001F511"}) {
    EXPECT_EQ(redactor.Redact(echoed, false), "[redacted]") << echoed;
  }
}

TEST(SecretRedactorTest, AnOutputStaysWithinItsBound) {
  std::string text;
  while (text.size() + 4 <= base::limits::kMaxOutputBytes) text += "abcd";
  core::RunOutput output;
  output.output = text;
  AttemptResult result;
  result.output = std::make_shared<const core::RunOutput>(output);
  const AttemptResult redacted = Of("abcd").Redact(result);
  EXPECT_EQ(redacted.output->output.size(), base::limits::kMaxOutputBytes);
  EXPECT_TRUE(redacted.output->truncated);
}

TEST(SecretRedactorTest, ATraceThatIsFollowedShowsNoSecret) {
  const auto trace = std::make_shared<core::AttemptTrace>();
  SecretRedactor redactor;
  redactor.Follow(trace);
  trace->AddRequest("POST /?key=hunter%202");
  redactor.Add("hunter 2");
  SecretRedactor moved = std::move(redactor);
  moved.Add("a token");
  trace->AddRequest("PUT / a token");
  trace->AddResponse("HTTP/1.1 200 hunter 2");
  EXPECT_EQ(trace->request(), "POST /?key=[redacted]\n\nPUT / [redacted]");
  EXPECT_EQ(trace->response(), "HTTP/1.1 200 [redacted]");
}

TEST(SecretRedactorTest, OfSecretsThatBeginAlikeTheLongerOneGoesFirst) {
  const auto trace = std::make_shared<core::AttemptTrace>();
  SecretRedactor redactor;
  redactor.Follow(trace);
  redactor.Add("acme-prod");
  redactor.Add("acme-prod-9f8e7d6c");
  trace->AddRequest("acme-prod acme-prod-9f8e7d6c");
  EXPECT_EQ(trace->request(), "[redacted] [redacted]");
}

// As protobuf and Go write them.
TEST(SecretRedactorTest, TakesOutWhatJsonEscapesForPages) {
  EXPECT_EQ(
      Of("ab<c>&de").Redact(R"({"a":"ab\u003cc\u003e&de","b":"ab\u003cc\u003e\u0026de"})", false),
      R"({"a":"[redacted]","b":"[redacted]"})");
}

TEST(SecretRedactorTest, TakesOutLinesInJson) {
  EXPECT_EQ(Of("one\ntwo\r\n").Redact(R"({"key":"one\ntwo\r\n"})", false),
            R"({"key":"[redacted]"})");
}

TEST(SecretRedactorTest, TakesOutEveryOccurrence) {
  EXPECT_EQ(Of("hunter2").Redact("hunter2hunter2 hunter2", false),
            "[redacted][redacted] [redacted]");
}

TEST(SecretRedactorTest, WhatIsCutGoesToo) {
  const SecretRedactor redactor = Of("hunter2-is-secret");
  EXPECT_EQ(redactor.Redact("x hunter2-is", true), "x [redacted]");
  EXPECT_EQ(redactor.Redact("x hunter2-is\u2026", true), "x [redacted]\u2026");
  EXPECT_EQ(redactor.Redact("x hunter2-is", false), "x hunter2-is");
  EXPECT_EQ(redactor.Redact("x hun", true), "x hun");
  EXPECT_EQ(redactor.Redact("", true), "");
}

TEST(SecretRedactorTest, TooShortIsNoSecret) {
  EXPECT_TRUE(Of("abc").empty());
  EXPECT_TRUE(Of("").empty());
}

TEST(SecretRedactorTest, ResultsAreRedactedWhole) {
  AttemptResult result;
  core::RunError error;
  error.code = "VALIDATION";
  error.message = "HTTP 400: token hunter2";
  result.error = std::make_shared<const core::RunError>(error);
  core::RunOutput output;
  output.output = R"({"token":"hunter2"})";
  result.output = std::make_shared<const core::RunOutput>(output);
  const AttemptResult redacted = Of("hunter2").Redact(result);
  EXPECT_EQ(redacted.error->message, "HTTP 400: token [redacted]");
  EXPECT_EQ(redacted.error->code, "VALIDATION");
  EXPECT_EQ(redacted.output->output, R"({"token":"[redacted]"})");
  EXPECT_EQ(Of("hunter2").Redact(AttemptResult()).error, nullptr);
}

}  // namespace
}  // namespace scheduler::dispatch
