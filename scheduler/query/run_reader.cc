#include "scheduler/query/run_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/rows.h"

namespace scheduler::query {

namespace errors = base::errors;

namespace {

constexpr int64_t kPastLast = std::numeric_limits<int64_t>::max();

}  // namespace

absl::StatusOr<RunReader::Owner> RunReader::FindOwner(const std::string& product,
                                                      core::Uid uid) const {
  Owner owner{uid, product, "", 0};
  const absl::StatusOr<core::Job> job = jobs_.ReadRow(product, uid);
  if (job.ok()) {
    owner.tag = job->spec.tag;
    const JobSight sight = jobs_.Look(product, owner.tag);
    if (sight.status.uid == uid) {
      owner.lowest_kept = sight.status.last_number - job->spec.history_limit + 1;
    }
    return owner;
  }
  if (!absl::IsNotFound(job.status())) return job.status();
  const auto row = engine_.store().Get(store::Table::kDeletedJobs, store::DeletedJobKey(uid));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return errors::JobUidNotFound(product, core::FormatUid(uid));
  absl::StatusOr<store::DeletedJob> deleted = store::DecodeDeletedJob(**row);
  if (!deleted.ok()) return deleted.status();
  if (deleted->product != product) return errors::JobUidNotFound(product, core::FormatUid(uid));
  owner.tag = std::move(deleted->tag);
  return owner;
}

bool RunReader::Kept(const Owner& owner, const core::Run& run) const {
  if (!core::IsTerminal(run.state) || run.end_time == 0) return true;
  return run.key.number >= owner.lowest_kept && run.end_time >= engine_.Now() - history_age_;
}

std::vector<core::Run> RunReader::Recent(core::Uid uid, int64_t before) const {
  std::vector<core::Run> runs;
  engine::Shard& s = engine_.registry().shard(core::ShardOf(uid));
  base::MutexLock lock(&s.mu);
  if (const engine::ActiveJob* job = s.active(uid)) {
    for (const engine::OpenRun& run : job->runs) {
      if (run.number < before) runs.push_back(s.ViewOf(*job, run, engine_.epoch()));
    }
    auto stretch = s.OpenStretchView(job->slot, engine_.Now());
    if (stretch.has_value() && stretch->key.number < before) runs.push_back(*std::move(stretch));
  }
  s.VisitUnsealed([&](const core::TerminalRun& run) {
    if (run.key.uid == uid && run.key.number < before) runs.push_back(core::ToRun(run));
  });
  std::sort(runs.begin(), runs.end(),
            [](const auto& a, const auto& b) { return a.key.number > b.key.number; });
  return runs;
}

absl::StatusOr<std::optional<core::Run>> RunReader::Find(const core::RunKey& key) const {
  std::vector<core::Run> recent = Recent(key.uid, kPastLast);
  for (core::Run& run : recent) {
    if (run.key == key) return std::optional(std::move(run));
  }
  const auto body = engine_.store().GetRun(key);
  if (!body.ok()) return body.status();
  if (!body->has_value()) return std::optional<core::Run>();
  absl::StatusOr<core::Run> run = store::DecodeSealedRun(key, **body);
  if (!run.ok()) return run.status();
  return std::optional(*std::move(run));
}

absl::StatusOr<core::Run> RunReader::Get(const std::string& product,
                                         const core::RunKey& key) const {
  const absl::Status not_found = errors::RunNotFound(product, core::FormatRunId(key));
  absl::StatusOr<std::optional<core::Run>> run = Find(key);
  if (!run.ok()) return run.status();
  if (!run->has_value()) return not_found;
  const absl::StatusOr<Owner> owner = FindOwner(product, key.uid);
  if (!owner.ok()) return absl::IsNotFound(owner.status()) ? not_found : owner.status();
  if (!Kept(*owner, **run)) return not_found;
  (*run)->product = owner->product;
  (*run)->job_tag = owner->tag;
  return **std::move(run);
}

absl::StatusOr<engine::RunPage> RunReader::List(const engine::ListRuns& query) const {
  return query.tag.empty() && query.uid == 0 ? ListAcross(query) : ListByJob(query);
}

absl::StatusOr<engine::RunPage> RunReader::ListByJob(const engine::ListRuns& query) const {
  core::Uid uid = query.uid;
  if (uid == 0) {
    uid = jobs_.Look(query.product, query.tag).status.uid;
    if (uid == 0) return errors::JobNotFound(query.product, query.tag);
  }
  const absl::StatusOr<Owner> owner = FindOwner(query.product, uid);
  if (!owner.ok()) return owner.status();
  const int64_t before = query.after.has_value() ? query.after->key.number : kPastLast;
  std::vector<core::Run> recent = Recent(uid, before);
  engine::RunPage page;
  auto next = recent.begin();
  bool full = false;
  // Adds a run; false once the page is full.
  const auto add = [&](core::Run run) {
    if (!page.runs.empty() && page.runs.back().key == run.key) return true;
    if (!Kept(*owner, run)) return true;
    if (static_cast<int>(page.runs.size()) >= query.page_size) {
      full = true;
      return false;
    }
    run.product = owner->product;
    run.job_tag = owner->tag;
    page.runs.push_back(std::move(run));
    return true;
  };
  absl::Status failed;
  const absl::Status scanned =
      engine_.store().ScanRuns(uid, before, [&](const core::RunKey& key, std::string_view body) {
        for (; next != recent.end() && next->key.number >= key.number; ++next) {
          if (!add(std::move(*next))) return false;
        }
        absl::StatusOr<core::Run> run = store::DecodeSealedRun(key, body);
        if (!run.ok()) {
          failed = run.status();
          return false;
        }
        return key.number >= owner->lowest_kept && add(*std::move(run));
      });
  if (!failed.ok()) return failed;
  if (!scanned.ok()) return scanned;
  for (; !full && next != recent.end(); ++next) {
    if (!add(std::move(*next))) break;
  }
  if (full) page.next = engine::RunCursor{false, page.runs.back().key, 0};
  return page;
}

}  // namespace scheduler::query
