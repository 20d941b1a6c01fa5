#include "scheduler/dispatch/database/database_call.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/core/ids.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

using Operation = core::DatabaseTarget::Operation;

// The document that a run sends, or what is wrong.
std::string Sent(Operation operation, const std::string& document, const std::string& input,
                 std::vector<std::string> params = {}, bool read_only = false) {
  core::DatabaseTarget target;
  target.operation = operation;
  target.collection = "orders";
  target.document_json = document;
  target.params = std::move(params);
  core::ClaimedRun run = support::ClaimedRunOf(target);
  run.input_json = input;
  core::MongoSettings settings;
  settings.read_only = read_only;
  const auto call = MakeDatabaseCall(target, settings, run);
  return call.ok() ? call->document_json : std::string(call.status().message());
}

TEST(DatabaseCallTest, StatementsBeginWithTheRunsComment) {
  core::DatabaseTarget target;
  target.statement = "select {{a}}";
  core::ClaimedRun run = support::ClaimedRunOf(target);
  run.job_tag = "x */ select";
  run.input_json = R"({"a":1})";
  const auto call = MakeDatabaseCall(target, core::SqlSettings(), run);
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_EQ(call->statement, "/* ductape run=" + core::FormatRunId(run.key) +
                                 " product=default job=x%20%2A%2F%20select number=1 attempt=1 "
                                 "scheduled=2025-01-02T03:04:05.678Z token=" +
                                 std::to_string(run.token) +
                                 " traceparent=" + core::TraceparentOf(run.key) + " */ select $1");
  ASSERT_EQ(call->values.size(), 1u);
  EXPECT_EQ(call->values[0].text, "1");
}

TEST(DatabaseCallTest, PostgresqlTakesNoNul) {
  core::DatabaseTarget target;
  target.statement = "select {{a}}";
  core::ClaimedRun run = support::ClaimedRunOf(target);
  run.input_json = R"({"a":"x\u0000y"})";
  core::SqlSettings settings;
  settings.engine = core::SqlSettings::Engine::kPostgresql;
  EXPECT_EQ(MakeDatabaseCall(target, settings, run).status().message(),
            "parameter \"a\" has the character U+0000, which PostgreSQL does not take");
  settings.engine = core::SqlSettings::Engine::kMysql;
  EXPECT_TRUE(MakeDatabaseCall(target, settings, run).ok());
}

TEST(DatabaseCallTest, OtherConnectionsAreRefused) {
  core::DatabaseTarget target;
  target.statement = "select 1";
  EXPECT_FALSE(MakeDatabaseCall(target, core::HttpSettings(), support::ClaimedRunOf(target)).ok());
}

TEST(DatabaseCallTest, DocumentsAreFilledWithTypedValues) {
  EXPECT_EQ(Sent(Operation::kRead, R"({"filter":{"z":"{{s}}","a":"x {{s}}"}})", R"({"s":"it's"})"),
            R"({"filter":{"z":"it's","a":"x {{s}}"}})");
  EXPECT_EQ(Sent(Operation::kRead,
                 R"({"filter":{"a":"{{i}}","b":"{{l}}","c":"{{f}}","d":"{{d}}","e":"{{t}}",)"
                 R"("f":"{{y}}","g":["{{n}}"],"h":"{{j}}"}})",
                 R"({"i":1,"l":2,"f":0.5,"d":"1.50","t":"2025-01-02T03:04:05Z","y":true,"n":null,)"
                 R"("j":{"k":[1]}})",
                 {"i int", "l bigint", "f float", "d decimal", "t timestamp", "y bool", "j json"}),
            R"({"filter":{"a":{"$numberInt":"1"},"b":{"$numberLong":"2"},)"
            R"("c":{"$numberDouble":"0.5"},"d":{"$numberDecimal":"1.50"},)"
            R"("e":{"$date":"2025-01-02T03:04:05.000Z"},"f":true,"g":[null],"h":{"k":[1]}}})");
  EXPECT_EQ(Sent(Operation::kRead, R"({"filter":{"_id":{"$oid":"{{id}}"}}})", R"({"id":"65"})"),
            R"({"filter":{"_id":{"$oid":"65"}}})");
}

TEST(DatabaseCallTest, ValuesBringNoOperators) {
  EXPECT_EQ(Sent(Operation::kRead, R"({"filter":{"user":"{{u}}"}})", R"({"u":{"$ne":null}})"),
            "parameter \"u\" must be text, a number, true, false or null");
  EXPECT_EQ(Sent(Operation::kRead, R"({"filter":{"user":"{{u}}"}})", R"({"u":[{"a":{"$ne":1}}]})",
                 {"u json"}),
            "parameter \"u\" has a member that begins with \"$\"");
}

TEST(DatabaseCallTest, ValuesAreOfTheirMembersKind) {
  EXPECT_EQ(Sent(Operation::kCreate, R"({"document":"{{d}}"})", R"({"d":"text"})"),
            "\"document\" is an object");
  EXPECT_EQ(Sent(Operation::kCreate, R"({"document":"{{d}}"})", R"({"d":1})"),
            "\"document\" is an object");
  EXPECT_EQ(Sent(Operation::kCreate, R"({"document":"{{d}}"})", R"({"d":[1]})", {"d json"}),
            "\"document\" is an object");
  EXPECT_EQ(Sent(Operation::kCreate, R"({"documents":[1]})", "{}"),
            "\"documents\" is a list of objects");
  EXPECT_EQ(Sent(Operation::kCreate, R"({"documents":["{{d}}"]})", R"({"d":null})"),
            "\"documents\" is a list of objects");
  EXPECT_EQ(Sent(Operation::kAggregate, R"({"pipeline":"{{p}}"})", R"({"p":"text"})"),
            "\"pipeline\" is a list of objects");
  EXPECT_EQ(Sent(Operation::kUpdate, R"({"filter":{},"update":"{{u}}"})", R"({"u":true})"),
            "\"update\" is an object");
  EXPECT_EQ(Sent(Operation::kRead, R"({"limit":"{{n}}"})", R"({"n":-1})"),
            "\"limit\" is a number from 0");
  EXPECT_EQ(Sent(Operation::kRead, R"({"limit":"{{n}}"})", R"({"n":5})"),
            R"({"limit":{"$numberLong":"5"}})");
  EXPECT_EQ(Sent(Operation::kCreate, R"({"documents":["{{d}}"]})", R"({"d":{"a":1}})", {"d json"}),
            R"({"documents":[{"a":1}]})");
}

TEST(DatabaseCallTest, TextsAreNoPathsOfFields) {
  const std::string refused =
      "parameter \"p\" has text that begins with \"$\", which is the path of a field there";
  const std::string path = R"({"p":"$salary"})";
  EXPECT_EQ(Sent(Operation::kAggregate, R"({"pipeline":[{"$set":{"a":"{{p}}"}}]})", path), refused);
  EXPECT_EQ(Sent(Operation::kAggregate, R"({"pipeline":[{"$set":{"a":"{{p}}"}}]})",
                 R"({"p":{"b":["$$ROOT"]}})", {"p json"}),
            refused);
  EXPECT_EQ(Sent(Operation::kUpdate, R"({"filter":{},"update":[{"$set":{"a":"{{p}}"}}]})", path),
            refused);
  EXPECT_EQ(Sent(Operation::kRead, R"({"filter":{"$expr":{"$eq":["$a","{{p}}"]}}})", path),
            refused);
  EXPECT_EQ(Sent(Operation::kRead, R"({"projection":{"a":"{{p}}"}})", path), refused);
  // Where they are values, they stay what they are.
  EXPECT_EQ(Sent(Operation::kUpdate, R"({"filter":{},"update":{"$set":{"a":"{{p}}"}}})", path),
            R"({"filter":{},"update":{"$set":{"a":"$salary"}}})");
  EXPECT_EQ(
      Sent(Operation::kAggregate, R"({"pipeline":[{"$set":{"a":{"$literal":"{{p}}"}}}]})", path),
      R"({"pipeline":[{"$set":{"a":{"$literal":"$salary"}}}]})");
}

TEST(DatabaseCallTest, ReadOnlyConnectionsRefuseWrites) {
  const std::string refused = "the connection is read-only, and the operation writes";
  EXPECT_EQ(Sent(Operation::kRemove, R"({"filter":{}})", "", {}, true), refused);
  EXPECT_EQ(
      Sent(Operation::kAggregate, R"({"pipeline":[{"$match":{}},{"$out":"x"}]})", "", {}, true),
      refused);
  EXPECT_EQ(Sent(Operation::kAggregate, R"({"pipeline":[{"$match":{}}]})", "", {}, true),
            R"({"pipeline":[{"$match":{}}]})");
}

TEST(DatabaseCallTest, AProbeNeedsNoOperationOfMongo) {
  core::ClaimedRun run = support::ClaimedRunOf(core::DatabaseTarget());
  EXPECT_FALSE(MakeDatabaseCall({}, core::MongoSettings(), run).ok());
  run.probe = true;
  const auto call = MakeDatabaseCall({}, core::MongoSettings(), run);
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_TRUE(call->probe);
  EXPECT_EQ(TextOf(*call), "ping");
}

}  // namespace
}  // namespace scheduler::dispatch
