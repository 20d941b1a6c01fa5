#ifndef SERVER_CONVERTERS_JOB_TO_SPEC_H_
#define SERVER_CONVERTERS_JOB_TO_SPEC_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/job.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "scheduler/core/model.h"
#include "server/converters/field_selection.h"

// Jobs from the wire. Errors are those that JobService.CreateJob and UpdateJob list as
// INVALID_ARGUMENT, with paths from "job."; SCHEDULE_NEVER_FIRES is the engine's, since it depends
// on the commit time.
namespace server {

// A whole job, as for a create.
absl::StatusOr<scheduler::core::JobSpec> ToJobSpec(const ductape::jobs::v1::Job& job,
                                                   const std::string& default_product);

// What decides the times of a job, of which nothing else is read but product and tag; that may be empty.
absl::StatusOr<scheduler::core::JobSpec> ToScheduleSpec(const ductape::jobs::v1::Job& job,
                                                        const std::string& default_product);

// The change that an update makes.
class JobPatch {
 public:
  // The fields of `job` that `mask` selects, checked one by one.
  static absl::StatusOr<JobPatch> Make(const ductape::jobs::v1::Job& job,
                                       const google::protobuf::FieldMask& mask);

  // Makes the change. INVALID_ARGUMENT if the job as a whole is not valid then.
  absl::Status Apply(scheduler::core::JobSpec* spec) const;

  bool SetsStartTime() const;

 private:
  FieldSet fields_ = 0;
  scheduler::core::JobSpec values_;
};

}  // namespace server

#endif  // SERVER_CONVERTERS_JOB_TO_SPEC_H_
