#ifndef TESTS_FUZZ_SCHEDULE_CHECKS_H_
#define TESTS_FUZZ_SCHEDULE_CHECKS_H_

#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "scheduler/core/schedule/schedule.h"

// What fuzzers hold against any schedule that a parser accepts.
namespace fuzz {

// Takes single bytes off the front of an input; 0 when there are none left.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t Take() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  std::string_view Rest() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const uint8_t* data_;
  size_t size_;
};

// One of some zones with unlike clock changes.
absl::TimeZone ZoneOf(uint8_t choice);

// An instant between 1970 and 2199, in milliseconds.
int64_t InstantOf(uint8_t choice);

// Ends the process if next, previous and count of the schedule do not agree with each other around `at`.
void CheckAround(const scheduler::core::Schedule& schedule,
                 const scheduler::core::ScheduleContext& context, int64_t at);

// Ends the process with a message. For conditions that must hold.
void Require(bool holds, const char* what);

}  // namespace fuzz

#endif  // TESTS_FUZZ_SCHEDULE_CHECKS_H_
