#ifndef CLIENT_CPP_CLIENT_H_
#define CLIENT_CPP_CLIENT_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cpp/call.h"
#include "client/cpp/listing.h"
#include "client/cpp/options.h"
#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "grpcpp/channel.h"

// The client of Ductape Jobs.
//
//   ductape::jobs::ClientOptions options;
//   options.address = "localhost:7420";
//   auto client = ductape::jobs::Client::Create(options);
//   if (!client.ok()) …
//   ductape::jobs::v1::GetJobRequest request;
//   request.set_tag("example_job");
//   absl::StatusOr<ductape::jobs::v1::Job> job = (*client)->GetJob(request);
//   if (!job.ok() && ductape::jobs::ErrorOf(job.status()).reason == "JOB_NOT_FOUND") …
namespace ductape::jobs {

// One method for each of the API's, with its request and response; the protos are their manual.
//
// Every call blocks until it succeeded, failed for good or its deadline passed, and is repeated
// where that is safe (call.h). Changing calls get a request_id where they have none. A request
// without product gets ClientOptions::product. Errors are read with ErrorOf (error.h).
//
// List… answers one page, All… ranges over the resources of all pages from the request's on, with
// the same request; `call` is that of each page.
//
// Thread-safe; one client serves a whole process.
class Client {
 public:
  // Connects at the first call. Errors: those of CreateChannel (channel.h).
  static absl::StatusOr<std::unique_ptr<Client>> Create(const ClientOptions& options);

  // On a channel that stands already; `options` serve for everything but the connection.
  Client(std::shared_ptr<grpc::Channel> channel, ClientOptions options);

  template <class Response>
  using Answer = absl::StatusOr<Response>;

  Answer<v1::Job> CreateJob(v1::CreateJobRequest request, const CallOptions& call = {});
  Answer<v1::Job> GetJob(v1::GetJobRequest request, const CallOptions& call = {});
  Answer<v1::PreviewScheduleResponse> PreviewSchedule(v1::PreviewScheduleRequest request,
                                                      const CallOptions& call = {});
  Answer<v1::ListJobsResponse> ListJobs(v1::ListJobsRequest request, const CallOptions& call = {});
  Listing<v1::Job> AllJobs(v1::ListJobsRequest request, const CallOptions& call = {});
  Answer<v1::Job> UpdateJob(v1::UpdateJobRequest request, const CallOptions& call = {});
  absl::Status DeleteJob(v1::DeleteJobRequest request, const CallOptions& call = {});
  Answer<v1::Job> PauseJob(v1::PauseJobRequest request, const CallOptions& call = {});
  Answer<v1::Job> ResumeJob(v1::ResumeJobRequest request, const CallOptions& call = {});
  Answer<v1::Job> SkipOccurrence(v1::SkipOccurrenceRequest request, const CallOptions& call = {});
  Answer<v1::BackfillJobResponse> BackfillJob(v1::BackfillJobRequest request,
                                              const CallOptions& call = {});
  Answer<v1::Run> RunJob(v1::RunJobRequest request, const CallOptions& call = {});
  Answer<v1::BatchCreateJobsResponse> BatchCreateJobs(v1::BatchCreateJobsRequest request,
                                                      const CallOptions& call = {});

  Answer<v1::Run> GetRun(v1::GetRunRequest request, const CallOptions& call = {});
  Answer<v1::ListRunsResponse> ListRuns(v1::ListRunsRequest request, const CallOptions& call = {});
  Listing<v1::Run> AllRuns(v1::ListRunsRequest request, const CallOptions& call = {});
  Answer<v1::Run> CancelRun(v1::CancelRunRequest request, const CallOptions& call = {});

  Answer<v1::Event> CreateEvent(v1::CreateEventRequest request, const CallOptions& call = {});
  Answer<v1::Event> GetEvent(v1::GetEventRequest request, const CallOptions& call = {});
  Answer<v1::ListEventsResponse> ListEvents(v1::ListEventsRequest request,
                                            const CallOptions& call = {});
  Listing<v1::Event> AllEvents(v1::ListEventsRequest request, const CallOptions& call = {});
  Answer<v1::TestEventResponse> TestEvent(v1::TestEventRequest request,
                                          const CallOptions& call = {});
  Answer<v1::Event> UpdateEvent(v1::UpdateEventRequest request, const CallOptions& call = {});
  absl::Status DeleteEvent(v1::DeleteEventRequest request, const CallOptions& call = {});

  Answer<v1::Calendar> CreateCalendar(v1::CreateCalendarRequest request,
                                      const CallOptions& call = {});
  Answer<v1::Calendar> GetCalendar(v1::GetCalendarRequest request, const CallOptions& call = {});
  Answer<v1::ListCalendarsResponse> ListCalendars(v1::ListCalendarsRequest request,
                                                  const CallOptions& call = {});
  Listing<v1::Calendar> AllCalendars(v1::ListCalendarsRequest request,
                                     const CallOptions& call = {});
  Answer<v1::Calendar> UpdateCalendar(v1::UpdateCalendarRequest request,
                                      const CallOptions& call = {});
  absl::Status DeleteCalendar(v1::DeleteCalendarRequest request, const CallOptions& call = {});

  Answer<v1::Connection> CreateConnection(v1::CreateConnectionRequest request,
                                          const CallOptions& call = {});
  Answer<v1::Connection> GetConnection(v1::GetConnectionRequest request,
                                       const CallOptions& call = {});
  Answer<v1::ListConnectionsResponse> ListConnections(v1::ListConnectionsRequest request,
                                                      const CallOptions& call = {});
  Listing<v1::Connection> AllConnections(v1::ListConnectionsRequest request,
                                         const CallOptions& call = {});
  Answer<v1::TestConnectionResponse> TestConnection(v1::TestConnectionRequest request,
                                                    const CallOptions& call = {});
  Answer<v1::Connection> UpdateConnection(v1::UpdateConnectionRequest request,
                                          const CallOptions& call = {});
  absl::Status DeleteConnection(v1::DeleteConnectionRequest request, const CallOptions& call = {});

  Answer<v1::GetServerInfoResponse> GetServerInfo(const CallOptions& call = {});

  // For what is not here: streams, asynchronous calls. With no retries and no default deadline.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const ClientOptions& options() const { return options_; }

 private:
  template <class Stub, class Request, class Response>
  Answer<Response> Call(Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        Request& request, const CallOptions& call);

  const std::shared_ptr<grpc::Channel> channel_;
  const ClientOptions options_;
  const std::unique_ptr<v1::JobService::Stub> jobs_;
  const std::unique_ptr<v1::RunService::Stub> runs_;
  const std::unique_ptr<v1::EventService::Stub> events_;
  const std::unique_ptr<v1::CalendarService::Stub> calendars_;
  const std::unique_ptr<v1::ConnectionService::Stub> connections_;
  const std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_CLIENT_H_
