#include "scheduler/dispatch/notification/api_calls.h"

#include <utility>

namespace scheduler::dispatch {

ApiCalls::ApiCalls(HttpClient* client, std::vector<HttpCall> calls, OnEnd on_end)
    : client_(client),
      calls_(std::move(calls)),
      on_end_(std::move(on_end)),
      left_(calls_.size()),
      answers_(calls_.size()) {}

void ApiCalls::Start() {
  for (size_t i = 0; i < kMaxAtOnce; ++i) Next();
}

void ApiCalls::Next() {
  size_t index = 0;
  {
    base::MutexLock lock(&mu_);
    if (on_end_ == nullptr || next_ == calls_.size()) return;
    index = next_++;
  }
  SendOne(index, false);
}

void ApiCalls::SendOne(size_t index, bool again) {
  {
    base::MutexLock lock(&mu_);
    if (on_end_ == nullptr) return;
    under_way_[index] = 0;
  }
  HttpCall call = calls_[index];
  call.fresh_connection = call.fresh_connection || again;
  const HttpClient::CallId id =
      client_->Send(std::move(call), [self = shared_from_this(), index, again](HttpAnswer answer) {
        self->OnAnswer(index, again, std::move(answer));
      });
  {
    base::MutexLock lock(&mu_);
    const auto found = under_way_.find(index);
    // Answered meanwhile, or answered and sent again.
    if (found == under_way_.end() || found->second != 0) return;
    if (on_end_ != nullptr) {
      found->second = id;
      return;
    }
  }
  client_->Cancel(id);
}

void ApiCalls::OnAnswer(size_t index, bool again, HttpAnswer answer) {
  const bool resend = absl::IsAborted(answer.transport) && !again;
  OnEnd on_end;
  std::vector<HttpAnswer> answers;
  {
    base::MutexLock lock(&mu_);
    under_way_.erase(index);
    if (on_end_ == nullptr) return;
    if (!resend) {
      answers_[index] = std::move(answer);
      if (--left_ == 0) {
        on_end.swap(on_end_);
        answers.swap(answers_);
      }
    }
  }
  if (on_end != nullptr) return on_end(std::move(answers));
  if (resend) return SendOne(index, true);
  Next();
}

void ApiCalls::Stop() {
  OnEnd dropped;  // what it holds goes without the lock
  std::vector<HttpClient::CallId> ids;
  {
    base::MutexLock lock(&mu_);
    dropped.swap(on_end_);
    for (const auto& [index, id] : under_way_) {
      if (id != 0) ids.push_back(id);
    }
  }
  for (const HttpClient::CallId id : ids) client_->Cancel(id);
}

void ApiCallChain::Begin(std::shared_ptr<ApiCalls> next) {
  {
    base::MutexLock lock(&mu_);
    if (stopped_) return;
    calls_ = next;
  }
  next->Start();
}

void ApiCallChain::Stop() {
  std::shared_ptr<ApiCalls> under_way;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    under_way.swap(calls_);
  }
  if (under_way != nullptr) under_way->Stop();
}

}  // namespace scheduler::dispatch
