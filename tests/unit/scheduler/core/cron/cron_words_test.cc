#include "scheduler/core/cron/cron_words.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/cron/cron_parser.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/cron/cron_reference.h"

namespace scheduler::core {
namespace {

CronPattern Parse(const std::string& text) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, 0);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.value_or(CronPattern());
}

struct InWords {
  std::string text;
  std::string words;
};

TEST(CronWordsTest, Patterns) {
  const std::vector<InWords> cases = {
      {"* * * * *", "every minute"},
      {"* * * * * *", "every second"},
      {"0 9 * * *", "at 09:00 every day"},
      {"0 9 * * MON-FRI", "at 09:00 on weekdays"},
      {"0 9 * * 1-5", "at 09:00 on weekdays"},
      {"*/15 * * * *", "every 15 minutes"},
      {"0 0 L * *", "at 00:00 on the last day of the month"},
      {"0 * * * *", "every hour"},
      {"30 * * * *", "at 30 minutes past every hour"},
      {"1 * * * *", "at 1 minute past every hour"},
      {"0 */2 * * *", "every 2 hours"},
      {"30 */2 * * *", "at 30 minutes past every 2nd hour from 0"},
      {"0 9-17 * * *", "every hour from 09:00 to 17:00"},
      {"*/15 9-17 * * MON-FRI", "every 15 minutes from 09:00 to 17:45 on weekdays"},
      {"* 9-17 * * *", "every minute from 09:00 to 17:59"},
      {"0,30 9-17 * * 1-5", "every 30 minutes from 09:00 to 17:30 on weekdays"},
      {"5-59/15 * * * *", "at 5, 20, 35 and 50 minutes past every hour"},
      {"*/7 * * * *", "at every 7th minute from 0 to 56 past every hour"},
      {"0-10 * * * *", "at 0 to 10 minutes past every hour"},
      {"0 9,12,17 * * *", "at 09:00, 12:00 and 17:00 every day"},
      {"30 9,12,17 * * *", "at 09:30, 12:30 and 17:30 every day"},
      {"0,30 9,12,17,20 * * *", "every 30 minutes in the hours 9, 12, 17 and 20"},
      {"15 10,12,14,16,18,20,22 * * *", "at 15 minutes past every 2nd hour from 10 to 22"},
      {"0 1,3,4,7,9,13,22 * * *", "at 0 minutes past the hours 1, 3, 4, 7, 9, 13 and 22 every day"},
      {"*/20 1,3,4,7,9,13,22 * * *", "every 20 minutes in the hours 1, 3, 4, 7, 9, 13 and 22"},
      {"0 0 * * 6,0", "at 00:00 on weekends"},
      {"0 0 * * SUN", "at 00:00 on Sundays"},
      {"0 0 * * 1,3,5", "at 00:00 on Mondays, Wednesdays and Fridays"},
      {"0 0 1 * *", "at 00:00 on the 1st of the month"},
      {"0 0 1,15 * *", "at 00:00 on the 1st and 15th of the month"},
      {"0 0 1-7 * *", "at 00:00 on the 1st to 7th of the month"},
      {"0 0 */2 * *", "at 00:00 on every 2nd day from the 1st to the 31st of the month"},
      {"0 0 L-3 * *", "at 00:00 on the 3rd day before the last day of the month"},
      {"0 0 L-1,1 * *", "at 00:00 on the 1st and the day before the last day of the month"},
      {"0 0 15W * *", "at 00:00 on the workday nearest to the 15th of the month"},
      {"0 12 1W * *", "at 12:00 on the workday nearest to the 1st of the month"},
      {"0 0 LW * *", "at 00:00 on the last workday of the month"},
      {"0 0 * * 2#3", "at 00:00 on the third Tuesday of the month"},
      {"0 0 * * FRI#L", "at 00:00 on the last Friday of the month"},
      {"0 0 * * MON#1,MON#3", "at 00:00 on the first Monday and third Monday of the month"},
      {"0 0 * * MON#1,FRI", "at 00:00 on the first Monday of the month and on Fridays"},
      {"0 0 1 1 *", "at 00:00 on the 1st of January"},
      {"0 0 29 2 *", "at 00:00 on the 29th of February"},
      {"0 0 * 3 *", "at 00:00 every day in March"},
      {"*/5 * * 6-8 *", "every 5 minutes from June to August"},
      {"0 0 * 1,7 MON", "at 00:00 on Mondays in January and July"},
      {"0 0 L 2,4 *", "at 00:00 on the last day of February and April"},
      {"0 12 1 * MON", "at 12:00 on the 1st of the month and on Mondays"},
      {"0 12 1 3 MON", "at 12:00 on the 1st of March and on Mondays in March"},
      {"0 12 13 * +FRI", "at 12:00 on the 13th of the month if that is a Friday"},
      {"0 12 1-7 * +MON,TUE",
       "at 12:00 on the 1st to 7th of the month if that is a Monday or Tuesday"},
      {"0 12 L * +1-5", "at 12:00 on the last day of the month if that is a weekday"},
      {"0 12 1,8 * +MON#1,FRI",
       "at 12:00 on the 1st and 8th of the month if that is a Friday or the first Monday of the "
       "month"},
      {"0 0 0 1 1 * 2027", "at 00:00 on the 1st of January, in 2027"},
      {"0 0 12 1 1 * 2025-2030", "at 12:00 on the 1st of January, from 2025 to 2030"},
      {"0 0 0 1 1 * */2", "at 00:00 on the 1st of January, in every 2nd year from 1970 to 2198"},
      {"* * * * * * 2027", "every second in 2027"},
      {"*/10 * * * * *", "every 10 seconds"},
      {"30 0 9 * * *", "at 09:00:30 every day"},
      {"*/10 * 9-17 * * *", "every 10 seconds from 09:00 to 17:59"},
      {"15,45 * * * * *", "at seconds 15 and 45 of every minute"},
      {"*/10 0-5 * * * *", "every 10 seconds of minutes 0 to 5 of every hour"},
      {"5 */10 2,4 * * 1",
       "at second 5 of every 10th minute from 0 of the hours 2 and 4 on Mondays"},
      {"* 0 * * * *", "every second of minute 0 of every hour"},
      {"* 30 4 * * *", "every second of minute 30 of the hour 4"},
      {"0-29 30 4 * * *", "at seconds 0 to 29 of minute 30 of the hour 4 every day"},
      {"0-59/7 * * * * *", "at every 7th second from 0 to 56 of every minute"},
      {"5 * * * * *", "at second 5 of every minute"},
      {"*/7 */2 */5 */3 */2 *",
       "at every 7th second from 0 to 56 of every 2nd minute from 0 of the hours 0, 5, 10, 15 and "
       "20 on every 3rd day from the 1st to the 31st of January, March, May, July, September and "
       "November"},
      {"@yearly", "at 00:00 on the 1st of January"},
      {"@weekly", "at 00:00 on Sundays"},
      {"0 0-12 * * *", "every hour from 00:00 to 12:00"},
      {"*/30 23 * * *", "at 23:00 and 23:30 every day"},
      {"0 22-23 * * *", "at 22:00 and 23:00 every day"},
  };
  for (const InWords& c : cases) EXPECT_EQ(Describe(Parse(c.text)), c.words) << c.text;
}

TEST(CronWordsTest, TheTwoHalves) {
  EXPECT_EQ(DescribeTime(Parse("0 9 * * 1-5")), "at 09:00");
  EXPECT_EQ(DescribeDays(Parse("0 9 * * 1-5")), "on weekdays");
  EXPECT_EQ(DescribeDays(Parse("0 9 * * *")), "every day");
  EXPECT_EQ(DescribeDays(Parse("*/15 * * * *")), "");
}

// The words say all that the pattern says: what differs reads differently.
TEST(CronWordsTest, DifferentPatternsHaveDifferentWords) {
  base::Random random(61);
  std::map<std::string, std::string> patterns;
  const int rounds = tests::kSanitized ? 2'000 : 20'000;
  for (int round = 0; round < rounds; ++round) {
    const CronPattern pattern = Parse(tests::RandomCronText(random));
    const std::string words = Describe(pattern);
    ASSERT_LT(words.size(), 4'000U);
    const auto [it, is_new] = patterns.emplace(words, pattern.Canonical());
    ASSERT_EQ(it->second, pattern.Canonical()) << words;
  }
}

}  // namespace
}  // namespace scheduler::core
