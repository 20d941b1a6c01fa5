// Thousands of worlds, each from a seed. DUCTAPE_SIM_SEEDS=from:count chooses others, for example
// fewer under a sanitizer; `simulate --seed N` shows one of them event by event.

#include "tests/simulation/simulation.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/log.h"
#include "scheduler/base/mutex.h"
#include "tests/support/sanitized.h"

namespace sim {
namespace {

// Under a sanitizer, which is twenty times slower, most of the time goes to worlds without sabotage.
constexpr uint64_t kSeeds = tests::kSanitized ? 120 : 2000;
// Each kind of sabotage is tried in so many worlds at most, until it was noticed so often.
constexpr int kSabotagedWorlds = 60;
constexpr int kNoticed = tests::kSanitized ? 1 : 3;
constexpr uint64_t kRepeatedWorlds = tests::kSanitized ? 10 : 40;

struct Seeds {
  uint64_t from = 1;
  uint64_t count = kSeeds;
};

Seeds ChosenSeeds() {
  Seeds seeds;
  const char* text = std::getenv("DUCTAPE_SIM_SEEDS");
  if (text == nullptr) return seeds;
  unsigned long long from = 0, count = 0;
  if (std::sscanf(text, "%llu:%llu", &from, &count) == 2) {
    seeds = {from, count};
  } else {
    ADD_FAILURE() << "DUCTAPE_SIM_SEEDS is " << text << ", not from:count";
  }
  return seeds;
}

class SimulationTest : public testing::Test {
 protected:
  // Worlds are full of errors that are meant.
  void SetUp() override {
    scheduler::base::SetLogLevel(static_cast<scheduler::base::LogLevel>(9));
    scheduler::base::DisableDeadlockDetection();  // one thread; half of the time
  }
  void TearDown() override { scheduler::base::SetLogLevel(scheduler::base::LogLevel::kInfo); }
};

TEST_F(SimulationTest, EveryRuleHolds) {
  const Seeds seeds = ChosenSeeds();
  Result sum;
  int failed = 0;
  for (uint64_t seed = seeds.from; seed < seeds.from + seeds.count && failed < 10; ++seed) {
    const SimConfig config = ConfigOf(seed);
    const Result result = Simulate(config);
    sum.events += result.events;
    sum.runs += result.runs;
    sum.starts += result.starts;
    if (result.violation.empty()) continue;
    ++failed;
    ADD_FAILURE() << config.ToText() << "\n  " << result.violation << "\n  again: simulate --seed "
                  << seed;
  }
  std::printf(
      "%llu worlds: %llu events, %llu records, %llu starts of the server\n",
      static_cast<unsigned long long>(seeds.count), static_cast<unsigned long long>(sum.events),
      static_cast<unsigned long long>(sum.runs), static_cast<unsigned long long>(sum.starts));
  // Worlds in which nothing happens prove nothing.
  if (seeds.count >= 100) {
    EXPECT_GT(sum.runs, seeds.count * 50);
    EXPECT_GT(sum.starts, seeds.count * 2);
  }
}

TEST_F(SimulationTest, TheSameSeedGivesTheSameTrace) {
  for (uint64_t seed = 1; seed <= kRepeatedWorlds; ++seed) {
    const Result first = Simulate(ConfigOf(seed));
    const Result second = Simulate(ConfigOf(seed));
    EXPECT_EQ(first.hash, second.hash) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
  }
}

TEST_F(SimulationTest, AnotherSeedGivesAnotherTrace) {
  EXPECT_NE(Simulate(ConfigOf(1)).hash, Simulate(ConfigOf(2)).hash);
}

// ---- the simulation notices ---------------------------------------------------------------------

struct Mutation {
  const char* name;
  Sabotage sabotage;
};

void PrintTo(const Mutation& m, std::ostream* os) { *os << m.name; }

class SimulationNotices : public SimulationTest, public testing::WithParamInterface<Mutation> {};

// Each fault is found within a few worlds; worlds differ, so not in each.
TEST_P(SimulationNotices, TheMutation) {
  int noticed = 0;
  int worlds = 0;
  std::string first;
  while (worlds < kSabotagedWorlds && noticed < kNoticed) {
    const auto seed = static_cast<uint64_t>(++worlds);
    WorldOptions options;
    options.sabotage = GetParam().sabotage;
    SimConfig config = ConfigOf(seed);
    // Most of what is lost is missed only after a crash.
    config.crash_every = config.horizon / 5;
    config.downtime = 4 * config.max_interval;
    config.limits = false;  // fewer attempts, and less to notice
    if (GetParam().sabotage == Sabotage::kForgetBefore) config = WithCalendars(config);
    const Result result = Simulate(config, options);
    if (result.violation.empty()) continue;
    if (++noticed == 1) first = result.violation;
  }
  std::printf("%s: noticed in %d of %d worlds, first: %s\n", GetParam().name, noticed, worlds,
              first.c_str());
  EXPECT_EQ(noticed, kNoticed);
}

INSTANTIATE_TEST_SUITE_P(Mutations, SimulationNotices,
                         testing::Values(Mutation{"DropEntry", Sabotage::kDropEntry},
                                         Mutation{"DropRow", Sabotage::kDropRow},
                                         Mutation{"AcknowledgeEarly", Sabotage::kAcknowledgeEarly},
                                         Mutation{"DoubleRun", Sabotage::kDoubleRun},
                                         Mutation{"ForgetMissed", Sabotage::kForgetMissed},
                                         Mutation{"ForgetSeal", Sabotage::kForgetSeal},
                                         Mutation{"UndoPause", Sabotage::kUndoPause},
                                         Mutation{"EarlyClock", Sabotage::kEarlyClock},
                                         Mutation{"StaleToken", Sabotage::kStaleToken},
                                         Mutation{"ForgetBefore", Sabotage::kForgetBefore}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace sim
