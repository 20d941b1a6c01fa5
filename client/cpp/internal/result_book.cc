#include "client/cpp/internal/result_book.h"

#include <utility>

namespace ductape::jobs::internal {
namespace {

// What a result takes beside its own bytes: a tag and a length.
constexpr size_t kHeadBytes = 6;

}  // namespace

void ResultBook::Add(v1::Result result) {
  const size_t bytes = result.ByteSizeLong() + kHeadBytes;
  const bool full = unsent_.empty() || unsent_.back().bytes + bytes > kMaxBytes ||
                    unsent_.back().request->results().results_size() >= kMaxResults;
  if (full) unsent_.push_back({std::make_shared<v1::WorkRequest>(), 0});
  Batch& batch = unsent_.back();
  batch.bytes += bytes;
  *batch.request->mutable_results()->add_results() = std::move(result);
}

std::shared_ptr<const v1::WorkRequest> ResultBook::Next() {
  std::shared_ptr<v1::WorkRequest> request = std::move(unsent_.front().request);
  unsent_.pop_front();
  request->mutable_results()->set_sequence(++sequence_);
  unacknowledged_.push_back(request);
  return request;
}

void ResultBook::Acknowledge(uint64_t through) {
  while (!unacknowledged_.empty() && unacknowledged_.front()->results().sequence() <= through) {
    unacknowledged_.pop_front();
  }
}

void ResultBook::Restart() {
  sequence_ = 0;
  // A message may still be held by the stream that broke, so it is not written to again: its
  // results are copied.
  std::deque<std::shared_ptr<v1::WorkRequest>> again;
  again.swap(unacknowledged_);
  std::deque<Batch> later;
  later.swap(unsent_);
  for (const std::shared_ptr<v1::WorkRequest>& request : again) {
    for (const v1::Result& result : request->results().results()) Add(result);
  }
  for (const Batch& batch : later) unsent_.push_back(batch);
}

void ResultBook::ForEachRun(const std::function<void(const v1::RunRef&)>& see) const {
  for (const std::shared_ptr<v1::WorkRequest>& request : unacknowledged_) {
    for (const v1::Result& result : request->results().results()) see(result.run());
  }
  for (const Batch& batch : unsent_) {
    for (const v1::Result& result : batch.request->results().results()) see(result.run());
  }
}

void ResultBook::Keep(const std::function<bool(const v1::RunRef&)>& keep) {
  std::deque<Batch> all;
  all.swap(unsent_);
  for (const Batch& batch : all) {
    for (v1::Result& result : *batch.request->mutable_results()->mutable_results()) {
      if (keep(result.run())) Add(std::move(result));
    }
  }
}

}  // namespace ductape::jobs::internal
