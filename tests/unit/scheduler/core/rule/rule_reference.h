#ifndef TESTS_UNIT_SCHEDULER_CORE_RULE_RULE_REFERENCE_H_
#define TESTS_UNIT_SCHEDULER_CORE_RULE_RULE_REFERENCE_H_

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/core/model.h"
#include "scheduler/core/rule/rule_pattern.h"

namespace scheduler::core {

// The slow, obvious reference of calendar rules: it walks over days and seconds and asks of each
// what RFC 5545 says of each part, by counting where the part counts. It shares nothing with the
// evaluator but the parsed pattern. COUNT and UNTIL are the caller's.
class RuleReference {
 public:
  RuleReference(RulePattern pattern, absl::CivilSecond start)
      : pattern_(std::move(pattern)), start_(start) {}

  // The rule's local times in [from, to), those before the start too.
  std::vector<absl::CivilSecond> LocalTimes(absl::CivilSecond from, absl::CivilSecond to) const;

  // The instants in [from, to) of a rule that names hours of the day, from `start` on.
  std::vector<int64_t> PolicyInstants(int64_t from, int64_t to, const absl::TimeZone& zone,
                                      DstPolicy policy) const;

  // The instants in [from, to) of a rule without BYSETPOS that follows real time. `start` is its
  // start as an instant.
  std::vector<int64_t> RealInstants(int64_t from, int64_t to, const absl::TimeZone& zone,
                                    int64_t start) const;

 private:
  bool AdmitsDay(absl::CivilDay day) const;
  bool AdmitsTime(absl::CivilSecond time) const;
  bool AdmitsWeekday(absl::CivilDay day) const;
  bool AdmitsWeekNumber(absl::CivilDay day) const;
  bool ByDefault(absl::CivilDay day) const;
  // The number of the period that holds `time`, and the first time of that period and of the next.
  int64_t PeriodOf(absl::CivilSecond time) const;
  absl::CivilSecond PeriodBegin(absl::CivilSecond time) const;
  void AppendDay(absl::CivilDay day, std::vector<absl::CivilSecond>* out) const;
  std::vector<absl::CivilSecond> Chosen(const std::vector<absl::CivilSecond>& all) const;

  RulePattern pattern_;
  absl::CivilSecond start_;
};

}  // namespace scheduler::core

#endif  // TESTS_UNIT_SCHEDULER_CORE_RULE_RULE_REFERENCE_H_
