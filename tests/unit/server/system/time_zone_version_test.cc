#include "server/system/time_zone_version.h"

#include <fstream>

#include "gtest/gtest.h"
#include "server/system/process_setup.h"

namespace server {
namespace {

TEST(TimeZoneVersionTest, IsTheHeadOfTheDatabase) {
  std::ofstream(testing::TempDir() + "tzdata.zi") << "# version 2031c\n# more\n";
  EXPECT_EQ(ReadTimeZoneVersion(testing::TempDir()), "2031c");
  std::ofstream(testing::TempDir() + "tzdata.zi") << "R A\n";
  EXPECT_EQ(ReadTimeZoneVersion(testing::TempDir()), "unknown");
  EXPECT_EQ(ReadTimeZoneVersion("/nonexistent"), "unknown");
}

TEST(ProcessSetupTest, RaisesTheDescriptorLimit) { EXPECT_GT(RaiseDescriptorLimit(), 0); }

}  // namespace
}  // namespace server
