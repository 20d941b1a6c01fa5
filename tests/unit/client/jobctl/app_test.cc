#include "client/jobctl/app.h"

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

using client_test::ServiceError;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

class AppTest : public JobctlTest {};

TEST_F(AppTest, HelpAndVersionGoToStdout) {
  EXPECT_EQ(Jobctl({"--help"}), 0);
  EXPECT_THAT(out, HasSubstr("job create"));
  EXPECT_EQ(Jobctl({"job", "create", "--help"}), 0);
  EXPECT_THAT(out, HasSubstr("--executions"));
  EXPECT_EQ(Jobctl({"--version"}), 0);
  EXPECT_THAT(out, StartsWith("jobctl "));
  EXPECT_EQ(err, "");
}

TEST_F(AppTest, WrongUsageIsTwoAndSaysWhat) {
  EXPECT_EQ(Jobctl({}), 2);
  EXPECT_EQ(Jobctl({"jobs", "list"}), 2);
  EXPECT_THAT(err, HasSubstr("\"jobs\" is no command"));
  EXPECT_EQ(Jobctl({"job"}), 2);
  EXPECT_EQ(Jobctl({"job", "frobnicate"}), 2);
  EXPECT_THAT(err, HasSubstr("\"frobnicate\" is no command"));
  EXPECT_EQ(Jobctl({"job", "get"}), 2);
  EXPECT_EQ(Jobctl({"job", "get", "x", "y"}), 2);
  EXPECT_EQ(Jobctl({"job", "get", "x", "--nonsense"}), 2);
  EXPECT_THAT(err, HasSubstr("--nonsense"));
  for (const char* limit : {"-1", "0", "1.5", "many", "99999999999999999999"}) {
    EXPECT_EQ(Jobctl({"job", "list", "--limit", limit}), 2);
    EXPECT_THAT(err,
                HasSubstr("--limit: \"" + std::string(limit) + "\" is no whole number from 1"));
  }
  EXPECT_EQ(Jobctl({"job", "get", "x", "-o", "xml"}), 2);
  EXPECT_THAT(err, HasSubstr("table, json, jsonl, yaml or name"));
  EXPECT_EQ(Jobctl({"job", "get", "x", "--timeout", "0s"}), 2);
  EXPECT_EQ(Jobctl({"job", "get", "x", "--timeout", "soon"}), 2);
  EXPECT_EQ(Jobctl({"job", "get", "x", "--ca-file", "/nowhere.pem"}), 2);
  EXPECT_THAT(err, HasSubstr("/nowhere.pem"));
  EXPECT_EQ(Jobctl({"run", "list", "--job", "x", "--job-uid", "u"}), 2);
  EXPECT_EQ(out, "");
  EXPECT_EQ(server_.get_job.calls(), 0U);
}

TEST_F(AppTest, AFailedCallIs64AndItsCode) {
  for (const int code : {1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16}) {
    server_.get_job.FailWith(
        ServiceError(static_cast<grpc::StatusCode>(code), "SOME_REASON", "a message"));
    EXPECT_EQ(Jobctl({"job", "get", "x", "-o", "json"}), 64 + code);
    EXPECT_EQ(out, "");
    EXPECT_THAT(err, HasSubstr("cannot get job x"));
    EXPECT_THAT(err, HasSubstr("SOME_REASON"));
  }
}

TEST_F(AppTest, AServerThatIsNotThereIs78) {
  EXPECT_EQ(Jobctl({"job", "list", "--timeout", "10s"}, "", "127.0.0.1:1"), 78);
}

TEST_F(AppTest, GlobalFlagsStandAnywhere) {
  EXPECT_EQ(Jobctl({"--product", "p", "job", "get", "x", "-o", "jsonl"}), 0);
  EXPECT_EQ(out, "{}\n");
  EXPECT_EQ(Jobctl({"job", "--product", "q", "get", "-o", "yaml", "x"}), 0);
  EXPECT_EQ(out, "{}\n");
  EXPECT_EQ(Jobctl({"job", "get", "x", "--product", "r", "--output", "name"}), 0);
  const auto requests = server_.get_job.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].product(), "p");
  EXPECT_EQ(requests[1].product(), "q");
  EXPECT_EQ(requests[2].product(), "r");
}

TEST_F(AppTest, TheTokenComesFromItsFile) {
  const tests::TempDir dir;
  const std::string file = dir.path() + "/token";
  std::ofstream(file) << "secret\n";
  EXPECT_EQ(Jobctl({"server", "info", "--token-file", file}), 0);
  EXPECT_THAT(server_.get_server_info.metadata(), Contains(Pair("authorization", "Bearer secret")));
  EXPECT_EQ(Jobctl({"server", "info", "--token-file", file + ".missing"}), 2);
}

TEST_F(AppTest, NamesItselfToTheServer) {
  EXPECT_EQ(Jobctl({"server", "info"}), 0);
  EXPECT_THAT(server_.get_server_info.metadata(),
              Contains(Pair("user-agent", StartsWith("jobctl/"))));
}

}  // namespace
}  // namespace jobctl
