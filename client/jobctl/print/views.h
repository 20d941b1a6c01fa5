#ifndef CLIENT_JOBCTL_PRINT_VIEWS_H_
#define CLIENT_JOBCTL_PRINT_VIEWS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "client/jobctl/print/table.h"
#include "ductape/jobs/v1/admin.pb.h"
#include "ductape/jobs/v1/calendar.pb.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "ductape/jobs/v1/run.pb.h"

// What people see of each resource: its name, its row in a table under the header of its kind, and
// its page. Times are told from `now`.
namespace jobctl {

using Fields = std::vector<std::pair<std::string, Cell>>;

template <class Resource>
std::vector<std::string> HeaderOf();

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::Job>();
std::string NameOf(const ductape::jobs::v1::Job& job);  // the tag
Row RowOf(const ductape::jobs::v1::Job& job, absl::Time now);
Fields PageOf(const ductape::jobs::v1::Job& job, absl::Time now);

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::Run>();
std::string NameOf(const ductape::jobs::v1::Run& run);  // the run id
Row RowOf(const ductape::jobs::v1::Run& run, absl::Time now);
Fields PageOf(const ductape::jobs::v1::Run& run, absl::Time now);

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::Event>();
std::string NameOf(const ductape::jobs::v1::Event& event);  // TYPE/tag
Row RowOf(const ductape::jobs::v1::Event& event, absl::Time now);
Fields PageOf(const ductape::jobs::v1::Event& event, absl::Time now);

std::string NameOf(const ductape::jobs::v1::TestEventResponse& test);  // the run id
Fields PageOf(const ductape::jobs::v1::TestEventResponse& test, absl::Time now);

std::string NameOf(const ductape::jobs::v1::TestConnectionResponse& test);  // the state
Fields PageOf(const ductape::jobs::v1::TestConnectionResponse& test, absl::Time now);

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::Calendar>();
std::string NameOf(const ductape::jobs::v1::Calendar& calendar);  // the tag
Row RowOf(const ductape::jobs::v1::Calendar& calendar, absl::Time now);
Fields PageOf(const ductape::jobs::v1::Calendar& calendar, absl::Time now);

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::Connection>();
std::string NameOf(const ductape::jobs::v1::Connection& connection);  // the tag
Row RowOf(const ductape::jobs::v1::Connection& connection, absl::Time now);
Fields PageOf(const ductape::jobs::v1::Connection& connection, absl::Time now);

template <>
std::vector<std::string> HeaderOf<ductape::jobs::v1::PreviewScheduleResponse::Occurrence>();
std::string NameOf(const ductape::jobs::v1::PreviewScheduleResponse::Occurrence& occurrence);
Row RowOf(const ductape::jobs::v1::PreviewScheduleResponse::Occurrence& occurrence, absl::Time now);
Fields PageOf(const ductape::jobs::v1::PreviewScheduleResponse::Occurrence& occurrence,
              absl::Time now);
std::string NameOf(const ductape::jobs::v1::PreviewScheduleResponse& preview);  // in words
Fields PageOf(const ductape::jobs::v1::PreviewScheduleResponse& preview, absl::Time now);

std::string NameOf(const ductape::jobs::v1::GetServerInfoResponse& info);  // the server's id
Fields PageOf(const ductape::jobs::v1::GetServerInfoResponse& info, absl::Time now);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_VIEWS_H_
