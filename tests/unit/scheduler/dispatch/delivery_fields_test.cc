#include "scheduler/dispatch/delivery_fields.h"

#include <cctype>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/core/ids.h"
#include "scheduler/core/reserved_headers.h"

namespace scheduler::dispatch {
namespace {

TEST(DeliveryFieldsTest, SayWhatTheContractLists) {
  core::ClaimedRun run;
  run.key = {core::MakeUid(41, 7), 3};
  run.token = core::MakeToken(2, 9);
  run.attempt = 4;
  run.product = "shop";
  run.job_tag = "example_job";
  run.scheduled_time = 1'735'787'045'678;
  const auto fields = DeliveryFieldsOf(run);
  const std::pair<const char*, std::string> expected[] = {
      {"Idempotency-Key", core::FormatRunId(run.key)},
      {"Ductape-Product", "shop"},
      {"Ductape-Job", "example_job"},
      {"Ductape-Run-Number", "3"},
      {"Ductape-Attempt", "4"},
      {"Ductape-Scheduled-Time", "2025-01-02T03:04:05.678Z"},
      {"Ductape-Fencing-Token", "8589934601"},
      {"traceparent", core::TraceparentOf(run.key)},
  };
  ASSERT_EQ(fields.size(), std::size(expected));
  for (size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(fields[i].header, expected[i].first);
    EXPECT_EQ(fields[i].value, expected[i].second);
    std::string lower(fields[i].header);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    EXPECT_EQ(fields[i].metadata, lower);
    EXPECT_TRUE(core::IsReservedHeader(fields[i].header));
    EXPECT_TRUE(core::IsReservedMetadata(fields[i].metadata));
  }
}

}  // namespace
}  // namespace scheduler::dispatch
