#include "scheduler/core/schedule/local_time.h"

#include <optional>

namespace scheduler::core {
namespace {

int64_t InstantOf(absl::Time time) { return absl::ToUnixSeconds(time); }

// The change at absl's transition: `from` and `to` as absl gives them, and the instant found again
// from them. absl's `from` is the local time that the old offset would have shown.
ClockChange ChangeOf(const absl::TimeZone::CivilTransition& transition,
                     const absl::TimeZone& zone) {
  // `to` is the first local time after a gap, and the first of a fold's second pass: in both cases
  // the later reading of it is the instant of the change.
  return {InstantOf(zone.At(transition.to).post), transition.from, transition.to};
}

}  // namespace

absl::CivilSecond LocalOf(int64_t instant, const absl::TimeZone& zone) {
  return zone.At(absl::FromUnixSeconds(instant)).cs;
}

LocalTime Resolve(absl::CivilSecond local, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(local);
  switch (info.kind) {
    case absl::TimeZone::TimeInfo::UNIQUE:
      break;
    case absl::TimeZone::TimeInfo::SKIPPED:
      return {LocalTime::Kind::kSkipped, InstantOf(info.trans), InstantOf(info.trans),
              InstantOf(info.trans) - InstantOf(info.post)};
    case absl::TimeZone::TimeInfo::REPEATED:
      return {LocalTime::Kind::kRepeated, InstantOf(info.pre), InstantOf(info.post)};
  }
  return {LocalTime::Kind::kUnique, InstantOf(info.pre), InstantOf(info.pre)};
}

std::optional<ClockChange> NextChange(int64_t after, const absl::TimeZone& zone) {
  absl::TimeZone::CivilTransition transition;
  while (zone.NextTransition(absl::FromUnixSeconds(after), &transition)) {
    const ClockChange change = ChangeOf(transition, zone);
    if (change.from != change.to) return change;
    after = change.at;
  }
  return std::nullopt;
}

std::optional<ClockChange> PreviousChange(int64_t before, const absl::TimeZone& zone) {
  absl::TimeZone::CivilTransition transition;
  while (zone.PrevTransition(absl::FromUnixSeconds(before), &transition)) {
    const ClockChange change = ChangeOf(transition, zone);
    if (change.from != change.to) return change;
    before = change.at;
  }
  return std::nullopt;
}

std::optional<ClockChange> ChangeAround(absl::CivilSecond local, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(local);
  if (info.kind == absl::TimeZone::TimeInfo::UNIQUE) return std::nullopt;
  // `pre` reads the local time by the old offset, `post` by the new one: how far the change lies from
  // there is how far clocks have gone by that offset.
  const int64_t at = InstantOf(info.trans);
  return ClockChange{at, local + (at - InstantOf(info.pre)), local + (at - InstantOf(info.post))};
}

}  // namespace scheduler::core
