#include "scheduler/engine/text_arena.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::engine {
namespace {

void ExpectText(const TextArena& arena, uint32_t handle, const std::string& tag,
                const std::string& name, const std::string& input) {
  const JobText text = arena.Get(handle);
  EXPECT_EQ(text.tag, tag);
  EXPECT_EQ(text.name, name);
  EXPECT_EQ(text.input, input);
}

TEST(TextArenaTest, KeepsWhatIsAdded) {
  TextArena arena;
  const uint32_t a = arena.Add({"tag", "a name", "{}"});
  const uint32_t b = arena.Add({"tag", "", ""});
  const uint32_t c = arena.Add({std::string(128, 't'), std::string(32, 'n'), std::string(32, 'i')});
  ExpectText(arena, a, "tag", "a name", "{}");
  ExpectText(arena, b, "tag", "", "");
  ExpectText(arena, c, std::string(128, 't'), std::string(32, 'n'), std::string(32, 'i'));
}

TEST(TextArenaTest, ANameEqualToTheTagCostsNothing) {
  TextArena arena;
  const std::string tag(100, 'x');
  const uint32_t first = arena.Add({tag, tag, ""});
  const uint32_t second = arena.Add({tag, tag, ""});
  EXPECT_LE(second - first, 3 + tag.size() + 1);
  ExpectText(arena, first, tag, tag, "");
}

TEST(TextArenaTest, FreedPlacesAreUsedAgain) {
  TextArena arena;
  const uint32_t a = arena.Add({"abc", "", ""});
  const uint32_t other = arena.Add({"other", "", ""});
  arena.Free(a);
  EXPECT_EQ(arena.Add({"xyz", "", ""}), a);
  ExpectText(arena, a, "xyz", "", "");
  ExpectText(arena, other, "other", "", "");
}

TEST(TextArenaTest, EntriesOverManyChunks) {
  TextArena arena;
  std::vector<std::pair<uint32_t, std::string>> entries;
  for (int i = 0; i < 5000; ++i) {
    const std::string tag = std::to_string(i) + std::string(100, 'y');
    entries.emplace_back(arena.Add({tag, "n" + std::to_string(i), "i"}), tag);
  }
  EXPECT_GT(arena.MemoryBytes(), 500'000U);
  for (size_t i = 0; i < entries.size(); ++i) {
    ExpectText(arena, entries[i].first, entries[i].second, "n" + std::to_string(i), "i");
  }
}

TEST(TextArenaTest, RandomAddsAndFrees) {
  base::Random random(7);
  TextArena arena;
  std::map<uint32_t, std::vector<std::string>> live;
  for (int i = 0; i < 20'000; ++i) {
    if (!live.empty() && random.Percent(45)) {
      auto it = live.lower_bound(static_cast<uint32_t>(random.Below(live.rbegin()->first + 1)));
      ExpectText(arena, it->first, it->second[0], it->second[1], it->second[2]);
      arena.Free(it->first);
      live.erase(it);
      continue;
    }
    std::vector<std::string> text = {std::string(1 + random.Below(128), 'a' + i % 26),
                                     std::string(random.Below(33), 'A' + i % 26),
                                     std::string(random.Below(33), '0' + i % 10)};
    if (random.Percent(20)) text[1] = text[0];
    const uint32_t handle = arena.Add({text[0], text[1], text[2]});
    ASSERT_TRUE(live.emplace(handle, text).second) << "handed out twice";
  }
  for (const auto& [handle, text] : live) ExpectText(arena, handle, text[0], text[1], text[2]);
}

}  // namespace
}  // namespace scheduler::engine
