#include "scheduler/core/schedule/zoned_times.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using Local = absl::CivilSecond;

// A list of local times.
class ListedTimes final : public LocalTimes {
 public:
  explicit ListedTimes(std::vector<Local> times) : times_(std::move(times)) {}

  std::optional<Local> Next(Local after) const override {
    const auto it = std::upper_bound(times_.begin(), times_.end(), after);
    return it == times_.end() ? std::nullopt : std::optional(*it);
  }
  std::optional<Local> Previous(Local before) const override {
    const auto it = std::lower_bound(times_.begin(), times_.end(), before);
    return it == times_.begin() ? std::nullopt : std::optional(*(it - 1));
  }
  int64_t Count(Local from, Local to) const override {
    return std::count_if(times_.begin(), times_.end(),
                         [&](const Local& t) { return from <= t && t < to; });
  }

 private:
  std::vector<Local> times_;
};

struct Found {
  std::string utc;
  std::string note;

  friend bool operator==(const Found&, const Found&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Found& found) {
    return out << found.utc << ' ' << found.note;
  }
};

Found ToFound(const ZonedTime& time) {
  return {
      absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.instant), absl::UTCTimeZone()),
      std::string(time.note)};
}

// All instants of `times`, forward; checks that the way back is the same and that counts agree.
std::vector<Found> All(const std::vector<Local>& times, const std::string& zone_name,
                       ClockRule rule, DstPolicy policy) {
  const ListedTimes listed(times);
  const absl::TimeZone zone = tests::Zone(zone_name);
  const ZonedTimes zoned(listed, zone, rule, policy);
  const int64_t begin = LocalTime(Resolve(times.front() - 86'400 * 3, zone)).first;
  const int64_t end = LocalTime(Resolve(times.back() + 86'400 * 3, zone)).first;
  std::vector<Found> found;
  std::vector<int64_t> instants;
  for (auto t = zoned.Next(begin); t; t = zoned.Next(t->instant)) {
    found.push_back(ToFound(*t));
    instants.push_back(t->instant);
  }
  std::vector<Found> backward;
  for (auto t = zoned.Previous(end); t; t = zoned.Previous(t->instant)) {
    backward.insert(backward.begin(), ToFound(*t));
  }
  EXPECT_EQ(found, backward);
  for (size_t i = 0; i < instants.size(); ++i) {
    EXPECT_EQ(zoned.Count(begin, instants[i]), static_cast<int64_t>(i) + 1);
    EXPECT_EQ(zoned.Count(begin, instants[i] - 1), static_cast<int64_t>(i));
    EXPECT_EQ(zoned.Count(instants[i], end), static_cast<int64_t>(instants.size() - i) - 1);
  }
  return found;
}

constexpr DstPolicy kDefault;
constexpr DstPolicy kSkipGap = {DstGap::kSkip, DstFold::kFirst};
constexpr DstPolicy kBothPasses = {DstGap::kRunAfter, DstFold::kBoth};

// 02:00 to 03:00 are skipped at 01:00 UTC.
const std::vector<Local> kBerlinGap = {Local(2027, 3, 28, 1, 30, 0), Local(2027, 3, 28, 2, 15, 0),
                                       Local(2027, 3, 28, 2, 30, 0), Local(2027, 3, 28, 3, 30, 0)};

TEST(ZonedTimesTest, TimesOfAGapRunAfterItOnce) {
  EXPECT_EQ(All(kBerlinGap, "Europe/Berlin", ClockRule::kPolicy, kDefault),
            (std::vector<Found>{{"2027-03-28 00:30", ""},
                                {"2027-03-28 01:00", "moved by a clock change"},
                                {"2027-03-28 01:30", ""}}));
}

TEST(ZonedTimesTest, TimesOfAGapAreDropped) {
  const std::vector<Found> expected = {{"2027-03-28 00:30", ""}, {"2027-03-28 01:30", ""}};
  EXPECT_EQ(All(kBerlinGap, "Europe/Berlin", ClockRule::kPolicy, kSkipGap), expected);
  EXPECT_EQ(All(kBerlinGap, "Europe/Berlin", ClockRule::kRealTime, kDefault), expected);
}

TEST(ZonedTimesTest, ATimeThatStandsAtTheEndOfTheGapIsNotMoved) {
  EXPECT_EQ(All({Local(2027, 3, 28, 2, 30, 0), Local(2027, 3, 28, 3, 0, 0)}, "Europe/Berlin",
                ClockRule::kPolicy, kDefault),
            (std::vector<Found>{{"2027-03-28 01:00", ""}}));
}

// 02:00 to 03:00 come twice, from 00:00 and from 01:00 UTC.
const std::vector<Local> kBerlinFold = {Local(2027, 10, 31, 1, 30, 0), Local(2027, 10, 31, 2, 0, 0),
                                        Local(2027, 10, 31, 2, 45, 0),
                                        Local(2027, 10, 31, 3, 0, 0)};

TEST(ZonedTimesTest, TimesOfAFoldRunInTheFirstPass) {
  EXPECT_EQ(All(kBerlinFold, "Europe/Berlin", ClockRule::kPolicy, kDefault),
            (std::vector<Found>{{"2027-10-30 23:30", ""},
                                {"2027-10-31 00:00", "first of two"},
                                {"2027-10-31 00:45", "first of two"},
                                {"2027-10-31 02:00", ""}}));
}

TEST(ZonedTimesTest, TimesOfAFoldRunInBothPasses) {
  const std::vector<Found> expected = {{"2027-10-30 23:30", ""},
                                       {"2027-10-31 00:00", "first of two"},
                                       {"2027-10-31 00:45", "first of two"},
                                       {"2027-10-31 01:00", "second of two"},
                                       {"2027-10-31 01:45", "second of two"},
                                       {"2027-10-31 02:00", ""}};
  EXPECT_EQ(All(kBerlinFold, "Europe/Berlin", ClockRule::kPolicy, kBothPasses), expected);
  EXPECT_EQ(All(kBerlinFold, "Europe/Berlin", ClockRule::kRealTime, kDefault), expected);
}

// From within each pass of the fold, by the second.
TEST(ZonedTimesTest, FromInsideAFold) {
  const ListedTimes listed(kBerlinFold);
  const absl::TimeZone berlin = tests::Zone("Europe/Berlin");
  const ZonedTimes first(listed, berlin, ClockRule::kPolicy, kDefault);
  const ZonedTimes both(listed, berlin, ClockRule::kPolicy, kBothPasses);
  const int64_t change = NextChange(Resolve(Local(2027, 10, 30), berlin).first, berlin)->at;
  EXPECT_EQ(first.Next(change - 900), (ZonedTime{change + 3600, ""}));
  EXPECT_EQ(first.Next(change + 1), (ZonedTime{change + 3600, ""}));
  EXPECT_EQ(first.Previous(change + 1800), (ZonedTime{change - 900, kNoteFirstPass}));
  EXPECT_EQ(first.Previous(change - 900), (ZonedTime{change - 3600, kNoteFirstPass}));
  EXPECT_EQ(first.Previous(change - 3600), (ZonedTime{change - 5400, ""}));
  EXPECT_EQ(both.Next(change - 900), (ZonedTime{change, kNoteSecondPass}));
  EXPECT_EQ(both.Next(change), (ZonedTime{change + 2700, kNoteSecondPass}));
  EXPECT_EQ(both.Previous(change + 2700), (ZonedTime{change, kNoteSecondPass}));
  EXPECT_EQ(both.Previous(change), (ZonedTime{change - 900, kNoteFirstPass}));
  EXPECT_EQ(first.Count(change - 900, change + 3599), 0);
  EXPECT_EQ(first.Count(change - 901, change + 3600), 2);
  EXPECT_EQ(both.Count(change - 900, change + 2700), 2);
  EXPECT_EQ(both.Count(change, change), 0);
}

// Nothing but what a gap drops, and no end: the walk over gaps ends where the set does.
TEST(ZonedTimesTest, NothingIsLeft) {
  const std::vector<Local> inside = {Local(2027, 3, 28, 2, 30, 0)};
  EXPECT_EQ(All(inside, "Europe/Berlin", ClockRule::kPolicy, kSkipGap), std::vector<Found>());
}

}  // namespace
}  // namespace scheduler::core
