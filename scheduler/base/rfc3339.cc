#include "scheduler/base/rfc3339.h"

#include <cstdint>

#include "absl/time/civil_time.h"

namespace scheduler::base {
namespace {

// Two digits at a time are all that a time needs; absl::FormatTime takes ten times as long, and
// this stands on the path of every delivery.
void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[20];
  for (int i = width - 1; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out->append(digits, static_cast<size_t>(width));
}

}  // namespace

std::string FormatRfc3339(Millis time) {
  Millis seconds = time / kSecond;
  Millis millis = time % kSecond;
  if (millis < 0) {
    millis += kSecond;
    --seconds;
  }
  const absl::CivilSecond civil = absl::CivilSecond(1970, 1, 1) + seconds;
  std::string out;
  out.reserve(24);
  AppendPadded(civil.year(), 4, &out);
  out.push_back('-');
  AppendPadded(civil.month(), 2, &out);
  out.push_back('-');
  AppendPadded(civil.day(), 2, &out);
  out.push_back('T');
  AppendPadded(civil.hour(), 2, &out);
  out.push_back(':');
  AppendPadded(civil.minute(), 2, &out);
  out.push_back(':');
  AppendPadded(civil.second(), 2, &out);
  out.push_back('.');
  AppendPadded(millis, 3, &out);
  out.push_back('Z');
  return out;
}

}  // namespace scheduler::base
