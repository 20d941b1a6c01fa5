#include "server/metrics/metered_port.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace server {
namespace {

namespace core = scheduler::core;

// Claims what it is told to, and refuses one outcome of each report.
class FakePort final : public core::RunPort {
 public:
  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* /*worker*/,
                          core::ClaimedRun* out) override {
    out->key = run.key;
    out->due_time = run.due;
    out->attempt = attempt;
    out->trigger = core::Trigger::kCatchup;
    return result;
  }
  void Report(const std::string& /*product*/, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    committed({{{outcomes[0].key, outcomes[0].token}, "STALE_TOKEN"}});
  }
  std::vector<core::RunRef> StillCurrent(const std::string& /*product*/,
                                         absl::Span<const core::RunRef> runs) override {
    return {runs.begin(), runs.end()};
  }
  scheduler::base::Millis Now() const override { return 10'000; }

  core::ClaimResult result = core::ClaimResult::kClaimed;
  int attempt = 1;
};

std::string TextOf(const MeteredPort& port) {
  Exposition out;
  port.Collect(&out);
  return out.Take();
}

TEST(MeteredPortTest, CountsFirstAttemptsAndTheirLateness) {
  FakePort fake;
  MeteredPort port(&fake);
  core::ClaimedRun claimed;
  core::ReadyRun run;
  run.due = 9'997;  // 3 ms late
  EXPECT_EQ(port.Claim(run, nullptr, &claimed), core::ClaimResult::kClaimed);
  fake.attempt = 2;
  port.Claim(run, nullptr, &claimed);
  fake.result = core::ClaimResult::kGone;
  port.Claim(run, nullptr, &claimed);
  const std::string text = TextOf(port);
  EXPECT_NE(text.find("ductape_jobs_attempts_total 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("ductape_jobs_runs_started_total{trigger=\"CATCHUP\"} 1\n"),
            std::string::npos);
  EXPECT_NE(text.find("ductape_jobs_lateness_seconds_bucket{le=\"0.002\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("ductape_jobs_lateness_seconds_bucket{le=\"0.005\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("ductape_jobs_lateness_seconds_sum 0.003\n"), std::string::npos);
}

TEST(MeteredPortTest, CountsOutcomesAndRefusals) {
  FakePort fake;
  MeteredPort port(&fake);
  std::vector<core::Outcome> outcomes(3);
  outcomes[1].kind = core::Outcome::Kind::kFailed;
  int refused = 0;
  port.Report("p", std::move(outcomes), [&refused](std::vector<core::Refusal> refusals) {
    refused = static_cast<int>(refusals.size());
  });
  EXPECT_EQ(refused, 1);
  const std::string text = TextOf(port);
  EXPECT_NE(text.find("ductape_jobs_outcomes_total{outcome=\"completed\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("ductape_jobs_outcomes_total{outcome=\"failed\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("ductape_jobs_outcomes_refused_total 1\n"), std::string::npos);
}

}  // namespace
}  // namespace server
