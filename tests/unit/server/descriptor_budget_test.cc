#include "server/descriptor_budget.h"

#include "gtest/gtest.h"

namespace server {
namespace {

int64_t Sum(const DescriptorBudget& budget) {
  return 64 + 2 * budget.tables + 2 * budget.http_attempts + budget.grpc_connections +
         budget.database_sessions + budget.broker_connections + budget.lambda_attempts +
         budget.notification_attempts + budget.inbound;
}

TEST(DescriptorBudgetTest, WherePlentyIsThereNobodyGetsLess) {
  const DescriptorBudget plenty;
  for (const int64_t limit : {kPlentyDescriptors, int64_t{1} << 20}) {
    const DescriptorBudget budget = ShareDescriptors(limit);
    EXPECT_EQ(budget.tables, plenty.tables);
    EXPECT_EQ(budget.http_attempts, plenty.http_attempts);
    EXPECT_EQ(budget.grpc_connections, plenty.grpc_connections);
    EXPECT_EQ(budget.grpc_attempts, plenty.grpc_attempts);
    EXPECT_EQ(Sum(budget), limit);
  }
  EXPECT_LT(ShareDescriptors(kPlentyDescriptors - 1).http_attempts, plenty.http_attempts);
}

TEST(DescriptorBudgetTest, TheSharesAreNoMoreThanThereIs) {
  for (int64_t limit = 256; limit < 20'000; limit += 7) {
    const DescriptorBudget budget = ShareDescriptors(limit);
    EXPECT_LE(Sum(budget), limit) << limit;
    EXPECT_GE(budget.inbound, limit / 8) << limit;
  }
}

TEST(DescriptorBudgetTest, OfAFew) {
  const DescriptorBudget budget = ShareDescriptors(256);
  EXPECT_EQ(budget.tables, 20);
  EXPECT_EQ(budget.http_attempts, 32);
  EXPECT_EQ(budget.grpc_connections, 16);
  EXPECT_EQ(budget.grpc_attempts, 32);
  EXPECT_EQ(budget.inbound, 40);
}

TEST(DescriptorBudgetTest, NobodyGetsNothing) {
  for (const int64_t limit : {int64_t{0}, int64_t{32}, int64_t{100}}) {
    const DescriptorBudget budget = ShareDescriptors(limit);
    EXPECT_EQ(budget.tables, 20);
    EXPECT_GE(budget.http_attempts, 8);
    EXPECT_GE(budget.grpc_connections, 8);
    EXPECT_GE(budget.inbound, 8);
  }
}

}  // namespace
}  // namespace server
