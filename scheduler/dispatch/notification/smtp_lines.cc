#include "scheduler/dispatch/notification/smtp_lines.h"

#include <algorithm>
#include <utility>

namespace scheduler::dispatch {
namespace {

constexpr size_t kMaxIdle = 256;
// Well below the five minutes that servers wait for a command (RFC 5321, 4.5.3.2.7).
constexpr int64_t kMaxIdleNanos = 60'000'000'000;

}  // namespace

std::shared_ptr<SmtpLine> SmtpLines::Take(const std::string& key) {
  {
    base::MutexLock lock(&mu_);
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                    [&key](const Idle& idle) { return idle.key == key; });
    // An older one the server may have left; Put ends it.
    if (found != idle_.rend() && clock_->MonoNanos() - found->since_nanos < kMaxIdleNanos) {
      std::shared_ptr<SmtpLine> line = std::move(found->line);
      idle_.erase(std::next(found).base());
      return line;
    }
  }
  return std::make_shared<SmtpLine>(egress_);
}

void SmtpLines::Put(const std::string& key, std::shared_ptr<SmtpLine> line) {
  std::vector<Idle> old;  // ended without the lock
  base::MutexLock lock(&mu_);
  if (stopped_) {
    old.push_back({key, std::move(line), 0});
    return;
  }
  const int64_t now = clock_->MonoNanos();
  idle_.push_back({key, std::move(line), now});
  auto keep = std::find_if(idle_.begin(), idle_.end(), [now](const Idle& idle) {
    return now - idle.since_nanos < kMaxIdleNanos;
  });
  if (static_cast<size_t>(idle_.end() - keep) > kMaxIdle) keep = idle_.end() - kMaxIdle;
  old.assign(std::make_move_iterator(idle_.begin()), std::make_move_iterator(keep));
  idle_.erase(idle_.begin(), keep);
}

void SmtpLines::Stop() {
  std::vector<Idle> all;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    all.swap(idle_);
  }
  // No goodbye: the connection is broken as it is.
  for (const Idle& idle : all) idle.line->Interrupt();
}

}  // namespace scheduler::dispatch
