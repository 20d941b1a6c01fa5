#include "scheduler/store/rocksdb/retention_filter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/history_keys.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {
namespace {

using rocksdb::CompactionFilter;
using rocksdb::Slice;

// The newest record of a job that a compaction has met.
struct Newest {
  int64_t number = 0;
  int32_t history_limit = 0;

  bool Outlives(int64_t other) const { return other <= number - history_limit; }
};

// What the filters share: the record as it is, or its removal.
class KeepOrDrop : public CompactionFilter {
 public:
  Decision FilterV2(int /*level*/, const Slice& key, ValueType type, const Slice& value,
                    std::string* /*new_value*/, std::string* /*skip_until*/) const final {
    if (type != ValueType::kValue) return Decision::kKeep;
    return Drops(key.ToStringView(), value.ToStringView()) ? Decision::kRemove : Decision::kKeep;
  }

 private:
  virtual bool Drops(std::string_view key, std::string_view value) const = 0;
};

class RunFilter final : public KeepOrDrop {
 public:
  explicit RunFilter(std::shared_ptr<const DropBefore> drop_before)
      : drop_before_(std::move(drop_before)) {}
  const char* Name() const override { return "ductape.RunFilter"; }

 private:
  bool Drops(std::string_view key, std::string_view value) const override {
    const std::optional<core::RunKey> run = ParseRunHistoryKey(key);
    const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(value);
    if (!run.has_value() || !facts.ok()) return false;
    if (run->uid != uid_) {
      uid_ = run->uid;
      newest_ = {run->number, facts->history_limit};
    } else if (newest_.Outlives(run->number)) {
      return true;
    }
    return facts->end_time < drop_before_->Get();
  }

  std::shared_ptr<const DropBefore> drop_before_;
  // One compaction calls its filter from one thread, key by key.
  mutable core::Uid uid_ = 0;
  mutable Newest newest_;
};

class UnsuccessfulFilter final : public KeepOrDrop {
 public:
  explicit UnsuccessfulFilter(std::shared_ptr<const DropBefore> drop_before)
      : drop_before_(std::move(drop_before)) {}
  const char* Name() const override { return "ductape.UnsuccessfulFilter"; }

 private:
  // Jobs of which the newest record is remembered: bounds the memory of one compaction.
  static constexpr size_t kJobs = 100'000;

  bool Drops(std::string_view key, std::string_view value) const override {
    const std::optional<UnsuccessfulKeyParts> parts = ParseUnsuccessfulKey(key);
    if (!parts.has_value()) return false;
    if (parts->end_time < drop_before_->Get()) return true;
    if (parts->product != product_ || newest_.size() >= kJobs) {
      newest_.clear();
      product_ = parts->product;
    }
    const auto it = newest_.find(parts->key.uid);
    if (it != newest_.end()) return it->second.Outlives(parts->key.number);
    const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(value);
    if (facts.ok()) {
      newest_.emplace(parts->key.uid, Newest{parts->key.number, facts->history_limit});
    }
    return false;
  }

  std::shared_ptr<const DropBefore> drop_before_;
  mutable std::string product_;
  mutable absl::flat_hash_map<core::Uid, Newest> newest_;
};

class RowFilter final : public KeepOrDrop {
 public:
  RowFilter(Table table, std::shared_ptr<const DropBefore> drop_before)
      : table_(table), drop_before_(std::move(drop_before)) {}
  const char* Name() const override { return "ductape.RowFilter"; }

 private:
  bool Drops(std::string_view /*key*/, std::string_view value) const override {
    const base::Millis before = drop_before_->Get();
    if (before == 0) return false;
    const std::optional<base::Millis> at = RowTime(table_, value);
    return at.has_value() && *at < before;
  }

  Table table_;
  std::shared_ptr<const DropBefore> drop_before_;
};

// Makes a new filter for each compaction.
template <typename Make>
class Factory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit Factory(Make make) : make_(std::move(make)) {}
  const char* Name() const override { return "ductape.FilterFactory"; }
  std::unique_ptr<CompactionFilter> CreateCompactionFilter(
      const CompactionFilter::Context& /*context*/) override {
    return make_();
  }

 private:
  Make make_;
};

template <typename Make>
std::shared_ptr<rocksdb::CompactionFilterFactory> FactoryOf(Make make) {
  return std::make_shared<Factory<Make>>(std::move(make));
}

constexpr char kEarliest[] = "ductape.end.earliest";
constexpr char kLatest[] = "ductape.end.latest";

class EndTimeCollector final : public rocksdb::TablePropertiesCollector {
 public:
  const char* Name() const override { return "ductape.EndTimeCollector"; }

  rocksdb::Status AddUserKey(const Slice& /*key*/, const Slice& value, rocksdb::EntryType type,
                             rocksdb::SequenceNumber /*sequence*/, uint64_t /*size*/) override {
    if (type != rocksdb::kEntryPut) return rocksdb::Status::OK();
    const absl::StatusOr<RetentionFacts> facts = DecodeRetentionFacts(value.ToStringView());
    if (!facts.ok()) return rocksdb::Status::OK();
    times_.earliest = std::min(times_.earliest, facts->end_time);
    times_.latest = std::max(times_.latest, facts->end_time);
    return rocksdb::Status::OK();
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    *properties = GetReadableProperties();
    return rocksdb::Status::OK();
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override {
    return {{kEarliest, std::to_string(times_.earliest)}, {kLatest, std::to_string(times_.latest)}};
  }

 private:
  EndTimes times_;
};

class EndTimeCollectorFactory final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  const char* Name() const override { return "ductape.EndTimeCollectorFactory"; }
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(
      rocksdb::TablePropertiesCollectorFactory::Context /*context*/) override {
    return new EndTimeCollector;
  }
};

}  // namespace

void DropBefore::Raise(base::Millis time) {
  base::Millis now = Get();
  while (now < time && !time_.compare_exchange_weak(now, time, std::memory_order_relaxed)) {
  }
}

std::shared_ptr<rocksdb::CompactionFilterFactory> NewRunFilter(
    const std::shared_ptr<const DropBefore>& drop_before) {
  return FactoryOf([drop_before] { return std::make_unique<RunFilter>(drop_before); });
}

std::shared_ptr<rocksdb::CompactionFilterFactory> NewUnsuccessfulFilter(
    const std::shared_ptr<const DropBefore>& drop_before) {
  return FactoryOf([drop_before] { return std::make_unique<UnsuccessfulFilter>(drop_before); });
}

std::shared_ptr<rocksdb::CompactionFilterFactory> NewRowFilter(
    Table table, const std::shared_ptr<const DropBefore>& drop_before) {
  return FactoryOf(
      [table, drop_before] { return std::make_unique<RowFilter>(table, drop_before); });
}

std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> NewEndTimeCollector() {
  return std::make_shared<EndTimeCollectorFactory>();
}

std::optional<EndTimes> EndTimesOf(const rocksdb::TableProperties& properties) {
  const auto& collected = properties.user_collected_properties;
  const auto earliest = collected.find(kEarliest);
  const auto latest = collected.find(kLatest);
  if (earliest == collected.end() || latest == collected.end()) return std::nullopt;
  EndTimes times;
  if (!absl::SimpleAtoi(earliest->second, &times.earliest) ||
      !absl::SimpleAtoi(latest->second, &times.latest)) {
    return std::nullopt;
  }
  return times;
}

}  // namespace scheduler::store
