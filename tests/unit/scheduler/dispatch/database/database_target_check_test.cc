#include "scheduler/dispatch/database/database_target_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

using Operation = core::DatabaseTarget::Operation;

core::DatabaseTarget Sql(const std::string& statement, std::vector<std::string> params = {}) {
  core::DatabaseTarget target;
  target.connection = "db";
  target.statement = statement;
  target.params = std::move(params);
  return target;
}

core::DatabaseTarget Mongo(Operation operation, const std::string& document,
                           std::vector<std::string> params = {}) {
  core::DatabaseTarget target;
  target.connection = "db";
  target.operation = operation;
  target.collection = "orders";
  target.document_json = document;
  target.params = std::move(params);
  return target;
}

// The field that is wrong; empty if none is.
std::string FieldOf(const core::DatabaseTarget& target) {
  return base::errors::DetailOf(CheckDatabaseTarget(target)).field;
}

TEST(DatabaseTargetCheckTest, ChecksStatements) {
  EXPECT_EQ(FieldOf(Sql("select {{id}}", {"id int 1..10"})), "");
  EXPECT_EQ(FieldOf(Sql("select `a` from t # {{id}}")), "");  // right for MySQL alone
  EXPECT_EQ(FieldOf(Sql("select $$it's$$ -- x")), "");        // right for PostgreSQL alone
  EXPECT_EQ(FieldOf(Sql("select '{{id}}'")), "statement");
  EXPECT_EQ(FieldOf(Sql("select 1; select 2")), "statement");
  EXPECT_EQ(FieldOf(Sql("")), "statement");
  EXPECT_EQ(FieldOf(Sql(absl::StrCat(std::string(70'000, ' '), "select 1"))), "statement");
  core::DatabaseTarget both = Sql("select 1");
  both.collection = "orders";
  EXPECT_EQ(FieldOf(both), "collection");
  core::DatabaseTarget document = Sql("select 1");
  document.document_json = "{}";
  EXPECT_EQ(FieldOf(document), "document");
}

TEST(DatabaseTargetCheckTest, ChecksDeclarations) {
  EXPECT_EQ(FieldOf(Sql("select {{a}}, {{b}}", {"a", "b number"})), "params[1]");
  EXPECT_EQ(FieldOf(Sql("select {{a}}", {"a", "b"})), "params[1]");
  EXPECT_EQ(FieldOf(Sql("select {{a}}", {"a", "a int"})), "params[1]");
  EXPECT_EQ(FieldOf(Sql("select {{a}}", std::vector<std::string>(65, "a"))), "params");
}

TEST(DatabaseTargetCheckTest, ChecksDocuments) {
  EXPECT_EQ(FieldOf(Mongo(Operation::kRead, "")), "");
  EXPECT_EQ(
      FieldOf(Mongo(Operation::kRead,
                    R"({"filter":{"id":"{{id}}"},"sort":{"b":1,"a":-1},"limit":5})", {"id int"})),
      "");
  EXPECT_EQ(FieldOf(Mongo(Operation::kCreate, R"({"document":{"a":1}})")), "");
  EXPECT_EQ(FieldOf(Mongo(Operation::kCreate, R"({"documents":[{"a":1}]})")), "");
  EXPECT_EQ(FieldOf(Mongo(Operation::kUpdate, R"({"filter":{},"update":{"$set":{"a":1}}})")), "");
  EXPECT_EQ(FieldOf(Mongo(Operation::kRemove, R"({"filter":{},"multi":true})")), "");
  EXPECT_EQ(FieldOf(Mongo(Operation::kAggregate, R"({"pipeline":[]})")), "");
  const std::pair<Operation, const char*> wrong[] = {
      {Operation::kRead, "[]"},
      {Operation::kRead, "{"},
      {Operation::kRead, R"({"filtre":{}})"},
      {Operation::kRead, R"({"filter":1})"},
      {Operation::kRead, R"({"limit":-1})"},
      {Operation::kCreate, "{}"},
      {Operation::kCreate, R"({"document":{},"documents":[]})"},
      {Operation::kUpdate, R"({"update":{}})"},
      {Operation::kRemove, "{}"},
      {Operation::kRemove, R"({"filter":{},"multi":1})"},
      {Operation::kAggregate, R"({"pipeline":{}})"},
  };
  for (const auto& [operation, document] : wrong) {
    EXPECT_EQ(FieldOf(Mongo(operation, document)), "document") << document;
  }
  EXPECT_EQ(FieldOf(Mongo(Operation::kRead, "{}", {"id int"})), "params[0]");
  core::DatabaseTarget odd = Mongo(Operation::kRead, "{}");
  odd.collection = "a$b";
  EXPECT_EQ(FieldOf(odd), "collection");
}

}  // namespace
}  // namespace scheduler::dispatch
