#include "client/cpp/client.h"

#include <string>
#include <utility>

#include "client/cpp/channel.h"
#include "client/cpp/idempotency.h"
#include "google/protobuf/empty.pb.h"

namespace ductape::jobs {
namespace {

template <class Request>
concept HasProduct = requires(Request& request) {
  request.mutable_product();
};
template <class Request>
concept HasJob = requires(Request& request) {
  request.mutable_job()->mutable_product();
};
template <class Request>
concept HasEvent = requires(Request& request) {
  request.mutable_event()->mutable_product();
};
template <class Request>
concept HasCalendar = requires(Request& request) {
  request.mutable_calendar()->mutable_product();
};
template <class Request>
concept HasConnection = requires(Request& request) {
  request.mutable_connection()->mutable_product();
};

// The field of the request that names the product; null if it has none.
template <class Request>
std::string* ProductOf(Request& request) {
  // A field of its own first: the job of a preview is one of two sources, and must not replace the other.
  if constexpr (HasProduct<Request>) {
    return request.mutable_product();
  } else if constexpr (HasJob<Request>) {
    return request.mutable_job()->mutable_product();
  } else if constexpr (HasEvent<Request>) {
    return request.mutable_event()->mutable_product();
  } else if constexpr (HasCalendar<Request>) {
    return request.mutable_calendar()->mutable_product();
  } else if constexpr (HasConnection<Request>) {
    return request.mutable_connection()->mutable_product();
  } else {
    return nullptr;
  }
}

// What `list` answers a page of, whose resources are `resources_of(page)`.
template <class Resource, class Request, class List, class ResourcesOf>
Listing<Resource> AllPages(Request request, List list, ResourcesOf resources_of) {
  using Page = typename Listing<Resource>::Page;
  return Listing<Resource>([request = std::move(request), list = std::move(list),
                            resources_of]() mutable -> absl::StatusOr<Page> {
    auto page = list(request);
    if (!page.ok()) return page.status();
    request.set_page_token(page->next_page_token());
    return Page{std::move(*resources_of(*page)), request.page_token().empty()};
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const ClientOptions& options) {
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = CreateChannel(options);
  if (!channel.ok()) return channel.status();
  return std::make_unique<Client>(*std::move(channel), options);
}

Client::Client(std::shared_ptr<grpc::Channel> channel, ClientOptions options)
    : channel_(std::move(channel)),
      options_(std::move(options)),
      jobs_(v1::JobService::NewStub(channel_)),
      runs_(v1::RunService::NewStub(channel_)),
      events_(v1::EventService::NewStub(channel_)),
      calendars_(v1::CalendarService::NewStub(channel_)),
      connections_(v1::ConnectionService::NewStub(channel_)),
      admin_(v1::AdminService::NewStub(channel_)) {}

template <class Stub, class Request, class Response>
Client::Answer<Response> Client::Call(Stub& stub,
                                      grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                                      Request& request, const CallOptions& call) {
  if (!options_.product.empty()) {
    std::string* product = ProductOf(request);
    if (product != nullptr && product->empty()) *product = options_.product;
  }
  FillRequestId(request);
  Response response;
  absl::Status status =
      CallWithRetries(options_, call, IdempotencyOf<Request>(), [&](grpc::ClientContext* context) {
        response.Clear();
        return (stub.*method)(context, request, &response);
      });
  if (!status.ok()) return status;
  return response;
}

Client::Answer<v1::Job> Client::CreateJob(v1::CreateJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::CreateJob, request, call);
}

Client::Answer<v1::Job> Client::GetJob(v1::GetJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::GetJob, request, call);
}

Client::Answer<v1::PreviewScheduleResponse> Client::PreviewSchedule(
    v1::PreviewScheduleRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::PreviewSchedule, request, call);
}

Client::Answer<v1::ListJobsResponse> Client::ListJobs(v1::ListJobsRequest request,
                                                      const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::ListJobs, request, call);
}

Listing<v1::Job> Client::AllJobs(v1::ListJobsRequest request, const CallOptions& call) {
  return AllPages<v1::Job>(
      std::move(request),
      [this, call](const v1::ListJobsRequest& page) { return ListJobs(page, call); },
      [](v1::ListJobsResponse& page) { return page.mutable_jobs(); });
}

Client::Answer<v1::Job> Client::UpdateJob(v1::UpdateJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::UpdateJob, request, call);
}

absl::Status Client::DeleteJob(v1::DeleteJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::DeleteJob, request, call).status();
}

Client::Answer<v1::Job> Client::PauseJob(v1::PauseJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::PauseJob, request, call);
}

Client::Answer<v1::Job> Client::ResumeJob(v1::ResumeJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::ResumeJob, request, call);
}

Client::Answer<v1::Job> Client::SkipOccurrence(v1::SkipOccurrenceRequest request,
                                               const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::SkipOccurrence, request, call);
}

Client::Answer<v1::BackfillJobResponse> Client::BackfillJob(v1::BackfillJobRequest request,
                                                            const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::BackfillJob, request, call);
}

Client::Answer<v1::Run> Client::RunJob(v1::RunJobRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::RunJob, request, call);
}

Client::Answer<v1::BatchCreateJobsResponse> Client::BatchCreateJobs(
    v1::BatchCreateJobsRequest request, const CallOptions& call) {
  return Call(*jobs_, &v1::JobService::Stub::BatchCreateJobs, request, call);
}

Client::Answer<v1::Run> Client::GetRun(v1::GetRunRequest request, const CallOptions& call) {
  return Call(*runs_, &v1::RunService::Stub::GetRun, request, call);
}

Client::Answer<v1::ListRunsResponse> Client::ListRuns(v1::ListRunsRequest request,
                                                      const CallOptions& call) {
  return Call(*runs_, &v1::RunService::Stub::ListRuns, request, call);
}

Listing<v1::Run> Client::AllRuns(v1::ListRunsRequest request, const CallOptions& call) {
  return AllPages<v1::Run>(
      std::move(request),
      [this, call](const v1::ListRunsRequest& page) { return ListRuns(page, call); },
      [](v1::ListRunsResponse& page) { return page.mutable_runs(); });
}

Client::Answer<v1::Run> Client::CancelRun(v1::CancelRunRequest request, const CallOptions& call) {
  return Call(*runs_, &v1::RunService::Stub::CancelRun, request, call);
}

Client::Answer<v1::Event> Client::CreateEvent(v1::CreateEventRequest request,
                                              const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::CreateEvent, request, call);
}

Client::Answer<v1::Event> Client::GetEvent(v1::GetEventRequest request, const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::GetEvent, request, call);
}

Client::Answer<v1::TestEventResponse> Client::TestEvent(v1::TestEventRequest request,
                                                        const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::TestEvent, request, call);
}

Client::Answer<v1::ListEventsResponse> Client::ListEvents(v1::ListEventsRequest request,
                                                          const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::ListEvents, request, call);
}

Listing<v1::Event> Client::AllEvents(v1::ListEventsRequest request, const CallOptions& call) {
  return AllPages<v1::Event>(
      std::move(request),
      [this, call](const v1::ListEventsRequest& page) { return ListEvents(page, call); },
      [](v1::ListEventsResponse& page) { return page.mutable_events(); });
}

Client::Answer<v1::Event> Client::UpdateEvent(v1::UpdateEventRequest request,
                                              const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::UpdateEvent, request, call);
}

absl::Status Client::DeleteEvent(v1::DeleteEventRequest request, const CallOptions& call) {
  return Call(*events_, &v1::EventService::Stub::DeleteEvent, request, call).status();
}

Client::Answer<v1::Calendar> Client::CreateCalendar(v1::CreateCalendarRequest request,
                                                    const CallOptions& call) {
  return Call(*calendars_, &v1::CalendarService::Stub::CreateCalendar, request, call);
}

Client::Answer<v1::Calendar> Client::GetCalendar(v1::GetCalendarRequest request,
                                                 const CallOptions& call) {
  return Call(*calendars_, &v1::CalendarService::Stub::GetCalendar, request, call);
}

Client::Answer<v1::ListCalendarsResponse> Client::ListCalendars(v1::ListCalendarsRequest request,
                                                                const CallOptions& call) {
  return Call(*calendars_, &v1::CalendarService::Stub::ListCalendars, request, call);
}

Listing<v1::Calendar> Client::AllCalendars(v1::ListCalendarsRequest request,
                                           const CallOptions& call) {
  return AllPages<v1::Calendar>(
      std::move(request),
      [this, call](const v1::ListCalendarsRequest& page) { return ListCalendars(page, call); },
      [](v1::ListCalendarsResponse& page) { return page.mutable_calendars(); });
}

Client::Answer<v1::Calendar> Client::UpdateCalendar(v1::UpdateCalendarRequest request,
                                                    const CallOptions& call) {
  return Call(*calendars_, &v1::CalendarService::Stub::UpdateCalendar, request, call);
}

absl::Status Client::DeleteCalendar(v1::DeleteCalendarRequest request, const CallOptions& call) {
  return Call(*calendars_, &v1::CalendarService::Stub::DeleteCalendar, request, call).status();
}

Client::Answer<v1::Connection> Client::CreateConnection(v1::CreateConnectionRequest request,
                                                        const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::CreateConnection, request, call);
}

Client::Answer<v1::Connection> Client::GetConnection(v1::GetConnectionRequest request,
                                                     const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::GetConnection, request, call);
}

Client::Answer<v1::ListConnectionsResponse> Client::ListConnections(
    v1::ListConnectionsRequest request, const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::ListConnections, request, call);
}

Listing<v1::Connection> Client::AllConnections(v1::ListConnectionsRequest request,
                                               const CallOptions& call) {
  return AllPages<v1::Connection>(
      std::move(request),
      [this, call](const v1::ListConnectionsRequest& page) { return ListConnections(page, call); },
      [](v1::ListConnectionsResponse& page) { return page.mutable_connections(); });
}

Client::Answer<v1::TestConnectionResponse> Client::TestConnection(v1::TestConnectionRequest request,
                                                                  const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::TestConnection, request, call);
}

Client::Answer<v1::Connection> Client::UpdateConnection(v1::UpdateConnectionRequest request,
                                                        const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::UpdateConnection, request, call);
}

absl::Status Client::DeleteConnection(v1::DeleteConnectionRequest request,
                                      const CallOptions& call) {
  return Call(*connections_, &v1::ConnectionService::Stub::DeleteConnection, request, call)
      .status();
}

Client::Answer<v1::GetServerInfoResponse> Client::GetServerInfo(const CallOptions& call) {
  v1::GetServerInfoRequest request;
  return Call(*admin_, &v1::AdminService::Stub::GetServerInfo, request, call);
}

}  // namespace ductape::jobs
