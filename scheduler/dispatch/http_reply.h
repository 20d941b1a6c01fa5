#ifndef SCHEDULER_DISPATCH_HTTP_REPLY_H_
#define SCHEDULER_DISPATCH_HTTP_REPLY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// What is kept of a target's answer while it arrives: the first bytes of the body and the headers
// that matter. Reused from one transfer to the next. Not thread-safe.
class HttpReply {
 public:
  // Bytes of a body that are read at all. The rest says nothing that a run would keep, and a target
  // must not be able to hold a connection with it.
  static constexpr int64_t kMaxReadBytes = 1024 * 1024;

  void Clear();

  // A header line or status line as it came. A new status line forgets the headers before it.
  void OnHeader(std::string_view line);

  // A piece of the body. False once more than kMaxReadBytes have come: stop reading.
  bool OnBody(std::string_view piece);

  bool overflowed() const { return received_ > kMaxReadBytes; }
  const std::string& kept() const { return kept_; }
  const std::string& retry_after() const { return retry_after_; }

  // The attempt's result by its status: completed if `success_codes` (see IsSuccess) names it, else the class of the status with an excerpt of the body. The kept body becomes the
  // run's output, as UTF-8 of at most limits::kMaxOutputBytes. `now` is wall time, for dates in
  // Retry-After.
  AttemptResult Classify(int status, const std::vector<std::string>& success_codes,
                         base::Millis now) const;

 private:
  std::string kept_;
  std::string retry_after_;
  int64_t received_ = 0;
};

// Whether one of `codes` names `status`: "204", "2xx" where an x stands for any digit, or
// "200-204". No codes: 2xx.
bool IsSuccess(int status, const std::vector<std::string>& codes);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_REPLY_H_
