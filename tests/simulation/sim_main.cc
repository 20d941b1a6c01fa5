// Runs simulations by seed.
//
//   simulate --seed N            one seed, every event printed
//   simulate --from N --count M  many seeds; prints each that fails and how to see it again
//   simulate --minutes T         from a seed of the time, for T minutes
//   --quiet                      one seed without its events
//
// Exit codes: 0 every rule held, 1 a rule was broken, 2 usage.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "scheduler/base/log.h"
#include "scheduler/base/mutex.h"
#include "tests/simulation/simulation.h"

namespace {

struct Arguments {
  uint64_t from = 1;
  uint64_t count = 1;
  long minutes = 0;
  bool verbose = false;
};

bool Parse(int argc, char** argv, Arguments* a) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--quiet") {
      a->verbose = false;
      continue;
    }
    if (i + 1 >= argc) return false;
    char* end = nullptr;
    const uint64_t value = std::strtoull(argv[++i], &end, 10);
    if (*end != '\0') return false;
    if (name == "--seed") {
      a->from = value;
      a->verbose = true;
    } else if (name == "--from") {
      a->from = value;
    } else if (name == "--count") {
      a->count = value;
    } else if (name == "--minutes") {
      a->minutes = static_cast<long>(value);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments a;
  if (!Parse(argc, argv, &a)) {
    std::fprintf(stderr,
                 "usage: simulate [--seed N [--quiet]] [--from N --count M] [--minutes T]\n");
    return 2;
  }
  scheduler::base::DisableDeadlockDetection();
  scheduler::base::SetLogLevel(static_cast<scheduler::base::LogLevel>(9));
  const auto started = std::chrono::steady_clock::now();
  const auto minutes = [&started] {
    return std::chrono::duration_cast<std::chrono::minutes>(std::chrono::steady_clock::now() -
                                                            started)
        .count();
  };
  uint64_t failed = 0, seeds = 0, runs = 0, starts = 0;
  for (uint64_t seed = a.from; a.minutes > 0 ? minutes() < a.minutes : seed < a.from + a.count;
       ++seed) {
    const sim::SimConfig config = sim::ConfigOf(seed);
    if (a.verbose) std::printf("%s\n", config.ToText().c_str());
    const sim::Result result = sim::Simulate(config, {sim::Sabotage::kNone, a.verbose});
    ++seeds;
    runs += result.runs;
    starts += result.starts;
    if (result.violation.empty()) continue;
    ++failed;
    std::printf("FAILED %s\n  %s\n  again: simulate --seed %llu\n", config.ToText().c_str(),
                result.violation.c_str(), static_cast<unsigned long long>(seed));
    std::fflush(stdout);
  }
  std::printf("%llu seeds, %llu records, %llu starts of the server\n%llu passed, %llu failed\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(starts),
              static_cast<unsigned long long>(seeds - failed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}
