#include "scheduler/store/rows.h"

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "scheduler/base/random.h"
#include "tests/conformance/store/store_bed.h"

// Tables and checkpoints.
namespace tests {
namespace {

using scheduler::store::Position;
using scheduler::store::RowChange;
using scheduler::store::Table;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using RowsTest = StoreTest;
INSTANTIATE_TEST_SUITE_P(Stores, RowsTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& info) { return info.param.name; });

TEST_P(RowsTest, TablesAreApart) {
  constexpr Table kTables[] = {Table::kJobs, Table::kEvents,    Table::kDeletedJobs,
                               Table::kMeta, Table::kCalendars, Table::kConnections};
  for (const Table table : kTables) Put(table, "k", std::to_string(static_cast<int>(table)));
  for (const Table table : kTables) {
    EXPECT_EQ(Get(table, "k"), std::to_string(static_cast<int>(table)));
  }
  EXPECT_EQ(Get(Table::kRequests, "k"), std::nullopt);
}

TEST_P(RowsTest, RowsAreReplacedAndRemoved) {
  Put(Table::kMeta, "k", "1");
  Put(Table::kMeta, "k", "2");
  EXPECT_EQ(Get(Table::kMeta, "k"), "2");
  Remove(Table::kMeta, "k");
  EXPECT_EQ(Get(Table::kMeta, "k"), std::nullopt);
  Remove(Table::kMeta, "never there");
}

TEST_P(RowsTest, AnEmptyValueIsARow) {
  Put(Table::kMeta, "k", "");
  EXPECT_EQ(Get(Table::kMeta, "k"), "");
}

TEST_P(RowsTest, ChangesOfOneCommitApplyInOrder) {
  Commit("",
         {{Table::kJobs, "k", "1"}, {Table::kJobs, "k", std::nullopt}, {Table::kJobs, "k", "2"}});
  EXPECT_EQ(Get(Table::kJobs, "k"), "2");
  Commit("", {{Table::kJobs, "k", "3"}, {Table::kJobs, "k", std::nullopt}});
  EXPECT_EQ(Get(Table::kJobs, "k"), std::nullopt);
}

TEST_P(RowsTest, MultiGetAnswersInTheOrderOfItsKeys) {
  Put(Table::kJobs, "a", "1");
  Put(Table::kJobs, "c", "3");
  const std::vector<std::string> keys = {"c", "b", "a", "c"};
  const auto values = store().MultiGet(Table::kJobs, keys);
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_THAT(*values, ElementsAre("3", std::nullopt, "1", "3"));
  EXPECT_THAT(*store().MultiGet(Table::kJobs, {}), IsEmpty());
}

TEST_P(RowsTest, ScansAreHalfOpen) {
  for (const char* key : {"a", "b", "c", "d"}) Put(Table::kJobs, key, "v");
  EXPECT_THAT(Rows(Table::kJobs, "b", "d"), ElementsAre(Pair("b", "v"), Pair("c", "v")));
  EXPECT_THAT(Rows(Table::kJobs, "bb"), ElementsAre(Pair("c", "v"), Pair("d", "v")));
  EXPECT_THAT(Rows(Table::kJobs, "c", "c"), IsEmpty());
  EXPECT_THAT(Rows(Table::kJobs, "e"), IsEmpty());
}

TEST_P(RowsTest, AScanStopsWhenItsVisitorSaysSo) {
  for (const char* key : {"a", "b", "c"}) Put(Table::kJobs, key, "v");
  int visits = 0;
  ASSERT_TRUE(store()
                  .Scan(Table::kJobs, "", "",
                        [&](std::string_view, std::string_view) { return ++visits < 2; })
                  .ok());
  EXPECT_EQ(visits, 2);
}

TEST_P(RowsTest, AScanIsOneSnapshotAndItsVisitorMayWrite) {
  for (const char* key : {"a", "b", "c"}) Put(Table::kJobs, key, "old");
  std::vector<std::string> values;
  ASSERT_TRUE(store()
                  .Scan(Table::kJobs, "", "",
                        [&](std::string_view key, std::string_view value) {
                          values.emplace_back(value);
                          Put(Table::kJobs, "c", "new");
                          Put(Table::kJobs, std::string(key) + "x", "new");
                          return true;
                        })
                  .ok());
  EXPECT_THAT(values, ElementsAre("old", "old", "old"));
  EXPECT_EQ(Get(Table::kJobs, "c"), "new");
  EXPECT_EQ(Get(Table::kJobs, "ax"), "new");
}

TEST_P(RowsTest, KeysAreOrderedAsUnsignedBytes) {
  for (const char* key : {"\x7f", "\x80", "\xff", "a"}) Put(Table::kJobs, key, "v");
  EXPECT_THAT(Rows(Table::kJobs),
              ElementsAre(Pair("a", "v"), Pair("\x7f", "v"), Pair("\x80", "v"), Pair("\xff", "v")));
}

TEST_P(RowsTest, ManyRandomChangesAgreeWithAMap) {
  scheduler::base::Random random(17);
  std::map<std::string, std::string> model;
  for (int commit = 0; commit < 60; ++commit) {
    std::vector<RowChange> changes;
    for (uint64_t n = random.Below(40); n > 0; --n) {
      const std::string key = "key" + std::to_string(random.Below(200));
      if (random.Percent(30)) {
        changes.push_back({Table::kEvents, key, std::nullopt});
        model.erase(key);
      } else {
        changes.push_back({Table::kEvents, key, std::to_string(random.Next())});
        model[key] = *changes.back().value;
      }
    }
    Commit("x", std::move(changes));
    if (commit % 20 == 10) Reopen();
  }
  EXPECT_EQ(Rows(Table::kEvents), std::vector<Row>(model.begin(), model.end()));
}

TEST_P(RowsTest, AgedRowsMayGoAndOthersStay) {
  using scheduler::store::EncodeRequest;
  Put(Table::kRequests, "old", EncodeRequest({1, 1, 0, 1000}));
  Put(Table::kRequests, "new", EncodeRequest({1, 1, 0, 2000}));
  Put(Table::kRequests, "odd", "not a request");
  ASSERT_TRUE(store().ExpireRows(Table::kRequests, 2000).ok());
  EXPECT_TRUE(Get(Table::kRequests, "new").has_value());
  EXPECT_TRUE(Get(Table::kRequests, "odd").has_value());
  EXPECT_EQ(store().ExpireRows(Table::kJobs, 2000).code(), absl::StatusCode::kInvalidArgument);
}

using CheckpointTest = StoreTest;
INSTANTIATE_TEST_SUITE_P(Stores, CheckpointTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& info) { return info.param.name; });

struct Checkpoint {
  int shard;
  Position position;
  std::string body;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::vector<Checkpoint> Checkpoints(const scheduler::store::Store& store) {
  std::vector<Checkpoint> found;
  const absl::Status status = store.ReadCheckpoints(
      [&](scheduler::core::ShardId shard, Position position, std::string_view body) {
        found.push_back({shard, position, std::string(body)});
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

TEST_P(CheckpointTest, EachShardHasItsLatest) {
  EXPECT_THAT(Checkpoints(store()), IsEmpty());
  ASSERT_TRUE(store().WriteCheckpoint(3, 10, "three").ok());
  ASSERT_TRUE(store().WriteCheckpoint(255, 11, "last").ok());
  ASSERT_TRUE(store().WriteCheckpoint(0, 12, "").ok());
  ASSERT_TRUE(store().WriteCheckpoint(3, 20, "three again").ok());
  const std::vector<Checkpoint> expected = {{0, 12, ""}, {3, 20, "three again"}, {255, 11, "last"}};
  EXPECT_EQ(Checkpoints(store()), expected);
  Reopen();
  EXPECT_EQ(Checkpoints(store()), expected);
}

TEST_P(CheckpointTest, ALargeOneRoundTrips) {
  std::string body(3'000'000, '\0');
  scheduler::base::Random random(1);
  for (char& c : body) c = static_cast<char>(random.Next());
  ASSERT_TRUE(store().WriteCheckpoint(7, 1, body).ok());
  Reopen();
  const std::vector<Checkpoint> found = Checkpoints(store());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].body == body);
}

TEST_P(CheckpointTest, TheVisitorsErrorIsReturned) {
  ASSERT_TRUE(store().WriteCheckpoint(1, 1, "x").ok());
  EXPECT_EQ(store()
                .ReadCheckpoints([](scheduler::core::ShardId, Position, std::string_view) {
                  return absl::CancelledError("enough");
                })
                .code(),
            absl::StatusCode::kCancelled);
}

TEST_P(CheckpointTest, ShardsAreWrittenBesideCommits) {
  std::thread checkpoints([this] {
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(store().WriteCheckpoint(static_cast<scheduler::core::ShardId>(i), 1, "x").ok());
    }
  });
  for (int i = 0; i < 50; ++i) Commit("entry");
  checkpoints.join();
  EXPECT_EQ(Checkpoints(store()).size(), 20u);
}

}  // namespace
}  // namespace tests
