#ifndef TESTS_UNIT_CLIENT_FAKE_JOBS_SERVER_H_
#define TESTS_UNIT_CLIENT_FAKE_JOBS_SERVER_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "grpcpp/grpcpp.h"

// A gRPC server in this process that answers as a test tells it, and remembers what it was asked.
namespace client_test {

namespace v1 = ductape::jobs::v1;

// One method: the requests it got, and what it answers. Errors come first, one a call; after them
// `answer`, or an empty message.
template <class Request, class Response>
class FakeMethod {
 public:
  void FailWith(grpc::Status status) {
    absl::MutexLock lock(&mutex_);
    errors_.push_back(std::move(status));
  }
  void Answer(std::function<Response(const Request&)> answer) {
    absl::MutexLock lock(&mutex_);
    answer_ = std::move(answer);
  }
  void Answer(Response response) {
    Answer([response](const Request&) { return response; });
  }

  std::vector<Request> requests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }
  size_t calls() const { return requests().size(); }
  // The metadata of the last call.
  std::multimap<std::string, std::string> metadata() const {
    absl::MutexLock lock(&mutex_);
    return metadata_;
  }

  grpc::Status Handle(const grpc::ServerContext& context, const Request& request,
                      Response* response) {
    absl::MutexLock lock(&mutex_);
    requests_.push_back(request);
    metadata_.clear();
    for (const auto& [key, value] : context.client_metadata()) {
      metadata_.emplace(std::string(key.data(), key.size()),
                        std::string(value.data(), value.size()));
    }
    if (!errors_.empty()) {
      grpc::Status error = std::move(errors_.front());
      errors_.pop_front();
      return error;
    }
    if (answer_ != nullptr) *response = answer_(request);
    return grpc::Status::OK;
  }

 private:
  mutable absl::Mutex mutex_;
  std::deque<grpc::Status> errors_ ABSL_GUARDED_BY(mutex_);
  std::function<Response(const Request&)> answer_ ABSL_GUARDED_BY(mutex_);
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  std::multimap<std::string, std::string> metadata_ ABSL_GUARDED_BY(mutex_);
};

// A status as the service gives it. `field` empty: none; `retry_delay_ms` 0: none.
grpc::Status ServiceError(grpc::StatusCode code, const std::string& reason,
                          const std::string& message, const std::string& field = "",
                          int retry_delay_ms = 0);

class FakeJobsServer {
 public:
  // Listens on a free loopback port.
  FakeJobsServer();
  ~FakeJobsServer();
  FakeJobsServer(const FakeJobsServer&) = delete;
  FakeJobsServer& operator=(const FakeJobsServer&) = delete;

  const std::string& address() const { return address_; }

  using Empty = google::protobuf::Empty;
  FakeMethod<v1::CreateJobRequest, v1::Job> create_job;
  FakeMethod<v1::GetJobRequest, v1::Job> get_job;
  FakeMethod<v1::ListJobsRequest, v1::ListJobsResponse> list_jobs;
  FakeMethod<v1::UpdateJobRequest, v1::Job> update_job;
  FakeMethod<v1::DeleteJobRequest, Empty> delete_job;
  FakeMethod<v1::PauseJobRequest, v1::Job> pause_job;
  FakeMethod<v1::ResumeJobRequest, v1::Job> resume_job;
  FakeMethod<v1::SkipOccurrenceRequest, v1::Job> skip_occurrence;
  FakeMethod<v1::BackfillJobRequest, v1::BackfillJobResponse> backfill_job;
  FakeMethod<v1::RunJobRequest, v1::Run> run_job;
  FakeMethod<v1::PreviewScheduleRequest, v1::PreviewScheduleResponse> preview_schedule;
  FakeMethod<v1::BatchCreateJobsRequest, v1::BatchCreateJobsResponse> batch_create_jobs;
  FakeMethod<v1::GetRunRequest, v1::Run> get_run;
  FakeMethod<v1::ListRunsRequest, v1::ListRunsResponse> list_runs;
  FakeMethod<v1::CancelRunRequest, v1::Run> cancel_run;
  FakeMethod<v1::CreateEventRequest, v1::Event> create_event;
  FakeMethod<v1::GetEventRequest, v1::Event> get_event;
  FakeMethod<v1::ListEventsRequest, v1::ListEventsResponse> list_events;
  FakeMethod<v1::UpdateEventRequest, v1::Event> update_event;
  FakeMethod<v1::DeleteEventRequest, Empty> delete_event;
  FakeMethod<v1::CreateCalendarRequest, v1::Calendar> create_calendar;
  FakeMethod<v1::GetCalendarRequest, v1::Calendar> get_calendar;
  FakeMethod<v1::ListCalendarsRequest, v1::ListCalendarsResponse> list_calendars;
  FakeMethod<v1::UpdateCalendarRequest, v1::Calendar> update_calendar;
  FakeMethod<v1::DeleteCalendarRequest, Empty> delete_calendar;
  FakeMethod<v1::CreateConnectionRequest, v1::Connection> create_connection;
  FakeMethod<v1::GetConnectionRequest, v1::Connection> get_connection;
  FakeMethod<v1::TestConnectionRequest, v1::TestConnectionResponse> test_connection;
  FakeMethod<v1::ListConnectionsRequest, v1::ListConnectionsResponse> list_connections;
  FakeMethod<v1::UpdateConnectionRequest, v1::Connection> update_connection;
  FakeMethod<v1::DeleteConnectionRequest, Empty> delete_connection;
  FakeMethod<v1::GetServerInfoRequest, v1::GetServerInfoResponse> get_server_info;

 private:
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace client_test

#endif  // TESTS_UNIT_CLIENT_FAKE_JOBS_SERVER_H_
