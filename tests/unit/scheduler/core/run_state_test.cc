#include "scheduler/core/run_state.h"

#include <array>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

constexpr std::array<RunState, 9> kAll = {
    RunState::kScheduled,      RunState::kQueued,    RunState::kRunning,
    RunState::kRetryScheduled, RunState::kCompleted, RunState::kFailed,
    RunState::kCancelled,      RunState::kSkipped,   RunState::kMissed};

// The table of the header, by name.
const std::map<std::string, std::set<std::string>>& Table() {
  static const auto* const table = new std::map<std::string, std::set<std::string>>{
      {"SCHEDULED", {"QUEUED", "CANCELLED", "MISSED"}},
      {"QUEUED", {"RUNNING", "COMPLETED", "FAILED", "CANCELLED", "MISSED", "SCHEDULED"}},
      {"RUNNING", {"QUEUED", "RETRY_SCHEDULED", "COMPLETED", "FAILED", "CANCELLED"}},
      {"RETRY_SCHEDULED", {"QUEUED", "FAILED", "CANCELLED"}},
  };
  return *table;
}

TEST(RunStateTest, AllowsExactlyTheTable) {
  for (const RunState from : kAll) {
    for (const RunState to : kAll) {
      const auto row = Table().find(RunStateName(from));
      const bool allowed = row != Table().end() && row->second.count(RunStateName(to)) > 0;
      EXPECT_EQ(IsAllowed(from, to), allowed) << RunStateName(from) << " → " << RunStateName(to);
    }
  }
}

TEST(RunStateTest, TerminalStatesAreFinalAndOthersAreNot) {
  for (const RunState from : kAll) {
    bool leaves = false;
    for (const RunState to : kAll) leaves |= IsAllowed(from, to);
    EXPECT_EQ(leaves, !IsTerminal(from)) << RunStateName(from);
  }
}

TEST(RunStateTest, NothingLeadsToASkippedRun) {
  for (const RunState from : kAll) EXPECT_FALSE(IsAllowed(from, RunState::kSkipped));
}

TEST(RunStateTest, NamesAreDistinct) {
  std::set<std::string> names;
  for (const RunState state : kAll) names.insert(RunStateName(state));
  EXPECT_EQ(names.size(), kAll.size());
  EXPECT_STREQ(RunStateName(static_cast<RunState>(0)), "UNKNOWN");
  EXPECT_FALSE(IsAllowed(static_cast<RunState>(0), RunState::kQueued));
}

}  // namespace
}  // namespace scheduler::core
