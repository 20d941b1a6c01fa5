#include "server/system/process_setup.h"

#include "gtest/gtest.h"

namespace server {
namespace {

TEST(ProcessSetupTest, RaisesTheDescriptorLimit) { EXPECT_GT(RaiseDescriptorLimit(), 0); }

}  // namespace
}  // namespace server
