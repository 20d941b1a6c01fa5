#include "scheduler/base/interned.h"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/strings.h"

namespace scheduler::base {
namespace {

TEST(InternedTest, EqualTextsHaveOnePointer) {
  const std::string* const a = Intern("worker-1");
  EXPECT_EQ(a, Intern(std::string("worker-") + "1"));
  EXPECT_NE(a, Intern("worker-2"));
  EXPECT_EQ(TextOf(a), "worker-1");
}

TEST(InternedTest, FindingDoesNotKeep) {
  EXPECT_EQ(FindInterned("never interned"), nullptr);
  EXPECT_EQ(FindInterned("never interned"), nullptr);
  const std::string* const kept = Intern("kept");
  EXPECT_EQ(FindInterned("kept"), kept);
}

TEST(InternedTest, TheEmptyTextIsNull) {
  EXPECT_EQ(Intern(""), nullptr);
  EXPECT_EQ(TextOf(nullptr), "");
}

TEST(InternedTest, PointersStayWhileOthersAreAdded) {
  const std::string* const first = Intern("first");
  const size_t count = InternedCount();
  for (int i = 0; i < 10'000; ++i) Intern(StrCat("name-", i));
  EXPECT_EQ(Intern("first"), first);
  EXPECT_EQ(InternedCount(), count + 10'000);
  EXPECT_EQ(*first, "first");
}

TEST(InternedTest, ThreadsAgree) {
  std::array<std::vector<const std::string*>, 4> found;
  std::vector<std::thread> threads;
  threads.reserve(found.size());
  for (auto& mine : found) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1000; ++i) mine.push_back(Intern(StrCat("shared-", i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : found) EXPECT_EQ(mine, found[0]);
}

}  // namespace
}  // namespace scheduler::base
