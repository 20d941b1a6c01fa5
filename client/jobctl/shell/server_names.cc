#include "client/jobctl/shell/server_names.h"

#include "absl/strings/str_cat.h"
#include "client/jobctl/print/text_width.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

constexpr int kMostNames = 1'000;

ductape::jobs::CallOptions InASecond() {
  ductape::jobs::CallOptions call;
  call.deadline = absl::Seconds(1);
  return call;
}

template <class Request>
Request FirstPage() {
  Request request;
  request.set_page_size(kMostNames);
  return request;
}

// The names of `resources`, each with what `help` says of it.
template <class Resources, class Help>
std::vector<Candidate> NamesOf(const Resources& resources, Help help) {
  std::vector<Candidate> names;
  for (const auto& resource : resources) {
    names.push_back({NameOf(resource), Printable(help(resource))});
  }
  return names;
}

std::string NameText(const auto& resource) { return resource.name(); }

}  // namespace

std::vector<Candidate> AskNames(Session& session, ValueKind kind) {
  ductape::jobs::Client& client = session.client();
  if (kind == ValueKind::kJob) {
    const auto page = client.ListJobs(FirstPage<v1::ListJobsRequest>(), InASecond());
    if (page.ok()) return NamesOf(page->jobs(), NameText<v1::Job>);
  } else if (kind == ValueKind::kCalendar) {
    const auto page = client.ListCalendars(FirstPage<v1::ListCalendarsRequest>(), InASecond());
    if (page.ok()) return NamesOf(page->calendars(), NameText<v1::Calendar>);
  } else if (kind == ValueKind::kConnection) {
    const auto page = client.ListConnections(FirstPage<v1::ListConnectionsRequest>(), InASecond());
    if (page.ok()) return NamesOf(page->connections(), NameText<v1::Connection>);
  } else if (kind == ValueKind::kEvent) {
    const auto page = client.ListEvents(FirstPage<v1::ListEventsRequest>(), InASecond());
    if (page.ok()) return NamesOf(page->events(), NameText<v1::Event>);
  } else if (kind == ValueKind::kRun) {
    const auto page = client.ListRuns(FirstPage<v1::ListRunsRequest>(), InASecond());
    const auto help = [](const v1::Run& run) {
      return absl::StrCat(run.job_tag(), " ", v1::Run::State_Name(run.state()));
    };
    if (page.ok()) return NamesOf(page->runs(), help);
  }
  return {};
}

}  // namespace jobctl
