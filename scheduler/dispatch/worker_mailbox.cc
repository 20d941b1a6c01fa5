#include "scheduler/dispatch/worker_mailbox.h"

#include <memory>
#include <utility>

namespace scheduler::dispatch {

void WorkerMailbox::PostLane(core::LaneId lane) {
  {
    base::MutexLock lock(&mu_);
    if (closed_) return;
    // The same lane again and again is the rule.
    if (!mail_.lanes.empty() && mail_.lanes.back() == lane) return;
    mail_.lanes.push_back(lane);
  }
  waiter_.Wake();
}

void WorkerMailbox::PostTime(int64_t time, core::LaneId lane) {
  {
    base::MutexLock lock(&mu_);
    if (closed_) return;
    mail_.times.emplace_back(time, lane);
  }
  waiter_.Wake();
}

void WorkerMailbox::PostWake(std::shared_ptr<WorkerLink> link) {
  {
    base::MutexLock lock(&mu_);
    if (closed_) return;
    mail_.links.push_back(std::move(link));
  }
  waiter_.Wake();
}

void WorkerMailbox::PostLater(std::shared_ptr<WorkerLink> link) {
  {
    base::MutexLock lock(&mu_);
    if (closed_) return;
    mail_.later.push_back(std::move(link));
  }
  waiter_.Wake();
}

void WorkerMailbox::Take(Mail* mail) {
  mail->clear();
  base::MutexLock lock(&mu_);
  std::swap(*mail, mail_);
}

void WorkerMailbox::Close() {
  Mail dropped;  // destroyed after the lock
  base::MutexLock lock(&mu_);
  closed_ = true;
  std::swap(dropped, mail_);
}

}  // namespace scheduler::dispatch
