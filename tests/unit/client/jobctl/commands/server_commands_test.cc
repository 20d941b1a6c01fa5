#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ::testing::HasSubstr;

TEST_F(JobctlTest, ServerInfo) {
  v1::GetServerInfoResponse info;
  info.set_version("1.2.3");
  info.set_server_id("s");
  server_.get_server_info.Answer(info);
  EXPECT_EQ(Jobctl({"server", "info"}), 0);
  EXPECT_THAT(out, HasSubstr("1.2.3"));
  EXPECT_EQ(Jobctl({"server", "info", "-o", "name"}), 0);
  EXPECT_EQ(out, "s\n");
}

}  // namespace
}  // namespace jobctl
