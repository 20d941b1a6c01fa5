#include "scheduler/dispatch/worker_acks.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>
#include <vector>

namespace scheduler::dispatch {

bool WorkerAcks::Open(uint64_t sequence, size_t results) {
  if (sequence <= last_opened_) return false;
  last_opened_ = sequence;
  results = std::max<size_t>(results, 1);
  open_results_ += results;
  owed_results_ += results;
  Batch batch;
  batch.sequence = sequence;
  batch.results = results;
  batches_.push_back(std::move(batch));
  return true;
}

void WorkerAcks::Close(uint64_t sequence, std::vector<core::Refusal> refused) {
  const auto it =
      std::lower_bound(batches_.begin(), batches_.end(), sequence,
                       [](const Batch& batch, uint64_t s) { return batch.sequence < s; });
  assert(it != batches_.end() && it->sequence == sequence && !it->closed);
  it->closed = true;
  it->refused = std::move(refused);
  open_results_ -= it->results;
}

bool WorkerAcks::Take(WorkerAck* ack) {
  ack->refused.clear();
  const uint64_t before = acked_through_;
  while (!batches_.empty() && batches_.front().closed) {
    std::vector<core::Refusal>& refused = batches_.front().refused;
    const size_t room = kMaxRefusedPerAck - ack->refused.size();
    if (refused.size() > room) {
      const auto cut = refused.end() - static_cast<std::ptrdiff_t>(room);
      std::move(cut, refused.end(), std::back_inserter(ack->refused));
      refused.erase(cut, refused.end());
      break;
    }
    std::move(refused.begin(), refused.end(), std::back_inserter(ack->refused));
    acked_through_ = batches_.front().sequence;
    owed_results_ -= batches_.front().results;
    batches_.pop_front();
  }
  ack->acked_through = acked_through_;
  return acked_through_ != before || !ack->refused.empty();
}

}  // namespace scheduler::dispatch
