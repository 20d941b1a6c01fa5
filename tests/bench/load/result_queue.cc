#include "tests/bench/load/result_queue.h"

namespace bench {

namespace v1 = ductape::jobs::v1;

namespace {

// The server takes 10,000 results and 512 KiB; a result of ours is below 60 bytes.
constexpr int kMaxResults = 8'000;

}  // namespace

void ResultQueue::Add(const v1::RunRef& run) {
  if (waiting_.empty() || waiting_.back().request->results().results_size() >= kMaxResults) {
    Batch batch;
    if (spare_.empty()) {
      batch.request = std::make_unique<v1::WorkRequest>();
    } else {
      batch.request = std::move(spare_.back());
      spare_.pop_back();
      batch.request->mutable_results()->mutable_results()->Clear();
    }
    waiting_.push_back(std::move(batch));
  }
  v1::Result* result = waiting_.back().request->mutable_results()->add_results();
  result->mutable_run()->set_run_id(run.run_id());
  result->mutable_run()->set_token(run.token());
  result->set_output("");
}

void ResultQueue::Count(int64_t runs) {
  if (!waiting_.empty()) waiting_.back().counted += runs;
}

const v1::WorkRequest* ResultQueue::Next() {
  if (writing_ != nullptr || waiting_.empty()) return nullptr;
  writing_ = std::move(waiting_.front().request);
  unacknowledged_.emplace_back(++sequence_, waiting_.front().counted);
  waiting_.pop_front();
  writing_->mutable_results()->set_sequence(sequence_);
  return writing_.get();
}

void ResultQueue::Written() {
  if (writing_ != nullptr) spare_.push_back(std::move(writing_));
}

int64_t ResultQueue::Acknowledged(uint64_t through) {
  int64_t counted = 0;
  while (!unacknowledged_.empty() && unacknowledged_.front().first <= through) {
    counted += unacknowledged_.front().second;
    unacknowledged_.pop_front();
  }
  return counted;
}

}  // namespace bench
