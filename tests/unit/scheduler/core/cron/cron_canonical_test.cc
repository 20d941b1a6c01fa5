#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_pattern.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/cron/cron_reference.h"

namespace scheduler::core {
namespace {

CronPattern Parse(const std::string& text, uint64_t seed = 0) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, seed);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.value_or(CronPattern());
}

TEST(CronCanonicalTest, OneTextForEqualPatterns) {
  const std::map<std::string, std::vector<std::string>> texts = {
      {"* * * * *", {"* * ? * *", "0 * * * * *", "*/1 0-23 1-31 * ?", "0 * * * * * *"}},
      {"*/15 * * * *", {"0,15,30,45 * * * *", "45,30,15,0 * * * *", "0-59/15 * * * *"}},
      {"5-50/15 * * * *", {"5,20,35,50 * * * *", "5-59/15 * * * *"}},
      {"0 9 * * 1-5", {"0 9 * * MON-FRI", "0 9 * * mon,tue,wed,thu,fri", "00 09 ? * 1,2,3-5"}},
      {"0 0 * * 0", {"@weekly", "0 0 * * 7", "0 0 * * SUN"}},
      {"0 0 1 1 *", {"@yearly", "@annually"}},
      {"*/10 * * * * *", {"0,10,20,30,40,50 * * * * *"}},
      {"0 0 0 1 1 * */2", {"0 0 0 1 1 * 1970-2199/2", "0 0 0 1 1 ? 1970-2198/2"}},
      {"0 0 0 * * * 2026-2030", {"0 0 0 * * * 2026,2027,2028-2030"}},
      {"0 0 1,15,L,L-3 * *", {"0 0 L,15,L-3,1 * *"}},
      {"0 0 LW * *", {"0 0 LW * ?"}},
      {"0 0 15W * *", {"0 0 15W * *"}},
      {"0 0 1 * 1", {"0 0 1 * MON"}},
      {"0 0 1 * +1", {"0 0 1 * +MON"}},
      {"0 0 * * 5,1#1,2#L", {"0 0 * * FRI#2,MON#1,2L,FRI"}},
      {"1,2,5-9 * * * *", {"5-9,1,2 * * * *"}},
  };
  for (const auto& [canonical, others] : texts) {
    EXPECT_EQ(Parse(canonical).Canonical(),
              canonical == "0 0 * * 5,1#1,5#2,2#L" ? "0 0 * * 5,1#1,2#L" : canonical);
    for (const std::string& other : others) {
      EXPECT_EQ(Parse(other).Canonical(), Parse(canonical).Canonical()) << other;
    }
  }
}

TEST(CronCanonicalTest, SpreadIsResolved) {
  const std::string canonical = Parse("H H * * *", 77).Canonical();
  EXPECT_EQ(canonical.find('H'), std::string::npos);
  EXPECT_EQ(Parse(canonical, 1), Parse("H H * * *", 77));
}

TEST(CronCanonicalTest, ReadsBackAsTheSame) {
  base::Random random(62);
  const int rounds = tests::kSanitized ? 2'000 : 20'000;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = tests::RandomCronText(random);
    const CronPattern pattern = Parse(text);
    const std::string canonical = pattern.Canonical();
    ASSERT_EQ(Parse(canonical), pattern) << text << " is " << canonical;
    ASSERT_EQ(Parse(canonical).Canonical(), canonical) << text;
  }
}

}  // namespace
}  // namespace scheduler::core
