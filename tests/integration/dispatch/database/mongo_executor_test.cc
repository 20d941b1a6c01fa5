// Operations against a server of MongoDB's protocol that the test starts.

#include <string>
#include <vector>

#include "tests/integration/dispatch/database/database_fixture.h"
#include "tests/support/connections.h"
#include "tests/support/database_servers.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::CodeOf;

class MongoExecutorTest : public DatabaseFixture<core::MongoSettings> {
 protected:
  void SetUp() override {
    if (!support::MongoServer::IsInstalled()) GTEST_SKIP() << "Maven is not installed";
    if (server() == nullptr) {
      server() = std::make_unique<support::MongoServer>();
      started() = server()->Start();
    }
    ASSERT_TRUE(started()) << server()->log();
    settings_.uri = "mongodb://" + server()->address() + "/";
    settings_.database = "test";
    Do(Operation::kRemove, R"({"filter":{},"multi":true})");
  }

  AttemptResult Do(Operation operation, const std::string& document,
                   std::vector<std::string> params = {}) {
    core::DatabaseTarget target;
    target.connection = "db";
    target.operation = operation;
    target.collection = "orders";
    target.document_json = document;
    target.params = std::move(params);
    return Attempt(&executor_, ClaimOf(target)).Wait();
  }

  static std::unique_ptr<support::MongoServer>& server() {
    static std::unique_ptr<support::MongoServer> server;
    return server;
  }
  static bool& started() {
    static bool started = false;
    return started;
  }
};

TEST_F(MongoExecutorTest, OperationsGiveDocumentsOrNumbers) {
  EXPECT_EQ(Told(Do(Operation::kCreate, R"({"documents":[{"_id":1,"n":2},{"_id":"b","n":3}]})")),
            R"({"affected":2,"ids":[1,"b"]})");
  const std::string made = Told(Do(Operation::kCreate, R"({"document":{"n":4}})"));
  EXPECT_EQ(made.rfind(R"({"affected":1,"ids":[{ "$oid" :)", 0), 0u) << made;
  EXPECT_EQ(Told(Do(Operation::kRead, R"({"filter":{"n":{"$lt":4}},"sort":{"n":-1}})")),
            R"([{ "_id" : "b", "n" : 3 },{ "_id" : 1, "n" : 2 }])");
  EXPECT_EQ(Told(Do(Operation::kCount, R"({"filter":{"n":{"$gt":2}}})")), R"({"count":2})");
  EXPECT_EQ(Told(Do(Operation::kCount, R"({"filter":{"n":99}})")), R"({"count":0})");
  EXPECT_EQ(Told(Do(Operation::kUpdate, R"({"filter":{},"update":{"$inc":{"n":1}},"multi":true})")),
            R"({"affected":3,"matched":3})");
  EXPECT_EQ(Told(Do(Operation::kAggregate,
                    R"({"pipeline":[{"$group":{"_id":null,"total":{"$sum":"$n"}}}]})")),
            R"([{ "_id" : null, "total" : 12 }])");
  EXPECT_EQ(Told(Do(Operation::kRemove, R"({"filter":{}})")), R"({"affected":1})");
  EXPECT_EQ(Told(Do(Operation::kRemove, R"({"filter":{},"multi":true})")), R"({"affected":2})");
}

TEST_F(MongoExecutorTest, ValuesAreTyped) {
  input_ = R"({"id":7,"name":"it's","at":"2025-01-02T03:04:05Z","user":{"$ne":null}})";
  EXPECT_EQ(Told(Do(Operation::kCreate,
                    R"({"document":{"_id":"{{id}}","name":"{{name}}","at":"{{at}}"}})",
                    {"id int 1..10", "name text", "at timestamp"})),
            R"({"affected":1,"ids":[7]})");
  EXPECT_EQ(Told(Do(Operation::kRead, R"({"filter":{"_id":"{{id}}"},"limit":1})", {"id int"})),
            R"([{ "_id" : 7, "name" : "it's", "at" : { "$date" : "2025-01-02T03:04:05Z" } }])");
  EXPECT_EQ(CodeOf(Do(Operation::kRead, R"({"filter":{"name":"{{user}}"}})")), "VALIDATION");
  EXPECT_EQ(CodeOf(Do(Operation::kRead, R"({"filter":{"name":"{{nobody}}"}})")), "VALIDATION");
}

TEST_F(MongoExecutorTest, FailuresHaveTheirClass) {
  Do(Operation::kCreate, R"({"document":{"_id":1}})");
  const AttemptResult twice = Do(Operation::kCreate, R"({"document":{"_id":1}})");
  EXPECT_EQ(CodeOf(twice), "VALIDATION");
  EXPECT_EQ(twice.error->status, 11000);
  settings_.read_only = true;
  Renew();
  EXPECT_EQ(CodeOf(Do(Operation::kCreate, R"({"document":{"_id":2}})")), "FORBIDDEN");
  settings_.uri = "mongodb://127.0.0.1:" + std::to_string(support::UnusedPort()) + "/";
  Renew();
  EXPECT_EQ(CodeOf(Do(Operation::kRead, "{}")), "CONNECTION");
  settings_.uri = "mongodb://no-such-host.invalid/";
  Renew();
  EXPECT_EQ(CodeOf(Do(Operation::kRead, "{}")), "CONNECTION");
  settings_.uri = "mongodb://169.254.169.254/";
  Renew();
  EXPECT_EQ(CodeOf(Do(Operation::kRead, "{}")), "EGRESS_DENIED");
}

TEST_F(MongoExecutorTest, AProbeTellsTheVersionOrWhatIsWrong) {
  settings_.read_only = true;
  const std::string version = Told(Probe());
  EXPECT_EQ(version.rfind("MongoDB ", 0), 0u) << version;
  settings_.uri = "mongodb://127.0.0.1:" + std::to_string(support::UnusedPort()) + "/";
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "CONNECTION");
  settings_.uri = "mongodb://169.254.169.254/";
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "EGRESS_DENIED");
}

TEST_F(MongoExecutorTest, TlsIsVerified) {
  support::MongoServer secure(support::MongoServer::Security::kTls);
  ASSERT_TRUE(secure.Start()) << secure.log();
  support::PlainSecrets plain;
  DatabaseExecutor executor(DatabaseOptions(), &egress_, &clock_, &plain);
  core::DatabaseTarget target;
  target.connection = "db";
  target.collection = "orders";
  target.document_json = R"({"filter":{}})";
  const auto read = [&] {
    Renew();
    return Attempt(&executor, ClaimOf(target)).Wait();
  };
  settings_.uri = "mongodb://" + secure.address() + "/";
  EXPECT_EQ(CodeOf(read()), "CONNECTION") << "in the clear";
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  EXPECT_EQ(CodeOf(read()), "CONNECTION") << "not trusted";
  settings_.tls.ca_certificates =
      support::PlainSecret(support::ReadFile(secure.certificate().certificate_file));
  EXPECT_EQ(Told(read()), "[]");
  settings_.tls.server_name = "db.example.com";
  EXPECT_EQ(CodeOf(read()), "CONNECTION") << "of another name";
  executor.Shutdown();
}

TEST_F(MongoExecutorTest, LongResultsAreCutAtADocument) {
  std::string documents;
  for (int i = 0; i < 500; ++i) {
    documents += (i == 0 ? "" : ",") + std::string(R"({"text":")") + std::string(100, 'x') + "\"}";
  }
  Do(Operation::kCreate, R"({"documents":[)" + documents + "]}");
  const AttemptResult result = Do(Operation::kRead, "{}");
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_TRUE(result.output->truncated);
  EXPECT_EQ(result.output->output.substr(result.output->output.size() - 2), "}]");
}

}  // namespace
}  // namespace scheduler::dispatch
