#include "server/converters/resource_name.h"

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

TEST(ResourceNameTest, IsCheckedWithItsPrefix) {
  EXPECT_EQ(ToResourceName("", "t", "shop").value().product, "shop");
  EXPECT_EQ(Fault(ToResourceName("a b", "t", "shop", "job.")), "FIELD_INVALID job.product");
  EXPECT_EQ(Fault(ToResourceName("", "", "shop")), "FIELD_REQUIRED tag");
}

}  // namespace
}  // namespace server
