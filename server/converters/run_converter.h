#ifndef SERVER_CONVERTERS_RUN_CONVERTER_H_
#define SERVER_CONVERTERS_RUN_CONVERTER_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/run.pb.h"
#include "scheduler/core/model.h"

namespace server {

// Reads a field `run_id`. FIELD_REQUIRED if it is empty, RUN_ID_INVALID if it is no run id.
absl::StatusOr<scheduler::core::RunKey> ToRunKey(const std::string& run_id);

// UID_INVALID if it is no uid. REQUIRES: not empty.
absl::StatusOr<scheduler::core::Uid> ToUid(std::string_view field, const std::string& uid);

// How much of a run is shown.
enum class RunDetail {
  kFull,
  kSummary,  // without `attempts` and `output`, as Job.last_run in lists
};

// Fills an empty `out`. Texts that came from targets and are no UTF-8 are shown with U+FFFD.
void ErrorToProto(const scheduler::core::RunError& error, ductape::jobs::v1::Run::Error* out);

// Fills an empty `out`. Texts that came from targets and are no UTF-8 are shown with U+FFFD.
void RunToProto(const scheduler::core::Run& run, RunDetail detail, ductape::jobs::v1::Run* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_RUN_CONVERTER_H_
