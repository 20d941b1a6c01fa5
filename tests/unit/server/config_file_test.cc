#include "server/config_file.h"

#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace server {
namespace {

class ConfigFileTest : public testing::Test {
 protected:
  ConfigFileTest() {
    app_.set_config("--config", "/etc/jobs.toml");
    for (const char* name : {"--data-dir", "--listen", "--loops"}) app_.add_option(name);
  }

  std::vector<CLI::ConfigItem> Read(const std::string& text) {
    std::istringstream in(text);
    return ConfigFile(&app_, [](const std::string& name) { return name == "loops"; })
        .from_config(in);
  }

  std::string Refused(const std::string& text) {
    try {
      Read(text);
      return "nothing";
    } catch (const CLI::ConfigError& error) {
      return error.what();
    }
  }

  CLI::App app_;
};

TEST_F(ConfigFileTest, TakesSettingsButThoseThatTheEnvironmentDecides) {
  const auto items = Read("# jobs\n\ndata-dir = \"/d\"\nloops = 3\nlisten = [\"a:1\",\n\"b:2\"]\n");
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].name, "data-dir");
  EXPECT_EQ(items[1].inputs, (std::vector<std::string>{"a:1", "b:2"}));
}

TEST_F(ConfigFileTest, NamesFileAndLineOfAnUnknownSetting) {
  EXPECT_EQ(Refused("loops = 3\n# a comment\n  bogus = 1\n"),
            "/etc/jobs.toml, line 3: bogus is no setting; there are data-dir, listen, loops");
  EXPECT_EQ(Refused("\"data_dir\" = \"/d\"\n"),
            "/etc/jobs.toml, line 1: data_dir is no setting; did you mean data-dir?");
  EXPECT_EQ(Refused("listen = \"a:1\"\ndata-dri = \"/d\"\n"),
            "/etc/jobs.toml, line 2: data-dri is no setting; did you mean data-dir?");
}

TEST_F(ConfigFileTest, ThereAreNoSections) {
  EXPECT_EQ(Refused("loops = 1\n[server]\ndata-dir = \"/d\"\n")
                .find("/etc/jobs.toml, line 2: [server] is no setting; there are "),
            0u);
  EXPECT_EQ(Refused("server.loops = 1\n").find("/etc/jobs.toml, line 1: server.loops is no"), 0u);
}

TEST(EditDistanceTest, CountsSlips) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("loops", "loops"), 0);
  EXPECT_EQ(EditDistance("loop", "loops"), 1);
  EXPECT_EQ(EditDistance("loops", "looks"), 1);
  EXPECT_EQ(EditDistance("data-dri", "data-dir"), 2);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

}  // namespace
}  // namespace server
