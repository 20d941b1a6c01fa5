#include "scheduler/catalog/connection_table.h"

#include "gtest/gtest.h"

namespace scheduler::catalog {
namespace {

core::StoredConnection Connection(const std::string& tag, uint64_t sequence,
                                  const std::string& product = "p") {
  core::StoredConnection connection;
  connection.spec.product = product;
  connection.spec.tag = tag;
  connection.uid = core::MakeUid(sequence, 0);
  return connection;
}

class ConnectionTableTest : public testing::Test {
 protected:
  bool Exists(const std::string& tag) { return table_.Find("p", tag).connection != nullptr; }
  int64_t Events(const std::string& tag) { return table_.Find("p", tag).event_count; }

  ConnectionTable table_;
};

TEST_F(ConnectionTableTest, CountsTheEventsOfEach) {
  table_.Put(Connection("a", 1));
  table_.Refer("p", {"a", "b"});
  table_.Refer("p", {"a"});
  table_.Refer("p", {});
  EXPECT_EQ(Events("a"), 2);
  EXPECT_EQ(Events("b"), 1);
  table_.Unrefer("p", {"b", "a"});
  table_.Unrefer("p", {});
  EXPECT_EQ(Events("a"), 1);
  EXPECT_EQ(Events("b"), 0);
  EXPECT_EQ(table_.Find("q", "a").connection, nullptr);
}

TEST_F(ConnectionTableTest, WhatIsNamedIsCountedWhileItDoesNotExist) {
  table_.Refer("p", {"a"});
  EXPECT_FALSE(Exists("a"));
  EXPECT_EQ(Events("a"), 1);
  table_.Put(Connection("a", 1));
  table_.Remove("p", "a");
  EXPECT_FALSE(Exists("a"));
  EXPECT_EQ(Events("a"), 1);
  table_.Put(Connection("a", 2));
  EXPECT_EQ(Events("a"), 1);
  table_.Unrefer("p", {"a"});
  table_.Remove("p", "a");
  table_.Remove("p", "a");
  table_.Unrefer("p", {"a"});
  EXPECT_EQ(Events("a"), 0);
}

TEST_F(ConnectionTableTest, ListsAProductInTheOrderOfUids) {
  table_.Put(Connection("c", 1));
  table_.Put(Connection("a", 3));
  table_.Put(Connection("b", 2));
  table_.Put(Connection("d", 4, "q"));
  table_.Put(Connection("b", 2));
  std::string tags;
  for (const ConnectionEntry& e : table_.List("p", 0, 10)) tags += e.connection->spec.tag;
  EXPECT_EQ(tags, "cba");
  const auto rest = table_.List("p", core::MakeUid(1, 0), 1);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].connection->spec.tag, "b");
  int all = 0;
  table_.ForEach([&all](const core::StoredConnection&) { ++all; });
  EXPECT_EQ(all, 4);
}

}  // namespace
}  // namespace scheduler::catalog
