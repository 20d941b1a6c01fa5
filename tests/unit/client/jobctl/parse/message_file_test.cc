#include "client/jobctl/parse/message_file.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ductape/jobs/v1/job.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Job;
using ::testing::HasSubstr;

class MessageFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    std::string path = dir_.path() + "/file";
    std::ofstream(path) << text;
    return path;
  }

  tests::TempDir dir_;
  std::istringstream in_{"tag: from_stdin\n"};
};

TEST_F(MessageFileTest, ReadsAMessageWithTheNamesOfTheProtos) {
  const Job job = ReadMessage<Job>(Write("tag: x\nevent_type: ACTION\nexecutions: 5\n"
                                         "intervals: \"60000\"\nattempt_timeout: 1.5s\n"
                                         "start_time: 2024-05-01T10:00:00Z\n"
                                         "input: {a: {b: [1]}}\n"),
                                   in_)
                      .value();
  EXPECT_EQ(job.tag(), "x");
  EXPECT_EQ(job.executions(), 5);
  EXPECT_EQ(job.intervals(), 60000);
  EXPECT_EQ(job.attempt_timeout().nanos(), 500'000'000);
  EXPECT_EQ(job.start_time().seconds(), 1'714'557'600);
  EXPECT_EQ(job.input().fields_size(), 1);
}

TEST_F(MessageFileTest, ReadsStdin) {
  EXPECT_EQ(ReadMessage<Job>("-", in_).value().tag(), "from_stdin");
}

TEST_F(MessageFileTest, RefusesFieldsThatTheMessageDoesNotHave) {
  const absl::Status status = ReadMessage<Job>(Write("tag: x\nexecution: 5\n"), in_).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("execution"));
}

TEST_F(MessageFileTest, NamesWhichOfSeveralIsWrong) {
  const absl::Status status =
      ReadMessages<Job>(Write("{\"tag\":\"a\"}\n{\"tag\":[]}\n"), in_).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("number 2"));
}

TEST_F(MessageFileTest, OneMessageIsOne) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadMessage<Job>(Write("[{\"tag\":\"a\"},{\"tag\":\"b\"}]"), in_).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadMessage<Job>(Write(""), in_).status()));
  EXPECT_EQ(ReadMessages<Job>(Write("[{\"tag\":\"a\"},{\"tag\":\"b\"}]"), in_).value().size(), 2U);
}

TEST_F(MessageFileTest, AFileThatIsNotThereIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadMessage<Job>("/nowhere/at/all", in_).status()));
  EXPECT_TRUE(absl::IsNotFound(TextOrFile("@/nowhere/at/all", in_).status()));
  EXPECT_FALSE(ReadTextFile(dir_.path(), in_).ok());
}

TEST_F(MessageFileTest, TextIsItselfOrAFile) {
  EXPECT_EQ(TextOrFile("plain", in_).value(), "plain");
  EXPECT_EQ(TextOrFile("", in_).value(), "");
  EXPECT_EQ(TextOrFile("@" + Write("of the file"), in_).value(), "of the file");
  EXPECT_EQ(TextOrFile("@-", in_).value(), "tag: from_stdin\n");
}

}  // namespace
}  // namespace jobctl
