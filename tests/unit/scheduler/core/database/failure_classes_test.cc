#include "scheduler/core/database/failure_classes.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

TEST(FailureClassesTest, OfSqlStates) {
  const std::pair<const char*, const char*> cases[] = {
      {"08006", "CONNECTION"},   {"08P01", "CONNECTION"},      {"57P05", "CONNECTION"},
      {"57P01", "UNAVAILABLE"},  {"57P02", "UNAVAILABLE"},     {"57P03", "UNAVAILABLE"},
      {"57014", "TIMEOUT"},      {"53100", "UNAVAILABLE"},     {"53200", "UNAVAILABLE"},
      {"53300", "RATE_LIMITED"}, {"55P03", "UNAVAILABLE"},     {"40001", "UNAVAILABLE"},
      {"40P01", "UNAVAILABLE"},  {"28P01", "UNAUTHENTICATED"}, {"28000", "UNAUTHENTICATED"},
      {"42501", "FORBIDDEN"},    {"25006", "FORBIDDEN"},       {"42P01", "NOT_FOUND"},
      {"42703", "NOT_FOUND"},    {"42883", "NOT_FOUND"},       {"3D000", "NOT_FOUND"},
      {"P0002", "NOT_FOUND"},    {"22012", "VALIDATION"},      {"23505", "VALIDATION"},
      {"42601", "VALIDATION"},   {"P0001", "VALIDATION"},      {"0A000", "VALIDATION"},
      {"XX000", "UNAVAILABLE"},  {"58030", "UNAVAILABLE"},     {"", "VALIDATION"},
  };
  for (const auto& [state, code] : cases) EXPECT_EQ(ClassOfSqlState(state), code) << state;
}

TEST(FailureClassesTest, SqlStatesHaveNumbers) {
  EXPECT_EQ(NumberOfSqlState("00001"), 1);
  EXPECT_EQ(NumberOfSqlState("0000Z"), 35);
  EXPECT_EQ(NumberOfSqlState("42P01"), ((4 * 36 + 2) * 36 + 25) * 1296 + 1);
  EXPECT_GT(NumberOfSqlState("ZZZZZ"), 0);
}

TEST(FailureClassesTest, OfMysqlErrors) {
  const std::pair<uint32_t, const char*> cases[] = {
      {1040, "RATE_LIMITED"}, {1045, "UNAUTHENTICATED"}, {1044, "FORBIDDEN"},
      {1142, "FORBIDDEN"},    {1792, "FORBIDDEN"},       {1146, "NOT_FOUND"},
      {1054, "NOT_FOUND"},    {1049, "NOT_FOUND"},       {1205, "UNAVAILABLE"},
      {1213, "UNAVAILABLE"},  {1053, "UNAVAILABLE"},     {1317, "TIMEOUT"},
      {1969, "TIMEOUT"},      {3024, "TIMEOUT"},         {2002, "CONNECTION"},
      {2006, "CONNECTION"},   {2013, "CONNECTION"},      {1062, "VALIDATION"},
      {1064, "VALIDATION"},   {1366, "VALIDATION"},
  };
  for (const auto& [error, code] : cases) EXPECT_EQ(ClassOfMysqlError(error), code) << error;
}

TEST(FailureClassesTest, OfMongoErrors) {
  const std::pair<int32_t, const char*> cases[] = {
      {18, "UNAUTHENTICATED"}, {13, "FORBIDDEN"},      {26, "NOT_FOUND"},   {50, "TIMEOUT"},
      {112, "UNAVAILABLE"},    {10107, "UNAVAILABLE"}, {91, "UNAVAILABLE"}, {11600, "UNAVAILABLE"},
      {6, "CONNECTION"},       {11000, "VALIDATION"},  {2, "VALIDATION"},   {9, "VALIDATION"},
  };
  for (const auto& [error, code] : cases) EXPECT_EQ(ClassOfMongoError(error), code) << error;
}

}  // namespace
}  // namespace scheduler::core
