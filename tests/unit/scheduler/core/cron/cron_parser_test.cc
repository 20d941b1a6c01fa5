#include "scheduler/core/cron/cron_parser.h"

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

CronPattern Parse(std::string_view text, uint64_t seed = 0) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, seed);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.value_or(CronPattern());
}

std::string ErrorOf(std::string_view text) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, 0);
  EXPECT_FALSE(pattern.ok()) << text << " is " << pattern->Canonical();
  if (pattern.ok()) return "";
  EXPECT_EQ(pattern.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(pattern.status().message());
}

// ---- what the specification says --------------------------------------------------------------

struct Same {
  const char* text;
  const char* meaning;  // another pattern, equal by the specification
};

TEST(CronParserTest, OpenCronPatternSpecification) {
  const std::vector<Same> cases = {
      // 1.0: names, whitespace, lists, ranges, steps.
      {"0 0 1 JAN SUN", "0 0 1 1 0"},
      {"0 0 1 dec Sat", "0 0 1 12 6"},
      {"0 0 * Jan-mar mOn-FRI", "0 0 * 1-3 1-5"},
      {"  0\t 0  *\t\t* *  ", "0 0 * * *"},
      {"0 0 * * 7", "0 0 * * 0"},
      {"0 0 * * 0-7", "0 0 * * *"},
      {"0 0 * * 5-7", "0 0 * * 5,6,0"},
      {"5-59/15 * * * *", "5,20,35,50 * * * *"},
      {"*/15 * * * *", "0,15,30,45 * * * *"},
      {"0-59/7 * * * *", "0,7,14,21,28,35,42,49,56 * * * *"},
      {"1,2,3-5,*/30 * * * *", "0-5,30 * * * *"},
      {"*/100 * * * *", "0 * * * *"},
      {"05 007 01 01 *", "5 7 1 1 *"},
      // 1.0, 6.1: both day fields restricted.
      {"0 12 1-31 * MON", "0 12 * * *"},
      {"0 12 */1 * MON", "0 12 * * *"},
      // 1.1
      {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"},
      {"@monthly", "0 0 1 * *"},
      {"@weekly", "0 0 * * 0"},
      {"@daily", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {" @hourly\t", "0 * * * *"},
      // 1.2: seconds and years.
      {"0 15 10 * * *", "15 10 * * *"},
      {"0 15 10 * * * *", "15 10 * * *"},
      {"0 15 10 * * * 1970-2199", "15 10 * * *"},
      {"0 0 0 1 1 * */2", "0 0 0 1 1 * 1970-2199/2"},
      {"0 0 0 1 1 * 2025,2027", "0 0 0 1 1 * 2025-2027/2"},
      // 1.3: L, #, W.
      {"0 0 * * FRIL", "0 0 * * 5#L"},
      {"0 0 * * 5L", "0 0 * * FRI#L"},
      {"0 0 * * 7#1", "0 0 * * SUN#1"},
      {"0 0 * * 7L", "0 0 * * 0#L"},
      // 1.4: ?, +.
      {"0 12 ? * MON", "0 12 * * MON"},
      {"0 12 1 * ?", "0 12 1 * *"},
      {"0 12 * * +MON", "0 12 * * MON"},
      {"0 12 1 * +*", "0 12 1 * *"},
      {"0 12 1 * +0-7", "0 12 1 * *"},
  };
  for (const Same& c : cases) EXPECT_EQ(Parse(c.text), Parse(c.meaning)) << c.text;
  EXPECT_NE(Parse("0 12 1 * MON"), Parse("0 12 1 * +MON"));
  EXPECT_NE(Parse("* * * * *"), Parse("* * * * * *"));
}

// 1.0, 6.2: a pattern that names no date is well-formed.
TEST(CronParserTest, ImpossibleDatesAreWellFormed) { EXPECT_FALSE(Parse("* * 31 2 *").CanMatch()); }

// Where a range ends with the name of Sunday, that is the day after Saturday.
TEST(CronParserTest, SundayEndsAWeek) {
  EXPECT_EQ(Parse("0 0 * * FRI-SUN"), Parse("0 0 * * 5-7"));
  EXPECT_EQ(Parse("0 0 * * SUN-TUE"), Parse("0 0 * * 0-2"));
  EXPECT_EQ(Parse("0 0 * * SUN-SUN"), Parse("0 0 * * 0"));
}

TEST(CronParserTest, BeyondTheSpecification) {
  const CronPattern workday = Parse("0 0 LW * *");
  EXPECT_TRUE(workday.days.last_workday);
  EXPECT_EQ(Parse("0 0 L-3,15 * *").days.from_last, 1U << 3);
  EXPECT_EQ(Parse("0 0 L-3,15 * *").days.days, 1U << 15);
  EXPECT_EQ(Parse("0 0 L-0 * *"), Parse("0 0 L * *"));
  EXPECT_EQ(Parse("0 0 L-30 * *").days.from_last, 1U << 30);
}

// ---- H ----------------------------------------------------------------------------------------

TEST(CronParserTest, SpreadStaysWithinItsRange) {
  std::set<std::string> minutes;
  for (uint64_t seed = 0; seed < 2'000; ++seed) {
    const CronPattern p = Parse("H H H H H H", seed);
    EXPECT_EQ(std::popcount(p.seconds), 1);
    EXPECT_EQ(std::popcount(p.minutes), 1);
    EXPECT_EQ(std::popcount(p.hours), 1);
    EXPECT_EQ(std::popcount(p.months), 1);
    EXPECT_EQ(std::popcount(p.days.weekdays), 1);
    EXPECT_EQ(std::popcount(p.days.days), 1);
    EXPECT_LE(std::countr_zero(p.days.days), 28);
    EXPECT_GE(std::countr_zero(p.days.days), 1);
    EXPECT_EQ(p, Parse("H H H H H H", seed));

    const int hour = std::countr_zero(Parse("0 H(9-17) * * *", seed).hours);
    EXPECT_GE(hour, 9);
    EXPECT_LE(hour, 17);
    const CronPattern quarter = Parse("H/15 * * * *", seed);
    EXPECT_EQ(std::popcount(quarter.minutes), 4);
    EXPECT_LT(std::countr_zero(quarter.minutes), 15);
    const CronPattern part = Parse("H(10-29)/5 * * * *", seed);
    EXPECT_EQ(std::popcount(part.minutes), 4);
    EXPECT_GE(std::countr_zero(part.minutes), 10);
    EXPECT_LT(std::countr_zero(part.minutes), 15);
    EXPECT_EQ(part.minutes & ~BitRange(10, 29), 0U);
    EXPECT_EQ(std::popcount(Parse("H/100 * * * *", seed).minutes), 1);
    const CronPattern weekday = Parse("0 0 * * H(MON-FRI)", seed);
    EXPECT_NE(weekday.days.weekdays & 0b0111110, 0);
    minutes.insert(Parse("H * * * *", seed).Canonical());
  }
  EXPECT_EQ(minutes.size(), 60U);
}

TEST(CronParserTest, SpreadDiffersFromFieldToField) {
  int equal = 0;
  for (uint64_t seed = 0; seed < 6'000; ++seed) {
    const CronPattern p = Parse("H H * * * *", seed);
    if (p.seconds == p.minutes) ++equal;
  }
  EXPECT_GT(equal, 50);  // one in sixty by chance
  EXPECT_LT(equal, 200);
}

TEST(CronParserTest, SpreadIsEven) {
  std::vector<int> hits(60);
  for (uint64_t seed = 0; seed < 60'000; ++seed) {
    ++hits[std::countr_zero(Parse("H * * * *", seed).minutes)];
  }
  for (const int count : hits) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1'150);
  }
}

// What is stored depends on it: these values never change.
TEST(CronParserTest, SpreadIsTheSameForEver) {
  EXPECT_EQ(Parse("H H H H H H", 1).Canonical(), "46 45 3 12 11 0");
  EXPECT_EQ(Parse("H/10 H(8-17) * * *", 12345).Canonical(), "9-59/10 9 * * *");
}

// ---- errors -----------------------------------------------------------------------------------

struct Wrong {
  std::string text;
  std::string message;
};

TEST(CronParserTest, ErrorsPointAtTheCharacter) {
  const std::vector<Wrong> cases = {
      {"", "at character 1: the pattern is empty; \"* * * * *\" is every minute"},
      {" \t ", "at character 4: the pattern is empty; \"* * * * *\" is every minute"},
      {"* * * *",
       "at character 8: the pattern ends after 4 fields; a pattern has 5 (minute, hour, day of "
       "month, month, weekday), 6 with the second first, or 7 with the year last"},
      {"* * * * * * * *",
       "at character 15: this is an 8th field; a pattern has 5 (minute, hour, day of month, month, "
       "weekday), 6 with the second first, or 7 with the year last"},
      {"* * * * 60", "at character 9: \"60\" is beyond 7, which is Sunday too"},
      {"0,1,60 * * * *", "at character 5: \"60\" is beyond 59, the last minute"},
      {"60 * * * *", "at character 1: \"60\" is beyond 59, the last minute"},
      {"* 24 * * *", "at character 3: \"24\" is beyond 23, the last hour"},
      {"* * 0 * *", "at character 5: \"0\" is below 1, the first day of the month"},
      {"* * 32 * *", "at character 5: \"32\" is beyond 31, the last day of the month"},
      {"* * * 13 *", "at character 7: \"13\" is beyond 12, December"},
      {"* * * 0 *", "at character 7: \"0\" is below 1, January"},
      {"* * * * 8", "at character 9: \"8\" is beyond 7, which is Sunday too"},
      {"* * * * * * 1969", "at character 13: \"1969\" is below 1970, the first year of patterns"},
      {"* * * * * * 2200", "at character 13: \"2200\" is beyond 2199, the last year of patterns"},
      {"99999999999999999999999999 * * * *",
       "at character 1: \"999999999999999999999999…\" is beyond 59, the last minute"},
      {"*/0 * * * *", "at character 3: a step of 0 never moves; it must be 1 or more"},
      {"*/ * * * *",
       "at character 3: a step of 1 or more is expected here, not the end of the field"},
      {"*/x * * * *", "at character 3: a step of 1 or more is expected here, not \"x\""},
      {"5-1 * * * *",
       "at character 1: the range \"5-1\" runs backwards; its end must not be below its start"},
      {"* * * * FRI-MON",
       "at character 9: the range \"FRI-MON\" runs backwards; its end must not be below its start"},
      {"10/5 * * * *",
       "at character 3: a step needs \"*\" or a range before it; write \"10-59/n\" or \"*/n\""},
      {"/30 * * * *", "at character 1: a step needs \"*\" or a range before it, as in \"10-59/5\""},
      {"1,,2 * * * *", "at character 3: a value is missing in the minute; it takes 0-59"},
      {"1, * * * *", "at character 3: a value is missing in the minute; it takes 0-59"},
      {",1 * * * *", "at character 1: a value is missing in the minute; it takes 0-59"},
      {"1- * * * *", "at character 3: a value is missing after \"-\"; it takes 0-59"},
      {"1-2-3 * * * *",
       "at character 4: \"-\" cannot stand here in the minute; after a value may come \",\", \"-\" "
       "or a space"},
      {"1-5/2/2 * * * *",
       "at character 6: a step needs \"*\" or a range before it, as in \"10-59/5\""},
      {"** * * * *",
       "at character 2: \"*\" cannot stand here in the minute; after a value may come \",\", \"-\" "
       "or a space"},
      {"-5 * * * *", "at character 1: \"-\" is no minute; it takes 0-59"},
      {"1.5 * * * *",
       "at character 2: \".\" cannot stand here in the minute; after a value may come \",\", \"-\" "
       "or a space"},
      {"? * * * *",
       "at character 1: \"?\" is allowed only in the day of month and the weekday; write \"*\" for "
       "every minute"},
      {"* * * ? *",
       "at character 7: \"?\" is allowed only in the day of month and the weekday; write \"*\" for "
       "every month"},
      {"L * * * *", "at character 1: \"L\" is no minute; it takes 0-59"},
      {"* * l * *", "at character 5: \"l\" must be in upper case: \"L\""},
      {"* * * * L", "at character 9: \"L\" needs a weekday before it, as in \"5L\" or \"FRI#L\""},
      {"* * L-31 * *",
       "at character 7: \"31\" is beyond 30, the most days before the last of a month"},
      {"* * L- * *", "at character 7: a number of days is expected here, not the end of the field"},
      {"* * L/2 * *", "at character 6: a step needs \"*\" or a range before it, as in \"10-59/5\""},
      {"* * LWW * *",
       "at character 7: \"W\" may follow only a single day of the month, as in \"15W\""},
      {"* * 1-15W * *",
       "at character 9: \"W\" may follow only a single day of the month, as in \"15W\""},
      {"* * 1W,15W * *",
       "at character 8: W names a single day and cannot stand in a list; the field must be \"15W\" "
       "alone"},
      {"* * LW,3 * *",
       "at character 5: W names a single day and cannot stand in a list; the field must be \"LW\" "
       "alone"},
      {"* * 32W * *", "at character 5: \"32\" is beyond 31, the last day of the month"},
      {"* * 15w * *", "at character 7: \"w\" must be in upper case: \"W\""},
      {"* * * * 5#6",
       "at character 11: \"6\" is not one of 1 to 5, the weeks of a month in which a weekday may "
       "come"},
      {"* * * * 5#0",
       "at character 11: \"0\" is not one of 1 to 5, the weeks of a month in which a weekday may "
       "come"},
      {"* * * * 5#", "at character 11: \"#\" must be followed by 1 to 5, or by L for the last"},
      {"* * * * 5#l", "at character 11: \"#\" must be followed by 1 to 5, or by L for the last"},
      {"* * * * MON-FRI#2",
       "at character 16: \"#\" may follow only a single weekday, as in \"FRI#2\" or \"FRI#L\""},
      {"* * * * 5l", "at character 10: \"l\" must be in upper case: \"L\""},
      {"* * 5#1 * *",
       "at character 6: \"#\" may follow only a single weekday, as in \"FRI#2\" or \"FRI#L\""},
      {"* * 5L * *",
       "at character 6: \"L\" may follow only a single weekday, as in \"FRI#2\" or \"FRI#L\""},
      {"* * +1 * *", "at character 5: \"+\" is allowed only as the first character of the weekday"},
      {"* * * * MON+",
       "at character 12: \"+\" is allowed only as the first character of the weekday"},
      {"* * * * +", "at character 10: a value is missing in the weekday; it takes 0-7 or SUN-SAT"},
      {"* * * JANUARY *",
       "at character 7: \"JANUARY\" is no month; names have three letters: \"JAN\""},
      {"* * * FOO *", "at character 7: \"FOO\" is no month; it takes 1-12 or JAN-DEC"},
      {"* * * * MO", "at character 9: \"MO\" is no weekday; it takes 0-7 or SUN-SAT"},
      {"* JAN * * *", "at character 3: \"JAN\" is no hour; it takes 0-23"},
      {"h * * * *", "at character 1: \"h\" must be in upper case: \"H\""},
      {"H(5) * * * *", "at character 4: \"H(\" takes a range, as in \"H(0-29)\""},
      {"H(5-1) * * * *",
       "at character 3: the range \"5-1\" runs backwards; its end must not be below its start"},
      {"H(0-60) * * * *", "at character 5: \"60\" is beyond 59, the last minute"},
      {"H(0-5 * * * *", "at character 6: \")\" is missing after the range of \"H(\""},
      {"H/0 * * * *", "at character 3: a step of 0 never moves; it must be 1 or more"},
      {"HH * * * *",
       "at character 2: \"H\" cannot stand here in the minute; after a value may come \",\", \"-\" "
       "or a space"},
      {"* * HW * *",
       "at character 6: \"W\" may follow only a single day of the month, as in \"15W\""},
      {"* * * * * * H",
       "at character 13: \"H\" cannot spread over years; it is for the other fields"},
      {"@Daily", "at character 1: \"@Daily\" must be in lower case: \"@daily\""},
      {"@daily * * * *", "at character 8: a nickname stands alone; nothing may follow it"},
      {"@fortnightly",
       "at character 1: \"@fortnightly\" is no nickname; use @yearly, @annually, @monthly, "
       "@weekly, @daily, @midnight or @hourly"},
      {"@",
       "at character 1: \"@\" is no nickname; use @yearly, @annually, @monthly, @weekly, @daily, "
       "@midnight or @hourly"},
      {"@every 5m",
       "at character 1: \"@every\" is not part of a pattern; set the job's intervals instead"},
      {"@reboot",
       "at character 1: \"@reboot\" is not part of a pattern, as a job is bound to no machine's "
       "start; set the job's start_time, or intervals with executions 1, instead"},
      {"TZ=Europe/Berlin 0 9 * * *",
       "at character 1: \"TZ=\" is not part of a pattern; set the job's time_zone instead"},
      {"CRON_TZ=UTC 0 9 * * *",
       "at character 1: \"CRON_TZ=\" is not part of a pattern; set the job's time_zone instead"},
      {"0 9\n* * *",
       "at character 10: the pattern ends after 4 fields; a pattern has 5 (minute, hour, day of "
       "month, month, weekday), 6 with the second first, or 7 with the year last"},
      {"0 9 * * *\n",
       "at character 10: \"\\x0a\" cannot stand here in the weekday; after a value may come \",\", "
       "\"-\" or a space"},
      {std::string("0 9 * * \0", 9),
       "at character 9: \"\\x00\" is no weekday; it takes 0-7 or SUN-SAT"},
      {std::string("\0", 1),
       "at character 2: the pattern ends after 1 field; a pattern has 5 (minute, hour, day of "
       "month, month, weekday), 6 with the second first, or 7 with the year last"},
      {"0 ٣ * * *", "at character 3: \"٣\" is no hour; it takes 0-23"},
      {"０ 9 * * *", "at character 1: \"０\" is no minute; it takes 0-59"},
      {"0\u00a09 * * *",
       "at character 10: the pattern ends after 4 fields; a pattern has 5 (minute, hour, day of "
       "month, month, weekday), 6 with the second first, or 7 with the year last"},
      {"0 \xff * * *", "at character 3: \"\\xff\" is no hour; it takes 0-23"},
      {"ä ö ü ß 61", "at character 1: \"ä\" is no minute; it takes 0-59"},
      {"0 9 * * monkey_business_and_more_of_it",
       "at character 9: \"monkey\" is no weekday; names have three letters: \"mon\""},
  };
  for (const Wrong& c : cases) EXPECT_EQ(ErrorOf(c.text), c.message) << c.text;
}

// ---- any input --------------------------------------------------------------------------------

TEST(CronParserTest, LongPatterns) {
  std::string list = "0";
  for (int i = 1; i < 10'000; ++i) base::StrAppend(&list, ",", i % 60);
  EXPECT_EQ(Parse(base::StrCat(list, " * * * *")), Parse("* * * * *"));
  const std::string blanks(10'000, ' ');
  EXPECT_EQ(Parse(base::StrCat(blanks, "0", blanks, "9 * *", blanks, "1-5")), Parse("0 9 * * 1-5"));
  EXPECT_EQ(Parse(base::StrCat(std::string(10'000, '0'), "7 * * * *")), Parse("7 * * * *"));
  EXPECT_EQ(ErrorOf(base::StrCat(std::string(10'000, '9'), " * * * *")),
            "at character 1: \"999999999999999999999999…\" is beyond 59, the last minute");
  EXPECT_EQ(ErrorOf(base::StrCat(list, ",60 * * * *")),
            "at character 28331: \"60\" is beyond 59, the last minute");
  EXPECT_EQ(ErrorOf(std::string(base::limits::kMaxCronBytes + 1, '*')),
            "the pattern has 65537 bytes; at most 65536 are allowed");
  EXPECT_EQ(ErrorOf(std::string(10'000, '*')),
            "at character 10001: the pattern ends after 1 field; a pattern has 5 (minute, hour, "
            "day of month, month, weekday), 6 with the second first, or 7 with the year last");
}

// Anything at all is either a pattern, which then reads back as itself, or an error of bounded
// length in plain UTF-8 that points into the text.
TEST(CronParserTest, AnyBytes) {
  base::Random random(41);
  const std::string pieces = "*/,-?LWH#+@() \t0123456789SUNMONJANDEClw\n\xc3\xa4\xff";
  int patterns = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    const uint64_t length = random.Below(24);
    for (uint64_t j = 0; j < length; ++j) {
      text += random.Percent(2) ? static_cast<char>(random.Below(256))
                                : pieces[random.Below(pieces.size())];
    }
    if (random.Percent(60)) text += " * * * *";
    const absl::StatusOr<CronPattern> pattern = ParseCron(text, i);
    if (!pattern.ok()) {
      ASSERT_LT(pattern.status().message().size(), 300U);
      ASSERT_EQ(pattern.status().message().find("at character "), 0U) << pattern.status();
      continue;
    }
    ++patterns;
    ASSERT_EQ(Parse(pattern->Canonical()), *pattern) << text;
  }
  EXPECT_GT(patterns, 300);
}

}  // namespace
}  // namespace scheduler::core
