#ifndef TESTS_SIMULATION_FINDINGS_H_
#define TESTS_SIMULATION_FINDINGS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scheduler/base/random.h"

namespace sim {

// What a simulation leaves behind: a running hash of everything that happened, which two runs of one
// seed must share, and the first rule that was broken.
class Findings {
 public:
  explicit Findings(bool verbose) : verbose_(verbose) {}

  // Notes an event. `parts` are put together only where they are printed.
  template <typename... Parts>
  void Trace(const Parts&... parts) {
    const std::string line = absl::StrCat(parts...);
    hash_ = scheduler::base::StableHash(line, hash_);
    ++events_;
    if (verbose_) Print(line);
  }

  // Notes that a rule is broken; the first one stands.
  template <typename... Parts>
  void Violate(std::string_view rule, const Parts&... parts) {
    if (!violation_.empty()) return;
    violation_ = absl::StrCat(std::string(rule), ": ", parts...);
    if (verbose_) Print("VIOLATION " + violation_);
  }

  bool ok() const { return violation_.empty(); }
  const std::string& violation() const { return violation_; }
  uint64_t hash() const { return hash_; }
  uint64_t events() const { return events_; }

  // Printed before each line of a verbose trace.
  void set_time(long long millis) { now_ = millis; }

 private:
  void Print(const std::string& line) const;

  const bool verbose_;
  long long now_ = 0;
  uint64_t hash_ = 0;
  uint64_t events_ = 0;
  std::string violation_;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_FINDINGS_H_
