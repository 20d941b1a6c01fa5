#ifndef TESTS_BENCH_LOAD_JOBS_H_
#define TESTS_BENCH_LOAD_JOBS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "ductape/jobs/v1/job.pb.h"
#include "grpcpp/channel.h"

namespace bench {

// The event, of type ACTION, and thereby the queue that all jobs of a load have.
inline constexpr char kEventTag[] = "bench";
inline constexpr char kQueue[] = "ACTION/bench";

// What the jobs of a load look like. Each has a tag of 16 characters, a name and no input.
struct JobPlan {
  int64_t first = 0;  // number of the first job; tags are made of the number
  int64_t count = 0;
  std::string prefix = "bench-";  // 6 characters
  std::string event = kEventTag;  // of type ACTION
  // Every so many milliseconds, from `start_millis` (wall time) plus a phase of the job's own; the
  // phases spread evenly over the interval.
  int64_t interval_millis = 1000;
  int64_t start_millis = 0;
  // Not 0: once, at this wall time, instead.
  int64_t at_millis = 0;
  // Not empty: daily by the clocks of this zone instead, by a cron pattern, at one of its 1,440 minutes.
  std::string cron_zone;
};

// Writes the create of job `number`.
void FillCreate(const JobPlan& plan, int64_t number, ductape::jobs::v1::CreateJobRequest* request);

// A channel with a connection of its own, that takes messages of any size and, when it is broken,
// tries again every 20 to 50 ms.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address);

// Creates the event: for workers, or for HTTP if `url` is not empty. An event that is there already
// is left as it is. Ends the program if the server refuses, or is not there within ten seconds.
void CreateEvent(const std::string& address, const std::string& url);

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_JOBS_H_
