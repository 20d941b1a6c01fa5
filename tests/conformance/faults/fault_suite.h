#ifndef TESTS_CONFORMANCE_FAULTS_FAULT_SUITE_H_
#define TESTS_CONFORMANCE_FAULTS_FAULT_SUITE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "tests/support/connections.h"
#include "tests/support/fault_relay.h"

// What a target does to its attempts when it, or the network before it, breaks down: the class that each gets, that it
// ends once and in time, that nothing of it is left, and that the next attempt succeeds when the fault is over. What
// class is right for what kind stands in docs/events/faults.md, which the suite reads. A kind of target joins by a
// FaultBench with a real server, and by a column there.
namespace conformance {

// Rows of that page.
namespace fault {
inline constexpr char kRefused[] = "refused";
inline constexpr char kResetAtOnce[] = "reset when connected";
inline constexpr char kNoGreeting[] = "connects, then hangs";
inline constexpr char kNoAnswer[] = "no answer";
inline constexpr char kHalfAnswer[] = "hangs within the answer";
inline constexpr char kResetBefore[] = "reset before the answer";
inline constexpr char kResetWithin[] = "reset within the answer";
inline constexpr char kDripInTime[] = "answer in drips, in time";
inline constexpr char kDripTooSlow[] = "answer in drips, too slow";
inline constexpr char kNonsense[] = "nonsense without end";
inline constexpr char kOversize[] = "answer that is too large";
inline constexpr char kKilled[] = "server killed";
inline constexpr char kCertificate[] = "wrong certificate";
inline constexpr char kCredentials[] = "wrong credentials";
inline constexpr char kRedirect[] = "redirect to a denied address";
inline constexpr char kDenied[] = "denied address";
inline constexpr char kNameMoves[] = "name of a dead address, then of the server";
inline constexpr char kNameDenied[] = "name of the server, then of a denied address";
}  // namespace fault

class FaultBench {
 public:
  // What a run asks its server for.
  enum class Wish { kSuccess, kTls, kWrongCredentials, kOversize, kRedirect };

  virtual ~FaultBench() = default;

  // As the table's head has it.
  virtual std::string kind() const = 0;
  virtual scheduler::dispatch::Executor* executor() = 0;
  // A run whose target is at "host:port". `connection` is the same for the same arguments: its tag, to which the
  // settings belong.
  virtual scheduler::core::ClaimedRun RunTo(const std::string& address, Wish wish) = 0;
  // In front of its server.
  virtual support::FaultRelay* relay() = 0;
  // Why its kind cannot have this fault; empty if it can.
  virtual std::string Lacks(const std::string& /*fault*/) const { return ""; }
  // The test that shows what comes of this fault, where its server here cannot; empty: the suite does.
  virtual std::string ShownBy(const std::string& /*fault*/) const { return ""; }
  // Whether its client dials a target that failed again only after a rest of a second or two, in which attempts fail as
  // CONNECTION at once.
  virtual bool rests() const { return false; }
  // Ends the server as a crash does, and starts one again that has the same.
  virtual void KillServer() = 0;
  virtual void StartServer() = 0;
  // "host:port" of something with a certificate that the settings of Wish::kTls do not trust. By default a server of
  // openssl's that speaks TLS from the start.
  virtual std::string UntrustedAddress();
  // Bytes of the answer before it breaks off: fewer than any answer has.
  virtual size_t bytes_of_half() const { return 1; }
};

// What most benches hold. Executors are declared after it, so that they go first.
class FaultBenchBase : public FaultBench {
 protected:
  scheduler::base::SystemClock clock_;
  const scheduler::dispatch::EgressPolicy egress_ =
      scheduler::dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
};

using FaultBenchMaker = std::unique_ptr<FaultBench> (*)();

template <typename Bench>
std::unique_ptr<FaultBench> MakeFaultBench() {
  return std::make_unique<Bench>();
}

class FaultSuite : public testing::TestWithParam<FaultBenchMaker> {
 protected:
  using Fault = support::FaultRelay::Fault;
  using Wish = FaultBench::Wish;

  void SetUp() override;
  // The executor must let go of everything, whatever happened before.
  void TearDown() override;

  // One success, before anything is counted.
  void Use();
  // Whether the suite is to show the fault, on which the page must agree; else the test is to return.
  bool Has(const std::string& fault);
  // One attempt at the target to its end: its class, with " ↻" if it is retried; "COMPLETED".
  std::string Attempt(const std::string& address, Wish wish = Wish::kSuccess,
                      scheduler::base::Millis timeout = kPatient);
  // Likewise under this fault of the network. Only where time may run out it is short.
  std::string AttemptUnder(const std::string& fault);
  // One when a fault is over: after the rest of the kind's client, if it has one.
  std::string AttemptAfterwards(const std::string& address);
  // Says so if `outcome` is not what the page has for the fault.
  void Expect(const std::string& fault, const std::string& outcome);
  void ExpectSuccess(const char* when);
  // A fault of the network, from when the target was used already; healed, the next attempt succeeds. Repeated: what is
  // open does not grow.
  void Play(const std::string& fault, Fault relay_fault, size_t bytes = 0,
            std::chrono::milliseconds pace = std::chrono::milliseconds(1));

  // Long enough for every success; attempts that are to run out of time have the other.
  static constexpr scheduler::base::Millis kPatient = 20'000;
  static constexpr scheduler::base::Millis kHasty = 400;

  std::unique_ptr<FaultBench> bench_;
  std::map<std::string, std::string> column_;
  std::ptrdiff_t descriptors_ = 0;  // open before the bench was made
  std::string last_message_;        // of a failed attempt
  int64_t number_ = 0;              // of the last run
};

}  // namespace conformance

#endif  // TESTS_CONFORMANCE_FAULTS_FAULT_SUITE_H_
