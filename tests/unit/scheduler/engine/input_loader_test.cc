#include "scheduler/engine/input_loader.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/engine/engine_harness.h"
#include "tests/support/engine/forwarding_store.h"

namespace scheduler::engine {
namespace {

using tests::Every;

// Counts reads of rows, and fails them while it is told to.
class CountingStore final : public tests::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const override {
    rows += static_cast<int>(keys.size());
    if (fails) return base::errors::StoreIo("read", "EIO");
    return ForwardingStore::MultiGet(table, keys);
  }
  mutable int rows = 0;
  bool fails = false;
};

class InputLoaderTest : public testing::Test {
 protected:
  tests::HarnessOptions Options(int64_t cache_bytes = 1 << 20) {
    tests::HarnessOptions options;
    options.input_cache_bytes = cache_bytes;
    options.decorate = [this](std::unique_ptr<store::Store> inner) {
      auto store = std::make_unique<CountingStore>(std::move(inner));
      store_ = store.get();
      return store;
    };
    return options;
  }
  core::JobSpec Large(const std::string& tag, size_t size = 100) {
    core::JobSpec spec = Every(base::kMinute, tag);
    spec.input_json = "\"" + std::string(size, 'x') + "\"";
    return spec;
  }

  CountingStore* store_ = nullptr;
};

TEST_F(InputLoaderTest, ReadsAJobThatFiresOftenOnce) {
  tests::EngineHarness h(Options());
  const core::JobSpec spec = Large("job");
  ASSERT_TRUE(h.Create(spec).ok());
  for (int i = 0; i < 5; ++i) {
    const core::ClaimedRun run = h.ClaimOne();
    EXPECT_EQ(run.input_json, spec.input_json);
    h.Complete(run);
    h.Advance(base::kMinute);
  }
  EXPECT_EQ(store_->rows, 1);
  EXPECT_GT(h.engine().input_cache_bytes(), 100);
}

TEST_F(InputLoaderTest, SmallInputsAreNotRead) {
  tests::EngineHarness h(Options());
  core::JobSpec spec = Every(base::kMinute);
  spec.input_json = std::string(32, '1');
  ASSERT_TRUE(h.Create(spec).ok());
  EXPECT_EQ(h.ClaimOne().input_json, spec.input_json);
  EXPECT_EQ(store_->rows, 0);
}

TEST_F(InputLoaderTest, ALongNameAloneIsReadToo) {
  tests::EngineHarness h(Options());
  core::JobSpec spec = Every(base::kMinute);
  spec.name = std::string(33, 'n');
  spec.input_json = "{}";
  ASSERT_TRUE(h.Create(spec).ok());
  const core::ClaimedRun run = h.ClaimOne();
  EXPECT_EQ(run.job_name, spec.name);
  EXPECT_EQ(run.input_json, "{}");
  h.Restart();
  EXPECT_EQ(h.ClaimOne().job_name, spec.name);
}

TEST_F(InputLoaderTest, AnUpdateBringsTheNewInput) {
  tests::EngineHarness h(Options());
  ASSERT_TRUE(h.Create(Large("job")).ok());
  h.Complete(h.ClaimOne());
  const std::string input = "\"" + std::string(50, 'y') + "\"";
  ASSERT_TRUE(h.Update("job", [&](core::JobSpec* spec) { spec->input_json = input; }).ok());
  h.Advance(base::kMinute);
  const core::ClaimedRun run = h.ClaimOne();
  EXPECT_EQ(run.input_json, input);
  h.Complete(run);
  ASSERT_TRUE(h.Update("job", [](core::JobSpec* spec) { spec->input_json = "{}"; }).ok());
  h.Advance(base::kMinute);
  EXPECT_EQ(h.ClaimOne().input_json, "{}");
}

TEST_F(InputLoaderTest, TheCacheIsBounded) {
  tests::EngineHarness h(Options(20'000));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(h.Create(Large("job" + std::to_string(i), 900)).ok());
  for (int round = 0; round < 3; ++round) {
    // More wait than there is room for: all of them come through, whatever the order of pops.
    for (int part = 0; part < 200 && h.engine().registry().open_runs.load() > 0; ++part) {
      for (const core::ClaimedRun& run : h.Claim(core::kHttpLane, 2)) {
        EXPECT_EQ(run.input_json.size(), 902U);
        h.Complete(run);
      }
      EXPECT_LE(h.engine().input_cache_bytes(), 20'000);
    }
    EXPECT_EQ(h.engine().registry().open_runs.load(), 0);
    h.Advance(base::kMinute);
  }
}

TEST_F(InputLoaderTest, ALaneThatNobodyServesHoldsUpNoOther) {
  tests::EngineHarness h(Options(3000));
  for (int i = 0; i < 10; ++i) {
    const std::string name = "lane" + std::to_string(i);
    ASSERT_TRUE(h.CreateEvent(tests::WorkerEvent(name, name)).ok());
    for (int j = 0; j < 5; ++j) {
      core::JobSpec spec = Large(name + std::to_string(j), 900);
      spec.event.tag = name;
      ASSERT_TRUE(h.Create(spec).ok());
    }
  }
  const core::LaneId lane = h.engine().registry().lanes().LaneOf(tests::kProduct, "lane7");
  for (int j = 0; j < 5; ++j) h.Complete(h.ClaimOne(lane));
}

TEST_F(InputLoaderTest, OneInputBeyondTheBoundIsServedAllTheSame) {
  tests::EngineHarness h(Options(100));
  ASSERT_TRUE(h.Create(Large("job", 5000)).ok());
  EXPECT_EQ(h.ClaimOne().input_json.size(), 5002U);
}

TEST_F(InputLoaderTest, ReadsThatFailAreTriedAgain) {
  tests::EngineHarness h(Options());
  store_->fails = true;
  ASSERT_TRUE(h.Create(Large("job")).ok());
  EXPECT_TRUE(h.Claim().empty());
  store_->fails = false;
  EXPECT_EQ(h.ClaimOne().input_json.size(), 102U);
}

TEST_F(InputLoaderTest, AJobThatIsDeletedMeanwhile) {
  tests::EngineHarness h(Options());
  store_->fails = true;
  ASSERT_TRUE(h.Create(Large("job")).ok());
  ASSERT_TRUE(h.Delete("job").ok());
  store_->fails = false;
  EXPECT_TRUE(h.Claim().empty());
  EXPECT_EQ(h.engine().queue().TotalSize(), 0U);
}

}  // namespace
}  // namespace scheduler::engine
