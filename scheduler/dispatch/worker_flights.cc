#include "scheduler/dispatch/worker_flights.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace scheduler::dispatch {
namespace {

// The significant bits of a length: 64 lengths an octave.
constexpr int kLengthBits = 7;

Millis RoundLengthUp(Millis length) {
  const auto bits = static_cast<uint64_t>(std::max<Millis>(length, 1));
  const int drop = std::max(static_cast<int>(std::bit_width(bits)) - kLengthBits, 0);
  const uint64_t unit = uint64_t{1} << drop;
  return static_cast<Millis>((bits + unit - 1) & ~(unit - 1));
}

}  // namespace

void WorkerFlights::Add(const core::RunRef& run, Millis now, Millis timeout, Millis lease,
                        core::LimitGroup group) {
  Remove(run);
  const Slot slot = Allocate();
  Node& node = nodes_[slot];
  node.run = run;
  node.attempt_end = now + timeout;
  node.lease_end = lease >= base::kNever ? base::kNever : now + lease;
  node.group = group;
  node.ended = false;
  index_.emplace(run, slot);
  ++open_;
  Link(slot, now);
}

bool WorkerFlights::IsOpen(const core::RunRef& run) const {
  const auto it = index_.find(run);
  return it != index_.end() && !nodes_[it->second].ended;
}

WorkerFlights::Removed WorkerFlights::Remove(const core::RunRef& run) {
  const auto it = index_.find(run);
  if (it == index_.end()) return Removed::kUnknown;
  const Slot slot = it->second;
  const bool ended = nodes_[slot].ended;
  if (nodes_[slot].group != core::kNoGroup) freed_.push_back(nodes_[slot].group);
  index_.erase(it);
  Unlink(slot);
  Free(slot);
  if (!ended) --open_;
  return ended ? Removed::kEnded : Removed::kOpen;
}

bool WorkerFlights::End(const core::RunRef& run) {
  const auto it = index_.find(run);
  if (it == index_.end() || nodes_[it->second].ended) return false;
  Node& node = nodes_[it->second];
  node.ended = true;
  --open_;
  // One with a lease stays in its list, to be dropped when the worker never answers.
  if (node.lease_end == base::kNever) Unlink(it->second);
  return true;
}

bool WorkerFlights::Extend(const core::RunRef& run, Millis now, Millis lease) {
  const auto it = index_.find(run);
  if (it == index_.end() || nodes_[it->second].ended) return false;
  Unlink(it->second);
  nodes_[it->second].lease_end = now + lease;
  Link(it->second, now);
  return true;
}

void WorkerFlights::Expire(Millis now, std::vector<core::RunRef>* timed_out,
                           std::vector<core::RunRef>* lost) {
  std::vector<Slot> heads;  // ExpireOne may add lists
  heads.reserve(heads_.size());
  for (const auto& [length, head] : heads_) heads.push_back(head);
  for (const Slot head : heads) {
    while (nodes_[head].next != head && nodes_[nodes_[head].next].expiry <= now) {
      ExpireOne(nodes_[head].next, now, timed_out, lost);
    }
  }
}

void WorkerFlights::ExpireOne(Slot slot, Millis now, std::vector<core::RunRef>* timed_out,
                              std::vector<core::RunRef>* lost) {
  Unlink(slot);
  Node& node = nodes_[slot];
  if (!node.ended && node.attempt_end <= now) {
    node.ended = true;
    --open_;
    timed_out->push_back(node.run);
  }
  if (node.lease_end <= now) {
    if (!node.ended) lost->push_back(node.run);
    const core::RunRef run = node.run;
    Remove(run);
  } else if (!node.ended || node.lease_end != base::kNever) {
    Link(slot, now);
  }
}

void WorkerFlights::ListOpen(std::vector<core::RunRef>* out) const {
  out->reserve(out->size() + open_);
  for (const auto& [run, slot] : index_) {
    if (!nodes_[slot].ended) out->push_back(run);
  }
}

void WorkerFlights::RemoveEnded() {
  std::vector<core::RunRef> ended;
  for (const auto& [run, slot] : index_) {
    if (nodes_[slot].ended) ended.push_back(run);
  }
  for (const core::RunRef& run : ended) Remove(run);
}

void WorkerFlights::Clear() {
  for (const auto& [run, slot] : index_) {
    if (nodes_[slot].group != core::kNoGroup) freed_.push_back(nodes_[slot].group);
  }
  nodes_.clear();
  free_ = kNoSlot;
  open_ = 0;
  index_.clear();
  heads_.clear();
  last_length_ = -1;
}

void WorkerFlights::TakeFreed(std::vector<core::LimitGroup>* out) {
  out->insert(out->end(), freed_.begin(), freed_.end());
  freed_.clear();
}

WorkerFlights::Slot WorkerFlights::Allocate() {
  if (free_ == kNoSlot) {
    nodes_.emplace_back();
    return static_cast<Slot>(nodes_.size() - 1);
  }
  const Slot slot = free_;
  free_ = nodes_[slot].next;
  nodes_[slot].next = kNoSlot;
  return slot;
}

void WorkerFlights::Free(Slot slot) {
  nodes_[slot].next = free_;
  nodes_[slot].prev = kNoSlot;
  free_ = slot;
}

void WorkerFlights::Link(Slot slot, Millis now) {
  latest_ = std::max(latest_, now);
  const Node& timed = nodes_[slot];
  const Millis end = timed.ended ? timed.lease_end : std::min(timed.attempt_end, timed.lease_end);
  const Millis length = RoundLengthUp(end - latest_);
  const Slot head = HeadOf(length);  // may move the nodes
  Node& node = nodes_[slot];
  node.expiry = latest_ + length;
  node.prev = nodes_[head].prev;
  node.next = head;
  nodes_[node.prev].next = slot;
  nodes_[head].prev = slot;
}

void WorkerFlights::Unlink(Slot slot) {
  Node& node = nodes_[slot];
  if (node.next == kNoSlot) return;
  nodes_[node.prev].next = node.next;
  nodes_[node.next].prev = node.prev;
  node.next = kNoSlot;
  node.prev = kNoSlot;
}

WorkerFlights::Slot WorkerFlights::HeadOf(Millis length) {
  if (length == last_length_) return last_head_;
  const auto [it, added] = heads_.try_emplace(length, kNoSlot);
  if (added) {
    const Slot head = Allocate();
    nodes_[head].next = head;
    nodes_[head].prev = head;
    it->second = head;
  }
  last_length_ = length;
  last_head_ = it->second;
  return last_head_;
}

}  // namespace scheduler::dispatch
