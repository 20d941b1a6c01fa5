#include "scheduler/engine/shard_copy.h"

#include <algorithm>

#include "scheduler/base/interned.h"

namespace scheduler::engine {

core::JobSnapshot MakeSnapshot(const SnapshotParts& parts) {
  const core::JobRecord& r = parts.record;
  const Profile& p = parts.profile;
  core::JobSnapshot s;
  core::JobDefined& d = s.definition;
  d.uid = r.uid;
  d.generation = parts.side == nullptr ? 1 : parts.side->generation;
  d.state = r.state;
  d.start_time = r.start_time;
  d.cursor = r.cursor;
  d.input_on_disk = (r.flags & core::kTextOnDisk) != 0;
  core::JobSpec& spec = d.spec;
  spec.product = std::string(base::TextOf(p.product));
  spec.tag = std::string(parts.text.tag);
  spec.name = std::string(parts.text.name);
  spec.input_json = std::string(parts.text.input);
  spec.env = std::string(base::TextOf(p.env));
  spec.event = parts.event;
  spec.executions = r.executions;
  if (parts.pattern != nullptr) {
    spec.timing = parts.pattern->timing;
    spec.time_zone = parts.pattern->time_zone;
    spec.dst = parts.pattern->dst;
  } else {
    spec.timing.interval = r.pattern;
  }
  spec.interval_mode = (r.flags & core::kFixedDelay) ? core::IntervalMode::kFixedDelay
                                                     : core::IntervalMode::kFixedRate;
  spec.start_time = r.start_time;
  spec.overlap = p.overlap;
  spec.catchup = p.catchup;
  spec.retry = p.retry;
  spec.attempt_timeout = p.attempt_timeout;
  spec.history_limit = p.history_limit;
  s.last_number = r.last_number;
  if (parts.side == nullptr) return s;
  if (parts.side->end_time != base::kNever) spec.end_time = parts.side->end_time;
  spec.jitter = parts.side->jitter;
  if (parts.side->exclude != nullptr) spec.exclude = *parts.side->exclude;
  if (parts.side->calendars != nullptr) spec.exclude_calendars = parts.side->calendars->tags;
  s.counters = parts.side->counters;
  s.state_reason = parts.side->state_reason;
  s.pause_note = parts.side->pause_note;
  s.stretch = parts.side->stretch;
  if (parts.side->amendments != nullptr) s.amendments = *parts.side->amendments;
  return s;
}

ShardCopy::ShardCopy(const Shard& s, const catalog::EventTable& events) {
  jobs_.reserve(s.jobs());
  texts_.reserve(s.jobs() * 32);
  // By slot: what is restored stands in an order that does not depend on hashes.
  std::vector<Slot> slots;
  slots.reserve(s.jobs());
  s.ForEachSlot([&](Slot slot) { slots.push_back(slot); });
  std::sort(slots.begin(), slots.end());
  for (const Slot slot : slots) Add(s, events, slot);
}

void ShardCopy::SortByUid() {
  std::sort(jobs_.begin(), jobs_.end(),
            [](const CopiedJob& a, const CopiedJob& b) { return a.record.uid < b.record.uid; });
}

void ShardCopy::Add(const Shard& s, const catalog::EventTable& events, Slot slot) {
  CopiedJob job;
  job.record = s.record(slot);
  job.text = texts_.size();
  const JobText text = s.text(slot);
  size_t i = 0;
  for (const std::string_view part : {text.tag, text.name, text.input}) {
    texts_.append(part.data(), part.size());
    job.sizes[i++] = static_cast<uint32_t>(part.size());
  }
  const core::JobRecord& r = job.record;
  if (!profiles_.contains(r.profile)) profiles_.emplace(r.profile, s.profile(slot));
  if (!events_.contains(r.event)) events_.emplace(r.event, events.KeyOf(r.event));
  if ((r.flags & core::kHasPattern) && !patterns_.contains(r.pattern)) {
    patterns_.emplace(r.pattern, s.pattern(slot));
  }
  if (const JobSide* side = s.side(slot)) sides_.emplace(r.uid, *side);
  if (r.flags & core::kHasActive) {
    auto& runs = open_runs_[r.uid];
    for (const OpenRun& run : s.active(r.uid)->runs) runs.push_back(run.Snapshot());
  }
  jobs_.push_back(job);
}

core::JobSnapshot ShardCopy::SnapshotOf(size_t i) const {
  const CopiedJob& job = jobs_[i];
  const core::JobRecord& r = job.record;
  const std::string_view bytes = std::string_view(texts_).substr(job.text);
  const JobText text{bytes.substr(0, job.sizes[0]), bytes.substr(job.sizes[0], job.sizes[1]),
                     bytes.substr(job.sizes[0] + job.sizes[1], job.sizes[2])};
  const auto side = sides_.find(r.uid);
  const bool has_pattern = (r.flags & core::kHasPattern) != 0;
  core::JobSnapshot s = MakeSnapshot({r, text, profiles_.at(r.profile), events_.at(r.event),
                                      has_pattern ? &patterns_.at(r.pattern) : nullptr,
                                      side == sides_.end() ? nullptr : &side->second});
  const auto runs = open_runs_.find(r.uid);
  if (runs != open_runs_.end()) s.open_runs = runs->second;
  return s;
}

}  // namespace scheduler::engine
