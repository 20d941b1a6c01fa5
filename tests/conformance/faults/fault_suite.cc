#include "tests/conformance/faults/fault_suite.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "scheduler/core/failure.h"
#include "tests/conformance/faults/fault_table.h"
#include "tests/support/attempts.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/eventually.h"
#include "tests/support/http_server.h"
#include "tests/support/scripted_names.h"

namespace conformance {

namespace core = scheduler::core;
using scheduler::dispatch::AttemptResult;
using support::Eventually;

namespace {

constexpr char kNever[] = "–";
constexpr char kShownElsewhere[] = " *";
constexpr char kDeniedHost[] = "169.254.169.254";
// Of the loopback interface, where nothing listens.
constexpr char kDeadAddress[] = "127.99.99.99";

std::ptrdiff_t OpenDescriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

// What the page says of a result.
std::string WordsOf(const AttemptResult& result) {
  const std::string code = support::CodeOf(result);
  const bool retried =
      result.error != nullptr && core::failure::IsRetryable(*result.error, core::RetryPolicy());
  return code + (retried ? " ↻" : "");
}

std::string PortOf(const std::string& address) { return address.substr(address.rfind(':')); }

// A server with a certificate of its own, for the length of the program.
class TlsServer {
 public:
  TlsServer() : certificate_(support::MakeCertificate(dir_, "stranger", "IP:127.0.0.1")) {
    process_ = std::make_unique<support::ChildProcess>(
        std::vector<std::string>{
            "openssl", "s_server", "-accept", absl::StrCat("127.0.0.1:", port_), "-cert",
            certificate_.certificate_file, "-key", certificate_.key_file, "-quiet", "-www"},
        dir_.File("log"));
    if (!support::AwaitListening(port_, process_.get())) abort();
  }
  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  const support::TempDir dir_;
  const support::Certificate certificate_;
  const int port_ = support::UnusedPort();
  std::unique_ptr<support::ChildProcess> process_;
};

}  // namespace

std::string FaultBench::UntrustedAddress() {
  static const TlsServer server;
  return server.address();
}

void FaultSuite::SetUp() {
  // What a program opens once and keeps is there after the first use.
  static std::set<FaultBenchMaker> used;
  if (used.insert(GetParam()).second) Use();
  descriptors_ = OpenDescriptors();
  bench_ = GetParam()();
  bench_->relay()->Heal();
  column_ = ColumnOf(bench_->kind());
  ASSERT_FALSE(column_.empty()) << "docs/events/faults.md has no column for " << bench_->kind();
}

void FaultSuite::Use() {
  bench_ = GetParam()();
  bench_->relay()->Heal();
  ExpectSuccess("at first");
  bench_.reset();
}

void FaultSuite::TearDown() {
  if (bench_ == nullptr) return;
  bench_->executor()->Shutdown();
  bench_.reset();
  EXPECT_TRUE(Eventually([this] { return OpenDescriptors() <= descriptors_; }))
      << OpenDescriptors() << " descriptors are open, and were " << descriptors_;
}

bool FaultSuite::Has(const std::string& fault) {
  const std::string& cell = column_[fault];
  const std::string lack = bench_->Lacks(fault);
  const std::string other = bench_->ShownBy(fault);
  EXPECT_EQ(cell == kNever, !lack.empty()) << "the page has \"" << cell << "\" for " << fault;
  EXPECT_EQ(absl::EndsWith(cell, kShownElsewhere), !other.empty())
      << "the page has \"" << cell << "\" for " << fault;
  if (lack.empty() && other.empty()) return true;
  const std::string reason = lack.empty() ? "shown by " + other : lack;
  std::printf("%s: \"%s\": %s\n", bench_->kind().c_str(), fault.c_str(), reason.c_str());
  return false;
}

std::string FaultSuite::Attempt(const std::string& address, Wish wish,
                                scheduler::base::Millis timeout) {
  core::ClaimedRun run = bench_->RunTo(address, wish);
  run.key.number = ++number_;
  run.token = core::MakeToken(1, static_cast<uint32_t>(number_));
  run.attempt_timeout = timeout;
  support::Attempt attempt(bench_->executor(), std::move(run));
  const AttemptResult result = attempt.Wait();
  last_message_ = result.error == nullptr ? "" : result.error->message;
  return WordsOf(result);
}

std::string FaultSuite::AttemptUnder(const std::string& fault) {
  const bool runs_out = absl::StrContains(column_[fault], "TIMEOUT");
  return Attempt(bench_->relay()->address(), Wish::kSuccess, runs_out ? kHasty : kPatient);
}

void FaultSuite::Expect(const std::string& fault, const std::string& outcome) {
  const std::vector<std::string> right = absl::StrSplit(column_[fault], " or ");
  EXPECT_NE(std::find(right.begin(), right.end(), outcome), right.end())
      << bench_->kind() << ", " << fault << ": " << outcome << " (" << last_message_
      << "), and the page has \"" << column_[fault] << "\"";
}

std::string FaultSuite::AttemptAfterwards(const std::string& address) {
  constexpr char kResting[] = "CONNECTION ↻";
  std::string outcome = Attempt(address);
  if (!bench_->rests()) return outcome;
  (void)Eventually([&] {
    if (outcome == kResting) outcome = Attempt(address);
    return outcome != kResting;
  });
  return outcome;
}

void FaultSuite::ExpectSuccess(const char* when) {
  EXPECT_EQ(AttemptAfterwards(bench_->relay()->address()), "COMPLETED")
      << when << ": " << last_message_;
}

void FaultSuite::Play(const std::string& fault, Fault relay_fault, size_t bytes,
                      std::chrono::milliseconds pace) {
  if (!Has(fault)) return;
  std::ptrdiff_t open = 0;
  constexpr int kRounds = 7;
  // A pool may open a second connection when the first is not yet idle: three sockets of this process, and what wakes
  // its thread. A leak has one descriptor a round at least.
  constexpr std::ptrdiff_t kSecondConnection = 4;
  for (int round = 0; round < kRounds; ++round) {
    ExpectSuccess("before");
    bench_->relay()->Set(relay_fault, bytes, pace);
    Expect(fault, AttemptUnder(fault));
    bench_->relay()->Heal();
    ExpectSuccess("after");
    if (HasFailure()) return;
    if (round == 0) open = OpenDescriptors();
  }
  EXPECT_TRUE(Eventually([open] { return OpenDescriptors() <= open + kSecondConnection; }))
      << OpenDescriptors() << " descriptors, and " << open << " after the first round";
}

namespace {

TEST_P(FaultSuite, Refused) { Play(fault::kRefused, Fault::kRefuse); }

TEST_P(FaultSuite, ResetWhenConnected) { Play(fault::kResetAtOnce, Fault::kResetAtOnce); }

TEST_P(FaultSuite, HangsBeforeTheAnswer) { Play(fault::kNoAnswer, Fault::kStall); }

TEST_P(FaultSuite, HangsWithinTheAnswer) {
  Play(fault::kHalfAnswer, Fault::kStall, bench_->bytes_of_half());
}

TEST_P(FaultSuite, ResetBeforeTheAnswer) { Play(fault::kResetBefore, Fault::kReset); }

TEST_P(FaultSuite, ResetWithinTheAnswer) {
  Play(fault::kResetWithin, Fault::kReset, bench_->bytes_of_half());
}

TEST_P(FaultSuite, DripsThatAreTooSlow) {
  Play(fault::kDripTooSlow, Fault::kDrip, 0, std::chrono::hours(1));
}

TEST_P(FaultSuite, NonsenseWithoutEnd) { Play(fault::kNonsense, Fault::kFlood); }

// Not used before: the greeting is missing, if there is one.
TEST_P(FaultSuite, ConnectsAndHangs) {
  if (!Has(fault::kNoGreeting)) return;
  bench_->relay()->Set(Fault::kSilent);
  Expect(fault::kNoGreeting, AttemptUnder(fault::kNoGreeting));
  bench_->relay()->Heal();
  ExpectSuccess("after");
}

TEST_P(FaultSuite, DripsInTime) {
  if (!Has(fault::kDripInTime)) return;
  ExpectSuccess("before");
  bench_->relay()->Set(Fault::kDrip);
  Expect(fault::kDripInTime, Attempt(bench_->relay()->address()));
  bench_->relay()->Heal();
  ExpectSuccess("after");
}

TEST_P(FaultSuite, AnswersThatAreTooLarge) {
  if (!Has(fault::kOversize)) return;
  Expect(fault::kOversize, Attempt(bench_->relay()->address(), Wish::kOversize));
  ExpectSuccess("after");
}

// Killed while it owes an answer. The next attempt after its return succeeds with what this process has.
TEST_P(FaultSuite, AServerThatIsKilledAndComesBack) {
  if (!Has(fault::kKilled)) return;
  ExpectSuccess("before");
  bench_->relay()->Set(Fault::kStall);
  core::ClaimedRun run = bench_->RunTo(bench_->relay()->address(), Wish::kSuccess);
  run.key.number = ++number_;
  run.attempt_timeout = kPatient;
  support::Attempt dying(bench_->executor(), std::move(run));
  ASSERT_TRUE(Eventually([this] { return bench_->relay()->requested() > 0; }));
  bench_->KillServer();
  bench_->relay()->Cut();  // as the kernel of a server that is gone, whatever is held back
  const AttemptResult result = dying.Wait();
  last_message_ = result.error == nullptr ? "" : result.error->message;
  Expect(fault::kKilled, WordsOf(result));
  Expect(fault::kKilled, Attempt(bench_->relay()->address()));
  bench_->StartServer();
  bench_->relay()->Heal();
  ExpectSuccess("after its return");
}

TEST_P(FaultSuite, ACertificateThatIsNotTrusted) {
  if (!Has(fault::kCertificate)) return;
  Expect(fault::kCertificate, Attempt(bench_->UntrustedAddress(), Wish::kTls));
  EXPECT_TRUE(absl::StrContains(absl::AsciiStrToLower(last_message_), "certificate"))
      << last_message_;
  ExpectSuccess("after");
}

TEST_P(FaultSuite, CredentialsThatAreWrong) {
  if (!Has(fault::kCredentials)) return;
  ExpectSuccess("before");
  Expect(fault::kCredentials, Attempt(bench_->relay()->address(), Wish::kWrongCredentials));
  ExpectSuccess("after");
}

TEST_P(FaultSuite, RedirectsAreNotFollowed) {
  if (!Has(fault::kRedirect)) return;
  Expect(fault::kRedirect, Attempt(bench_->relay()->address(), Wish::kRedirect));
  ExpectSuccess("after");
}

TEST_P(FaultSuite, DeniedAddressesAreNotDialled) {
  if (!Has(fault::kDenied)) return;
  Expect(fault::kDenied, Attempt(absl::StrCat(kDeniedHost, ":80")));
  EXPECT_TRUE(absl::StrContains(last_message_, kDeniedHost)) << last_message_;
  ExpectSuccess("after");
}

TEST_P(FaultSuite, ANameThatMovesToTheServer) {
  if (!Has(fault::kNameMoves)) return;
  const std::string address = "moving.test" + PortOf(bench_->relay()->address());
  support::NameHost("moving.test", kDeadAddress);
  // The first attempt, then the one after the move: both of them as the page has it.
  std::string outcomes = Attempt(address);
  EXPECT_GT(support::LookUpsOf("moving.test"), 0);
  support::NameHost("moving.test", "127.0.0.1");
  outcomes += ", then " + AttemptAfterwards(address);
  Expect(fault::kNameMoves, outcomes);
}

// The connection that stands ends, so that the next attempt must dial.
TEST_P(FaultSuite, ANameThatMovesToADeniedAddress) {
  if (!Has(fault::kNameDenied)) return;
  const std::string address = "turning.test" + PortOf(bench_->relay()->address());
  support::NameHost("turning.test", "127.0.0.1");
  EXPECT_EQ(Attempt(address), "COMPLETED") << last_message_;
  support::NameHost("turning.test", kDeniedHost);
  bench_->relay()->Set(Fault::kRefuse);
  Attempt(address);
  bench_->relay()->Heal();
  Expect(fault::kNameDenied, AttemptAfterwards(address));
}

}  // namespace
}  // namespace conformance
