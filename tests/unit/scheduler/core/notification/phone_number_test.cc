#include "scheduler/core/notification/phone_number.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

TEST(PhoneNumberTest, TakesInternationalNumbers) {
  EXPECT_TRUE(IsPhoneNumber("+4915123456789"));
  EXPECT_TRUE(IsPhoneNumber("+6834123"));
  EXPECT_TRUE(IsPhoneNumber("+123456789012345"));
}

TEST(PhoneNumberTest, RefusesOthers) {
  for (const char* text :
       {"", "+", "4915123456789", "+0915123456789", "+49 151 23456789", "+49-151234567",
        "+1234567890123456", "+683412", "+4915123456x", "+49151\r\n2345"}) {
    EXPECT_FALSE(IsPhoneNumber(text)) << text;
  }
}

}  // namespace
}  // namespace scheduler::core
