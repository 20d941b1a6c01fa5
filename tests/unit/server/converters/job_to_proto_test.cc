#include "server/converters/job_to_proto.h"

#include "gtest/gtest.h"
#include "server/converters/job_to_spec.h"
#include "server/converters/time.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

scheduler::engine::JobView FullView() {
  scheduler::engine::JobView view;
  core::JobSpec& spec = view.job.spec;
  spec.product = "shop";
  spec.tag = "t";
  spec.name = "Name";
  spec.event = {core::EventType::kFunction, "f"};
  spec.executions = 3;
  spec.timing.interval = 1000;
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  spec.start_time = 5000;
  spec.end_time = 9000;
  spec.input_json = R"({"a":1})";
  spec.env = "prd";
  spec.labels = {{"team", "x"}};
  spec.overlap = {core::OverlapMode::kAllow, 7};
  spec.catchup = {core::CatchupMode::kAll, 60'000, 5};
  spec.retry.emplace();
  spec.retry->max_retries = 2;
  spec.attempt_timeout = 1500;
  spec.history_limit = 0;
  view.job.create_time = 4000;
  view.job.update_time = 4500;
  view.status.uid = core::MakeUid(1, 2);
  view.status.generation = 2;
  view.status.pause_count = 1;
  view.status.state = core::JobState::kPaused;
  view.status.state_reason = "PAUSED_BY_REQUEST";
  view.status.pause_note = "maintenance";
  view.status.execution_count = 2;
  view.status.last_number = 4;
  view.status.stats.failed = 1;
  view.status.active_numbers = {3, 4};
  view.status.overdue_since = 1;
  view.status.conditions = {{"OVERDUE", "behind", 6000}};
  return view;
}

TEST(JobToProtoTest, ShowsDefinitionAndStatus) {
  v1::Job job;
  JobToProto(FullView(), true, &job);
  EXPECT_EQ(job.product(), "shop");
  EXPECT_EQ(job.event_type(), v1::Event::FUNCTION);
  EXPECT_EQ(job.executions(), 3);
  EXPECT_EQ(job.interval_mode(), v1::Job::FIXED_DELAY);
  EXPECT_EQ(job.input().fields().at("a").number_value(), 1);
  EXPECT_EQ(job.attempt_timeout().nanos(), 500'000'000);
  EXPECT_TRUE(job.has_history_limit());
  EXPECT_EQ(job.uid(), core::FormatUid(core::MakeUid(1, 2)));
  EXPECT_EQ(job.etag(), job.uid() + "-2-1");
  EXPECT_EQ(job.state(), v1::Job::PAUSED);
  EXPECT_EQ(job.pause_note(), "maintenance");
  EXPECT_EQ(job.stats().failed(), 1);
  EXPECT_FALSE(job.has_next_run_time());
  ASSERT_EQ(job.active_run_ids_size(), 2);
  EXPECT_EQ(job.active_run_ids(0), job.uid() + "-3");
  EXPECT_TRUE(job.overdue());
  ASSERT_EQ(job.conditions_size(), 1);
  EXPECT_EQ(job.conditions(0).since().seconds(), 6);
  EXPECT_EQ(job.create_time().seconds(), 4);
  EXPECT_FALSE(job.has_last_run());
}

TEST(JobToProtoTest, WhatIsReadCanBeWritten) {
  v1::Job job;
  JobToProto(FullView(), true, &job);
  EXPECT_EQ(ToJobSpec(job, "default").value(), FullView().job.spec);
  auto view = FullView();
  view.job.spec.timing.interval = 0;
  view.job.spec.timing.times = {1000, 2000};
  view.job.spec.interval_mode = core::IntervalMode::kFixedRate;
  view.job.spec.retry.reset();
  view.job.spec.start_time.reset();
  view.job.spec.exclude_calendars = {"holidays", "nights"};
  v1::Job other;
  JobToProto(view, true, &other);
  EXPECT_EQ(ToJobSpec(other, "default").value(), view.job.spec);
}

TEST(JobToProtoTest, LeavesOutTheInputOfBasicViews) {
  v1::Job job;
  JobToProto(FullView(), false, &job);
  EXPECT_FALSE(job.has_input());
}

TEST(JobToProtoTest, ShowsAtMostAHundredActiveRuns) {
  auto view = FullView();
  view.status.active_numbers.clear();
  for (int i = 1; i <= 150; ++i) view.status.active_numbers.push_back(i);
  v1::Job job;
  JobToProto(view, true, &job);
  EXPECT_EQ(job.active_run_ids_size(), 100);
}

}  // namespace
}  // namespace server
