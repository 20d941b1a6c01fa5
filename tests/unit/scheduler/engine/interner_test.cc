#include "scheduler/engine/interner.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/interned.h"
#include "scheduler/engine/profile.h"

namespace scheduler::engine {
namespace {

TEST(InternerTest, EqualValuesShareAnId) {
  Interner<std::string> interner;
  const uint32_t a = interner.Acquire("a");
  EXPECT_NE(interner.Acquire("b"), a);
  EXPECT_EQ(interner.Acquire("a"), a);
  EXPECT_EQ(interner.Get(a), "a");
  EXPECT_EQ(interner.size(), 2U);
}

TEST(InternerTest, AnIdLivesAsLongAsItsReferences) {
  Interner<std::string> interner;
  const uint32_t a = interner.Acquire("a");
  interner.Acquire("a");
  interner.Release(a);
  EXPECT_EQ(interner.Get(a), "a");
  interner.Release(a);
  EXPECT_EQ(interner.size(), 0U);
  EXPECT_EQ(interner.Acquire("other"), a);  // the id is used again
  EXPECT_EQ(interner.Get(a), "other");
}

TEST(InternerTest, KeepsWhatWasMadeOfAValueOnce) {
  Interner<std::string, const int> interner;
  EXPECT_EQ(interner.AcquireKnown("a"), std::nullopt);
  const uint32_t first = interner.Acquire("a", std::make_unique<const int>(1));
  EXPECT_EQ(interner.Acquire("a", std::make_unique<const int>(2)), first);
  EXPECT_EQ(interner.AcquireKnown("a"), first);
  EXPECT_EQ(interner.Get(first), 1);
  EXPECT_EQ(interner.ValueOf(first), "a");
  for (int i = 0; i < 3; ++i) interner.Release(first);
  EXPECT_EQ(interner.size(), 0U);
}

TEST(InternerTest, IdsBeyondOneChunk) {
  Interner<std::string> interner;
  std::vector<uint32_t> ids;
  for (int i = 0; i < 10'000; ++i) ids.push_back(interner.Acquire(std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(interner.Get(ids[i]), std::to_string(i));
}

TEST(InternerTest, ProfilesDifferByEveryMember) {
  core::JobSpec spec;
  spec.product = "p";
  Interner<Profile> profiles;
  const uint32_t first = profiles.Acquire(ProfileOf(spec));
  std::vector<core::JobSpec> others(9, spec);
  others[0].product = "q";
  others[1].env = "prd";
  others[2].overlap.mode = core::OverlapMode::kAllow;
  others[3].overlap.limit = 7;
  others[4].catchup.mode = core::CatchupMode::kNone;
  others[5].catchup.window = 5;
  others[6].attempt_timeout = 5;
  others[7].history_limit = 5;
  others[8].retry.emplace().max_retries = 3;
  for (const core::JobSpec& other : others) {
    EXPECT_NE(profiles.Acquire(ProfileOf(other)), first);
  }
  EXPECT_EQ(profiles.size(), 10U);
  EXPECT_EQ(profiles.Acquire(ProfileOf(spec)), first);
}

TEST(InternerTest, ManyThreads) {
  Interner<std::string> interner;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&interner, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string text = std::to_string((i + t) % 17);
        const uint32_t id = interner.Acquire(text);
        EXPECT_EQ(interner.Get(id), text);
        interner.Release(id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(interner.size(), 0U);
}

}  // namespace
}  // namespace scheduler::engine
