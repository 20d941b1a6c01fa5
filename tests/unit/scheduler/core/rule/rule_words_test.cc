#include "scheduler/core/rule/rule_words.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "scheduler/core/rule/rule_parser.h"

namespace scheduler::core {
namespace {

TEST(RuleWordsTest, SayRulesInEnglish) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0",
       "every second week on Monday and Friday at 09:00"},
      {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0",
       "every week on Monday to Friday at 09:00 and 17:00"},
      {"FREQ=DAILY", "every day"},
      {"FREQ=DAILY;COUNT=1;BYHOUR=0;BYMINUTE=5;BYSECOND=30", "every day at 00:05:30, once"},
      {"FREQ=DAILY;BYHOUR=9,10,11,12;BYMINUTE=0,20,40",
       "every day at minutes 0, 20 and 40 in the hours 9 to 12"},
      {"FREQ=DAILY;BYMONTH=1;UNTIL=20000131T140000Z",
       "every day in January, until 2000-01-31 14:00 UTC"},
      {"FREQ=DAILY;BYHOUR=9", "every day in the hour 9"},
      {"FREQ=WEEKLY;UNTIL=20270131", "every week on the weekday of the start, until 2027-01-31"},
      {"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU",
       "every second week on Tuesday, weeks starting on Sunday"},
      {"FREQ=MONTHLY", "every month on the start's day of the month"},
      {"FREQ=MONTHLY;COUNT=10;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30",
       "every month on the last Sunday at 02:30, 10 times"},
      {"FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-2SU",
       "every second month on the first Sunday and the second-to-last Sunday"},
      {"FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11,12,13,15",
       "every 18 months on the 10th to the 13th and the 15th"},
      {"FREQ=MONTHLY;BYMONTHDAY=1,-1,-3",
       "every month on the 1st, the last day and the third-to-last day"},
      {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on Friday if it is the 13th"},
      {"FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9",
       "every month on Saturday if it is the 7th to the 9th"},
      {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2,1;BYHOUR=18;BYMINUTE=0",
       "every month on Monday to Friday at 18:00, of these the first and the second-to-last"},
      {"FREQ=YEARLY", "every year on the date of the start"},
      {"FREQ=YEARLY;BYMONTH=6,7", "every year in June and July on the start's day of the month"},
      {"FREQ=YEARLY;BYMONTHDAY=1", "every year on the 1st of the month"},
      {"FREQ=YEARLY;BYDAY=20MO", "every year on the 20th Monday of the year"},
      {"FREQ=YEARLY;BYMONTH=11;BYDAY=1TU",
       "every year in November on the first Tuesday of the month"},
      {"FREQ=YEARLY;BYYEARDAY=1,100,-1", "every year on the first, 100th and last day of the year"},
      {"FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO", "every year in weeks 20 and the last on Monday"},
      {"FREQ=YEARLY;BYWEEKNO=20;WKST=SA",
       "every year in week 20 on the weekday of the start, weeks starting on Saturday"},
      {"FREQ=HOURLY;BYMINUTE=0,30", "every hour at minutes 0 and 30"},
      {"FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10,11", "every 15 minutes in the hours 9 to 11"},
      {"FREQ=SECONDLY;INTERVAL=2;BYDAY=SU", "every 2 seconds on Sunday"},
      {"RDATE:20270101T090000,20270102", "at 2027-01-01 09:00 and 2027-01-02"},
      {"FREQ=DAILY\nRDATE:20270101T090030Z\nEXDATE:20271224,20271225",
       "every day, also at 2027-01-01 09:00:30 UTC, except 2027-12-24 and 2027-12-25"},
      {"FREQ=DAILY\nEXDATE:20270101,20270102,20270103,20270104,20270105,20270106,20270107",
       "every day, except 7 given times"},
  };
  for (const auto& [text, words] : cases) {
    const absl::StatusOr<RecurrenceRule> rule = ParseRule(text, absl::UTCTimeZone());
    ASSERT_TRUE(rule.ok()) << text << ' ' << rule.status();
    EXPECT_EQ(Describe(*rule), words) << text;
  }
}

}  // namespace
}  // namespace scheduler::core
