// Runs of a whole product: the open ones first, then those that did not succeed, latest first.

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/query/run_reader.h"
#include "scheduler/store/history_codec.h"

namespace scheduler::query {
namespace {

using store::UnsuccessfulCursor;

UnsuccessfulCursor CursorOf(const core::Run& run) { return {run.end_time, run.key}; }

}  // namespace

void RunReader::AddOpen(const engine::ListRuns& query, const core::RunKey& after,
                        engine::RunPage* page) const {
  // The smallest keys after the cursor, over all shards.
  std::set<core::RunKey> keys;
  const auto want = static_cast<size_t>(query.page_size) + 1;
  const std::string* product = base::FindInterned(query.product);
  for (int i = 0; i < base::limits::kShards; ++i) {
    engine::Shard& s = engine_.registry().shard(static_cast<core::ShardId>(i));
    base::MutexLock lock(&s.mu);
    for (const auto& [uid, job] : s.all_active()) {
      if (s.profile(job.slot).product != product) continue;
      for (const engine::OpenRun& run : job.runs) {
        const core::RunKey key{uid, run.number};
        if (!(after < key)) continue;
        keys.insert(key);
        if (keys.size() > want) keys.erase(std::prev(keys.end()));
      }
    }
  }
  for (const core::RunKey& key : keys) {
    if (static_cast<int>(page->runs.size()) >= query.page_size) {
      page->next = engine::RunCursor{false, page->runs.back().key, 0};
      return;
    }
    engine::Shard& s = engine_.registry().shard(core::ShardOf(key.uid));
    base::MutexLock lock(&s.mu);
    engine::ActiveJob* job = s.active(key.uid);
    const engine::OpenRun* run = job == nullptr ? nullptr : job->Find(key.number);
    if (run != nullptr) page->runs.push_back(s.ViewOf(*job, *run, engine_.epoch()));
  }
}

RunReader::Part RunReader::RecentUnsuccessful(const engine::ListRuns& query,
                                              const UnsuccessfulCursor& after, size_t want) const {
  const auto later = [](const core::Run& a, const core::Run& b) {
    return CursorOf(a) < CursorOf(b);
  };
  std::set<core::Run, decltype(later)> first(later);
  bool more = false;
  const std::string* product = base::FindInterned(query.product);
  for (int i = 0; i < base::limits::kShards; ++i) {
    engine::Shard& s = engine_.registry().shard(static_cast<core::ShardId>(i));
    base::MutexLock lock(&s.mu);
    s.VisitUnsealed([&](const core::TerminalRun& run) {
      const UnsuccessfulCursor cursor{run.end_time, run.key};
      const bool wanted =
          run.product == product && run.state != core::RunState::kCompleted && after < cursor;
      if (!wanted) return;
      const bool full = first.size() >= want;
      more |= full;
      if (full && !(cursor < CursorOf(*first.rbegin()))) return;
      first.insert(core::ToRun(run));
      if (full) first.erase(std::prev(first.end()));
    });
  }
  Part part;
  if (more) part.stopped = CursorOf(*first.rbegin());
  part.runs.assign(first.begin(), first.end());
  return part;
}

absl::StatusOr<RunReader::Part> RunReader::SealedUnsuccessful(const engine::ListRuns& query,
                                                              const UnsuccessfulCursor& after,
                                                              size_t want) const {
  Part part;
  absl::Status failed;
  const absl::Status scanned = engine_.store().ScanUnsuccessful(
      query.product, after, [&](const UnsuccessfulCursor& cursor, std::string_view body) {
        absl::StatusOr<core::Run> run = store::DecodeSealedRun(cursor.key, body);
        if (!run.ok()) {
          failed = run.status();
          return false;
        }
        part.runs.push_back(*std::move(run));
        if (part.runs.size() >= want) part.stopped = cursor;
        return part.runs.size() < want;
      });
  if (!failed.ok()) return failed;
  if (!scanned.ok()) return scanned;
  return part;
}

absl::StatusOr<RunReader::Part> RunReader::Unsuccessful(const engine::ListRuns& query,
                                                        const UnsuccessfulCursor& after,
                                                        size_t want) const {
  Part all = RecentUnsuccessful(query, after, want);
  absl::StatusOr<Part> sealed = SealedUnsuccessful(query, after, want);
  if (!sealed.ok()) return sealed.status();
  std::move(sealed->runs.begin(), sealed->runs.end(), std::back_inserter(all.runs));
  std::sort(all.runs.begin(), all.runs.end(),
            [](const auto& a, const auto& b) { return CursorOf(a) < CursorOf(b); });
  const bool sooner =
      sealed->stopped.has_value() && (!all.stopped.has_value() || *sealed->stopped < *all.stopped);
  if (sooner) all.stopped = sealed->stopped;
  if (all.stopped.has_value()) {
    // Beyond where one of the two stopped the page would have gaps.
    std::erase_if(all.runs, [&](const core::Run& run) { return *all.stopped < CursorOf(run); });
  }
  return all;
}

absl::Status RunReader::AddUnsuccessful(const engine::ListRuns& query,
                                        const UnsuccessfulCursor& after,
                                        engine::RunPage* page) const {
  const size_t want = static_cast<size_t>(query.page_size) - page->runs.size() + 1;
  absl::StatusOr<Part> found = Unsuccessful(query, after, want);
  if (!found.ok()) return found.status();
  std::map<core::Uid, absl::StatusOr<Owner>> owners;
  std::optional<UnsuccessfulCursor> last;
  for (core::Run& run : found->runs) {
    if (last.has_value() && last->key == run.key) continue;
    if (static_cast<int>(page->runs.size()) >= query.page_size) {
      page->next = engine::RunCursor{true, last->key, last->end_time};
      return absl::OkStatus();
    }
    last = CursorOf(run);
    const auto it = owners.try_emplace(run.key.uid, FindOwner(query.product, run.key.uid)).first;
    if (!it->second.ok() || !Kept(*it->second, run)) continue;
    run.product = it->second->product;
    run.job_tag = it->second->tag;
    page->runs.push_back(std::move(run));
  }
  if (found->stopped.has_value()) {
    page->next = engine::RunCursor{true, found->stopped->key, found->stopped->end_time};
  }
  return absl::OkStatus();
}

absl::StatusOr<engine::RunPage> RunReader::ListAcross(const engine::ListRuns& query) const {
  engine::RunPage page;
  UnsuccessfulCursor after;
  if (query.after.has_value() && query.after->unsuccessful) {
    after = {query.after->end_time, query.after->key};
  } else {
    AddOpen(query, query.after.has_value() ? query.after->key : core::RunKey(), &page);
    if (page.next.has_value()) return page;
  }
  if (static_cast<int>(page.runs.size()) >= query.page_size) {
    page.next = engine::RunCursor{true, core::RunKey(), base::kNever};
    return page;
  }
  if (absl::Status s = AddUnsuccessful(query, after, &page); !s.ok()) return s;
  return page;
}

}  // namespace scheduler::query
