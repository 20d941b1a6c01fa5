#ifndef SCHEDULER_BASE_MILLIS_H_
#define SCHEDULER_BASE_MILLIS_H_

#include <cstdint>
#include <limits>

namespace scheduler::base {

// A point in time as whole milliseconds since 1970-01-01T00:00:00Z, or a length of time in
// milliseconds. Everything the engine decides and stores is in this unit; finer inputs are rounded
// up where they enter (see server/converters).
using Millis = int64_t;

inline constexpr Millis kSecond = 1000;
inline constexpr Millis kMinute = 60 * kSecond;
inline constexpr Millis kHour = 60 * kMinute;
inline constexpr Millis kDay = 24 * kHour;

// "Never": later than every time a client can name (9999-12-31) and far from overflow when
// added to.
inline constexpr Millis kNever = std::numeric_limits<Millis>::max() / 4;

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_MILLIS_H_
