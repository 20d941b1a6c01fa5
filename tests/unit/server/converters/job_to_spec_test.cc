#include "server/converters/job_to_spec.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;
using scheduler::base::Millis;

v1::Job ExampleJob() {
  v1::Job job;
  job.set_tag("example_job");
  job.set_name("Example Job");
  job.set_event_type(v1::Event::ACTION);
  job.set_event_tag("action_tag");
  job.set_executions(5);
  job.set_intervals(60'000);
  return job;
}

google::protobuf::FieldMask Mask(const std::vector<std::string>& paths) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

void AddTime(v1::Job* job, int64_t seconds, int32_t nanos = 0) {
  auto* at = job->mutable_times()->add_at();
  at->set_seconds(seconds);
  at->set_nanos(nanos);
}

TEST(JobToSpecTest, FillsInDefaults) {
  const core::JobSpec spec = ToJobSpec(ExampleJob(), "shop").value();
  core::JobSpec expected;
  expected.product = "shop";
  expected.tag = "example_job";
  expected.name = "Example Job";
  expected.event = {core::EventType::kAction, "action_tag"};
  expected.executions = 5;
  expected.timing.interval = 60'000;
  EXPECT_EQ(spec, expected);
}

TEST(JobToSpecTest, OutputOnlyFieldsAndEtagAreIgnored) {
  v1::Job job = ExampleJob();
  job.set_uid("nonsense");
  job.set_etag("nonsense");
  job.set_state(static_cast<v1::Job::State>(77));
  job.mutable_last_run()->set_run_id("nonsense");
  job.mutable_create_time()->set_nanos(-1);
  EXPECT_EQ(ToJobSpec(job, "shop").value(), ToJobSpec(ExampleJob(), "shop").value());
}

struct Fault2 {
  std::string fault;
  std::function<void(v1::Job*)> change;
};

void ExpectFaults(const std::vector<Fault2>& cases) {
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::Job job = ExampleJob();
    cases[i].change(&job);
    EXPECT_EQ(Fault(ToJobSpec(job, "default")), cases[i].fault) << "case " << i;
  }
}

TEST(JobToSpecTest, NamesWhatIsMissing) {
  ExpectFaults({
      {"FIELD_REQUIRED job.tag", [](v1::Job* job) { job->clear_tag(); }},
      {"FIELD_REQUIRED job.name", [](v1::Job* job) { job->clear_name(); }},
      {"FIELD_REQUIRED job.event_type", [](v1::Job* job) { job->clear_event_type(); }},
      {"FIELD_REQUIRED job.event_tag", [](v1::Job* job) { job->clear_event_tag(); }},
      {"FIELD_REQUIRED job.executions", [](v1::Job* job) { job->clear_executions(); }},
      {"FIELD_REQUIRED job.intervals", [](v1::Job* job) { job->clear_timing(); }},
      {"FIELD_REQUIRED job.times.at", [](v1::Job* job) { job->mutable_times(); }},
  });
}

TEST(JobToSpecTest, BoundsNumbers) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  ExpectFaults({
      {"OK", [](v1::Job* job) { job->set_executions(0); }},
      {"OK", [](v1::Job* job) { job->set_executions(int64_t{1} << 31); }},
      {"OK", [](v1::Job* job) { job->set_executions(kMax); }},
      {"FIELD_OUT_OF_RANGE job.executions", [](v1::Job* job) { job->set_executions(-1); }},
      {"FIELD_OUT_OF_RANGE job.executions", [](v1::Job* job) { job->set_executions(kMin); }},
      {"OK", [](v1::Job* job) { job->set_intervals(1); }},
      {"OK", [](v1::Job* job) { job->set_intervals(316'224'000'000); }},
      {"FIELD_OUT_OF_RANGE job.intervals", [](v1::Job* job) { job->set_intervals(0); }},
      {"FIELD_OUT_OF_RANGE job.intervals", [](v1::Job* job) { job->set_intervals(-1); }},
      {"FIELD_OUT_OF_RANGE job.intervals",
       [](v1::Job* job) { job->set_intervals(316'224'000'001); }},
      {"FIELD_OUT_OF_RANGE job.intervals", [](v1::Job* job) { job->set_intervals(kMax); }},
      {"FIELD_OUT_OF_RANGE job.intervals", [](v1::Job* job) { job->set_intervals(kMin); }},
      {"OK", [](v1::Job* job) { job->set_history_limit(0); }},
      {"OK", [](v1::Job* job) { job->set_history_limit(10'000); }},
      {"FIELD_OUT_OF_RANGE job.history_limit", [](v1::Job* job) { job->set_history_limit(-1); }},
      {"FIELD_OUT_OF_RANGE job.history_limit",
       [](v1::Job* job) { job->set_history_limit(10'001); }},
      {"OK", [](v1::Job* job) { job->mutable_attempt_timeout()->set_seconds(86'400); }},
      {"FIELD_OUT_OF_RANGE job.attempt_timeout",
       [](v1::Job* job) { job->mutable_attempt_timeout(); }},
      {"FIELD_OUT_OF_RANGE job.attempt_timeout",
       [](v1::Job* job) { job->mutable_attempt_timeout()->set_seconds(86'401); }},
  });
}

TEST(JobToSpecTest, ChecksTexts) {
  ExpectFaults({
      {"FIELD_INVALID job.product", [](v1::Job* job) { job->set_product("a/b"); }},
      {"FIELD_INVALID job.tag", [](v1::Job* job) { job->set_tag("a%2Fb"); }},
      {"FIELD_TOO_LARGE job.tag", [](v1::Job* job) { job->set_tag(std::string(1 << 20, 'a')); }},
      {"FIELD_INVALID job.event_tag", [](v1::Job* job) { job->set_event_tag("..\n"); }},
      {"FIELD_INVALID job.name", [](v1::Job* job) { job->set_name(std::string("a\0b", 3)); }},
      {"FIELD_TOO_LARGE job.name", [](v1::Job* job) { job->set_name(std::string(257, 'a')); }},
      {"FIELD_INVALID job.env", [](v1::Job* job) { job->set_env("a b"); }},
      {"FIELD_INVALID job.labels", [](v1::Job* job) { (*job->mutable_labels())["/"] = "v"; }},
      {"FIELD_INVALID job.event_type",
       [](v1::Job* job) { job->set_event_type(static_cast<v1::Event::Type>(6)); }},
      {"FIELD_INVALID job.event_type",
       [](v1::Job* job) { job->set_event_type(static_cast<v1::Event::Type>(-1)); }},
      {"FIELD_INVALID job.interval_mode",
       [](v1::Job* job) { job->set_interval_mode(static_cast<v1::Job::IntervalMode>(3)); }},
      {"FIELD_INVALID job.overlap_policy.limit",
       [](v1::Job* job) { job->mutable_overlap_policy()->set_limit(3); }},
      {"FIELD_INVALID job.catchup_policy.mode",
       [](v1::Job* job) {
         job->mutable_catchup_policy()->set_mode(static_cast<v1::CatchupPolicy::Mode>(9));
       }},
      {"FIELD_OUT_OF_RANGE job.retry_policy.max_retries",
       [](v1::Job* job) { job->mutable_retry_policy()->set_max_retries(101); }},
      {"FIELD_INVALID job.input.a",
       [](v1::Job* job) { (*job->mutable_input()->mutable_fields())["a"]; }},
  });
}

TEST(JobToSpecTest, ChecksTimes) {
  ExpectFaults({
      {"OK",
       [](v1::Job* job) {
         job->mutable_start_time()->set_seconds(5);
         job->mutable_end_time()->set_seconds(6);
       }},
      {"FIELD_INVALID job.end_time",
       [](v1::Job* job) {
         job->mutable_start_time()->set_seconds(5);
         job->mutable_end_time()->set_seconds(5);
       }},
      {"FIELD_OUT_OF_RANGE job.start_time",
       [](v1::Job* job) { job->mutable_start_time()->set_nanos(-1); }},
      {"FIELD_OUT_OF_RANGE job.end_time",
       [](v1::Job* job) { job->mutable_end_time()->set_nanos(1'000'000'000); }},
      {"FIELD_OUT_OF_RANGE job.end_time",
       [](v1::Job* job) { job->mutable_end_time()->set_seconds(253'402'300'800); }},
      {"FIELD_OUT_OF_RANGE job.times.at[1]",
       [](v1::Job* job) {
         AddTime(job, 1);
         AddTime(job, -62'135'596'800);
       }},
      {"FIELD_TOO_LARGE job.times.at",
       [](v1::Job* job) {
         for (int i = 0; i < 1001; ++i) AddTime(job, i);
       }},
      {"FIELD_INVALID job.interval_mode",
       [](v1::Job* job) {
         AddTime(job, 1);
         job->set_interval_mode(v1::Job::FIXED_DELAY);
       }},
  });
}

TEST(JobToSpecTest, ReadsPatternsWithTheirZone) {
  v1::Job job = ExampleJob();
  job.set_cron("0 9 * * MON-FRI");
  job.set_time_zone("Europe/Berlin");
  job.mutable_dst_policy()->set_gap(v1::DstPolicy::SKIP);
  job.mutable_dst_policy()->set_fold(v1::DstPolicy::BOTH);
  job.mutable_jitter()->set_seconds(30);
  job.add_exclude()->set_seconds(2);
  job.add_exclude()->set_seconds(1);
  job.add_exclude()->set_seconds(2);
  core::JobSpec spec = ToJobSpec(job, "default").value();
  EXPECT_EQ(spec.timing.cron, "0 9 * * MON-FRI");
  EXPECT_FALSE(spec.timing.IsInterval());
  EXPECT_EQ(spec.time_zone, "Europe/Berlin");
  EXPECT_EQ(spec.dst, (core::DstPolicy{core::DstGap::kSkip, core::DstFold::kBoth}));
  EXPECT_EQ(spec.jitter, 30'000);
  EXPECT_EQ(spec.exclude, (std::vector<Millis>{1000, 2000}));
  job.set_rule("FREQ=DAILY");
  spec = ToJobSpec(job, "default").value();
  EXPECT_EQ(spec.timing.rule, "FREQ=DAILY");
  EXPECT_EQ(spec.timing.cron, "");
}

TEST(JobToSpecTest, ChecksPatterns) {
  ExpectFaults({
      {"FIELD_REQUIRED job.cron", [](v1::Job* job) { job->set_cron(""); }},
      {"FIELD_REQUIRED job.rule", [](v1::Job* job) { job->set_rule(""); }},
      {"FIELD_TOO_LARGE job.cron", [](v1::Job* job) { job->set_cron(std::string(65'537, '*')); }},
      {"FIELD_TOO_LARGE job.rule", [](v1::Job* job) { job->set_rule(std::string(65'537, 'F')); }},
      {"FIELD_INVALID job.time_zone", [](v1::Job* job) { job->set_time_zone("Europe/Berlin"); }},
      {"FIELD_INVALID job.dst_policy",
       [](v1::Job* job) { job->mutable_dst_policy()->set_gap(v1::DstPolicy::SKIP); }},
      {"OK", [](v1::Job* job) { job->mutable_dst_policy()->set_gap(v1::DstPolicy::RUN_AFTER); }},
      {"FIELD_INVALID job.dst_policy.fold",
       [](v1::Job* job) {
         job->set_cron("@daily");
         job->mutable_dst_policy()->set_fold(static_cast<v1::DstPolicy::Fold>(3));
       }},
      {"FIELD_INVALID job.interval_mode",
       [](v1::Job* job) {
         job->set_cron("@daily");
         job->set_interval_mode(v1::Job::FIXED_DELAY);
       }},
      {"FIELD_OUT_OF_RANGE job.jitter",
       [](v1::Job* job) { job->mutable_jitter()->set_seconds(86'401); }},
      {"FIELD_OUT_OF_RANGE job.jitter",
       [](v1::Job* job) { job->mutable_jitter()->set_seconds(-1); }},
      {"FIELD_OUT_OF_RANGE job.exclude[0]",
       [](v1::Job* job) { job->add_exclude()->set_nanos(-1); }},
      {"FIELD_INVALID job.exclude",
       [](v1::Job* job) {
         job->set_interval_mode(v1::Job::FIXED_DELAY);
         job->add_exclude()->set_seconds(1);
       }},
      {"FIELD_TOO_LARGE job.exclude",
       [](v1::Job* job) {
         for (int i = 0; i < 1001; ++i) job->add_exclude()->set_seconds(i);
       }},
      {"FIELD_REQUIRED job.exclude_calendars[1]",
       [](v1::Job* job) {
         job->add_exclude_calendars("holidays");
         job->add_exclude_calendars("");
       }},
      {"FIELD_INVALID job.exclude_calendars[0]",
       [](v1::Job* job) { job->add_exclude_calendars("a b"); }},
      {"FIELD_INVALID job.exclude_calendars",
       [](v1::Job* job) {
         job->set_interval_mode(v1::Job::FIXED_DELAY);
         job->add_exclude_calendars("holidays");
       }},
      {"FIELD_TOO_LARGE job.exclude_calendars",
       [](v1::Job* job) {
         for (int i = 0; i < 17; ++i) job->add_exclude_calendars("holidays");
       }},
  });
}

TEST(JobToSpecTest, TimesAreSortedWithoutDoublesAndRoundedUp) {
  v1::Job job = ExampleJob();
  AddTime(&job, 3);
  AddTime(&job, 1);
  AddTime(&job, 2, 1);
  AddTime(&job, 2, 1'000'000);
  AddTime(&job, 3);
  const core::JobSpec spec = ToJobSpec(job, "default").value();
  EXPECT_EQ(spec.timing.times, (std::vector<Millis>{1000, 2001, 3000}));
  EXPECT_EQ(spec.timing.interval, 0);
}

TEST(JobToSpecTest, CalendarsAreSortedWithoutDoubles) {
  v1::Job job = ExampleJob();
  for (const char* tag : {"nights", "holidays", "nights"}) job.add_exclude_calendars(tag);
  const std::vector<std::string> expected = {"holidays", "nights"};
  EXPECT_EQ(ToJobSpec(job, "default").value().exclude_calendars, expected);
  EXPECT_EQ(ToScheduleSpec(job, "default").value().exclude_calendars, expected);
}

// ---- updates ----------------------------------------------------------------------------------

core::JobSpec Stored() {
  v1::Job job = ExampleJob();
  job.mutable_start_time()->set_seconds(100);
  job.set_env("prd");
  (*job.mutable_labels())["team"] = "a";
  job.set_history_limit(7);
  return ToJobSpec(job, "default").value();
}

absl::StatusOr<core::JobSpec> Update(const v1::Job& job,
                                     const google::protobuf::FieldMask& mask = {}) {
  auto patch = JobPatch::Make(job, mask);
  if (!patch.ok()) return patch.status();
  core::JobSpec spec = Stored();
  if (absl::Status status = patch->Apply(&spec); !status.ok()) return status;
  return spec;
}

TEST(JobPatchTest, WithoutMaskSetsWhatIsPopulated) {
  v1::Job job;
  job.set_name("Updated");
  job.set_executions(0);  // populated: it has presence
  core::JobSpec expected = Stored();
  expected.name = "Updated";
  expected.executions = 0;
  EXPECT_EQ(Update(job).value(), expected);
  EXPECT_EQ(Update({}).value(), Stored());
}

TEST(JobPatchTest, AMaskSetsNamedFieldsAndResetsUnpopulatedOnes) {
  v1::Job job;
  job.set_name("ignored");
  core::JobSpec expected = Stored();
  expected.env = "";
  expected.labels.clear();
  expected.history_limit = 100;
  expected.start_time.reset();
  EXPECT_EQ(Update(job, Mask({"env", "labels", "history_limit", "start_time"})).value(), expected);
}

TEST(JobPatchTest, StarReplacesEverything) {
  const v1::Job job = ExampleJob();
  core::JobSpec expected = ToJobSpec(job, "default").value();
  EXPECT_EQ(Update(job, Mask({"*"})).value(), expected);
  EXPECT_EQ(Fault(Update({}, Mask({"*"}))), "FIELD_REQUIRED job.name");
}

TEST(JobPatchTest, RequiredFieldsCannotBeCleared) {
  for (const char* field : {"name", "event_type", "event_tag", "executions", "intervals"}) {
    EXPECT_EQ(Fault(Update({}, Mask({field}))), std::string("FIELD_REQUIRED job.") + field);
  }
  EXPECT_EQ(Fault(Update({}, Mask({"times"}))), "FIELD_REQUIRED job.times.at");
}

TEST(JobPatchTest, MasksNameSettableFieldsOnly) {
  for (const char* fixed : {"product", "tag", "etag"}) {
    EXPECT_EQ(Fault(Update({}, Mask({fixed}))), "FIELD_NOT_UPDATABLE update_mask");
  }
  for (const char* unknown : {"nonsense", "", "timing", "job.name", "retry_policy.max_retries",
                              "eventTag", "labels.team", "name,env"}) {
    EXPECT_EQ(Fault(Update({}, Mask({unknown}))), "FIELD_UNKNOWN update_mask") << unknown;
  }
  for (const char* output : {"uid", "generation", "state", "last_run", "stats", "update_time"}) {
    EXPECT_EQ(Update({}, Mask({output})).value(), Stored()) << output;
  }
}

TEST(JobPatchTest, NamingOneTimingReplacesTheOther) {
  v1::Job job;
  AddTime(&job, 500);
  core::JobSpec expected = Stored();
  expected.timing.interval = 0;
  expected.timing.times = {500'000};
  EXPECT_EQ(Update(job).value(), expected);
  EXPECT_EQ(Update(job, Mask({"times"})).value(), expected);
  EXPECT_EQ(Update(job, Mask({"intervals", "times"})).value(), expected);
  EXPECT_EQ(Fault(Update(job, Mask({"intervals"}))), "FIELD_REQUIRED job.intervals");
}

TEST(JobPatchTest, GivenTimesTakeTheIntervalsModeWithThem) {
  v1::Job job;
  AddTime(&job, 500);
  const JobPatch patch = JobPatch::Make(job, {}).value();
  core::JobSpec spec = Stored();
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  ASSERT_TRUE(patch.Apply(&spec).ok());
  EXPECT_EQ(spec.interval_mode, core::IntervalMode::kFixedRate);
}

TEST(JobPatchTest, ZoneAndPolicyGoWithThePattern) {
  v1::Job job;
  job.set_cron("@daily");
  job.set_time_zone("Europe/Berlin");
  job.mutable_dst_policy()->set_fold(v1::DstPolicy::BOTH);
  core::JobSpec spec = Update(job).value();
  EXPECT_EQ(spec.timing.interval, 0);
  EXPECT_EQ(spec.time_zone, "Europe/Berlin");
  v1::Job other;
  other.set_rule("FREQ=DAILY");
  ASSERT_TRUE(JobPatch::Make(other, {})->Apply(&spec).ok());
  EXPECT_EQ(spec.timing.cron, "");
  EXPECT_EQ(spec.time_zone, "Europe/Berlin");
  v1::Job interval;
  interval.set_intervals(1000);
  ASSERT_TRUE(JobPatch::Make(interval, {})->Apply(&spec).ok());
  EXPECT_EQ(spec.time_zone, "");
  EXPECT_EQ(spec.dst, core::DstPolicy());
  interval.set_time_zone("Europe/Berlin");
  EXPECT_EQ(Fault(JobPatch::Make(interval, {})->Apply(&spec)), "FIELD_INVALID job.time_zone");
}

TEST(JobPatchTest, TheWholeJobIsChecked) {
  v1::Job job;
  job.mutable_end_time()->set_seconds(100);  // the stored start
  EXPECT_EQ(Fault(Update(job)), "FIELD_INVALID job.end_time");
  job.mutable_end_time()->set_seconds(101);
  EXPECT_EQ(Update(job).value().end_time, 101'000);
}

TEST(JobPatchTest, TellsWhetherItSetsThePhase) {
  v1::Job job;
  EXPECT_FALSE(JobPatch::Make(job, {}).value().SetsStartTime());
  EXPECT_TRUE(JobPatch::Make(job, Mask({"start_time"})).value().SetsStartTime());
  job.mutable_start_time()->set_seconds(1);
  EXPECT_TRUE(JobPatch::Make(job, {}).value().SetsStartTime());
  EXPECT_FALSE(JobPatch::Make(job, Mask({"env"})).value().SetsStartTime());
}

}  // namespace
}  // namespace server
