#include "scheduler/dispatch/broker/redis_driver.h"

#include <string_view>
#include <utility>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(RedisDriverTest, ErrorsHaveTheirClasses) {
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"NOAUTH Authentication required.", "UNAUTHENTICATED"},
      {"WRONGPASS invalid username-password pair or user is disabled.", "UNAUTHENTICATED"},
      {"ERR Protocol error: unauthenticated multibulk length", "UNAUTHENTICATED"},
      {"NOPERM this user has no permissions to run the 'xadd' command", "FORBIDDEN"},
      {"OOM command not allowed when used memory > 'maxmemory'.", "UNAVAILABLE"},
      {"BUSY Redis is busy running a script.", "UNAVAILABLE"},
      {"LOADING Redis is loading the dataset in memory", "UNAVAILABLE"},
      {"READONLY You can't write against a read only replica.", "UNAVAILABLE"},
      {"MISCONF Redis is configured to save RDB snapshots", "UNAVAILABLE"},
      {"NOREPLICAS Not enough good replicas to write.", "UNAVAILABLE"},
      {"ERR max number of clients reached", "UNAVAILABLE"},
      {"WRONGTYPE Operation against a key holding the wrong kind of value", "VALIDATION"},
      {"NOSCRIPT No matching script.", "VALIDATION"},
      {"MOVED 3999 127.0.0.1:6381", "VALIDATION"},
      {"ERR unknown command", "VALIDATION"},
      {"", "VALIDATION"},
  };
  for (const auto& [error, code] : expected) EXPECT_EQ(ClassOfRedisError(error), code) << error;
}

}  // namespace
}  // namespace scheduler::dispatch
