#include "server/metrics/backend_metrics.h"

#include <string>

#include "server/strings.h"

namespace server {
namespace {

using scheduler::dispatch::Dispatcher;

void Gauge(std::string_view name, std::string_view help, int64_t value, Exposition* out) {
  out->Family(name, "gauge", help);
  out->Sample(value);
}

void Count(std::string_view name, std::string_view help, int64_t value, Exposition* out) {
  out->Family(name, "counter", help);
  out->Sample(value);
}

}  // namespace

void BackendMetrics::Collect(Exposition* out) const {
  Backend* const backend = backend_.load(std::memory_order_acquire);
  if (backend == nullptr) return;
  CollectEngine(*backend, out);
  CollectStore(*backend, out);
  CollectDispatch(*backend, out);
  backend->port_metrics().Collect(out);
}

void BackendMetrics::CollectEngine(Backend& backend, Exposition* out) {
  auto& engine = backend.engine();
  auto& registry = engine.registry();
  Gauge("ductape_jobs_jobs", "Jobs that exist.", registry.jobs.load(), out);
  Gauge("ductape_jobs_open_runs", "Runs that have not ended.", registry.open_runs.load(), out);
  Gauge("ductape_jobs_unsealed_runs", "Ended runs on their way to history.",
        registry.unsealed_runs.load(), out);
  Gauge("ductape_jobs_queued_runs", "Runs that wait for a target or a worker.",
        static_cast<int64_t>(engine.queue().TotalSize()), out);
  Gauge("ductape_jobs_queued_limited_runs", "Of these, runs of events with limits.",
        static_cast<int64_t>(engine.queue().LimitedSize()), out);
  Gauge("ductape_jobs_epoch", "How often the store has been opened.", engine.epoch(), out);
  out->Family("ductape_jobs_mailbox_size", "gauge", "Commands that wait for a loop.");
  for (int i = 0; i < engine.loops(); ++i) {
    out->Sample(engine.loop(i).mailbox_size(), {{"loop", StrCat(i)}});
  }
  Count("ductape_jobs_repaired_jobs_total", "Jobs whose lost timer was set again; should stay 0.",
        engine.repaired_jobs(), out);
  Gauge("ductape_jobs_clock_stepped",
        "Whether the wall clock went back by more than is slewed since the start.",
        engine.clock_stepped_at() != 0 ? 1 : 0, out);
}

void BackendMetrics::CollectStore(Backend& backend, Exposition* out) {
  auto& engine = backend.engine();
  Count("ductape_jobs_commits_total", "Group commits.", engine.committer().commits(), out);
  Count("ductape_jobs_transitions_total", "Decisions that are durable.",
        engine.committer().transitions(), out);
  Gauge("ductape_jobs_pending_batches", "Batches of decisions that wait for their commit.",
        engine.committer().pending(), out);
  Gauge("ductape_jobs_disk_full", "Whether commits wait for space on the disk.",
        engine.committer().disk_full() ? 1 : 0, out);
  Gauge("ductape_jobs_journal_bytes", "Bytes of the journal.", engine.store().JournalBytes(), out);
  if (const auto space = engine.store().GetSpace(); space.ok()) {
    Gauge("ductape_jobs_disk_free_bytes", "Free on the store's disk.", space->free_bytes, out);
    Gauge("ductape_jobs_store_bytes", "Used by the store.", space->used_bytes, out);
    out->Family("ductape_jobs_cache_bytes", "gauge",
                "Memory that is held only to be faster, by cache.");
    out->Sample(engine.input_cache_bytes(), {{"cache", "inputs"}});
    out->Sample(space->block_cache_bytes, {{"cache", "blocks"}});
    out->Sample(space->write_buffer_bytes, {{"cache", "write_buffers"}});
  }
}

void BackendMetrics::CollectDispatch(Backend& backend, Exposition* out) {
  const auto lanes = backend.dispatcher().stats();
  out->Family("ductape_jobs_attempts_in_flight", "gauge", "Attempts under way, by executor.");
  for (const Dispatcher::LaneStats& lane : lanes) {
    out->Sample(lane.pump.in_flight, {{"executor", lane.executor}});
  }
  const auto workers = backend.hub()->stats();
  out->Sample(workers.in_flight, {{"executor", "worker"}});
  Gauge("ductape_jobs_worker_sessions", "Sessions of workers.", workers.sessions, out);
  Gauge("ductape_jobs_worker_streams", "Streams of workers.", workers.streams, out);
  Count("ductape_jobs_worker_timeouts_total", "Attempts of workers that took too long.",
        workers.timed_out, out);
  Count("ductape_jobs_worker_lost_total", "Deliveries whose worker was lost.", workers.lost, out);
}

}  // namespace server
