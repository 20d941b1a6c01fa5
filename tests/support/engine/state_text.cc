#include "tests/support/engine/state_text.h"

#include "absl/strings/str_cat.h"
#include "tests/support/store/samples.h"

namespace tests {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace catalog = scheduler::catalog;
namespace engine = scheduler::engine;

std::map<std::string, std::string> StateOf(engine::JobRegistry* registry) {
  std::map<std::string, std::string> state;
  std::map<std::string, bool> products;
  for (int i = 0; i < base::limits::kShards; ++i) {
    engine::Shard& s = registry->shard(static_cast<core::ShardId>(i));
    base::MutexLock lock(&s.mu);
    s.ForEachSlot([&](engine::Slot slot) {
      s.mu.AssertHeld();
      const core::JobSnapshot job = s.SnapshotOf(slot);
      products[job.definition.spec.product] = true;
      state["job " + core::FormatUid(job.definition.uid)] = ToText(job);
    });
    s.VisitUnsealed([&](const core::TerminalRun& run) {
      std::string& text = state["unsealed " + core::FormatRunId(run.key)];
      absl::StrAppend(&text, ToText(core::ToRun(run)), " history_limit=", run.history_limit);
    });
  }
  for (const auto& [product, unused] : products) {
    for (const catalog::EventEntry& e : registry->tables().events.List(product, 0, 1000)) {
      state[absl::StrCat("event ", product, "/", e.event->key.tag)] =
          absl::StrCat(ToText(*e.event), " jobs=", e.job_count);
    }
  }
  state["counters"] =
      absl::StrCat("jobs=", registry->jobs.load(), " open_runs=", registry->open_runs.load(),
                   " unsealed_runs=", registry->unsealed_runs.load(),
                   " last_sequence=", registry->last_sequence.load());
  return state;
}

std::string Difference(const std::map<std::string, std::string>& expected,
                       const std::map<std::string, std::string>& actual) {
  std::string text;
  for (const auto& [name, value] : expected) {
    const auto it = actual.find(name);
    if (it == actual.end()) {
      absl::StrAppend(&text, "\nmissing ", name, "\n  ", value);
    } else if (it->second != value) {
      absl::StrAppend(&text, "\n", name, "\n  expected ", value, "\n  actual   ", it->second);
    }
  }
  for (const auto& [name, value] : actual) {
    if (!expected.contains(name)) absl::StrAppend(&text, "\nunexpected ", name, "\n  ", value);
  }
  return text;
}

}  // namespace tests
