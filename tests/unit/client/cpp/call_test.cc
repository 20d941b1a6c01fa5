#include "client/cpp/call.h"

#include <chrono>
#include <vector>

#include "absl/time/time.h"
#include "client/cpp/error.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace ductape::jobs {
namespace {

using client_test::ServiceError;
using grpc::StatusCode;

ClientOptions Fast() {
  ClientOptions options;
  options.retry.initial_backoff = absl::Milliseconds(1);
  options.retry.max_backoff = absl::Milliseconds(2);
  return options;
}

// Answers the statuses in turn, then OK, and counts.
struct Script {
  std::vector<grpc::Status> statuses;
  size_t attempts = 0;

  Attempt AsAttempt() {
    return [this](grpc::ClientContext*) {
      const size_t i = attempts++;
      return i < statuses.size() ? statuses[i] : grpc::Status::OK;
    };
  }
};

const grpc::Status kLost(StatusCode::UNAVAILABLE, "connection lost");

TEST(CallTest, RepeatsASafeCallUntilItSucceeds) {
  Script script{{kLost, kLost}};
  EXPECT_TRUE(CallWithRetries(Fast(), {}, Idempotency::kSafe, script.AsAttempt()).ok());
  EXPECT_EQ(script.attempts, 3U);
}

TEST(CallTest, AnswersTheLastErrorAfterTheLastAttempt) {
  Script script{std::vector<grpc::Status>(10, kLost)};
  const absl::Status status = CallWithRetries(Fast(), {}, Idempotency::kSafe, script.AsAttempt());
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(script.attempts, 4U);
}

TEST(CallTest, OneAttemptWhereRetriesAreOff) {
  ClientOptions options = Fast();
  options.retry.max_attempts = 0;
  Script script{{kLost}};
  EXPECT_FALSE(CallWithRetries(options, {}, Idempotency::kSafe, script.AsAttempt()).ok());
  EXPECT_EQ(script.attempts, 1U);
}

TEST(CallTest, DoesNotRepeatAnUnsafeCallWhoseOutcomeIsUnknown) {
  Script script{{kLost}};
  EXPECT_TRUE(
      absl::IsUnavailable(CallWithRetries(Fast(), {}, Idempotency::kUnsafe, script.AsAttempt())));
  EXPECT_EQ(script.attempts, 1U);
}

TEST(CallTest, RepeatsWhatTheServerRefusedBeforeItActed) {
  for (const Idempotency idempotency : {Idempotency::kSafe, Idempotency::kUnsafe}) {
    Script script{{ServiceError(StatusCode::UNAVAILABLE, "RECOVERING", "starting", "", 1),
                   ServiceError(StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", "busy", "", 1)}};
    EXPECT_TRUE(CallWithRetries(Fast(), {}, idempotency, script.AsAttempt()).ok());
    EXPECT_EQ(script.attempts, 3U);
  }
}

TEST(CallTest, RepeatsWhileAnEarlierAttemptIsUnderWay) {
  Script script{{ServiceError(StatusCode::ABORTED, "REQUEST_IN_PROGRESS", "under way")}};
  EXPECT_TRUE(CallWithRetries(Fast(), {}, Idempotency::kSafe, script.AsAttempt()).ok());
  EXPECT_EQ(script.attempts, 2U);
}

TEST(CallTest, DoesNotRepeatWhatWillNotChange) {
  const std::vector<grpc::Status> finals = {
      ServiceError(StatusCode::ABORTED, "ETAG_MISMATCH", "changed meanwhile"),
      ServiceError(StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED", "required", "job"),
      ServiceError(StatusCode::NOT_FOUND, "JOB_NOT_FOUND", "no such job"),
      // The message is larger than the server takes.
      grpc::Status(StatusCode::RESOURCE_EXHAUSTED, "too large"),
      grpc::Status(StatusCode::DEADLINE_EXCEEDED, "too late"),
  };
  for (const grpc::Status& status : finals) {
    Script script{{status}};
    EXPECT_EQ(CallWithRetries(Fast(), {}, Idempotency::kSafe, script.AsAttempt()).message(),
              status.error_message());
    EXPECT_EQ(script.attempts, 1U) << status.error_message();
  }
}

TEST(CallTest, DoesNotWaitBeyondTheDeadline) {
  Script script{{ServiceError(StatusCode::UNAVAILABLE, "DRAINING", "leaving", "", 3'600'000)}};
  CallOptions options;
  options.deadline = absl::Seconds(30);
  const absl::Status status =
      CallWithRetries(Fast(), options, Idempotency::kSafe, script.AsAttempt());
  EXPECT_EQ(ErrorOf(status).reason, "DRAINING");
  EXPECT_EQ(script.attempts, 1U);
}

TEST(CallTest, AllAttemptsShareOneDeadline) {
  std::vector<std::chrono::system_clock::time_point> deadlines;
  CallOptions options;
  options.deadline = absl::Minutes(1);
  const absl::Status status =
      CallWithRetries(Fast(), options, Idempotency::kSafe, [&](grpc::ClientContext* context) {
        deadlines.push_back(context->deadline());
        return deadlines.size() < 3 ? kLost : grpc::Status::OK;
      });
  EXPECT_TRUE(status.ok());
  ASSERT_EQ(deadlines.size(), 3U);
  EXPECT_EQ(deadlines[0], deadlines[1]);
  EXPECT_EQ(deadlines[0], deadlines[2]);
}

TEST(BackoffTest, DoublesUpToTheLongestAndHalfIsDrawn) {
  RetryOptions retry;
  retry.initial_backoff = absl::Milliseconds(100);
  retry.max_backoff = absl::Milliseconds(350);
  EXPECT_EQ(Backoff(retry, 1, {}, 0), absl::Milliseconds(50));
  EXPECT_EQ(Backoff(retry, 1, {}, 0.5), absl::Milliseconds(75));
  EXPECT_EQ(Backoff(retry, 2, {}, 0), absl::Milliseconds(100));
  EXPECT_EQ(Backoff(retry, 3, {}, 0), absl::Milliseconds(175));
  EXPECT_EQ(Backoff(retry, 1000, {}, 0), absl::Milliseconds(175));
}

TEST(BackoffTest, HonoursALongerWaitThatTheServerAsksFor) {
  RetryOptions retry;
  EXPECT_EQ(Backoff(retry, 1, absl::Seconds(7), 0.9), absl::Seconds(7));
  EXPECT_EQ(Backoff(retry, 1, absl::Milliseconds(1), 0), absl::Milliseconds(50));
}

}  // namespace
}  // namespace ductape::jobs
