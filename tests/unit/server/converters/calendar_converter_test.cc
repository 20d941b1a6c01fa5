#include "server/converters/calendar_converter.h"

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;
using core::CalendarSpec;

v1::Calendar ExampleCalendar() {
  v1::Calendar calendar;
  calendar.set_tag("holidays");
  return calendar;
}

v1::Calendar::WeeklyHours* AddHours(v1::Calendar* calendar,
                                    const std::vector<v1::Calendar::Weekday>& days) {
  v1::Calendar::WeeklyHours* hours = calendar->add_weekly_hours();
  for (const v1::Calendar::Weekday day : days) hours->add_weekdays(day);
  return hours;
}

v1::Calendar::DateRange* AddRange(v1::Calendar* calendar, const std::string& first,
                                  const std::string& last) {
  v1::Calendar::DateRange* range = calendar->add_date_ranges();
  range->set_first_date(first);
  range->set_last_date(last);
  return range;
}

v1::Calendar FullCalendar() {
  v1::Calendar calendar = ExampleCalendar();
  calendar.set_name("Public holidays");
  calendar.set_time_zone("Europe/Berlin");
  calendar.add_dates("2026-12-25");
  calendar.add_dates("2026-04-03");
  AddRange(&calendar, "2026-12-24", "2027-01-01");
  calendar.add_yearly_dates("12-25");
  v1::Calendar::WeeklyHours* nights = AddHours(&calendar, {v1::Calendar::MONDAY});
  nights->set_start("22:00");
  nights->set_end("24:00");
  calendar.set_icalendar("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
  (*calendar.mutable_labels())["country"] = "de";
  return calendar;
}

google::protobuf::FieldMask Mask(const std::vector<std::string>& paths) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

TEST(CalendarTest, IsConverted) {
  CalendarSpec expected;
  expected.product = "shop";
  expected.tag = "holidays";
  expected.name = "Public holidays";
  expected.time_zone = "Europe/Berlin";
  expected.dates = {absl::CivilDay(2026, 12, 25), absl::CivilDay(2026, 4, 3)};
  expected.date_ranges = {{absl::CivilDay(2026, 12, 24), absl::CivilDay(2027, 1, 1)}};
  expected.yearly_dates = {{12, 25}};
  expected.weekly_hours = {{1, 22 * 60, 24 * 60}};
  expected.icalendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  expected.labels = {{"country", "de"}};
  EXPECT_EQ(ToCalendarSpec(FullCalendar(), "shop").value(), expected);
}

TEST(CalendarTest, NeedsNothingButATag) {
  const CalendarSpec spec = ToCalendarSpec(ExampleCalendar(), "shop").value();
  EXPECT_EQ(spec.tag, "holidays");
  EXPECT_EQ(spec.product, "shop");
}

TEST(CalendarTest, HoursAreOfTheWholeDayUnlessTheySay) {
  v1::Calendar calendar = ExampleCalendar();
  AddHours(&calendar, {v1::Calendar::SUNDAY, v1::Calendar::SATURDAY, v1::Calendar::SUNDAY});
  const CalendarSpec spec = ToCalendarSpec(calendar, "shop").value();
  EXPECT_EQ(spec.weekly_hours, (std::vector<core::WeeklyHours>{{0b1100000, 0, 24 * 60}}));
}

struct FaultCase {
  const char* expected;
  std::function<void(v1::Calendar*)> spoil;
};

void ExpectFaults(const std::vector<FaultCase>& cases) {
  for (const FaultCase& c : cases) {
    v1::Calendar calendar = ExampleCalendar();
    c.spoil(&calendar);
    EXPECT_EQ(Fault(ToCalendarSpec(calendar, "shop")), c.expected);
  }
}

TEST(CalendarTest, NamesTextsThatAreWrong) {
  ExpectFaults({
      {"FIELD_REQUIRED calendar.tag", [](v1::Calendar* c) { c->clear_tag(); }},
      {"FIELD_INVALID calendar.tag", [](v1::Calendar* c) { c->set_tag("a b"); }},
      {"FIELD_INVALID calendar.product", [](v1::Calendar* c) { c->set_product("a/b"); }},
      {"FIELD_INVALID calendar.name", [](v1::Calendar* c) { c->set_name("a\nb"); }},
      {"FIELD_TOO_LARGE calendar.name",
       [](v1::Calendar* c) { c->set_name(std::string(257, 'n')); }},
      {"FIELD_INVALID calendar.labels", [](v1::Calendar* c) { (*c->mutable_labels())[""] = "v"; }},
      {"FIELD_TOO_LARGE calendar.icalendar",
       [](v1::Calendar* c) { c->set_icalendar(std::string(512 * 1024 + 1, 'x')); }},
  });
}

TEST(CalendarTest, NamesDatesThatAreWrong) {
  ExpectFaults({
      {"FIELD_INVALID calendar.dates[1]",
       [](v1::Calendar* c) {
         c->add_dates("2028-02-29");
         c->add_dates("2026-02-29");
       }},
      {"FIELD_INVALID calendar.dates[0]", [](v1::Calendar* c) { c->add_dates("25.12.2026"); }},
      {"FIELD_INVALID calendar.dates[0]", [](v1::Calendar* c) { c->add_dates(""); }},
      {"FIELD_OUT_OF_RANGE calendar.dates[0]", [](v1::Calendar* c) { c->add_dates("2200-01-01"); }},
      {"FIELD_TOO_LARGE calendar.dates",
       [](v1::Calendar* c) {
         for (int i = 0; i < 10'001; ++i) c->add_dates("2026-12-25");
       }},
      {"FIELD_REQUIRED calendar.date_ranges[0].first_date",
       [](v1::Calendar* c) { c->add_date_ranges(); }},
      {"FIELD_REQUIRED calendar.date_ranges[0].last_date",
       [](v1::Calendar* c) { AddRange(c, "2026-12-25", ""); }},
      {"FIELD_INVALID calendar.date_ranges[0].last_date",
       [](v1::Calendar* c) { AddRange(c, "2026-12-25", "2026-12-32"); }},
      {"FIELD_INVALID calendar.date_ranges[1].last_date",
       [](v1::Calendar* c) {
         AddRange(c, "2026-12-25", "2026-12-25");
         AddRange(c, "2026-12-25", "2026-12-24");
       }},
      {"FIELD_INVALID calendar.yearly_dates[0]",
       [](v1::Calendar* c) { c->add_yearly_dates("2-30"); }},
      {"FIELD_INVALID calendar.yearly_dates[0]",
       [](v1::Calendar* c) { c->add_yearly_dates("02-30"); }},
      {"OK", [](v1::Calendar* c) { c->add_yearly_dates("02-29"); }},
  });
}

TEST(CalendarTest, NamesHoursThatAreWrong) {
  const std::vector<v1::Calendar::Weekday> monday = {v1::Calendar::MONDAY};
  ExpectFaults({
      {"FIELD_REQUIRED calendar.weekly_hours[0].weekdays",
       [](v1::Calendar* c) { AddHours(c, {})->set_start("22:00"); }},
      {"FIELD_INVALID calendar.weekly_hours[0].weekdays[0]",
       [](v1::Calendar* c) { AddHours(c, {v1::Calendar::WEEKDAY_UNSPECIFIED}); }},
      {"FIELD_INVALID calendar.weekly_hours[0].weekdays[1]",
       [](v1::Calendar* c) {
         AddHours(c, {v1::Calendar::MONDAY, static_cast<v1::Calendar::Weekday>(8)});
       }},
      {"FIELD_INVALID calendar.weekly_hours[0].start",
       [&](v1::Calendar* c) { AddHours(c, monday)->set_start("9:00"); }},
      {"FIELD_OUT_OF_RANGE calendar.weekly_hours[0].start",
       [&](v1::Calendar* c) { AddHours(c, monday)->set_start("24:00"); }},
      {"FIELD_INVALID calendar.weekly_hours[0].end",
       [&](v1::Calendar* c) { AddHours(c, monday)->set_end("24:01"); }},
      {"FIELD_INVALID calendar.weekly_hours[1].end",
       [&](v1::Calendar* c) {
         AddHours(c, monday);
         AddHours(c, monday)->set_start("22:00");
         c->mutable_weekly_hours(1)->set_end("06:00");
       }},
      {"FIELD_TOO_LARGE calendar.weekly_hours",
       [&](v1::Calendar* c) {
         for (int i = 0; i < 51; ++i) AddHours(c, monday);
       }},
  });
}

CalendarSpec Stored() { return ToCalendarSpec(FullCalendar(), "shop").value(); }

absl::StatusOr<CalendarSpec> Update(const v1::Calendar& calendar,
                                    const google::protobuf::FieldMask& mask = {}) {
  auto patch = CalendarPatch::Make(calendar, mask);
  if (!patch.ok()) return patch.status();
  CalendarSpec spec = Stored();
  patch->Apply(&spec);
  return spec;
}

TEST(CalendarPatchTest, SetsWhatIsPopulatedAndListsAsAWhole) {
  v1::Calendar change;
  change.add_dates("2027-01-06");
  CalendarSpec expected = Stored();
  expected.dates = {absl::CivilDay(2027, 1, 6)};
  EXPECT_EQ(Update(change).value(), expected);
  EXPECT_EQ(Update({}).value(), Stored());
}

TEST(CalendarPatchTest, AMaskClearsWhatIsNotPopulated) {
  CalendarSpec expected = Stored();
  expected.dates.clear();
  expected.weekly_hours.clear();
  expected.icalendar.clear();
  expected.time_zone.clear();
  EXPECT_EQ(Update({}, Mask({"dates", "weekly_hours", "icalendar", "time_zone"})).value(),
            expected);
  EXPECT_EQ(Update(ExampleCalendar(), Mask({"*"})).value(),
            ToCalendarSpec(ExampleCalendar(), "shop").value());
}

TEST(CalendarPatchTest, MasksNameSettableFieldsOnly) {
  EXPECT_EQ(Fault(Update({}, Mask({"tag"}))), "FIELD_NOT_UPDATABLE update_mask");
  EXPECT_EQ(Fault(Update({}, Mask({"weekly_hours.start"}))), "FIELD_UNKNOWN update_mask");
  EXPECT_EQ(Update({}, Mask({"job_count"})).value(), Stored());
}

TEST(CalendarPatchTest, ChecksWhatItSetsAndNothingElse) {
  v1::Calendar change;
  AddRange(&change, "2026-12-25", "2026-12-24");
  EXPECT_EQ(Fault(Update(change)), "FIELD_INVALID calendar.date_ranges[0].last_date");
  EXPECT_EQ(Update(change, Mask({"labels"})).value().date_ranges, Stored().date_ranges);
}

TEST(CalendarToProtoTest, WhatIsReadCanBeWritten) {
  scheduler::engine::CalendarView view{.calendar = {.spec = Stored()}, .job_count = 4};
  view.calendar.uid = 77;
  view.calendar.generation = 2;
  view.calendar.create_time = 1'000;
  view.calendar.update_time = 2'000;
  v1::Calendar out;
  CalendarToProto(view, &out);
  EXPECT_EQ(ToCalendarSpec(out, "default").value(), Stored());
  EXPECT_EQ(out.product(), "shop");
  EXPECT_EQ(out.weekly_hours(0).end(), "24:00");
  EXPECT_EQ(out.job_count(), 4);
  EXPECT_EQ(out.uid(), core::FormatUid(77));
  EXPECT_EQ(out.etag(), core::FormatUid(77) + "-2");
  EXPECT_EQ(out.create_time().seconds(), 1);
  EXPECT_EQ(out.update_time().seconds(), 2);
}

TEST(CalendarToProtoTest, WeekdaysAreShownFromMondayOn) {
  scheduler::engine::CalendarView view;
  view.calendar.spec.weekly_hours = {{0b1010001, 9 * 60, 17 * 60 + 30}};
  v1::Calendar out;
  CalendarToProto(view, &out);
  EXPECT_EQ(out.weekly_hours(0).ShortDebugString(),
            R"(weekdays: MONDAY weekdays: FRIDAY weekdays: SUNDAY start: "09:00" end: "17:30")");
}

}  // namespace
}  // namespace server
