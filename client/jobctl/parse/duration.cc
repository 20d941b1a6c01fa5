#include "client/jobctl/parse/duration.h"

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace jobctl {
namespace {

struct Unit {
  absl::string_view name;
  int64_t millis;
};

constexpr std::array<Unit, 6> kUnits = {{{"w", 7LL * 24 * 3600 * 1000},
                                         {"d", 24LL * 3600 * 1000},
                                         {"h", 3600LL * 1000},
                                         {"m", 60LL * 1000},
                                         {"s", 1000},
                                         {"ms", 1}}};

absl::Status NoDuration(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no duration; write one like 500ms, 90s, 1m30s, 2h or 7d"));
}

absl::StatusOr<int64_t> UnitOf(absl::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.millis;
  }
  return absl::InvalidArgumentError("unknown unit");
}

// The first `[0-9.]+` of `*text`, taken off it.
absl::string_view TakeNumber(absl::string_view* text) {
  const absl::string_view number = text->substr(0, text->find_first_not_of("0123456789."));
  text->remove_prefix(number.size());
  return number;
}

absl::string_view TakeUnit(absl::string_view* text) {
  const absl::string_view unit =
      text->substr(0, text->find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
  text->remove_prefix(unit.size());
  return unit;
}

}  // namespace

absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text) {
  if (text == "0") return absl::ZeroDuration();
  if (text.empty()) return NoDuration(text);
  absl::Duration total;
  for (absl::string_view rest = text; !rest.empty();) {
    const absl::string_view number = TakeNumber(&rest);
    const absl::StatusOr<int64_t> unit = UnitOf(TakeUnit(&rest));
    double value = 0;
    // SimpleAtod takes more than digits and a point, but TakeNumber lets no more through.
    if (!unit.ok() || !absl::SimpleAtod(number, &value)) return NoDuration(text);
    const absl::Duration part = absl::Milliseconds(*unit) * value;
    // Within what a double holds exactly, which is 285,000 years.
    if (absl::ToDoubleMilliseconds(part) > 9e15) return NoDuration(text);
    if (absl::Trunc(part, absl::Milliseconds(1)) != part) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" is no whole number of milliseconds"));
    }
    total += part;
  }
  return total;
}

std::string DurationText(absl::Duration duration) {
  int64_t millis = absl::ToInt64Milliseconds(duration);
  if (millis == 0) return "0s";
  std::string text = millis < 0 ? "-" : "";
  if (millis < 0) millis = -millis;
  int parts = 0;
  for (const Unit& unit : kUnits) {
    if (unit.name == "w" || millis < unit.millis || parts == 3) continue;
    absl::StrAppend(&text, millis / unit.millis, unit.name);
    millis %= unit.millis;
    ++parts;
  }
  return text;
}

}  // namespace jobctl
