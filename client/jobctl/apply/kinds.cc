#include "client/jobctl/apply/kinds.h"

#include <utility>

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using ductape::jobs::Client;

// What the kinds call their messages and methods.
template <class Message>
struct Api;

template <>
struct Api<v1::Connection> {
  using Get = v1::GetConnectionRequest;
  using List = v1::ListConnectionsRequest;
  using Create = v1::CreateConnectionRequest;
  using Update = v1::UpdateConnectionRequest;
  using Delete = v1::DeleteConnectionRequest;
  static auto Call(Client& client, Get request) { return client.GetConnection(std::move(request)); }
  static auto Call(Client& client, List request) {
    return client.ListConnections(std::move(request));
  }
  static auto Call(Client& client, Create request) {
    return client.CreateConnection(std::move(request));
  }
  static auto Call(Client& client, Update request) {
    return client.UpdateConnection(std::move(request));
  }
  static auto Call(Client& client, Delete request) {
    return client.DeleteConnection(std::move(request));
  }
  static auto* Mutable(auto& request) { return request.mutable_connection(); }
  static auto* Items(v1::ListConnectionsResponse& page) { return page.mutable_connections(); }
};

template <>
struct Api<v1::Event> {
  using Get = v1::GetEventRequest;
  using List = v1::ListEventsRequest;
  using Create = v1::CreateEventRequest;
  using Update = v1::UpdateEventRequest;
  using Delete = v1::DeleteEventRequest;
  static auto Call(Client& client, Get request) { return client.GetEvent(std::move(request)); }
  static auto Call(Client& client, List request) { return client.ListEvents(std::move(request)); }
  static auto Call(Client& client, Create request) {
    return client.CreateEvent(std::move(request));
  }
  static auto Call(Client& client, Update request) {
    return client.UpdateEvent(std::move(request));
  }
  static auto Call(Client& client, Delete request) {
    return client.DeleteEvent(std::move(request));
  }
  static auto* Mutable(auto& request) { return request.mutable_event(); }
  static auto* Items(v1::ListEventsResponse& page) { return page.mutable_events(); }
};

template <>
struct Api<v1::Calendar> {
  using Get = v1::GetCalendarRequest;
  using List = v1::ListCalendarsRequest;
  using Create = v1::CreateCalendarRequest;
  using Update = v1::UpdateCalendarRequest;
  using Delete = v1::DeleteCalendarRequest;
  static auto Call(Client& client, Get request) { return client.GetCalendar(std::move(request)); }
  static auto Call(Client& client, List request) {
    return client.ListCalendars(std::move(request));
  }
  static auto Call(Client& client, Create request) {
    return client.CreateCalendar(std::move(request));
  }
  static auto Call(Client& client, Update request) {
    return client.UpdateCalendar(std::move(request));
  }
  static auto Call(Client& client, Delete request) {
    return client.DeleteCalendar(std::move(request));
  }
  static auto* Mutable(auto& request) { return request.mutable_calendar(); }
  static auto* Items(v1::ListCalendarsResponse& page) { return page.mutable_calendars(); }
};

template <>
struct Api<v1::Job> {
  using Get = v1::GetJobRequest;
  using List = v1::ListJobsRequest;
  using Create = v1::CreateJobRequest;
  using Update = v1::UpdateJobRequest;
  using Delete = v1::DeleteJobRequest;
  static auto Call(Client& client, Get request) { return client.GetJob(std::move(request)); }
  static auto Call(Client& client, List request) { return client.ListJobs(std::move(request)); }
  static auto Call(Client& client, Create request) { return client.CreateJob(std::move(request)); }
  static auto Call(Client& client, Update request) { return client.UpdateJob(std::move(request)); }
  static auto Call(Client& client, Delete request) { return client.DeleteJob(std::move(request)); }
  static auto* Mutable(auto& request) { return request.mutable_job(); }
  static auto* Items(v1::ListJobsResponse& page) { return page.mutable_jobs(); }
};

// A request that names what `message` is.
template <class Request, class Message>
Request Naming(const Message& message) {
  Request request;
  request.set_product(message.product());
  request.set_tag(message.tag());
  if constexpr (std::is_same_v<Message, v1::Event>) request.set_event_type(message.event_type());
  return request;
}

absl::StatusOr<Resource> AsResource(auto answer) {
  if (!answer.ok()) return answer.status();
  return Resource(*std::move(answer));
}

template <class Message>
absl::StatusOr<std::vector<Resource>> List(Client& client, const std::string& product) {
  constexpr int kPageSize = 500;
  std::vector<Resource> all;
  typename Api<Message>::List request;
  request.set_product(product);
  request.set_page_size(kPageSize);
  do {
    auto page = Api<Message>::Call(client, request);
    if (!page.ok()) return page.status();
    for (Message& message : *Api<Message>::Items(*page)) all.emplace_back(std::move(message));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

template <class Message>
using ApiOf = Api<std::remove_cvref_t<Message>>;

}  // namespace

absl::StatusOr<Resource> GetResource(Client& client, const Resource& named) {
  return std::visit(
      [&client](const auto& message) {
        using It = ApiOf<decltype(message)>;
        return AsResource(It::Call(client, Naming<typename It::Get>(message)));
      },
      named);
}

absl::StatusOr<Resource> CreateResource(Client& client, const Resource& resource,
                                        bool validate_only) {
  return std::visit(
      [&](const auto& message) {
        using It = ApiOf<decltype(message)>;
        typename It::Create request;
        *It::Mutable(request) = message;
        request.set_validate_only(validate_only);
        return AsResource(It::Call(client, std::move(request)));
      },
      resource);
}

absl::StatusOr<Resource> ReplaceResource(Client& client, const Resource& resource,
                                         bool validate_only) {
  return std::visit(
      [&](const auto& message) {
        using It = ApiOf<decltype(message)>;
        typename It::Update request;
        *It::Mutable(request) = message;
        request.mutable_update_mask()->add_paths("*");
        request.set_validate_only(validate_only);
        return AsResource(It::Call(client, std::move(request)));
      },
      resource);
}

absl::Status DeleteResource(Client& client, const Resource& named) {
  return std::visit(
      [&client](const auto& message) {
        using It = ApiOf<decltype(message)>;
        auto request = Naming<typename It::Delete>(message);
        request.set_etag(message.etag());
        return It::Call(client, std::move(request));
      },
      named);
}

absl::StatusOr<std::vector<Resource>> ListResources(Client& client, const Resource& kind,
                                                    const std::string& product) {
  return std::visit(
      [&](const auto& message) {
        return List<std::remove_cvref_t<decltype(message)>>(client, product);
      },
      kind);
}

const google::protobuf::Message& MessageOf(const Resource& resource) {
  return std::visit([](const auto& message) -> const google::protobuf::Message& { return message; },
                    resource);
}

const std::string& ProductOf(const Resource& resource) {
  return std::visit([](const auto& message) -> const std::string& { return message.product(); },
                    resource);
}

const google::protobuf::Map<std::string, std::string>& LabelsOf(const Resource& resource) {
  return std::visit(
      [](const auto& message) -> const google::protobuf::Map<std::string, std::string>& {
        return message.labels();
      },
      resource);
}

}  // namespace jobctl
