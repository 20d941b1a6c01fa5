#include "scheduler/core/schedule/local_time.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using Kind = LocalTime::Kind;
using Local = absl::CivilSecond;

int64_t Utc(Local local) {
  return absl::ToUnixSeconds(absl::FromCivil(local, absl::UTCTimeZone()));
}

TEST(LocalTimeTest, WholeSecondsAroundMilliseconds) {
  EXPECT_EQ(FloorSecond(1999), 1);
  EXPECT_EQ(CeilSecond(1001), 2);
  EXPECT_EQ(FloorSecond(2000), 2);
  EXPECT_EQ(CeilSecond(2000), 2);
  EXPECT_EQ(FloorSecond(-1), -1);
  EXPECT_EQ(CeilSecond(-1), 0);
  EXPECT_EQ(FloorSecond(-1000), -1);
  EXPECT_EQ(CeilSecond(-1000), -1);
  constexpr Millis kMin = std::numeric_limits<Millis>::min();
  constexpr Millis kMax = std::numeric_limits<Millis>::max();
  EXPECT_LT(FloorSecond(kMin), CeilSecond(kMin));
  EXPECT_LT(FloorSecond(kMax), CeilSecond(kMax));
}

TEST(LocalTimeTest, GapOfBerlin) {
  const absl::TimeZone berlin = tests::Zone("Europe/Berlin");
  const int64_t change = Utc(Local(2027, 3, 28, 1, 0, 0));
  EXPECT_EQ(LocalOf(change - 1, berlin), Local(2027, 3, 28, 1, 59, 59));
  EXPECT_EQ(LocalOf(change, berlin), Local(2027, 3, 28, 3, 0, 0));

  const LocalTime inside = Resolve(Local(2027, 3, 28, 2, 30, 0), berlin);
  EXPECT_EQ(inside.kind, Kind::kSkipped);
  EXPECT_EQ(inside.first, change);
  EXPECT_EQ(Resolve(Local(2027, 3, 28, 2, 0, 0), berlin).kind, Kind::kSkipped);
  EXPECT_EQ(Resolve(Local(2027, 3, 28, 3, 0, 0), berlin).kind, Kind::kUnique);
  EXPECT_EQ(Resolve(Local(2027, 3, 28, 1, 59, 59), berlin).first, change - 1);

  const ClockChange expected{change, Local(2027, 3, 28, 2, 0, 0), Local(2027, 3, 28, 3, 0, 0)};
  EXPECT_EQ(NextChange(change - 1, berlin), expected);
  EXPECT_EQ(PreviousChange(change + 1, berlin), expected);
  EXPECT_EQ(ChangeAround(Local(2027, 3, 28, 2, 59, 59), berlin), expected);
  EXPECT_NE(NextChange(change, berlin), expected);
  EXPECT_NE(PreviousChange(change, berlin), expected);
  EXPECT_TRUE(expected.is_gap());
  EXPECT_EQ(expected.low(), Local(2027, 3, 28, 2, 0, 0));
  EXPECT_EQ(expected.high(), Local(2027, 3, 28, 3, 0, 0));
}

TEST(LocalTimeTest, FoldOfBerlin) {
  const absl::TimeZone berlin = tests::Zone("Europe/Berlin");
  const int64_t change = Utc(Local(2027, 10, 31, 1, 0, 0));
  const LocalTime inside = Resolve(Local(2027, 10, 31, 2, 30, 0), berlin);
  EXPECT_EQ(inside.kind, Kind::kRepeated);
  EXPECT_EQ(inside.first, change - 1800);
  EXPECT_EQ(inside.second, change + 1800);
  EXPECT_EQ(Resolve(Local(2027, 10, 31, 3, 0, 0), berlin).kind, Kind::kUnique);

  const ClockChange expected{change, Local(2027, 10, 31, 3, 0, 0), Local(2027, 10, 31, 2, 0, 0)};
  EXPECT_EQ(NextChange(change - 1, berlin), expected);
  EXPECT_EQ(ChangeAround(Local(2027, 10, 31, 2, 0, 0), berlin), expected);
  EXPECT_TRUE(expected.is_fold());
  EXPECT_EQ(expected.low(), Local(2027, 10, 31, 2, 0, 0));
  EXPECT_EQ(expected.high(), Local(2027, 10, 31, 3, 0, 0));
}

TEST(LocalTimeTest, LordHoweTurnsByHalfAnHour) {
  const absl::TimeZone zone = tests::Zone("Australia/Lord_Howe");
  const auto gap = ChangeAround(Local(2026, 10, 4, 2, 15, 0), zone);
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->from, Local(2026, 10, 4, 2, 0, 0));
  EXPECT_EQ(gap->to, Local(2026, 10, 4, 2, 30, 0));
  const auto fold = ChangeAround(Local(2026, 4, 5, 1, 30, 0), zone);
  ASSERT_TRUE(fold.has_value());
  EXPECT_EQ(fold->from, Local(2026, 4, 5, 2, 0, 0));
  EXPECT_EQ(fold->to, Local(2026, 4, 5, 1, 30, 0));
}

TEST(LocalTimeTest, SamoaHadNoThirtiethOfDecember2011) {
  const absl::TimeZone apia = tests::Zone("Pacific/Apia");
  const auto gap = ChangeAround(Local(2011, 12, 30, 12, 0, 0), apia);
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->from, Local(2011, 12, 30, 0, 0, 0));
  EXPECT_EQ(gap->to, Local(2011, 12, 31, 0, 0, 0));
  EXPECT_EQ(gap->at, Utc(Local(2011, 12, 30, 10, 0, 0)));
}

TEST(LocalTimeTest, ZonesWithoutChangesHaveNone) {
  for (const absl::TimeZone& zone : {absl::UTCTimeZone(), absl::FixedTimeZone(-5 * 3600)}) {
    EXPECT_EQ(NextChange(0, zone), std::nullopt);
    EXPECT_EQ(PreviousChange(4'000'000'000, zone), std::nullopt);
    EXPECT_EQ(ChangeAround(Local(2026, 3, 29, 2, 30, 0), zone), std::nullopt);
  }
}

// In every zone: the changes forward are those backward, each is what the seconds around it show,
// none is long, and no two from 1970 on are so near that one local time would be in two of them.
TEST(LocalTimeTest, ChangesOfEveryZoneAreSound) {
  const int64_t begin = Utc(Local(1970, 1, 1, 0, 0, 0));
  const int64_t end = Utc(Local(2200, 1, 1, 0, 0, 0));
  size_t changes = 0;
  for (const std::string& name : tests::ZoneNames()) {
    const absl::TimeZone zone = tests::Zone(name);
    std::vector<ClockChange> forward;
    for (auto c = NextChange(begin, zone); c && c->at < end; c = NextChange(c->at, zone)) {
      ASSERT_EQ(LocalOf(c->at, zone), c->to) << name;
      ASSERT_EQ(LocalOf(c->at - 1, zone) + 1, c->from) << name;
      const auto kind = c->is_gap() ? Kind::kSkipped : Kind::kRepeated;
      for (const Local& inside : {c->low(), c->high() - 1}) {
        ASSERT_EQ(Resolve(inside, zone).kind, kind) << name << ' ' << inside;
        ASSERT_EQ(ChangeAround(inside, zone), *c) << name << ' ' << inside;
        const int64_t left = c->is_gap() ? c->high() - inside : 0;
        ASSERT_EQ(Resolve(inside, zone).gap_left, left) << name << ' ' << inside;
      }
      ASSERT_EQ(Resolve(c->low() - 1, zone).kind, Kind::kUnique) << name << ' ' << c->low();
      ASSERT_EQ(Resolve(c->high(), zone).kind, Kind::kUnique) << name << ' ' << c->high();
      ASSERT_LT(c->high() - c->low(), kLeastBetweenChanges) << name << ' ' << c->low();
      if (!forward.empty()) {
        ASSERT_GT(c->low(), forward.back().high()) << name;
        ASSERT_GT(c->at - forward.back().at, kLeastBetweenChanges) << name;
      }
      forward.push_back(*c);
    }
    auto c = PreviousChange(end, zone);
    for (auto it = forward.rbegin(); it != forward.rend(); ++it) {
      ASSERT_EQ(c, *it) << name;
      c = PreviousChange(c->at, zone);
    }
    changes += forward.size();
  }
  EXPECT_GT(changes, 10'000U);
}

}  // namespace
}  // namespace scheduler::core
