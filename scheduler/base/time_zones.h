#ifndef SCHEDULER_BASE_TIME_ZONES_H_
#define SCHEDULER_BASE_TIME_ZONES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace scheduler::base {

// The IANA time zone database of this machine: the zones that jobs may name, by the list that comes
// with the database, so that no name is ever taken for a path. Thread-safe.
class TimeZones {
 public:
  // Reads the list of names and the version from tzdata.zi in `folder`. Where it is missing only UTC is
  // known.
  explicit TimeZones(const std::string& folder);

  // The machine's, read at the first call and never again: /usr/share/zoneinfo, or $TZDIR.
  static const TimeZones& Get();

  // The zone with this name, case-sensitive; empty means UTC. Loaded at its first use. Null if there is
  // none.
  std::optional<absl::TimeZone> Find(std::string_view name) const;

  // The name that differs from `name` in case only, or has it as its last part; empty if there is none.
  std::string Similar(std::string_view name) const;

  const std::vector<std::string>& names() const { return names_; }  // sorted
  // Such as "2025b"; "unknown" if the database does not say.
  const std::string& version() const { return version_; }

 private:
  std::string version_ = "unknown";
  std::vector<std::string> names_;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_TIME_ZONES_H_
