#include "server/handlers/connection_handler.h"

#include <string>

#include "server/converters/request_id.h"
#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace v1 = ductape::jobs::v1;
using Stub = v1::ConnectionService::Stub;

class ConnectionHandlerTest : public GrpcFixture {
 protected:
  static v1::Connection Example(const std::string& tag, const std::string& token = "hunter2") {
    v1::Connection connection;
    connection.set_tag(tag);
    v1::HttpSettings* http = (*connection.mutable_env())[""].mutable_http();
    http->set_base_url("https://billing.example.com");
    http->mutable_auth()->mutable_bearer()->mutable_token()->set_value(token);
    return connection;
  }
  static v1::Secret* TokenOf(v1::Connection* connection) {
    return (*connection->mutable_env())[""]
        .mutable_http()
        ->mutable_auth()
        ->mutable_bearer()
        ->mutable_token();
  }
  grpc::Status Create(const v1::Connection& connection, v1::Connection* out,
                      const std::string& request_id = "") {
    v1::CreateConnectionRequest request;
    *request.mutable_connection() = connection;
    request.set_request_id(request_id);
    return Call(connections_.get(), &Stub::CreateConnection, request, out);
  }
  grpc::Status Get(const std::string& tag, v1::Connection* out) {
    v1::GetConnectionRequest request;
    request.set_tag(tag);
    return Call(connections_.get(), &Stub::GetConnection, request, out);
  }
  grpc::Status Update(const v1::UpdateConnectionRequest& request, v1::Connection* out) {
    return Call(connections_.get(), &Stub::UpdateConnection, request, out);
  }
  grpc::Status Delete(const v1::DeleteConnectionRequest& request) {
    google::protobuf::Empty empty;
    return Call(connections_.get(), &Stub::DeleteConnection, request, &empty);
  }
};

TEST_F(ConnectionHandlerTest, ConnectionsLiveTheirLife) {
  v1::Connection connection;
  ASSERT_EQ(Outcome(Create(Example("billing"), &connection)), "OK");
  EXPECT_EQ(connection.product(), "default");
  EXPECT_EQ(connection.generation(), 1);
  EXPECT_EQ(Outcome(Create(Example("billing"), &connection)),
            "ALREADY_EXISTS CONNECTION_ALREADY_EXISTS");

  v1::UpdateConnectionRequest update;
  update.mutable_connection()->set_tag("billing");
  update.mutable_connection()->set_name("Billing");
  ASSERT_EQ(Outcome(Update(update, &connection)), "OK");
  EXPECT_EQ(connection.name(), "Billing");
  EXPECT_TRUE(TokenOf(&connection)->stored());

  v1::DeleteConnectionRequest remove;
  remove.set_tag("billing");
  EXPECT_EQ(Outcome(Delete(remove)), "OK");
  EXPECT_EQ(Outcome(Delete(remove)), "NOT_FOUND CONNECTION_NOT_FOUND");
  remove.set_allow_missing(true);
  EXPECT_EQ(Outcome(Delete(remove)), "OK");
  EXPECT_EQ(Outcome(Get("billing", &connection)), "NOT_FOUND CONNECTION_NOT_FOUND");
}

TEST_F(ConnectionHandlerTest, NoAnswerShowsASecret) {
  v1::Connection connection;
  ASSERT_EQ(Outcome(Create(Example("billing"), &connection)), "OK");
  EXPECT_EQ(connection.DebugString().find("hunter2"), std::string::npos);
  EXPECT_TRUE(TokenOf(&connection)->stored());
  ASSERT_EQ(Outcome(Get("billing", &connection)), "OK");
  EXPECT_EQ(connection.DebugString().find("hunter2"), std::string::npos);
  v1::ListConnectionsResponse page;
  ASSERT_EQ(Outcome(Call(connections_.get(), &Stub::ListConnections, v1::ListConnectionsRequest(),
                         &page)),
            "OK");
  ASSERT_EQ(page.connections_size(), 1);
  EXPECT_EQ(page.DebugString().find("hunter2"), std::string::npos);
  const grpc::Status bad = Create(Example("bad", "hunter2\n"), &connection);
  EXPECT_EQ(Outcome(bad),
            "INVALID_ARGUMENT FIELD_INVALID connection.env[].http.auth.bearer.token.value");
  EXPECT_EQ((bad.error_message() + bad.error_details()).find("hunter2"), std::string::npos);
}

TEST_F(ConnectionHandlerTest, WhatWasReadCanBeWrittenBack) {
  v1::Connection connection;
  ASSERT_EQ(Outcome(Create(Example("billing"), &connection)), "OK");
  v1::UpdateConnectionRequest update;
  *update.mutable_connection() = connection;
  (*update.mutable_connection()->mutable_env())[""].mutable_http()->set_base_url("https://new");
  ASSERT_EQ(Outcome(Update(update, &connection)), "OK");
  EXPECT_TRUE(TokenOf(&connection)->stored());
  EXPECT_EQ(connection.env().at("").http().base_url(), "https://new");
  // Another environment has nothing that it could keep.
  *update.mutable_connection() = connection;
  (*update.mutable_connection()->mutable_env())["staging"] = connection.env().at("");
  EXPECT_EQ(Outcome(Update(update, &connection)),
            "INVALID_ARGUMENT FIELD_REQUIRED connection.env[staging].http.auth.bearer.token");
}

TEST_F(ConnectionHandlerTest, AMissingOneIsCreatedOnlyWhole) {
  v1::UpdateConnectionRequest update;
  *update.mutable_connection() = Example("billing");
  v1::Connection connection;
  EXPECT_EQ(Outcome(Update(update, &connection)), "NOT_FOUND CONNECTION_NOT_FOUND");
  TokenOf(update.mutable_connection())->clear_source();
  update.set_allow_missing(true);
  EXPECT_EQ(Outcome(Update(update, &connection)),
            "INVALID_ARGUMENT FIELD_REQUIRED connection.env[].http.auth.bearer.token");
}

TEST_F(ConnectionHandlerTest, SourcesAreThoseThatTheServerAllows) {
  v1::Connection connection = Example("billing");
  v1::Connection out;
  TokenOf(&connection)->set_file("/etc/passwd");
  EXPECT_EQ(Outcome(Create(connection, &out)), "FAILED_PRECONDITION SECRET_SOURCE_DENIED");
  TokenOf(&connection)->set_env_var("PATH");
  EXPECT_EQ(Outcome(Create(connection, &out)), "FAILED_PRECONDITION SECRET_SOURCE_DENIED");
  TokenOf(&connection)->set_env_var("JOB_TOKEN");
  EXPECT_EQ(Outcome(Create(connection, &out)), "OK");
  EXPECT_EQ(TokenOf(&out)->env_var(), "JOB_TOKEN");
}

TEST_F(ConnectionHandlerTest, ValuesNeedAKey) {
  const scheduler::secrets::AeadBox none{scheduler::secrets::KeyRing()};
  env_.secret_box = &none;
  v1::Connection out;
  EXPECT_EQ(Outcome(Create(Example("billing"), &out, "r1")),
            "FAILED_PRECONDITION SECRETS_KEY_MISSING");
  v1::Connection connection = Example("billing");
  TokenOf(&connection)->set_file("/run/secrets/token");
  EXPECT_EQ(Outcome(Create(connection, &out, "r1")), "OK");
}

TEST_F(ConnectionHandlerTest, RequestsAreToldApartByTheirSecretsWithoutShowingThem) {
  v1::Connection out;
  ASSERT_EQ(Outcome(Create(Example("a", "one"), &out, "r1")), "OK");
  const uint64_t one = engine_.last_request().body_hash;
  EXPECT_EQ(engine_.last_request().id, "r1");
  Create(Example("a", "two"), &out, "r1");
  EXPECT_NE(engine_.last_request().body_hash, one);
  Create(Example("a", "one"), &out, "r2");
  EXPECT_EQ(engine_.last_request().body_hash, one);
  v1::CreateConnectionRequest plain;
  *plain.mutable_connection() = Example("a", "one");
  EXPECT_NE(engine_.last_request().body_hash, HashOfRequest(plain));
}

TEST_F(ConnectionHandlerTest, RequestsAreChecked) {
  v1::Connection out;
  EXPECT_EQ(Outcome(Create(v1::Connection(), &out)),
            "INVALID_ARGUMENT FIELD_REQUIRED connection.tag");
  EXPECT_EQ(Outcome(Get("a/b", &out)), "INVALID_ARGUMENT FIELD_INVALID tag");
  EXPECT_EQ(Outcome(Update({}, &out)), "INVALID_ARGUMENT FIELD_REQUIRED connection");
  EXPECT_EQ(Outcome(Delete({})), "INVALID_ARGUMENT FIELD_REQUIRED tag");
}

}  // namespace
}  // namespace server
