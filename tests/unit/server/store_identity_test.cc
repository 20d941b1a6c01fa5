#include "server/store_identity.h"

#include <memory>

#include "gtest/gtest.h"
#include "scheduler/store/memory_store.h"

namespace server {
namespace {

namespace store = scheduler::store;

TEST(StoreIdentityTest, IsMadeOnceAndKept) {
  const auto disk = std::make_shared<store::MemoryDisk>();
  auto first = store::OpenMemoryStore(disk);
  const StoreIdentity made = LoadIdentity(first.get(), first->AcquireEpoch().value()).value();
  EXPECT_EQ(made.server_id.size(), 32u);
  EXPECT_EQ(made.token_key.size(), 32u);
  first.reset();
  auto second = store::OpenMemoryStore(disk);
  const StoreIdentity read = LoadIdentity(second.get(), second->AcquireEpoch().value()).value();
  EXPECT_EQ(read.server_id, made.server_id);
  EXPECT_EQ(read.token_key, made.token_key);
}

TEST(StoreIdentityTest, DiffersBetweenStores) {
  auto a = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  auto b = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  EXPECT_NE(LoadIdentity(a.get(), a->AcquireEpoch().value()).value().server_id,
            LoadIdentity(b.get(), b->AcquireEpoch().value()).value().server_id);
}

TEST(StoreIdentityTest, IsNotWrittenByADeposedServer) {
  auto opened = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  const int64_t old_epoch = opened->AcquireEpoch().value();
  ASSERT_TRUE(opened->AcquireEpoch().ok());
  EXPECT_EQ(LoadIdentity(opened.get(), old_epoch).status().code(), absl::StatusCode::kAborted);
}

TEST(RandomTest, IsRandom) {
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
  EXPECT_EQ(RandomHex(4).size(), 8u);
}

}  // namespace
}  // namespace server
