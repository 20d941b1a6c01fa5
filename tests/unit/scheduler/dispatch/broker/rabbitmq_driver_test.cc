#include "scheduler/dispatch/broker/rabbitmq_driver.h"

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(RabbitmqDriverTest, CodesHaveTheirClasses) {
  struct Case {
    uint16_t code;
    const char* text;
    bool greeting;
    const char* expected;
  };
  for (const Case& c : {
           Case{311, "CONTENT_TOO_LARGE", false, "VALIDATION"},
           Case{312, "NO_ROUTE", false, "NOT_FOUND"},
           Case{320, "CONNECTION_FORCED", false, "UNAVAILABLE"},
           Case{403, "ACCESS_REFUSED", true, "UNAUTHENTICATED"},
           Case{403, "ACCESS_REFUSED", false, "FORBIDDEN"},
           Case{404, "NOT_FOUND - no exchange", false, "NOT_FOUND"},
           Case{405, "RESOURCE_LOCKED", false, "UNAVAILABLE"},
           Case{406, "PRECONDITION_FAILED", false, "VALIDATION"},
           Case{530, "NOT_ALLOWED - vhost x not found", true, "NOT_FOUND"},
           Case{530, "NOT_ALLOWED - access to vhost refused", true, "FORBIDDEN"},
           Case{540, "NOT_IMPLEMENTED", false, "VALIDATION"},
           Case{541, "INTERNAL_ERROR", false, "UNAVAILABLE"},
       }) {
    EXPECT_EQ(ClassOfAmqpCode(c.code, c.text, c.greeting), c.expected) << c.code;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
