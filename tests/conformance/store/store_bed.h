#ifndef TESTS_CONFORMANCE_STORE_STORE_BED_H_
#define TESTS_CONFORMANCE_STORE_STORE_BED_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/store/store.h"

// What every store must do, whatever it stands on. A store joins the suite by an entry in
// store_bed.cc.
namespace tests {

// Somewhere to keep a store's data for one test; it is gone with the bed.
class StoreBed {
 public:
  virtual ~StoreBed() = default;
  // Opens a store on the data, which was closed before unless stores can stand side by side.
  virtual absl::StatusOr<std::unique_ptr<scheduler::store::Store>> Open() = 0;
  // Whether a second store may be opened while the first is open, and fences it.
  virtual bool side_by_side() const = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreBed>()> make;
};

std::vector<StoreKind> AllStoreKinds();

using Row = std::pair<std::string, std::string>;
using Entry = std::pair<scheduler::store::Position, std::string>;

// One open store with an epoch, and shorthands that expect success.
class StoreTest : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;

  // Closes the store, as a server that ends; opens it again with the next epoch.
  void Reopen();

  scheduler::store::Store& store() { return *store_; }
  StoreBed& bed() { return *bed_; }
  int64_t epoch() const { return epoch_; }

  scheduler::store::Position Commit(std::string_view journal,
                                    std::vector<scheduler::store::RowChange> changes = {});
  void Put(scheduler::store::Table table, std::string key, std::string value);
  void Remove(scheduler::store::Table table, std::string key);
  std::vector<Entry> Journal(scheduler::store::Position after = 0);
  std::vector<Row> Rows(scheduler::store::Table table, std::string_view begin = "",
                        std::string_view end = "");
  std::optional<std::string> Get(scheduler::store::Table table, std::string_view key);

  void Seal(std::vector<scheduler::store::SealedRun> runs, scheduler::store::Position through);
  std::vector<int64_t> RunNumbers(scheduler::core::Uid uid, int64_t before = INT64_MAX,
                                  size_t most = SIZE_MAX);
  std::optional<std::string> GetRun(scheduler::core::RunKey key);
  std::vector<scheduler::store::UnsuccessfulCursor> Unsuccessful(
      std::string_view product, scheduler::store::UnsuccessfulCursor after = {},
      size_t most = SIZE_MAX);

 private:
  std::unique_ptr<StoreBed> bed_;
  std::unique_ptr<scheduler::store::Store> store_;
  int64_t epoch_ = 0;
};

// A sealed run of product "shop" that ended at `end`; its body has the rest at random by its key.
scheduler::store::SealedRun SealedOf(scheduler::core::RunKey key, scheduler::base::Millis end,
                                     bool successful = true, int32_t history_limit = 10'000);

}  // namespace tests

#endif  // TESTS_CONFORMANCE_STORE_STORE_BED_H_
