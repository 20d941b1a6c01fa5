#ifndef CLIENT_JOBCTL_COMMANDS_JOB_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_JOB_FLAGS_H_

#include <string>

#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "ductape/jobs/v1/job.pb.h"

namespace jobctl {

// A flag for every settable field of a job. `io` must stand as long as `flags`.
void AddJobFlags(MessageFlags<ductape::jobs::v1::Job>& flags, Io& io);

// Those of them that decide times.
void AddScheduleFlags(MessageFlags<ductape::jobs::v1::Job>& flags, Io& io);

// Which occurrences a preview shows. `default_count` is for the help: how many without --count.
void AddPreviewRangeFlags(MessageFlags<ductape::jobs::v1::PreviewScheduleRequest>& flags, Io& io,
                          const std::string& default_count);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_JOB_FLAGS_H_
