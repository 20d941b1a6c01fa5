#include "client/jobctl/print/json.h"

#include <string>
#include <vector>

#include "client/jobctl/parse/documents.h"
#include "client/jobctl/parse/message_file.h"
#include "ductape/jobs/v1/job.pb.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Job;

Job Sample() {
  Job job;
  job.set_tag("x");
  job.set_event_type(ductape::jobs::v1::Event::ACTION);
  job.set_executions(0);
  job.set_intervals(60000);
  job.set_state(Job::ACTIVE);
  return job;
}

TEST(JsonTest, UsesTheNamesOfTheProtos) {
  EXPECT_EQ(ToJson(Sample()),
            R"({"tag":"x","event_type":"ACTION","executions":"0","intervals":"60000",)"
            R"("state":"ACTIVE"})");
  EXPECT_EQ(ToIndentedJson(Job()), "{}");
  Job job;
  job.set_tag("x");
  EXPECT_EQ(ToIndentedJson(job), "{\n  \"tag\": \"x\"\n}");
}

TEST(JsonTest, MapsAreInTheOrderOfTheirKeys) {
  Job job;
  for (const char* key : {"c", "a", "d", "b"}) (*job.mutable_labels())[key] = "";
  EXPECT_EQ(ToJson(job), R"({"labels":{"a":"","b":"","c":"","d":""}})");
}

TEST(JsonTest, EscapesWhatTerminalsActOn) {
  Job job;
  job.set_name("a\x1B\x7F\xC2\x9B\xE2\x80\xA8z");
  EXPECT_EQ(ToIndentedJson(job), "{\n  \"name\": \"a\\u001b\\u007f\\u009b\\u2028z\"\n}");
  EXPECT_EQ(ToYaml(job), "name: \"a\\u001b\\u007f\\u009b\\u2028z\"\n");
}

TEST(YamlTest, WritesBlocks) {
  Job job = Sample();
  job.add_active_run_ids("a-1");
  job.mutable_stats()->set_completed(3);
  (*job.mutable_labels())["k"] = "v";
  job.add_conditions()->set_type("OVERDUE");
  job.mutable_conditions(0)->set_message("late");
  EXPECT_EQ(ToYaml(job),
            "tag: x\n"
            "event_type: ACTION\n"
            "executions: \"0\"\n"
            "intervals: \"60000\"\n"
            "labels:\n"
            "  k: v\n"
            "state: ACTIVE\n"
            "stats:\n"
            "  completed: \"3\"\n"
            "active_run_ids:\n"
            "  - a-1\n"
            "conditions:\n"
            "  - type: OVERDUE\n"
            "    message: late\n");
  EXPECT_EQ(ToYaml(Job()), "{}\n");
}

TEST(YamlTest, WritesItemsOfASequence) {
  Job job;
  job.set_tag("x");
  job.set_name("y");
  EXPECT_EQ(ToYaml(job, /*item=*/true), "- tag: x\n  name: \"y\"\n");
  EXPECT_EQ(ToYaml(Job(), /*item=*/true), "- {}\n");
}

// Whatever a text holds, reading the YAML gives it back.
TEST(YamlTest, QuotesWhatWouldBeReadAsSomethingElse) {
  const std::vector<std::string> texts = {
      "",     "true", "No",       "null",         "~",       "7",          "-1",    "1e3",
      ".inf", "0x1F", "a: b",     "a #b",         "- a",     "[a]",        "{a}",   "*a",
      "&a",   "!a",   "%a",       "@a",           "a\nb",    "\ta",        "a ",    "\"a\"",
      "'a'",  "a\\b", "---",      "...",          "=",       "<<",         "Größe", "日本",
      "🚀",    "\x7F", "\xC2\x85", "\xE2\x80\xA8", "a/b-c.d", "2024-05-01", "yes",   "n"};
  for (const std::string& text : texts) {
    Job job;
    job.set_name(text);
    (*(*job.mutable_input()->mutable_fields())["k"].mutable_list_value()->add_values())
        .set_string_value(text);
    (*job.mutable_input()->mutable_fields())[text.empty() ? "e" : text].set_bool_value(true);
    const std::string yaml = ToYaml(job);
    const auto documents = ParseDocuments(yaml);
    ASSERT_TRUE(documents.ok()) << yaml << documents.status();
    Job read;
    ASSERT_TRUE(FromJson(documents->at(0), &read).ok()) << yaml;
    EXPECT_EQ(read.SerializeAsString().size(), job.SerializeAsString().size()) << yaml;
    EXPECT_EQ(read.name(), text) << yaml;
    EXPECT_EQ(ToJson(read), ToJson(job)) << yaml;
  }
}

}  // namespace
}  // namespace jobctl
