#include "scheduler/core/rule/rule_parser.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<RecurrenceRule> Parse(std::string_view text) {
  return ParseRule(text, tests::Zone("Europe/Berlin"));
}

RulePattern PatternOf(std::string_view text) {
  const absl::StatusOr<RecurrenceRule> rule = Parse(text);
  EXPECT_TRUE(rule.ok()) << text << ": " << rule.status();
  return rule.ok() && rule->pattern ? *rule->pattern : RulePattern();
}

void ExpectError(std::string_view text, int place, std::string_view what) {
  const absl::StatusOr<RecurrenceRule> rule = Parse(text);
  ASSERT_FALSE(rule.ok()) << text;
  EXPECT_EQ(rule.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::errors::DetailOf(rule.status()).field, "rule");
  const std::string message(rule.status().message());
  EXPECT_THAT(message, HasSubstr(absl::StrCat("at character ", place, ": "))) << text;
  EXPECT_THAT(message, HasSubstr(std::string(what))) << text;
}

TEST(RuleParserTest, ReadsEveryPart) {
  const RulePattern p = PatternOf(
      "RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=7;BYSECOND=0,30;BYMINUTE=5;BYHOUR=23,0;BYDAY=MO,-1SU,+"
      "2TU;"
      "BYMONTHDAY=1,-1,31;BYYEARDAY=200,-366;BYMONTH=1,12;BYSETPOS=-1,3;WKST=SU");
  EXPECT_EQ(p.frequency, RuleFrequency::kYearly);
  EXPECT_EQ(p.interval, 3);
  EXPECT_EQ(p.count, 7);
  EXPECT_EQ(p.seconds, 1U | 1U << 30);
  EXPECT_EQ(p.minutes, 1U << 5);
  EXPECT_EQ(p.hours, 1U | 1U << 23);
  EXPECT_EQ(p.weekdays, 1);
  EXPECT_THAT(p.nth_weekdays, ElementsAre(NthWeekday{-1, 6}, NthWeekday{2, 1}));
  EXPECT_EQ(p.month_days, 1U << 1 | 1U << 31);
  EXPECT_EQ(p.month_days_from_end, 1U << 1);
  EXPECT_THAT(p.year_days, ElementsAre(-366, 200));
  EXPECT_EQ(p.months, 1U << 1 | 1U << 12);
  EXPECT_THAT(p.set_positions, ElementsAre(-1, 3));
  EXPECT_EQ(p.week_start, 6);
  const RulePattern weeks = PatternOf("FREQ=YEARLY;BYWEEKNO=1,53,-53;BYDAY=SA");
  EXPECT_EQ(weeks.week_numbers, uint64_t{1} << 1 | uint64_t{1} << 53);
  EXPECT_EQ(weeks.week_numbers_from_end, uint64_t{1} << 53);
}

TEST(RuleParserTest, ReadsUntilInEachForm) {
  const auto until = [](std::string_view value) {
    return PatternOf(absl::StrCat("FREQ=DAILY;UNTIL=", std::string(value))).until.value();
  };
  EXPECT_EQ(until("20270131"), (RuleTime{RuleTime::Kind::kDate, absl::CivilSecond(2027, 1, 31)}));
  EXPECT_EQ(until("20270131T091500"),
            (RuleTime{RuleTime::Kind::kLocal, absl::CivilSecond(2027, 1, 31, 9, 15)}));
  EXPECT_EQ(until("20270131T235960Z"),
            (RuleTime{RuleTime::Kind::kUtc, absl::CivilSecond(2027, 1, 31, 23, 59, 59)}));
}

TEST(RuleParserTest, TakesAnyCaseOrderBareValueAndFold) {
  const RulePattern plain = PatternOf("RRULE:FREQ=WEEKLY;BYDAY=MO,FR");
  EXPECT_EQ(PatternOf("FREQ=WEEKLY;BYDAY=MO,FR"), plain);
  EXPECT_EQ(PatternOf("rrule:byday=fr,mo;freq=weekly"), plain);
  EXPECT_EQ(PatternOf("BYDAY=MO,FR,MO;FREQ=WEEKLY"), plain);
  EXPECT_EQ(PatternOf("RRULE:FREQ=WEE\r\n KLY;BY\n\tDAY=MO,FR\r\n"), plain);
  EXPECT_EQ(PatternOf("\nRRULE:FREQ=WEEKLY;BYDAY=MO,FR\n\n"), plain);
  // The leap second is the second before it, as RFC 5545 3.3.12 asks.
  EXPECT_EQ(PatternOf("FREQ=DAILY;BYSECOND=60"), PatternOf("FREQ=DAILY;BYSECOND=59"));
}

TEST(RuleParserTest, ReadsDates) {
  const absl::StatusOr<RecurrenceRule> rule = Parse(
      "RDATE:20270101T100000,20270102T100000Z\r\nrdate;value=date:20270103\r\n"
      "EXDATE;TZID=Europe/Berlin;VALUE=DATE-TIME:20270101T100000\r\n"
      "EXDATE;TZID=\"europe/berlin\":20270105T100000\r\nEXDATE:20270104");
  ASSERT_TRUE(rule.ok()) << rule.status();
  EXPECT_FALSE(rule->pattern);
  ASSERT_EQ(rule->dates.size(), 3U);
  EXPECT_EQ(rule->dates[0].kind, RuleTime::Kind::kLocal);
  EXPECT_EQ(rule->dates[1].kind, RuleTime::Kind::kUtc);
  EXPECT_EQ(rule->dates[2].kind, RuleTime::Kind::kDate);
  ASSERT_EQ(rule->excluded.size(), 3U);
  EXPECT_EQ(rule->excluded[2].kind, RuleTime::Kind::kDate);
}

TEST(RuleParserTest, RefusesWhatIsNoRule) {
  for (const char* text : {"", "\n", "EXDATE:20270101"}) {
    const absl::StatusOr<RecurrenceRule> rule = Parse(text);
    ASSERT_FALSE(rule.ok());
    EXPECT_THAT(std::string(rule.status().message()), HasSubstr("needs a line RRULE"));
  }
  ExpectError("every day", 1, "a line RRULE:");
  ExpectError("RRULE:FREQ=DAILY\nSUMMARY:x", 18, "a line RRULE:");
  ExpectError("RRULE;X=1:FREQ=DAILY", 6, "no parameters");
  ExpectError("FREQ=DAILY\nRRULE:FREQ=DAILY", 18, "one RRULE");
  ExpectError("DTSTART:20270101T090000\nRRULE:FREQ=DAILY", 1, "start_time and time_zone");
  ExpectError("RRULE:FREQ=DAILY\ndtstart;TZID=Europe/Berlin:20270101T090000", 18,
              "start_time and time_zone");
}

TEST(RuleParserTest, PointsAtWrongParts) {
  ExpectError("RRULE:", 7, "a part: FREQ");
  ExpectError("INTERVAL=2", 1, "FREQ is required");
  ExpectError("FREQ=FORTNIGHTLY", 6, "FREQ is SECONDLY");
  ExpectError("FREQ=DAILY;", 12, "a part: FREQ");
  ExpectError("FREQ=DAILY;;COUNT=1", 12, "a part: FREQ");
  ExpectError("FREQ=DAILY;BYEASTER=0", 12, "a part: FREQ");
  ExpectError("FREQ=DAILY;RSCALE=GREGORIAN", 12, "RFC 7529");
  ExpectError("FREQ=DAILY;COUNT", 17, "\"=\" and the value of COUNT");
  ExpectError("FREQ=DAILY;COUNT=1;COUNT=1", 20, "COUNT once");
  ExpectError("FREQ=DAILY COUNT=1", 11, "\";\" and the next part");
  ExpectError("FREQ=DAILY;INTERVAL=0", 21, "from 1 to 2147483647");
  ExpectError("FREQ=DAILY;INTERVAL=-1", 21, "from 1 to 2147483647");
  ExpectError("FREQ=DAILY;COUNT=2147483648", 18, "from 1 to 2147483647");
  ExpectError("FREQ=DAILY;COUNT=99999999999999999999", 18, "from 1 to 2147483647");
  ExpectError("FREQ=DAILY;WKST=XX", 17, "a weekday MO");
  ExpectError("FREQ=DAILY;UNTIL=tomorrow", 18, "a date 20270131");
  ExpectError("FREQ=DAILY;UNTIL=20270229", 18, "that exists");
  ExpectError("FREQ=DAILY;UNTIL=20270131T250000", 18, "that exists");
  ExpectError("FREQ=DAILY;UNTIL=00000101", 18, "that exists");
}

TEST(RuleParserTest, PointsAtNumbersOutOfRange) {
  ExpectError("FREQ=DAILY;BYSECOND=1,61", 23, "BYSECOND takes numbers from 0 to 60");
  ExpectError("FREQ=DAILY;BYMINUTE=60", 21, "BYMINUTE takes numbers from 0 to 59");
  ExpectError("FREQ=DAILY;BYHOUR=24", 19, "BYHOUR takes numbers from 0 to 23");
  ExpectError("FREQ=DAILY;BYHOUR=-1", 19, "BYHOUR takes numbers from 0 to 23");
  ExpectError("FREQ=DAILY;BYHOUR=1,,2", 21, "BYHOUR takes numbers from 0 to 23");
  ExpectError("FREQ=DAILY;BYHOUR=", 19, "BYHOUR takes numbers from 0 to 23");
  ExpectError("FREQ=DAILY;BYHOUR=\xD9\xA1", 19, "BYHOUR takes numbers from 0 to 23");
  ExpectError("FREQ=DAILY;BYMONTH=13", 20, "BYMONTH takes numbers from 1 to 12");
  ExpectError("FREQ=DAILY;BYMONTHDAY=0", 23, "from 1 to 31, or from -31 to -1");
  ExpectError("FREQ=DAILY;BYMONTHDAY=32", 23, "from 1 to 31, or from -31 to -1");
  ExpectError("FREQ=YEARLY;BYYEARDAY=-367", 23, "from 1 to 366, or from -366 to -1");
  ExpectError("FREQ=YEARLY;BYWEEKNO=54", 22, "from 1 to 53, or from -53 to -1");
  ExpectError("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", 32, "from 1 to 366, or from -366 to -1");
  ExpectError("FREQ=MONTHLY;BYDAY=0MO", 20, "an ordinal from 1 to 53");
  ExpectError("FREQ=MONTHLY;BYDAY=MO,54TU", 23, "an ordinal from 1 to 53");
  ExpectError("FREQ=MONTHLY;BYDAY=1", 21, "a weekday MO");
  ExpectError("FREQ=MONTHLY;BYDAY=MONDAY", 20, "a weekday MO");
}

TEST(RuleParserTest, RefusesWhatTheRfcForbidsTogether) {
  ExpectError("FREQ=DAILY;COUNT=1;UNTIL=20270101", 20, "COUNT or UNTIL");
  ExpectError("FREQ=DAILY;UNTIL=20270101;COUNT=1", 27, "COUNT or UNTIL");
  ExpectError("BYDAY=1MO;FREQ=WEEKLY", 1, "needs FREQ=MONTHLY or FREQ=YEARLY");
  ExpectError("FREQ=DAILY;BYDAY=-1MO", 12, "needs FREQ=MONTHLY or FREQ=YEARLY");
  ExpectError("FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", 24, "BYDAY without an ordinal");
  ExpectError("FREQ=WEEKLY;BYMONTHDAY=1", 13, "other than WEEKLY");
  for (const char* frequency : {"DAILY", "WEEKLY", "MONTHLY"}) {
    ExpectError(absl::StrCat("BYYEARDAY=1;FREQ=", frequency), 1, "BYYEARDAY needs FREQ=YEARLY");
  }
  for (const char* frequency : {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY"}) {
    ExpectError(absl::StrCat("BYWEEKNO=1;FREQ=", frequency), 1, "BYWEEKNO needs FREQ=YEARLY");
  }
  ExpectError("FREQ=MONTHLY;BYSETPOS=1", 14, "BYSETPOS needs another BY part");
}

TEST(RuleParserTest, PointsAtWrongDates) {
  ExpectError("RDATE;VALUE=PERIOD:20270101T090000Z/PT1H", 13, "DATE or DATE-TIME");
  ExpectError("RDATE;VALUE=TEXT:x", 13, "DATE or DATE-TIME");
  ExpectError("RDATE:20270101T090000Z/PT1H", 7, "a date 20270131");
  ExpectError("RDATE;LANGUAGE=de:20270101", 7, "a parameter VALUE=DATE");
  ExpectError("RDATE;TZID", 11, "\"=\" and the value of TZID");
  ExpectError("RDATE;TZID=Asia/Tokyo:20270101T090000", 12, "time_zone, Europe/Berlin");
  ExpectError("RDATE;TZID=\"Asia/Tokyo", 23, "closing quotation mark");
  ExpectError("RDATE;TZID=Europe/Berlin:20270101T090000Z", 26, "without Z");
  ExpectError("RDATE;VALUE=DATE:20270101T090000", 18, "a date 20270131, as VALUE says");
  ExpectError("RDATE;VALUE=DATE-TIME:20270101", 23, "a time 20270131T090000, as VALUE");
  ExpectError("RDATE 20270101", 6, "\":\" and the times of RDATE");
  ExpectError("RDATE:", 7, "a date 20270131");
  ExpectError("RDATE:20270101;20270102", 15, "\",\" and a time");
  // Folds and characters of several bytes count as they stand in the text.
  ExpectError("RRULE:FREQ=DAILY\r\n ;INTERVAL=x", 30, "from 1");
  ExpectError("RRULE:FREQ=DAILY\nEXDATE:\xC3\xA9", 25, "a date");
  ExpectError("RRULE:FREQ=DAILY;\xC3\xA9;X", 18, "a part");
}

TEST(RuleParserTest, KeepsItsLimits) {
  const std::string long_text = "FREQ=DAILY" + std::string(base::limits::kMaxRuleBytes, ' ');
  EXPECT_EQ(base::errors::ReasonOf(Parse(long_text).status()), "FIELD_TOO_LARGE");
  std::string hours = "FREQ=DAILY;BYHOUR=0";
  for (int i = 0; i < 20'000; ++i) hours += ",1";
  EXPECT_EQ(PatternOf(hours).hours, 3U);
  std::string dates = "RDATE:20270101";
  for (size_t i = 1; i < base::limits::kMaxRuleDates; ++i) dates += ",20270101";
  EXPECT_TRUE(Parse(dates).ok());
  ExpectError(dates + ",20270101", static_cast<int>(dates.size()) + 2, "at most 1000");
}

// Whatever the bytes: an answer, and no more than that. The sanitizer's build sees the rest.
TEST(RuleParserTest, AnswersRandomText) {
  const std::vector<std::string> words = {
      "RRULE:", "RDATE",     "EXDATE:",  "FREQ=",     "DAILY",        "YEARLY",
      ";",      ",",         "=",        ":",         "BYDAY=",       "MO",
      "-1",     "BYSETPOS=", "20270101", "T09",       "0000",         "Z",
      "\n",     "\r\n ",     "\xFF",     "INTERVAL=", "999999999999", "VALUE=",
      "TZID=",  "\"",        "COUNT="};
  base::Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (uint64_t n = random.Below(20); n > 0; --n) text += words[random.Below(words.size())];
    const absl::StatusOr<RecurrenceRule> rule = Parse(text);
    if (rule.ok()) continue;
    ASSERT_EQ(rule.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace scheduler::core
