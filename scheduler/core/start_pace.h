#ifndef SCHEDULER_CORE_START_PACE_H_
#define SCHEDULER_CORE_START_PACE_H_

#include <cstdint>

namespace scheduler::core {

// Spaces starts evenly, so that a target counts no more than a given number in any second, by its
// own clock and without bursts: the generic cell rate algorithm (ITU-T I.371) with a small tolerance.
//
// At a rate r a start is allowed one space after the one before it: (1 s + kReserve) / r, or 1 s / r
// + kReserve where r is below 1. It may come kSlack earlier if those before it came late, so that
// the rate does not sink with each late timer. Then no span of 1 s + kReserve - kSlack (of 1 s / r +
// kReserve - kSlack where r is below 1) has more than r starts, rounded up, and a target that
// sees some of them up to that difference later than others still counts no more than r in a second.
// The price is 1 % of the rate.
//
// Times are monotonic nanoseconds. Not thread-safe.
class StartPace {
 public:
  static constexpr int64_t kReserve = 10'000'000;
  static constexpr int64_t kSlack = 2'000'000;

  // `per_second` > 0; 0: any number. A start that was before counts: the next one is a new space
  // after it.
  void SetRate(double per_second);

  // Others, who are not known, may have started some until `now`: the first start is a second or a
  // space after that, whichever is longer, a space of the rate as it is by then.
  void HoldBack(int64_t now) { held_at_ = now; }

  // When the next start is allowed; INT64_MIN if at any time.
  int64_t next() const;

  // One starts. REQUIRES: now >= next(); `now` does not go back.
  void Start(int64_t now);

  // The last start that was not taken back did not happen.
  void TakeBack();

 private:
  int64_t space_ = 0;  // 0: no limit
  int64_t held_at_ = INT64_MIN;
  int64_t last_ = INT64_MIN;  // the last start
  int64_t due_ = INT64_MIN;   // when the next start would be on time
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_START_PACE_H_
