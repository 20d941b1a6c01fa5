#ifndef CLIENT_JOBCTL_PRINT_VIEW_PARTS_H_
#define CLIENT_JOBCTL_PRINT_VIEW_PARTS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/jobctl/print/table.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "ductape/jobs/v1/run.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/map.h"
#include "google/protobuf/struct.pb.h"

// Texts that more than one view shows. Each is empty where there is nothing to say.
namespace jobctl {

Cell StateCell(ductape::jobs::v1::Job::State state);
Cell StateCell(ductape::jobs::v1::Run::State state);

absl::Duration ToDuration(const google::protobuf::Duration& duration);

// `team=billing, tier=gold`, in the order of the keys.
std::string LabelsText(const google::protobuf::Map<std::string, std::string>& labels);

// `up to 3, wait 1s x 2 to 5m`.
std::string RetryText(const ductape::jobs::v1::RetryPolicy& policy);

// `VALIDATION: no such user (status 422)`.
std::string ErrorText(const ductape::jobs::v1::Run::Error& error);

// How long the run took, or has been taking; nothing if it was not sent.
std::optional<absl::Duration> TookOf(const ductape::jobs::v1::Run& run, absl::Time now);

// Why the run is where it is: the reason, the error, the time of the next attempt, the stretch.
std::string WhyText(const ductape::jobs::v1::Run& run, absl::Time now);

// `text`, cut to at most `width` columns with an ellipsis.
std::string Shortened(const std::string& text, size_t width);

// The struct as JSON, on one line.
std::string StructText(const google::protobuf::Struct& value);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_VIEW_PARTS_H_
