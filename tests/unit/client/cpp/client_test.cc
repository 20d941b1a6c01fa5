#include "client/cpp/client.h"

#include <memory>
#include <string>

#include "client/cpp/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace ductape::jobs {
namespace {

using client_test::FakeJobsServer;
using client_test::ServiceError;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

class ClientTest : public testing::Test {
 protected:
  std::unique_ptr<Client> Connect(ClientOptions options = {}) {
    options.address = server_.address();
    options.retry.initial_backoff = absl::Milliseconds(1);
    return *Client::Create(options);
  }

  FakeJobsServer server_;
};

TEST_F(ClientTest, AnswersWhatTheServerAnswers) {
  v1::Job job;
  job.set_tag("example_job");
  server_.get_job.Answer(job);
  v1::GetJobRequest request;
  request.set_tag("example_job");
  const absl::StatusOr<v1::Job> answer = Connect()->GetJob(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->tag(), "example_job");
  EXPECT_EQ(server_.get_job.requests()[0].tag(), "example_job");
}

TEST_F(ClientTest, KeepsTheServersDetails) {
  server_.create_job.FailWith(ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED",
                                           "say how often", "job.executions"));
  const Error error = ErrorOf(Connect()->CreateJob({}).status());
  EXPECT_EQ(error.reason, "FIELD_REQUIRED");
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0].field, "job.executions");
}

TEST_F(ClientTest, AllAttemptsOfAChangeCarryOneRequestId) {
  server_.create_job.FailWith({grpc::StatusCode::UNAVAILABLE, "gone"});
  server_.create_job.FailWith({grpc::StatusCode::UNAVAILABLE, "gone"});
  const std::unique_ptr<Client> client = Connect();
  ASSERT_TRUE(client->CreateJob({}).ok());
  ASSERT_TRUE(client->CreateJob({}).ok());
  const auto requests = server_.create_job.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(requests[0].request_id().size(), 32U);
  EXPECT_EQ(requests[0].request_id(), requests[1].request_id());
  EXPECT_EQ(requests[0].request_id(), requests[2].request_id());
  EXPECT_NE(requests[0].request_id(), requests[3].request_id());
}

TEST_F(ClientTest, FillsInTheProductWhereverRequestsNameIt) {
  ClientOptions options;
  options.product = "billing";
  const std::unique_ptr<Client> client = Connect(options);
  ASSERT_TRUE(client->CreateJob({}).ok());
  ASSERT_TRUE(client->CreateEvent({}).ok());
  ASSERT_TRUE(client->CreateCalendar({}).ok());
  ASSERT_TRUE(client->CreateConnection({}).ok());
  ASSERT_TRUE(client->ListRuns({}).ok());
  ASSERT_TRUE(client->BatchCreateJobs({}).ok());
  EXPECT_EQ(server_.create_job.requests()[0].job().product(), "billing");
  EXPECT_EQ(server_.create_event.requests()[0].event().product(), "billing");
  EXPECT_EQ(server_.create_calendar.requests()[0].calendar().product(), "billing");
  EXPECT_EQ(server_.create_connection.requests()[0].connection().product(), "billing");
  EXPECT_EQ(server_.list_runs.requests()[0].product(), "billing");
  EXPECT_EQ(server_.batch_create_jobs.requests()[0].product(), "billing");

  v1::PreviewScheduleRequest preview;
  preview.set_tag("saved");
  ASSERT_TRUE(client->PreviewSchedule(preview).ok());
  EXPECT_EQ(server_.preview_schedule.requests()[0].product(), "billing");
  EXPECT_EQ(server_.preview_schedule.requests()[0].tag(), "saved");

  v1::GetJobRequest other;
  other.set_product("other");
  ASSERT_TRUE(client->GetJob(other).ok());
  EXPECT_EQ(server_.get_job.requests()[0].product(), "other");
}

TEST_F(ClientTest, WithoutProductTheServersOwnIsMeant) {
  const std::unique_ptr<Client> client = Connect();
  ASSERT_TRUE(client->GetJob({}).ok());
  EXPECT_EQ(server_.get_job.requests()[0].product(), "");
}

TEST_F(ClientTest, SendsTokenMetadataAndUserAgent) {
  ClientOptions options;
  options.bearer_token = "secret";
  options.user_agent = "billing/2.3";
  CallOptions call;
  call.metadata = {{"traceparent", "00-1-2-01"}};
  ASSERT_TRUE(Connect(options)->GetServerInfo(call).ok());
  const auto metadata = server_.get_server_info.metadata();
  EXPECT_THAT(metadata, Contains(Pair("authorization", "Bearer secret")));
  EXPECT_THAT(metadata, Contains(Pair("traceparent", "00-1-2-01")));
  EXPECT_THAT(metadata, Contains(Pair("user-agent", HasSubstr("billing/2.3 ductape-jobs-cpp/"))));
}

TEST_F(ClientTest, EveryMethodReachesItsOwn) {
  const std::unique_ptr<Client> client = Connect();
  EXPECT_TRUE(client->ListJobs({}).ok());
  EXPECT_TRUE(client->UpdateJob({}).ok());
  EXPECT_TRUE(client->DeleteJob({}).ok());
  EXPECT_TRUE(client->PauseJob({}).ok());
  EXPECT_TRUE(client->SkipOccurrence({}).ok());
  EXPECT_TRUE(client->BackfillJob({}).ok());
  EXPECT_TRUE(client->ResumeJob({}).ok());
  EXPECT_TRUE(client->RunJob({}).ok());
  EXPECT_TRUE(client->GetRun({}).ok());
  EXPECT_TRUE(client->CancelRun({}).ok());
  EXPECT_TRUE(client->GetEvent({}).ok());
  EXPECT_TRUE(client->ListEvents({}).ok());
  EXPECT_TRUE(client->UpdateEvent({}).ok());
  EXPECT_TRUE(client->DeleteEvent({}).ok());
  EXPECT_TRUE(client->GetCalendar({}).ok());
  EXPECT_TRUE(client->ListCalendars({}).ok());
  EXPECT_TRUE(client->UpdateCalendar({}).ok());
  EXPECT_TRUE(client->DeleteCalendar({}).ok());
  EXPECT_TRUE(client->GetConnection({}).ok());
  EXPECT_TRUE(client->ListConnections({}).ok());
  EXPECT_TRUE(client->UpdateConnection({}).ok());
  EXPECT_TRUE(client->DeleteConnection({}).ok());
  EXPECT_EQ(server_.list_jobs.calls(), 1U);
  EXPECT_EQ(server_.update_job.calls(), 1U);
  EXPECT_EQ(server_.delete_job.calls(), 1U);
  EXPECT_EQ(server_.pause_job.calls(), 1U);
  EXPECT_EQ(server_.resume_job.calls(), 1U);
  EXPECT_EQ(server_.run_job.calls(), 1U);
  EXPECT_EQ(server_.get_run.calls(), 1U);
  EXPECT_EQ(server_.cancel_run.calls(), 1U);
  EXPECT_EQ(server_.get_event.calls(), 1U);
  EXPECT_EQ(server_.list_events.calls(), 1U);
  EXPECT_EQ(server_.update_event.calls(), 1U);
  EXPECT_EQ(server_.delete_event.calls(), 1U);
  EXPECT_EQ(server_.get_calendar.calls(), 1U);
  EXPECT_EQ(server_.list_calendars.calls(), 1U);
  EXPECT_EQ(server_.update_calendar.calls(), 1U);
  EXPECT_EQ(server_.delete_calendar.calls(), 1U);
  EXPECT_EQ(server_.get_connection.calls(), 1U);
  EXPECT_EQ(server_.list_connections.calls(), 1U);
  EXPECT_EQ(server_.update_connection.calls(), 1U);
  EXPECT_EQ(server_.delete_connection.calls(), 1U);
}

TEST(ClientConnectionTest, ADeadServerIsUnavailable) {
  ClientOptions options;
  options.address = "127.0.0.1:1";
  options.retry.max_attempts = 1;
  EXPECT_TRUE(absl::IsUnavailable((*Client::Create(options))->GetServerInfo().status()));
}

}  // namespace
}  // namespace ductape::jobs
