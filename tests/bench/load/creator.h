#ifndef TESTS_BENCH_LOAD_CREATOR_H_
#define TESTS_BENCH_LOAD_CREATOR_H_

#include <cstdint>
#include <string>

#include "tests/bench/load/histogram.h"
#include "tests/bench/load/jobs.h"

namespace bench {

struct CreateOptions {
  int batch = 1000;   // jobs a BatchCreateJobs call; 1: CreateJob, which has no batch
  int in_flight = 4;  // calls at a time
  int channels = 2;   // connections they share
  int64_t limit_nanos = 900 * int64_t{1'000'000'000};  // begins no call after that
};

struct CreateResult {
  int64_t created = 0;
  int64_t refused = 0;  // items that were asked for again, since the server was overloaded
  int64_t failed = 0;   // items that failed otherwise
  double seconds = 0;
  Histogram latency;  // of a call
};

// Creates the plan's jobs and returns when all are answered. What the server refuses as overloaded
// or unavailable is asked for again 20 ms later.
CreateResult CreateJobs(const std::string& address, const JobPlan& plan,
                        const CreateOptions& options);

// The same, and ends the program unless all of them were created.
CreateResult CreateAll(const std::string& address, const JobPlan& plan);

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_CREATOR_H_
