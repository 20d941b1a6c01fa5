#include "scheduler/engine/tag_index.h"

#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/interned.h"
#include "scheduler/base/random.h"

namespace scheduler::engine {
namespace {

class TagIndexTest : public testing::Test {
 protected:
  Slot Add(const std::string& product, const std::string& tag) {
    const Slot slot = partition_.NewSlot();
    core::JobSpec spec;
    spec.product = product;
    partition_.record(slot).uid = core::MakeUid(slot + 1, 0);
    partition_.record(slot).profile = profiles_.Acquire(ProfileOf(spec));
    partition_.record(slot).text = partition_.texts().Add({tag, "", ""});
    index_.Insert(slot);
    return slot;
  }
  void Remove(Slot slot) {
    index_.Erase(slot);
    partition_.texts().Free(partition_.record(slot).text);
    profiles_.Release(partition_.record(slot).profile);
    partition_.FreeSlot(slot);
  }
  std::optional<Slot> Find(const std::string& product, const std::string& tag) {
    return index_.Find(base::Intern(product), tag);
  }

  Partition partition_;
  Interner<Profile> profiles_;
  TagIndex index_{&partition_, &profiles_};
};

TEST_F(TagIndexTest, FindsByProductAndTag) {
  const Slot a = Add("p", "a");
  const Slot b = Add("p", "b");
  const Slot other = Add("q", "a");
  EXPECT_EQ(Find("p", "a"), a);
  EXPECT_EQ(Find("p", "b"), b);
  EXPECT_EQ(Find("q", "a"), other);
  EXPECT_EQ(Find("q", "b"), std::nullopt);
  EXPECT_EQ(Find("p", "A"), std::nullopt);
  EXPECT_EQ(Find("r", "a"), std::nullopt);
  EXPECT_EQ(index_.size(), 3U);
}

TEST_F(TagIndexTest, ForgetsWhatIsErased) {
  const Slot a = Add("p", "a");
  Add("p", "b");
  Remove(a);
  EXPECT_EQ(Find("p", "a"), std::nullopt);
  EXPECT_TRUE(Find("p", "b").has_value());
  EXPECT_EQ(Add("p", "c"), a);  // the slot is used again
  EXPECT_EQ(Find("p", "c"), a);
  EXPECT_EQ(Find("p", "a"), std::nullopt);
}

TEST_F(TagIndexTest, LikeAMap) {
  base::Random random(3);
  std::map<std::pair<std::string, std::string>, Slot> jobs;
  for (int i = 0; i < 20'000; ++i) {
    std::pair<std::string, std::string> key(random.Percent(50) ? "p" : "q",
                                            "tag" + std::to_string(random.Below(500)));
    const auto it = jobs.find(key);
    ASSERT_EQ(Find(key.first, key.second),
              it == jobs.end() ? std::nullopt : std::optional(it->second));
    if (it == jobs.end()) {
      jobs[key] = Add(key.first, key.second);
    } else if (random.Percent(50)) {
      Remove(it->second);
      jobs.erase(it);
    }
  }
  std::set<Slot> seen;
  index_.ForEach([&seen](Slot slot) { seen.insert(slot); });
  EXPECT_EQ(seen.size(), jobs.size());
}

}  // namespace
}  // namespace scheduler::engine
