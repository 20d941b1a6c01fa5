#include "tests/unit/client/fake_jobs_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace client_test {
namespace {

// NOLINTBEGIN(bugprone-macro-parentheses): types and names do not take any
// Overrides a generated method so that it forwards to the fake's member.
#define FORWARD(Method, Request, Response, member)                                              \
  grpc::Status Method(grpc::ServerContext* context, const Request* request, Response* response) \
      override {                                                                                \
    return fake_->member.Handle(*context, *request, response);                                  \
  }
// NOLINTEND(bugprone-macro-parentheses)

class Jobs final : public v1::JobService::Service {
 public:
  explicit Jobs(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(CreateJob, v1::CreateJobRequest, v1::Job, create_job)
  FORWARD(GetJob, v1::GetJobRequest, v1::Job, get_job)
  FORWARD(ListJobs, v1::ListJobsRequest, v1::ListJobsResponse, list_jobs)
  FORWARD(PreviewSchedule, v1::PreviewScheduleRequest, v1::PreviewScheduleResponse,
          preview_schedule)
  FORWARD(UpdateJob, v1::UpdateJobRequest, v1::Job, update_job)
  FORWARD(DeleteJob, v1::DeleteJobRequest, google::protobuf::Empty, delete_job)
  FORWARD(PauseJob, v1::PauseJobRequest, v1::Job, pause_job)
  FORWARD(ResumeJob, v1::ResumeJobRequest, v1::Job, resume_job)
  FORWARD(SkipOccurrence, v1::SkipOccurrenceRequest, v1::Job, skip_occurrence)
  FORWARD(BackfillJob, v1::BackfillJobRequest, v1::BackfillJobResponse, backfill_job)
  FORWARD(RunJob, v1::RunJobRequest, v1::Run, run_job)
  FORWARD(BatchCreateJobs, v1::BatchCreateJobsRequest, v1::BatchCreateJobsResponse,
          batch_create_jobs)

 private:
  FakeJobsServer* const fake_;
};

class Runs final : public v1::RunService::Service {
 public:
  explicit Runs(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(GetRun, v1::GetRunRequest, v1::Run, get_run)
  FORWARD(ListRuns, v1::ListRunsRequest, v1::ListRunsResponse, list_runs)
  FORWARD(CancelRun, v1::CancelRunRequest, v1::Run, cancel_run)

 private:
  FakeJobsServer* const fake_;
};

class Events final : public v1::EventService::Service {
 public:
  explicit Events(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(CreateEvent, v1::CreateEventRequest, v1::Event, create_event)
  FORWARD(GetEvent, v1::GetEventRequest, v1::Event, get_event)
  FORWARD(ListEvents, v1::ListEventsRequest, v1::ListEventsResponse, list_events)
  FORWARD(UpdateEvent, v1::UpdateEventRequest, v1::Event, update_event)
  FORWARD(DeleteEvent, v1::DeleteEventRequest, google::protobuf::Empty, delete_event)

 private:
  FakeJobsServer* const fake_;
};

class Calendars final : public v1::CalendarService::Service {
 public:
  explicit Calendars(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(CreateCalendar, v1::CreateCalendarRequest, v1::Calendar, create_calendar)
  FORWARD(GetCalendar, v1::GetCalendarRequest, v1::Calendar, get_calendar)
  FORWARD(ListCalendars, v1::ListCalendarsRequest, v1::ListCalendarsResponse, list_calendars)
  FORWARD(UpdateCalendar, v1::UpdateCalendarRequest, v1::Calendar, update_calendar)
  FORWARD(DeleteCalendar, v1::DeleteCalendarRequest, google::protobuf::Empty, delete_calendar)

 private:
  FakeJobsServer* const fake_;
};

class Connections final : public v1::ConnectionService::Service {
 public:
  explicit Connections(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(CreateConnection, v1::CreateConnectionRequest, v1::Connection, create_connection)
  FORWARD(GetConnection, v1::GetConnectionRequest, v1::Connection, get_connection)
  FORWARD(TestConnection, v1::TestConnectionRequest, v1::TestConnectionResponse, test_connection)
  FORWARD(ListConnections, v1::ListConnectionsRequest, v1::ListConnectionsResponse,
          list_connections)
  FORWARD(UpdateConnection, v1::UpdateConnectionRequest, v1::Connection, update_connection)
  FORWARD(DeleteConnection, v1::DeleteConnectionRequest, google::protobuf::Empty, delete_connection)

 private:
  FakeJobsServer* const fake_;
};

class Admin final : public v1::AdminService::Service {
 public:
  explicit Admin(FakeJobsServer* fake) : fake_(fake) {}
  FORWARD(GetServerInfo, v1::GetServerInfoRequest, v1::GetServerInfoResponse, get_server_info)

 private:
  FakeJobsServer* const fake_;
};

#undef FORWARD

}  // namespace

grpc::Status ServiceError(grpc::StatusCode code, const std::string& reason,
                          const std::string& message, const std::string& field,
                          int retry_delay_ms) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("jobs.ductape");
  (*info.mutable_metadata())["said"] = message;
  details.add_details()->PackFrom(info);
  if (!field.empty()) {
    google::rpc::BadRequest bad_request;
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description(message);
    details.add_details()->PackFrom(bad_request);
  }
  if (retry_delay_ms > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(retry_delay_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(retry_delay_ms % 1000 * 1'000'000);
    details.add_details()->PackFrom(retry);
  }
  return {code, message, details.SerializeAsString()};
}

FakeJobsServer::FakeJobsServer() {
  services_.push_back(std::make_unique<Jobs>(this));
  services_.push_back(std::make_unique<Runs>(this));
  services_.push_back(std::make_unique<Events>(this));
  services_.push_back(std::make_unique<Calendars>(this));
  services_.push_back(std::make_unique<Connections>(this));
  services_.push_back(std::make_unique<Admin>(this));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  for (const auto& service : services_) builder.RegisterService(service.get());
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeJobsServer::~FakeJobsServer() { server_->Shutdown(); }

}  // namespace client_test
