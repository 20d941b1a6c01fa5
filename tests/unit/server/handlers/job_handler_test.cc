#include "server/handlers/job_handler.h"

#include <set>
#include <string>

#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

v1::Job ExampleJob(const std::string& tag = "example_job") {
  v1::Job job;
  job.set_tag(tag);
  job.set_name("Example Job");
  job.set_event_type(v1::Event::ACTION);
  job.set_event_tag("action_tag");
  job.set_executions(5);
  job.set_intervals(60'000);
  return job;
}

class JobHandlerTest : public GrpcFixture {
 protected:
  grpc::Status Create(const v1::Job& job, v1::Job* out = nullptr, const std::string& id = "") {
    v1::CreateJobRequest request;
    *request.mutable_job() = job;
    request.set_request_id(id);
    v1::Job ignored;
    grpc::ClientContext context;
    return jobs_->CreateJob(&context, request, out == nullptr ? &ignored : out);
  }
  grpc::Status Get(const std::string& tag, v1::Job* out) {
    v1::GetJobRequest request;
    request.set_tag(tag);
    grpc::ClientContext context;
    return jobs_->GetJob(&context, request, out);
  }
  grpc::Status Update(const v1::UpdateJobRequest& request, v1::Job* out) {
    grpc::ClientContext context;
    return jobs_->UpdateJob(&context, request, out);
  }
  grpc::Status Preview(const v1::PreviewScheduleRequest& request,
                       v1::PreviewScheduleResponse* out) {
    grpc::ClientContext context;
    return jobs_->PreviewSchedule(&context, request, out);
  }
};

TEST_F(JobHandlerTest, CreatesAndGets) {
  v1::Job created;
  ASSERT_EQ(Outcome(Create(ExampleJob(), &created)), "OK");
  EXPECT_EQ(created.product(), "default");
  EXPECT_EQ(created.state(), v1::Job::ACTIVE);
  EXPECT_FALSE(created.has_last_run());
  v1::Job got;
  ASSERT_EQ(Outcome(Get("example_job", &got)), "OK");
  EXPECT_EQ(got.SerializeAsString(), created.SerializeAsString());
}

TEST_F(JobHandlerTest, ErrorsCarryReasonAndField) {
  v1::Job job = ExampleJob();
  job.set_intervals(0);
  EXPECT_EQ(Outcome(Create(job)), "INVALID_ARGUMENT FIELD_OUT_OF_RANGE job.intervals");
  EXPECT_EQ(Outcome(Create(ExampleJob(), nullptr, "a\nb")),
            "INVALID_ARGUMENT FIELD_INVALID request_id");
  v1::Job out;
  EXPECT_EQ(Outcome(Get("nobody", &out)), "NOT_FOUND JOB_NOT_FOUND");
  EXPECT_EQ(Outcome(Get("", &out)), "INVALID_ARGUMENT FIELD_REQUIRED tag");
  grpc::ClientContext context;
  EXPECT_EQ(Outcome(jobs_->CreateJob(&context, {}, &out)), "INVALID_ARGUMENT FIELD_REQUIRED job");
}

TEST_F(JobHandlerTest, ShowsTheLastRun) {
  ASSERT_TRUE(Create(ExampleJob()).ok());
  core::Run run;
  run.state = core::RunState::kFailed;
  run.output = "out";
  engine_.AddRun("default", "example_job", run);
  v1::Job got;
  ASSERT_TRUE(Get("example_job", &got).ok());
  EXPECT_EQ(got.last_run().number(), 1);
  EXPECT_EQ(got.last_run().output(), "out");
}

TEST_F(JobHandlerTest, UpdatesWhatIsPopulatedOrMasked) {
  ASSERT_TRUE(Create(ExampleJob()).ok());
  v1::UpdateJobRequest request;
  request.mutable_job()->set_tag("example_job");
  request.mutable_job()->set_name("Updated Job Name");
  request.mutable_job()->set_executions(10);
  v1::Job updated;
  ASSERT_EQ(Outcome(Update(request, &updated)), "OK");
  EXPECT_EQ(updated.name(), "Updated Job Name");
  EXPECT_EQ(updated.executions(), 10);
  EXPECT_EQ(updated.intervals(), 60'000);
  EXPECT_EQ(updated.generation(), 2);
  request.mutable_update_mask()->add_paths("executions");
  request.mutable_job()->set_name("not named");
  request.mutable_job()->set_executions(11);
  ASSERT_EQ(Outcome(Update(request, &updated)), "OK");
  EXPECT_EQ(updated.name(), "Updated Job Name");
  EXPECT_EQ(updated.executions(), 11);
  request.mutable_job()->set_etag("old");
  EXPECT_EQ(Outcome(Update(request, &updated)), "ABORTED ETAG_MISMATCH");
}

TEST_F(JobHandlerTest, AnUpdateThatMayCreateNeedsAWholeJob) {
  v1::UpdateJobRequest request;
  request.mutable_job()->set_tag("new_job");
  request.mutable_job()->set_name("New");
  v1::Job out;
  EXPECT_EQ(Outcome(Update(request, &out)), "NOT_FOUND JOB_NOT_FOUND");
  request.set_allow_missing(true);
  EXPECT_EQ(Outcome(Update(request, &out)), "INVALID_ARGUMENT FIELD_REQUIRED job.event_type");
  *request.mutable_job() = ExampleJob("new_job");
  request.mutable_update_mask()->add_paths("env");
  ASSERT_EQ(Outcome(Update(request, &out)), "OK");
  EXPECT_EQ(out.generation(), 1);
  EXPECT_EQ(out.name(), "Example Job");
}

TEST_F(JobHandlerTest, PausesResumesRunsAndDeletes) {
  ASSERT_TRUE(Create(ExampleJob()).ok());
  v1::Job job;
  v1::PauseJobRequest pause;
  pause.set_tag("example_job");
  pause.set_note("maintenance");
  grpc::ClientContext c1;
  ASSERT_EQ(Outcome(jobs_->PauseJob(&c1, pause, &job)), "OK");
  EXPECT_EQ(job.state(), v1::Job::PAUSED);
  EXPECT_EQ(job.pause_note(), "maintenance");
  v1::ResumeJobRequest resume;
  resume.set_tag("example_job");
  grpc::ClientContext c2;
  ASSERT_EQ(Outcome(jobs_->ResumeJob(&c2, resume, &job)), "OK");
  EXPECT_EQ(job.state(), v1::Job::ACTIVE);
  v1::RunJobRequest run;
  run.set_tag("example_job");
  (*run.mutable_input()->mutable_fields())["b"].set_number_value(2);
  (*run.mutable_input()->mutable_fields())["a"].set_number_value(1);
  v1::Run made;
  grpc::ClientContext c3;
  ASSERT_EQ(Outcome(jobs_->RunJob(&c3, run, &made)), "OK");
  EXPECT_EQ(made.trigger(), v1::Run::MANUAL);
  EXPECT_EQ(made.output(), R"({"a":1,"b":2})");
  v1::DeleteJobRequest remove;
  remove.set_tag("example_job");
  google::protobuf::Empty empty;
  grpc::ClientContext c4;
  EXPECT_EQ(Outcome(jobs_->DeleteJob(&c4, remove, &empty)), "OK");
  grpc::ClientContext c5;
  EXPECT_EQ(Outcome(jobs_->DeleteJob(&c5, remove, &empty)), "NOT_FOUND JOB_NOT_FOUND");
}

TEST_F(JobHandlerTest, SkipsAndShowsWhatIsSkipped) {
  ASSERT_TRUE(Create(ExampleJob()).ok());
  v1::SkipOccurrenceRequest skip;
  skip.set_tag("example_job");
  v1::Job job;
  grpc::ClientContext c1;
  EXPECT_EQ(Outcome(jobs_->SkipOccurrence(&c1, skip, &job)),
            "INVALID_ARGUMENT FIELD_REQUIRED scheduled_time");
  skip.mutable_scheduled_time()->set_seconds(engine_.Now() / 1000 + 60);
  grpc::ClientContext c2;
  ASSERT_EQ(Outcome(jobs_->SkipOccurrence(&c2, skip, &job)), "OK");
  ASSERT_EQ(job.skipped_times_size(), 1);
  EXPECT_EQ(job.skipped_times(0).seconds(), skip.scheduled_time().seconds());
  v1::PreviewScheduleRequest request;
  request.set_tag("example_job");
  v1::PreviewScheduleResponse preview;
  ASSERT_EQ(Outcome(Preview(request, &preview)), "OK");
  EXPECT_EQ(preview.occurrences(0).note(), "");
  EXPECT_EQ(preview.occurrences(1).note(), "skipped by request");
  skip.set_undo(true);
  grpc::ClientContext c3;
  ASSERT_EQ(Outcome(jobs_->SkipOccurrence(&c3, skip, &job)), "OK");
  EXPECT_EQ(job.skipped_times_size(), 0);
}

TEST_F(JobHandlerTest, BackfillsARange) {
  ASSERT_TRUE(Create(ExampleJob()).ok());
  const auto backfill = [this](const v1::BackfillJobRequest& request,
                               v1::BackfillJobResponse* response) {
    grpc::ClientContext context;
    return Outcome(jobs_->BackfillJob(&context, request, response));
  };
  v1::BackfillJobRequest request;
  v1::BackfillJobResponse response;
  request.set_tag("example_job");
  EXPECT_EQ(backfill(request, &response), "INVALID_ARGUMENT FIELD_REQUIRED start_time");
  request.mutable_start_time()->set_seconds(1000);
  EXPECT_EQ(backfill(request, &response), "INVALID_ARGUMENT FIELD_REQUIRED end_time");
  request.mutable_end_time()->set_seconds(1000);
  EXPECT_EQ(backfill(request, &response), "INVALID_ARGUMENT FIELD_INVALID end_time");
  request.mutable_end_time()->set_seconds(2000);
  request.mutable_overlap()->set_mode(v1::OverlapPolicy::SKIP);
  EXPECT_EQ(backfill(request, &response), "INVALID_ARGUMENT FIELD_INVALID overlap.mode");
  request.clear_overlap();
  ASSERT_EQ(backfill(request, &response), "OK");
  EXPECT_EQ(response.occurrences(), 3);
  EXPECT_EQ(response.job().backfill().start_time().seconds(), 1000);
  EXPECT_EQ(response.job().backfill().end_time().seconds(), 2000);
  EXPECT_EQ(response.job().backfill().total(), 3);
  EXPECT_FALSE(response.job().backfill().has_last_scheduled_time());
  v1::BackfillJobRequest cancel;
  cancel.set_tag("example_job");
  cancel.set_cancel(true);
  ASSERT_EQ(backfill(cancel, &response), "OK");
  EXPECT_EQ(response.occurrences(), 0);
  EXPECT_FALSE(response.job().has_backfill());
}

TEST_F(JobHandlerTest, PreviewsShowTheNextRunOfAFixedDelayAsLongAsItIsKnown) {
  v1::Job job = ExampleJob();
  job.set_interval_mode(v1::Job::FIXED_DELAY);
  ASSERT_TRUE(Create(job).ok());
  v1::PreviewScheduleRequest request;
  request.set_tag("example_job");
  v1::PreviewScheduleResponse preview;
  ASSERT_EQ(Outcome(Preview(request, &preview)), "OK");
  ASSERT_EQ(preview.occurrences_size(), 1);
  EXPECT_EQ(preview.occurrences(0).scheduled_time().seconds(), engine_.Now() / 1000);
  v1::PauseJobRequest pause;
  pause.set_tag("example_job");
  grpc::ClientContext context;
  ASSERT_EQ(Outcome(jobs_->PauseJob(&context, pause, &job)), "OK");
  ASSERT_EQ(Outcome(Preview(request, &preview)), "OK");
  EXPECT_EQ(preview.occurrences_size(), 0);
  EXPECT_EQ(preview.description(), "1 min after the end of the run before");
}

TEST_F(JobHandlerTest, PreviewsTakeTheProductFromTheRequestOrTheJob) {
  // What `H` means shows which product it was.
  const auto preview = [this](const std::string& product, const std::string& product_of_job) {
    v1::PreviewScheduleRequest request;
    request.set_product(product);
    request.mutable_job()->set_product(product_of_job);
    request.mutable_job()->set_tag("report");
    request.mutable_job()->set_cron("H H * * *");
    v1::PreviewScheduleResponse response;
    const grpc::Status status = Preview(request, &response);
    return status.ok() ? response.description() : Outcome(status);
  };
  const std::string of_shop = preview("shop", "");
  EXPECT_NE(of_shop, preview("", ""));
  EXPECT_EQ(of_shop, preview("", "shop"));
  EXPECT_EQ(of_shop, preview("shop", "shop"));
  EXPECT_EQ(preview("", "default"), preview("", ""));
  EXPECT_EQ(preview("no tag", ""), "INVALID_ARGUMENT FIELD_INVALID product");
  EXPECT_EQ(preview("", "no tag"), "INVALID_ARGUMENT FIELD_INVALID job.product");
  EXPECT_EQ(preview("shop", "other"), "INVALID_ARGUMENT FIELD_INVALID job.product");
}

TEST_F(JobHandlerTest, BoundsWhatComesWithVerbs) {
  google::protobuf::Empty empty;
  v1::Job job;
  v1::Run made;
  v1::PauseJobRequest pause;
  pause.set_tag("t");
  pause.set_note(std::string(1025, 'n'));
  grpc::ClientContext c1;
  EXPECT_EQ(Outcome(jobs_->PauseJob(&c1, pause, &job)), "INVALID_ARGUMENT FIELD_TOO_LARGE note");
  v1::RunJobRequest run;
  run.set_tag("t");
  (*run.mutable_input()->mutable_fields())["a"].set_string_value(std::string(65'536, 'x'));
  grpc::ClientContext c2;
  EXPECT_EQ(Outcome(jobs_->RunJob(&c2, run, &made)), "INVALID_ARGUMENT FIELD_TOO_LARGE input");
  run.clear_input();
  run.mutable_overlap()->set_limit(-1);
  grpc::ClientContext c3;
  EXPECT_EQ(Outcome(jobs_->RunJob(&c3, run, &made)),
            "INVALID_ARGUMENT FIELD_INVALID overlap.limit");
}

TEST_F(JobHandlerTest, ListsEveryJobOnceOverPages) {
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(Create(ExampleJob("job-" + std::to_string(i))).ok());
  std::set<std::string> seen;
  v1::ListJobsRequest request;
  request.set_page_size(10);
  std::string last_uid;
  do {
    v1::ListJobsResponse page;
    grpc::ClientContext context;
    ASSERT_EQ(Outcome(jobs_->ListJobs(&context, request, &page)), "OK");
    for (const v1::Job& job : page.jobs()) {
      EXPECT_TRUE(seen.insert(job.tag()).second);
      EXPECT_LT(last_uid, job.uid());
      last_uid = job.uid();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen.size(), 25u);
}

TEST_F(JobHandlerTest, PageTokensAreBoundToTheirQuery) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Create(ExampleJob("job-" + std::to_string(i))).ok());
  v1::ListJobsRequest request;
  request.set_page_size(1);
  v1::ListJobsResponse page;
  grpc::ClientContext c1;
  ASSERT_TRUE(jobs_->ListJobs(&c1, request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_page_size(2);  // may differ
  grpc::ClientContext c2;
  EXPECT_EQ(Outcome(jobs_->ListJobs(&c2, request, &page)), "OK");
  request.set_view(v1::ListJobsRequest::FULL);
  grpc::ClientContext c3;
  EXPECT_EQ(Outcome(jobs_->ListJobs(&c3, request, &page)),
            "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token");
  request.set_view(static_cast<v1::ListJobsRequest::View>(9));
  grpc::ClientContext c4;
  EXPECT_EQ(Outcome(jobs_->ListJobs(&c4, request, &page)), "INVALID_ARGUMENT FIELD_INVALID view");
}

TEST_F(JobHandlerTest, ListsShowInputsInFullViewsAndLastRunsInShort) {
  v1::Job job = ExampleJob();
  (*job.mutable_input()->mutable_fields())["a"].set_number_value(1);
  ASSERT_TRUE(Create(job).ok());
  core::Run run;
  run.state = core::RunState::kCompleted;
  run.output = "out";
  engine_.AddRun("default", "example_job", run);
  v1::ListJobsRequest request;
  v1::ListJobsResponse page;
  grpc::ClientContext c1;
  ASSERT_TRUE(jobs_->ListJobs(&c1, request, &page).ok());
  EXPECT_FALSE(page.jobs(0).has_input());
  EXPECT_EQ(page.jobs(0).last_run().number(), 1);
  EXPECT_EQ(page.jobs(0).last_run().output(), "");
  request.set_view(v1::ListJobsRequest::FULL);
  grpc::ClientContext c2;
  ASSERT_TRUE(jobs_->ListJobs(&c2, request, &page).ok());
  EXPECT_TRUE(page.jobs(0).has_input());
}

TEST_F(JobHandlerTest, PagesEndAtThreeMebibytes) {
  v1::Job job = ExampleJob();
  (*job.mutable_input()->mutable_fields())["a"].set_string_value(std::string(60'000, 'x'));
  for (int i = 0; i < 120; ++i) {
    job.set_tag("job-" + std::to_string(i));
    ASSERT_TRUE(Create(job).ok());
  }
  v1::ListJobsRequest request;
  request.set_view(v1::ListJobsRequest::FULL);
  request.set_page_size(1000);
  int seen = 0;
  do {
    v1::ListJobsResponse page;
    grpc::ClientContext context;
    ASSERT_EQ(Outcome(jobs_->ListJobs(&context, request, &page)), "OK");
    EXPECT_LE(page.ByteSizeLong(), 3u * 1024 * 1024);
    seen += page.jobs_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 120);
}

TEST_F(JobHandlerTest, BatchesAnswerPerItem) {
  ASSERT_TRUE(Create(ExampleJob("taken")).ok());
  v1::BatchCreateJobsRequest request;
  *request.add_requests()->mutable_job() = ExampleJob("one");
  request.add_requests();
  *request.add_requests()->mutable_job() = ExampleJob("taken");
  *request.add_requests()->mutable_job() = ExampleJob("two");
  request.mutable_requests(3)->mutable_job()->set_product("other");
  *request.add_requests()->mutable_job() = ExampleJob("three");
  request.mutable_requests(4)->mutable_job()->set_product("default");
  v1::BatchCreateJobsResponse response;
  grpc::ClientContext context;
  ASSERT_EQ(Outcome(jobs_->BatchCreateJobs(&context, request, &response)), "OK");
  ASSERT_EQ(response.results_size(), 5);
  EXPECT_EQ(response.results(0).job().tag(), "one");
  EXPECT_FALSE(response.results(1).has_job());
  google::rpc::BadRequest bad;
  ASSERT_TRUE(response.results(1).error().details(1).UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "requests[1].job");
  EXPECT_EQ(response.results(2).error().code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(response.results(3).error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(response.results(4).job().tag(), "three");
}

TEST_F(JobHandlerTest, BatchesAreBounded) {
  v1::BatchCreateJobsRequest request;
  v1::BatchCreateJobsResponse response;
  grpc::ClientContext c1;
  EXPECT_EQ(Outcome(jobs_->BatchCreateJobs(&c1, request, &response)),
            "INVALID_ARGUMENT FIELD_REQUIRED requests");
  for (int i = 0; i < 1001; ++i) request.add_requests();
  grpc::ClientContext c2;
  EXPECT_EQ(Outcome(jobs_->BatchCreateJobs(&c2, request, &response)),
            "INVALID_ARGUMENT FIELD_TOO_LARGE requests");
}

TEST_F(JobHandlerTest, RequestIdsReachTheEngineWithTheirHash) {
  ASSERT_TRUE(Create(ExampleJob(), nullptr, "id-1").ok());
  const auto first = engine_.last_request();
  EXPECT_EQ(first.id, "id-1");
  Create(ExampleJob("other"), nullptr, "id-1");
  EXPECT_NE(engine_.last_request().body_hash, first.body_hash);
}

TEST_F(JobHandlerTest, EveryMethodIsServedByCallbacks) {
  EXPECT_FALSE(jobs_handler_->has_synchronous_methods());
  EXPECT_FALSE(runs_handler_->has_synchronous_methods());
  EXPECT_FALSE(events_handler_->has_synchronous_methods());
  EXPECT_FALSE(admin_handler_->has_synchronous_methods());
}

}  // namespace
}  // namespace server
