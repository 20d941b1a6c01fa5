#include "server/converters/run_converter.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

core::Run FailedRun() {
  core::Run run;
  run.key = {core::MakeUid(1, 2), 17};
  run.generation = 3;
  run.state = core::RunState::kFailed;
  run.trigger = core::Trigger::kCatchup;
  run.scheduled_time = 1000;
  run.last_scheduled_time = 1000;
  run.due_time = 2000;
  run.create_time = 2001;
  run.start_time = 2002;
  run.end_time = 2003;
  run.attempt_count = 2;
  run.attempts = {{.attempt = 1,
                   .start_time = 2002,
                   .end_time = 0,
                   .error = core::RunError{"TIMEOUT", "late\xFF", true, 504},
                   .worker = "w",
                   .token = 0xFFFFFFFFFFFFFFFF,
                   .event_generation = 4}};
  run.error = core::RunError{"VALIDATION", "no", {}, 400};
  run.output = "caf\xC3";
  run.output_truncated = true;
  run.env = "prd";
  run.product = "shop";
  run.job_tag = "t";
  return run;
}

TEST(RunToProtoTest, ShowsEverything) {
  v1::Run run;
  RunToProto(FailedRun(), RunDetail::kFull, &run);
  EXPECT_EQ(run.run_id(), core::FormatRunId({core::MakeUid(1, 2), 17}));
  EXPECT_EQ(run.job_uid(), core::FormatUid(core::MakeUid(1, 2)));
  EXPECT_EQ(run.state(), v1::Run::FAILED);
  EXPECT_EQ(run.trigger(), v1::Run::CATCHUP);
  EXPECT_FALSE(run.has_last_scheduled_time());  // no stretch
  EXPECT_EQ(run.due_time().seconds(), 2);
  EXPECT_TRUE(run.has_end_time());
  EXPECT_FALSE(run.has_next_attempt_time());
  EXPECT_EQ(run.error().code(), "VALIDATION");
  EXPECT_FALSE(run.error().has_retryable());
  EXPECT_EQ(run.error().status(), 400);
  ASSERT_EQ(run.attempts_size(), 1);
  EXPECT_EQ(run.attempts(0).token(), 0xFFFFFFFFFFFFFFFF);
  EXPECT_FALSE(run.attempts(0).has_end_time());
  EXPECT_TRUE(run.attempts(0).error().retryable());
  EXPECT_EQ(run.attempts(0).error().message(), "late\xEF\xBF\xBD");
  EXPECT_EQ(run.output(), "caf\xEF\xBF\xBD");
  EXPECT_TRUE(run.output_truncated());
  EXPECT_EQ(run.traceparent(), core::TraceparentOf({core::MakeUid(1, 2), 17}));
}

TEST(RunToProtoTest, SummariesLeaveOutAttemptsAndOutput) {
  v1::Run run;
  RunToProto(FailedRun(), RunDetail::kSummary, &run);
  EXPECT_EQ(run.attempts_size(), 0);
  EXPECT_EQ(run.output(), "");
  EXPECT_EQ(run.error().code(), "VALIDATION");
}

TEST(RunToProtoTest, ACancelledRunSaysSoInItsError) {
  core::Run cancelled = FailedRun();
  cancelled.state = core::RunState::kCancelled;
  cancelled.error = core::RunError{"CANCELLED", "not needed", {}, 0};
  v1::Run run;
  RunToProto(cancelled, RunDetail::kFull, &run);
  EXPECT_EQ(run.error().code(), "CANCELLED");
  EXPECT_EQ(run.error().message(), "not needed");
  // Without a reason, and where it waited for a retry.
  for (const auto& error : {std::optional<core::RunError>(),
                            std::optional(core::RunError{"TIMEOUT", "late", {}, 504})}) {
    cancelled.error = error;
    run.Clear();
    RunToProto(cancelled, RunDetail::kSummary, &run);
    EXPECT_EQ(run.error().code(), "CANCELLED");
    EXPECT_EQ(run.error().message(), "");
    EXPECT_EQ(run.error().status(), 0);
  }
}

TEST(RunToProtoTest, StretchesShowTheirLastTime) {
  core::Run stretch;
  stretch.key = {core::MakeUid(1, 2), 1};
  stretch.state = core::RunState::kSkipped;
  stretch.count = 3;
  stretch.scheduled_time = 1000;
  stretch.last_scheduled_time = 3000;
  v1::Run run;
  RunToProto(stretch, RunDetail::kFull, &run);
  EXPECT_EQ(run.last_scheduled_time().seconds(), 3);
  EXPECT_EQ(run.count(), 3);
  EXPECT_FALSE(run.has_start_time());
  EXPECT_FALSE(run.has_end_time());
}

TEST(RunKeyTest, IsTheRunIdExactly) {
  const core::RunKey key{core::MakeUid(1, 2), 17};
  EXPECT_EQ(ToRunKey(core::FormatRunId(key)).value(), key);
  EXPECT_EQ(Fault(ToRunKey("")), "FIELD_REQUIRED run_id");
  for (const std::string bad : {"x", "-1", "0000000000208", "0000000000208-", "0000000000208-0",
                                "0000000000208-01", "0000000000208--1", "0000000000208-1 ",
                                "0000000000208-9223372036854775808", "000000000020I-1"}) {
    EXPECT_EQ(Fault(ToRunKey(bad)), "RUN_ID_INVALID run_id") << bad;
  }
  EXPECT_EQ(Fault(ToRunKey(std::string(1 << 20, '0'))), "RUN_ID_INVALID run_id");
}

TEST(UidTest, IsThirteenCharacters) {
  EXPECT_EQ(ToUid("job_uid", core::FormatUid(77)).value(), 77u);
  EXPECT_EQ(Fault(ToUid("job_uid", "77")), "UID_INVALID job_uid");
}

}  // namespace
}  // namespace server
