#include "client/jobctl/profile.h"

#include <cstdlib>
#include <fstream>

#include "client/jobctl/globals.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// A variable of the environment for the time of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  ~Variable() { unsetenv(name_); }  // NOLINT(concurrency-mt-unsafe)
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* const name_;
};

class ProfileTest : public JobctlTest {
 protected:
  ProfileTest() { AddGlobalFlags(app_, globals_); }

  absl::StatusOr<Profiles> Parse(const std::string& toml) { return ParseProfiles(toml, app_); }

  std::string Write(const std::string& toml) {
    std::string file = dir_.path() + "/jobctl.toml";
    std::ofstream(file) << toml;
    return file;
  }

  CLI::App app_;
  Globals globals_;
  tests::TempDir dir_;
};

TEST_F(ProfileTest, ReadsProfilesAndTheChoice) {
  const absl::StatusOr<Profiles> profiles = Parse(
      "# where I work\nprofile = \"local\"\n\n[local]\naddress = \"localhost:1\"\n"
      "[production]\naddress = 'jobs:443'  # with TLS\ntls = true\ntimeout = \"5s\"\n");
  ASSERT_TRUE(profiles.ok()) << profiles.status();
  EXPECT_EQ(profiles->chosen, "local");
  EXPECT_THAT(
      profiles->by_name,
      ElementsAre(Pair("local", ElementsAre(Pair("address", "localhost:1"))),
                  Pair("production", ElementsAre(Pair("address", "jobs:443"), Pair("timeout", "5s"),
                                                 Pair("tls", "true")))));
}

TEST_F(ProfileTest, WhatIsNoSettingIsRefused) {
  EXPECT_THAT(Parse("[a]\nadress = \"x\"\n").status().message(),
              HasSubstr("a.adress is no setting; there are address, product"));
  EXPECT_THAT(Parse("[a]\nprofile = \"x\"\n").status().message(), HasSubstr("no setting"));
  EXPECT_THAT(Parse("address = \"x\"\n").status().message(), HasSubstr("stands in no profile"));
  EXPECT_THAT(Parse("[a]\naddress = [\"x\", \"y\"]\n").status().message(),
              HasSubstr("takes one value"));
}

TEST_F(ProfileTest, FlagsWinOverTheEnvironmentAndThatOverTheProfile) {
  const std::string file = Write("profile = \"a\"\n[a]\naddress = \"" + server_.address() +
                                 "\"\nproduct = \"from-a\"\noutput = \"name\"\n[b]\naddress = \"" +
                                 server_.address() + "\"\nproduct = \"from-b\"\n");
  const auto product = [this] { return server_.get_job.requests().back().product(); };
  EXPECT_EQ(RunAsItIs({"job", "get", "x", "--config", file}), 0);
  EXPECT_EQ(product(), "from-a");
  EXPECT_EQ(out, "\n");
  EXPECT_EQ(RunAsItIs({"--profile", "b", "job", "get", "x", "--config", file}), 0);
  EXPECT_EQ(product(), "from-b");
  const Variable config("DUCTAPE_JOBS_CONFIG", file);
  {
    const Variable profile("DUCTAPE_JOBS_PROFILE", "b");
    EXPECT_EQ(RunAsItIs({"job", "get", "x"}), 0);
    EXPECT_EQ(product(), "from-b");
  }
  const Variable variable("DUCTAPE_JOBS_PRODUCT", "from-env");
  EXPECT_EQ(RunAsItIs({"job", "get", "x", "--profile", "b"}), 0);
  EXPECT_EQ(product(), "from-env");
  EXPECT_EQ(RunAsItIs({"job", "get", "x", "--profile", "b", "--product", "from-flag"}), 0);
  EXPECT_EQ(product(), "from-flag");
}

TEST_F(ProfileTest, ATokenOfTheEnvironmentWinsOverTheProfilesFile) {
  std::ofstream(dir_.path() + "/token") << "from-file\n";
  const std::string file = Write("[a]\ntoken-file = \"" + dir_.path() + "/token\"\n");
  const auto token_is = [this](const std::string& token) {
    EXPECT_THAT(server_.get_server_info.metadata(), Contains(Pair("authorization", token)));
  };
  const std::vector<std::string> line = {"server", "info", "--config", file, "--profile", "a"};
  EXPECT_EQ(Jobctl(line), 0);
  token_is("Bearer from-file");
  const Variable variable("DUCTAPE_JOBS_TOKEN", "from-env");
  EXPECT_EQ(Jobctl(line), 0);
  token_is("Bearer from-env");
}

TEST_F(ProfileTest, WhatWasAskedForMustBeThere) {
  EXPECT_EQ(Jobctl({"job", "get", "x", "--config", dir_.path() + "/missing"}), 2);
  EXPECT_THAT(err, HasSubstr("/missing"));
  const std::string file = Write("[a]\naddress = \"x\"\n");
  EXPECT_EQ(Jobctl({"job", "get", "x", "--config", file, "--profile", "b"}), 2);
  EXPECT_THAT(err, HasSubstr("has no profile \"b\"; there are a"));
  EXPECT_EQ(Jobctl({"job", "get", "x", "--config", Write("[a]\nnonsense = 1\n")}), 2);
  EXPECT_THAT(err, HasSubstr("jobctl.toml: a.nonsense is no setting"));
  // What needs no server does without.
  EXPECT_EQ(Jobctl({"completion", "bash", "--config", file, "--profile", "b"}), 0);
}

TEST_F(ProfileTest, TheUsersFileNeedNotBeThere) {
  EXPECT_TRUE(ApplyProfile(app_, dir_.path() + "/missing").ok());
  EXPECT_TRUE(ApplyProfile(app_, "").ok());
  EXPECT_TRUE(ApplyProfile(app_, Write("profile = \"a\"\n[a]\nproduct = \"p\"\n")).ok());
  EXPECT_EQ(globals_.product, "p");
}

TEST_F(ProfileTest, CompletionKnowsTheProfiles) {
  const std::string file = Write("[local]\n[production]\naddress = \"x\"\n");
  EXPECT_EQ(RunAsItIs({"__complete", "--config", file, "--profile", ""}), 0);
  EXPECT_THAT(out, HasSubstr("production\t\n"));
}

}  // namespace
}  // namespace jobctl
