#include <string>

#include "ductape/version.h"
#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

class OtherHandlersTest : public GrpcFixture {
 protected:
  v1::CreateEventRequest ExampleEvent(const std::string& tag) {
    v1::CreateEventRequest request;
    request.mutable_event()->set_event_type(v1::Event::ACTION);
    request.mutable_event()->set_tag(tag);
    request.mutable_event()->mutable_http()->set_url("http://127.0.0.1:8080/ping");
    return request;
  }
  grpc::Status CreateEvent(const v1::CreateEventRequest& request, v1::Event* out) {
    grpc::ClientContext context;
    return events_->CreateEvent(&context, request, out);
  }
  void CreateJob(const std::string& tag) {
    v1::CreateJobRequest request;
    v1::Job* job = request.mutable_job();
    job->set_tag(tag);
    job->set_name("n");
    job->set_event_type(v1::Event::ACTION);
    job->set_event_tag("a");
    job->set_executions(0);
    job->set_intervals(1);
    grpc::ClientContext context;
    v1::Job out;
    ASSERT_EQ(Outcome(jobs_->CreateJob(&context, request, &out)), "OK");
  }
};

TEST_F(OtherHandlersTest, EventsLiveTheirLife) {
  v1::Event event;
  ASSERT_EQ(Outcome(CreateEvent(ExampleEvent("action_tag"), &event)), "OK");
  EXPECT_EQ(event.http().method(), v1::HttpTarget::POST);
  EXPECT_EQ(Outcome(CreateEvent(ExampleEvent("action_tag"), &event)),
            "ALREADY_EXISTS EVENT_ALREADY_EXISTS");

  v1::UpdateEventRequest update;
  update.mutable_event()->set_event_type(v1::Event::ACTION);
  update.mutable_event()->set_tag("action_tag");
  update.mutable_event()->mutable_worker();
  grpc::ClientContext c1;
  ASSERT_EQ(Outcome(events_->UpdateEvent(&c1, update, &event)), "OK");
  EXPECT_TRUE(event.has_worker());

  v1::GetEventRequest get;
  get.set_event_type(v1::Event::ACTION);
  get.set_tag("action_tag");
  grpc::ClientContext c2;
  ASSERT_EQ(Outcome(events_->GetEvent(&c2, get, &event)), "OK");
  EXPECT_TRUE(event.has_worker());
  get.clear_event_type();
  grpc::ClientContext c3;
  EXPECT_EQ(Outcome(events_->GetEvent(&c3, get, &event)),
            "INVALID_ARGUMENT FIELD_REQUIRED event_type");

  v1::DeleteEventRequest remove;
  remove.set_event_type(v1::Event::ACTION);
  remove.set_tag("action_tag");
  google::protobuf::Empty empty;
  grpc::ClientContext c4;
  EXPECT_EQ(Outcome(events_->DeleteEvent(&c4, remove, &empty)), "OK");
  grpc::ClientContext c5;
  EXPECT_EQ(Outcome(events_->DeleteEvent(&c5, remove, &empty)), "NOT_FOUND EVENT_NOT_FOUND");
}

TEST_F(OtherHandlersTest, MissingEventsAreCreatedOnlyWhole) {
  v1::UpdateEventRequest update;
  update.mutable_event()->set_event_type(v1::Event::ACTION);
  update.mutable_event()->set_tag("new_event");
  update.set_allow_missing(true);
  v1::Event event;
  grpc::ClientContext context;
  EXPECT_EQ(Outcome(events_->UpdateEvent(&context, update, &event)),
            "INVALID_ARGUMENT FIELD_REQUIRED event.http");
}

TEST_F(OtherHandlersTest, EventsAreListedInPages) {
  v1::Event event;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(CreateEvent(ExampleEvent("e" + std::to_string(i)), &event).ok());
  }
  v1::ListEventsRequest request;
  request.set_page_size(2);
  int seen = 0;
  do {
    v1::ListEventsResponse page;
    grpc::ClientContext context;
    ASSERT_EQ(Outcome(events_->ListEvents(&context, request, &page)), "OK");
    seen += page.events_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 5);
  request.set_page_size(-1);
  v1::ListEventsResponse page;
  grpc::ClientContext context;
  EXPECT_EQ(Outcome(events_->ListEvents(&context, request, &page)),
            "INVALID_ARGUMENT FIELD_OUT_OF_RANGE page_size");
}

TEST_F(OtherHandlersTest, RunsAreReadCancelledAndListed) {
  CreateJob("t");
  std::string run_id;
  for (int i = 0; i < 5; ++i) {
    core::Run run;
    run.state = core::RunState::kRunning;
    run_id = core::FormatRunId(engine_.AddRun("default", "t", run).key);
  }
  v1::GetRunRequest get;
  get.set_run_id(run_id);
  v1::Run run;
  grpc::ClientContext c1;
  ASSERT_EQ(Outcome(runs_->GetRun(&c1, get, &run)), "OK");
  EXPECT_EQ(run.number(), 5);
  get.set_product("other");
  grpc::ClientContext c2;
  EXPECT_EQ(Outcome(runs_->GetRun(&c2, get, &run)), "NOT_FOUND RUN_NOT_FOUND");
  v1::CancelRunRequest cancel;
  cancel.set_run_id(run_id);
  cancel.set_reason("not needed");
  grpc::ClientContext c3;
  ASSERT_EQ(Outcome(runs_->CancelRun(&c3, cancel, &run)), "OK");
  EXPECT_EQ(run.state(), v1::Run::CANCELLED);
  EXPECT_EQ(run.error().message(), "not needed");

  v1::ListRunsRequest list;
  list.set_tag("t");
  list.set_page_size(2);
  int64_t last = 6;
  do {
    v1::ListRunsResponse page;
    grpc::ClientContext context;
    ASSERT_EQ(Outcome(runs_->ListRuns(&context, list, &page)), "OK");
    for (const v1::Run& listed : page.runs()) EXPECT_EQ(listed.number(), --last);
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(last, 1);
}

TEST_F(OtherHandlersTest, ListsOfRunsNameOneJobOrNone) {
  v1::ListRunsRequest list;
  v1::ListRunsResponse page;
  list.set_tag("t");
  list.set_job_uid("0000000000208");
  grpc::ClientContext c1;
  EXPECT_EQ(Outcome(runs_->ListRuns(&c1, list, &page)), "INVALID_ARGUMENT FIELD_INVALID job_uid");
  list.clear_tag();
  list.set_job_uid("nonsense");
  grpc::ClientContext c2;
  EXPECT_EQ(Outcome(runs_->ListRuns(&c2, list, &page)), "INVALID_ARGUMENT UID_INVALID job_uid");
  list.clear_job_uid();
  list.set_page_token("forged");
  grpc::ClientContext c3;
  EXPECT_EQ(Outcome(runs_->ListRuns(&c3, list, &page)),
            "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token");
}

TEST_F(OtherHandlersTest, TheServerTellsWhatItIs) {
  CreateJob("t");
  v1::GetServerInfoResponse info;
  grpc::ClientContext context;
  ASSERT_EQ(Outcome(admin_->GetServerInfo(&context, {}, &info)), "OK");
  EXPECT_EQ(info.version(), ductape::kVersion);
  EXPECT_EQ(info.default_product(), "default");
  EXPECT_EQ(info.time_zone_version(), "2025b");
  EXPECT_EQ(info.job_count(), 1);
  EXPECT_EQ(info.store(), "memory");
}

}  // namespace
}  // namespace server
