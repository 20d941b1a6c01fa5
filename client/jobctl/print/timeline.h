#ifndef CLIENT_JOBCTL_PRINT_TIMELINE_H_
#define CLIENT_JOBCTL_PRINT_TIMELINE_H_

#include <string>
#include <vector>

#include "client/jobctl/print/printer.h"
#include "ductape/jobs/v1/job.pb.h"
#include "ductape/jobs/v1/run.pb.h"

namespace jobctl {

// What became of a job's times and what is to come, around now.
struct Timeline {
  ductape::jobs::v1::Job job;
  std::vector<ductape::jobs::v1::Run> past;  // oldest first; those under way are the last ones
  ductape::jobs::v1::PreviewScheduleResponse next;
  absl::Time now;
};

// As the printer takes it: the job's tag, and in JSON `job` (product, tag, state), `description`,
// `warnings`, `now`, `past` (runs) and `next` (occurrences).
std::string NameOf(const Timeline& timeline);
std::string ToJson(const Timeline& timeline);

// For people: what the schedule says, then a row for each past run with a bar as long as it took, a
// row for now, and a row for each time to come.
void WriteTimeline(const Printer& printer, const Timeline& timeline);

// As WriteTimeline in tables, else by the printer.
void PrintTimeline(const Printer& printer, const Timeline& timeline);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_TIMELINE_H_
