#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINES_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/notification/smtp_line.h"

namespace scheduler::dispatch {

// Lines to mail servers that wait for their next mail, for a minute at most.
//
// Thread-safe.
class SmtpLines {
 public:
  SmtpLines(const EgressPolicy* egress, const base::Clock* clock)
      : egress_(egress), clock_(clock) {}
  ~SmtpLines() { Stop(); }

  // A line for `key` (AttemptConnection::Identity), the one that was used last, or a new one.
  std::shared_ptr<SmtpLine> Take(const std::string& key);
  // Keeps a line that works, and ends those that waited too long.
  void Put(const std::string& key, std::shared_ptr<SmtpLine> line);

  // Ends all at once.
  void Stop();

 private:
  struct Idle {
    std::string key;
    std::shared_ptr<SmtpLine> line;
    int64_t since_nanos = 0;
  };

  const EgressPolicy* const egress_;
  const base::Clock* const clock_;
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mu_);  // the oldest first
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMTP_LINES_H_
