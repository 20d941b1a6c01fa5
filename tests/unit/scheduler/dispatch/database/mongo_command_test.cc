#include "scheduler/dispatch/database/mongo_command.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

using Operation = DatabaseCall::Operation;

std::string Command(Operation operation, const std::string& document, bool comments_all = false) {
  DatabaseCall call;
  call.operation = operation;
  call.collection = "c";
  call.document_json = document;
  call.comment = "ductape";
  call.time_left = 50;
  return MakeMongoCommand(call, comments_all, [] { return std::string(24, 'a'); }).json;
}

TEST(MongoCommandTest, MakesTheServersCommands) {
  const std::string end = R"(,"maxTimeMS":{"$numberLong":"50"},"comment":"ductape"})";
  EXPECT_EQ(Command(Operation::kRead, R"({"sort":{"b":1,"a":1},"filter":{}})"),
            R"({"find":"c","sort":{"b":1,"a":1},"filter":{})" + end);
  EXPECT_EQ(
      Command(Operation::kCount, R"({"filter":{"a":1}})"),
      R"({"aggregate":"c","pipeline":[{"$match":{"a":1}},{"$group":{"_id":1,"n":{"$sum":1}}}],)"
      R"("cursor":{})" +
          end);
  EXPECT_EQ(Command(Operation::kAggregate, R"({"pipeline":[{"$limit":1}]})"),
            R"({"aggregate":"c","pipeline":[{"$limit":1}],"cursor":{})" + end);
  EXPECT_EQ(
      Command(Operation::kCreate, R"({"document":{"x":1}})", true),
      R"({"insert":"c","documents":[{"_id":{"$oid":"aaaaaaaaaaaaaaaaaaaaaaaa"},"x":1}])" + end);
  EXPECT_EQ(Command(Operation::kCreate, R"({"documents":[{"x":1,"_id":2}]})", true),
            R"({"insert":"c","documents":[{"x":1,"_id":2}])" + end);
  EXPECT_EQ(
      Command(Operation::kUpdate, R"({"filter":{},"update":{"$set":{"a":1}}})", true),
      R"({"update":"c","updates":[{"q":{},"u":{"$set":{"a":1}},"multi":false,"upsert":false}])" +
          end);
  EXPECT_EQ(Command(Operation::kRemove, R"({"filter":{"a":1}})", true),
            R"({"delete":"c","deletes":[{"q":{"a":1},"limit":1}])" + end);
  EXPECT_EQ(Command(Operation::kRemove, R"({"filter":{},"multi":true})", true),
            R"({"delete":"c","deletes":[{"q":{},"limit":0}])" + end);
}

TEST(MongoCommandTest, OldServersTakeNoCommentWithWrites) {
  EXPECT_EQ(Command(Operation::kRemove, R"({"filter":{}})"),
            R"({"delete":"c","deletes":[{"q":{},"limit":1}],"maxTimeMS":{"$numberLong":"50"}})");
}

}  // namespace
}  // namespace scheduler::dispatch
