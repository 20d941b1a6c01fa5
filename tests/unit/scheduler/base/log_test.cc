#include "scheduler/base/log.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace scheduler::base {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LogTest, OneJsonObjectWithFieldsInOrder) {
  EXPECT_EQ(FormatLogLine("2026-01-02T03:04:05.678Z", LogLevel::kWarning, "slow commit",
                          {{"micros", "1500"}, {"store", "rocksdb"}}),
            R"({"ts":"2026-01-02T03:04:05.678Z","level":"warning","msg":"slow commit",)"
            R"("micros":"1500","store":"rocksdb"})");
}

TEST(LogTest, EveryLevelHasItsName) {
  EXPECT_THAT(FormatLogLine("", LogLevel::kDebug, "", {}), HasSubstr(R"("level":"debug")"));
  EXPECT_THAT(FormatLogLine("", LogLevel::kInfo, "", {}), HasSubstr(R"("level":"info")"));
  EXPECT_THAT(FormatLogLine("", LogLevel::kError, "", {}), HasSubstr(R"("level":"error")"));
}

TEST(LogTest, EscapesAndStaysOneLine) {
  const std::string line =
      FormatLogLine("t", LogLevel::kInfo, "a\"b\\c\nd", {{"k\"", std::string("\0\x1f", 2)}});
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const nlohmann::json parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["msg"], "a\"b\\c\nd");
  EXPECT_EQ(parsed["k\""], std::string("\0\x1f", 2));
}

TEST(LogTest, InvalidUtf8IsReplaced) {
  const std::string line = FormatLogLine("t", LogLevel::kInfo, "bad \xff\xfe", {{"k", "\xc3"}});
  const nlohmann::json parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["msg"], "bad \uFFFD\uFFFD");
  EXPECT_EQ(parsed["k"], "\uFFFD");
}

TEST(LogTest, FieldsDoNotReplaceTheLinesOwn) {
  EXPECT_EQ(FormatLogLine("t", LogLevel::kInfo, "m", {{"msg", "x"}, {"a", "1"}, {"a", "2"}}),
            R"({"ts":"t","level":"info","msg":"m","a":"1"})");
}

TEST(LogTest, WritesToStandardErrorFromTheLevelOn) {
  testing::internal::CaptureStderr();
  Log(LogLevel::kDebug, "dropped");
  Log(LogLevel::kInfo, "kept", {{"n", "1"}});
  SetLogLevel(LogLevel::kError);
  EXPECT_FALSE(LogEnabled(LogLevel::kWarning));
  Log(LogLevel::kWarning, "dropped");
  SetLogLevel(LogLevel::kDebug);
  EXPECT_TRUE(LogEnabled(LogLevel::kDebug));
  Log(LogLevel::kDebug, "kept too");
  SetLogLevel(LogLevel::kInfo);
  FlushLog();
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_THAT(written, HasSubstr("\"level\":\"info\",\"msg\":\"kept\",\"n\":\"1\"}\n"));
  EXPECT_THAT(written, EndsWith("\"msg\":\"kept too\"}\n"));
  EXPECT_THAT(written, Not(HasSubstr("dropped")));
  // {"ts":"2026-01-02T03:04:05.678Z",
  EXPECT_THAT(written,
              testing::ContainsRegex("^\\{\"ts\":\"[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z\",\"level\""));
}

TEST(LogTest, TextForPeopleStandsAmongTheLines) {
  testing::internal::CaptureStderr();
  Log(LogLevel::kInfo, "before");
  LogText("ductape-jobsd: it cannot be");
  FlushLog();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              EndsWith("\"msg\":\"before\"}\nductape-jobsd: it cannot be\n"));
}

}  // namespace
}  // namespace scheduler::base
