#include "server/call_gate.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "scheduler/base/errors.h"
#include "server/call.h"

namespace server {

namespace errors = scheduler::base::errors;
using scheduler::base::Millis;
using scheduler::base::MutexLock;

namespace {

constexpr Millis kRetryAfter = 500;

}  // namespace

Method* CallGate::AddMethod(std::string service, std::string name, CallKind kind, CallShape shape) {
  for (const auto& known : methods_) {
    if (known->service == service && known->name == name) return known.get();
  }
  auto method = std::make_unique<Method>();
  method->service = std::move(service);
  method->name = std::move(name);
  method->kind = kind;
  method->shape = shape;
  methods_.push_back(std::move(method));
  return methods_.back().get();
}

Millis CallGate::MaxDuration(CallKind kind) const {
  return kind == CallKind::kLongPoll ? limits_.max_long_poll : limits_.max_duration;
}

absl::Status CallGate::CheckPhase(CallKind kind) const {
  switch (phase()) {
    case Phase::kStarting:
      return kind == CallKind::kProbe ? absl::OkStatus() : errors::Recovering();
    case Phase::kServing:
      return absl::OkStatus();
    case Phase::kDraining:
      return kind == CallKind::kMutation || kind == CallKind::kLongPoll || kind == CallKind::kStream
                 ? errors::Draining()
                 : absl::OkStatus();
    case Phase::kStopped:
      break;
  }
  return errors::Draining();
}

absl::Status CallGate::Enter(Call* call) {
  if (absl::Status status = CheckPhase(call->method().kind); !status.ok()) return status;
  if (calls_.load(std::memory_order_relaxed) >= limits_.max_calls) {
    return errors::Overloaded("calls in hand", kRetryAfter);
  }
  if (bytes() + call->request_bytes() > limits_.max_bytes) {
    return errors::Overloaded("bytes of requests and answers in hand", kRetryAfter);
  }
  calls_.fetch_add(1, std::memory_order_relaxed);
  bytes_.fetch_add(call->request_bytes(), std::memory_order_relaxed);
  Shard& shard = ShardOf(call);
  MutexLock lock(&shard.mu);
  call->entered_ = true;
  call->next_ = shard.head;
  if (shard.head != nullptr) shard.head->previous_ = call;
  shard.head = call;
  return absl::OkStatus();
}

void CallGate::Leave(Call* call) {
  Shard& shard = ShardOf(call);
  {
    MutexLock lock(&shard.mu);
    bytes_.fetch_sub(call->answer_bytes(), std::memory_order_relaxed);
    if (!call->entered_) return;
    call->entered_ = false;
    if (call->previous_ != nullptr) {
      call->previous_->next_ = call->next_;
    } else {
      shard.head = call->next_;
    }
    if (call->next_ != nullptr) call->next_->previous_ = call->previous_;
  }
  bytes_.fetch_sub(call->request_bytes(), std::memory_order_relaxed);
  calls_.fetch_sub(1, std::memory_order_relaxed);
}

absl::Status CallGate::EnterStream(CallKind kind, const std::shared_ptr<StoppableStream>& stream) {
  if (absl::Status status = CheckPhase(kind); !status.ok()) return status;
  if (streams_.load(std::memory_order_relaxed) >= limits_.max_streams) {
    return errors::TooManyStreams("streams", limits_.max_streams);
  }
  streams_.fetch_add(1, std::memory_order_relaxed);
  if (stream != nullptr) {
    MutexLock lock(&streams_mu_);
    stoppable_.push_back({stream.get(), stream});
  }
  return absl::OkStatus();
}

void CallGate::LeaveStream(const StoppableStream* stream) {
  streams_.fetch_sub(1, std::memory_order_relaxed);
  if (stream == nullptr) return;
  MutexLock lock(&streams_mu_);
  // Entries of streams that are gone go with it.
  stoppable_.erase(std::remove_if(stoppable_.begin(), stoppable_.end(),
                                  [stream](const StreamEntry& entry) {
                                    return entry.stream == stream || entry.held.expired();
                                  }),
                   stoppable_.end());
}

CallGate::Shard& CallGate::ShardOf(const Call* call) {
  // The low bits of addresses are those of the allocator's alignment.
  return shards_[(reinterpret_cast<uintptr_t>(call) >> 8) % kShards];
}

std::vector<Call*> CallGate::Collect(int64_t deadline_nanos) {
  std::vector<Call*> found;
  for (Shard& shard : shards_) {
    MutexLock lock(&shard.mu);
    for (Call* call = shard.head; call != nullptr; call = call->next_) {
      if (call->deadline_nanos() > deadline_nanos || !call->open()) continue;
      call->Ref();
      found.push_back(call);
    }
  }
  return found;
}

void CallGate::Expire() {
  for (Call* call : Collect(clock_->MonoNanos())) {
    call->FinishError(errors::DeadlineExceeded(MaxDuration(call->method().kind)));
    call->Unref();
  }
}

void CallGate::FailAll(const absl::Status& status) {
  for (Call* call : Collect(std::numeric_limits<int64_t>::max())) {
    call->FinishError(status);
    call->Unref();
  }
}

void CallGate::StopStreams(const absl::Status& status) {
  std::vector<std::shared_ptr<StoppableStream>> streams;  // let go after the lock
  {
    MutexLock lock(&streams_mu_);
    for (const StreamEntry& entry : stoppable_) {
      if (auto stream = entry.held.lock(); stream != nullptr) streams.push_back(std::move(stream));
    }
  }
  for (const auto& stream : streams) stream->OnStop(status);
}

}  // namespace server
