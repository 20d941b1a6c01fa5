#include "scheduler/catalog/calendar_table.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::catalog {
namespace {

core::StoredCalendar Stored(const std::string& tag, uint64_t sequence) {
  core::StoredCalendar calendar;
  calendar.spec.product = "shop";
  calendar.spec.tag = tag;
  calendar.spec.dates = {absl::CivilDay(2026, 12, 25)};
  calendar.uid = core::MakeUid(sequence, 0);
  calendar.generation = 1;
  return calendar;
}

std::shared_ptr<const core::Calendar> Times() { return *core::Calendar::Make(Stored("t", 1).spec); }

TEST(CalendarTableTest, IsReferredToWhenItIsDurable) {
  CalendarTable table;
  EXPECT_EQ(base::errors::ReasonOf(table.Refer("shop", "a").status()), "CALENDAR_NOT_FOUND");
  table.Put(Stored("a", 1));
  EXPECT_NE(table.Find("shop", "a").calendar, nullptr);
  EXPECT_FALSE(table.Refer("shop", "a").ok());
  const auto times = Times();
  table.Activate("shop", "a", times, 5);
  const auto id = table.Refer("shop", "a");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(table.Get(*id), times);
  EXPECT_EQ(table.Find("shop", "a").job_count, 1);
  EXPECT_EQ(table.MissingSince(*id), 0);
}

TEST(CalendarTableTest, AnIdOutlivesTheCalendarWhileJobsReferToIt) {
  CalendarTable table;
  table.Put(Stored("a", 1));
  table.Activate("shop", "a", Times(), 5);
  const CalendarId id = *table.Refer("shop", "a");
  table.Remove("shop", "a");
  EXPECT_EQ(table.Find("shop", "a").calendar, nullptr);
  EXPECT_NE(table.Get(id), nullptr) << "until that is durable";
  table.Activate("shop", "a", nullptr, 7);
  EXPECT_EQ(table.Get(id), nullptr);
  EXPECT_EQ(table.MissingSince(id), 7);
  table.Put(Stored("a", 2));
  table.Activate("shop", "a", Times(), 9);
  EXPECT_NE(table.Get(id), nullptr);
  EXPECT_EQ(table.MissingSince(id), 0);
  table.Unrefer(id);
}

TEST(CalendarTableTest, IdsAreUsedAgain) {
  CalendarTable table;
  const CalendarId first = table.ReferUnchecked("shop", "gone");
  EXPECT_EQ(table.Get(first), nullptr);
  table.Unrefer(first);
  EXPECT_EQ(table.ReferUnchecked("shop", "other"), first);
}

TEST(CalendarTableTest, ListsAProductInTheOrderOfUids) {
  CalendarTable table;
  table.Put(Stored("b", 2));
  table.Put(Stored("a", 3));
  core::StoredCalendar foreign = Stored("c", 1);
  foreign.spec.product = "other";
  table.Put(foreign);
  const auto all = table.List("shop", 0, 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].calendar->spec.tag, "b");
  EXPECT_EQ(table.List("shop", all[0].calendar->uid, 10).size(), 1U);
  EXPECT_EQ(table.List("shop", 0, 1).size(), 1U);
  table.Remove("shop", "b");
  EXPECT_EQ(table.List("shop", 0, 10).size(), 1U);
}

}  // namespace
}  // namespace scheduler::catalog
