#include "scheduler/base/time_zones.h"

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

TEST(TimeZonesTest, ReadsNamesAndVersionOfTheDatabase) {
  std::ofstream(testing::TempDir() + "tzdata.zi")
      << "# version 2031c\n# more\nR A 1916 o - Jun 14 23s 1 S\nZ Z/One 1 - X\n2 - Y\nL Z/One "
         "A/Link\nL "
         "broken\n";
  const TimeZones zones(testing::TempDir());
  EXPECT_EQ(zones.version(), "2031c");
  EXPECT_EQ(zones.names(), (std::vector<std::string>{"A/Link", "UTC", "Z/One"}));
}

TEST(TimeZonesTest, WithoutADatabaseThereIsUtc) {
  const TimeZones zones("/nonexistent");
  EXPECT_EQ(zones.version(), "unknown");
  EXPECT_TRUE(zones.Find("").has_value());
  EXPECT_TRUE(zones.Find("UTC").has_value());
  EXPECT_FALSE(zones.Find("Europe/Berlin").has_value());
}

TEST(TimeZonesTest, FindsTheZonesOfThisMachine) {
  const TimeZones& zones = TimeZones::Get();
  EXPECT_GT(zones.names().size(), 300u);
  for (const std::string& name : zones.names()) {
    const auto zone = zones.Find(name);
    ASSERT_TRUE(zone.has_value()) << name;
    EXPECT_EQ(zone->name(), name);
  }
}

TEST(TimeZonesTest, NoNameIsAPath) {
  const TimeZones& zones = TimeZones::Get();
  for (const char* name :
       {"/etc/localtime", "../zoneinfo/UTC", "localtime", "libc:localtime", "Fixed/UTC+01:00:00",
        "posix/Europe/Berlin", "europe/berlin", "Europe", "Europe/Berlin ", "CEST"}) {
    EXPECT_FALSE(zones.Find(name).has_value()) << name;
  }
  EXPECT_FALSE(zones.Find(std::string_view("UTC\0", 4)).has_value());
}

TEST(TimeZonesTest, KnowsWhatWasMeant) {
  const TimeZones& zones = TimeZones::Get();
  EXPECT_EQ(zones.Similar("europe/berlin"), "Europe/Berlin");
  EXPECT_EQ(zones.Similar("berlin"), "Europe/Berlin");
  EXPECT_EQ(zones.Similar("Mars/Phobos"), "");
}

}  // namespace
}  // namespace scheduler::base
