#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionCommandsTest : public JobctlTest {
 protected:
  void SetUp() override {
    server_.create_connection.Answer(
        [](const v1::CreateConnectionRequest& request) { return request.connection(); });
    server_.update_connection.Answer(
        [](const v1::UpdateConnectionRequest& request) { return request.connection(); });
  }

  v1::Connection Created(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"connection", "create"});
    EXPECT_EQ(Jobctl(arguments, in), 0) << err;
    const auto requests = server_.create_connection.requests();
    return requests.empty() ? v1::Connection() : requests.back().connection();
  }
  v1::UpdateConnectionRequest Updated(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"connection", "update", "billing"});
    EXPECT_EQ(Jobctl(arguments), 0) << err;
    return server_.update_connection.requests().back();
  }
  // As the server shows it.
  static v1::Connection Present() {
    v1::Connection connection;
    connection.set_tag("billing");
    connection.set_etag("e1");
    v1::HttpSettings* http = (*connection.mutable_env())[""].mutable_http();
    http->set_base_url("https://old");
    (*http->mutable_headers())["X-A"] = "1";
    http->mutable_auth()->mutable_bearer()->mutable_token()->set_stored(true);
    (*connection.mutable_env())["staging"].mutable_http()->set_base_url("https://staging");
    return connection;
  }
};

TEST_F(ConnectionCommandsTest, CreateWithEachAuthentication) {
  v1::Connection connection = Created({"billing", "--name", "Billing", "--base-url", "https://b",
                                       "--header", "X-A=1", "--bearer", "@-", "-l", "a=b"},
                                      "hunter2\n");
  EXPECT_EQ(connection.tag(), "billing");
  EXPECT_EQ(connection.name(), "Billing");
  EXPECT_EQ(connection.labels().at("a"), "b");
  const v1::HttpSettings& http = connection.env().at("").http();
  EXPECT_EQ(http.base_url(), "https://b");
  EXPECT_EQ(http.headers().at("X-A"), "1");
  EXPECT_EQ(http.auth().bearer().token().value(), "hunter2");

  connection = Created({"b", "--env", "staging", "--basic", "jobs", "--password", "file:/f"});
  const v1::Auth& basic = connection.env().at("staging").http().auth();
  EXPECT_EQ(connection.env_size(), 1);
  EXPECT_EQ(basic.basic().username(), "jobs");
  EXPECT_EQ(basic.basic().password().file(), "/f");

  connection = Created({"b", "--api-key-header", "X-Key", "--api-key", "env:KEY"});
  EXPECT_EQ(connection.env().at("").http().auth().api_key().header(), "X-Key");
  EXPECT_EQ(connection.env().at("").http().auth().api_key().key().env_var(), "KEY");
  connection = Created({"b", "--api-key-query", "key", "--api-key", "value:k"});
  EXPECT_EQ(connection.env().at("").http().auth().api_key().query(), "key");
  EXPECT_EQ(connection.env().at("").http().auth().api_key().key().value(), "k");
}

TEST_F(ConnectionCommandsTest, CreateOfGrpc) {
  const v1::Connection connection =
      Created({"shop", "--grpc", "address=grpcs://shop:443", "--grpc", "metadata.x-tenant=a",
               "--grpc", "auth.bearer.token=env:T", "--grpc", "secrets.key=file:/k", "-o", "json"});
  const v1::GrpcSettings& grpc = connection.env().at("").grpc();
  EXPECT_EQ(grpc.address(), "grpcs://shop:443");
  EXPECT_EQ(grpc.metadata().at("x-tenant"), "a");
  EXPECT_EQ(grpc.auth().bearer().token().env_var(), "T");
  EXPECT_EQ(grpc.secrets().at("key").file(), "/k");
}

TEST_F(ConnectionCommandsTest, ShowsSettingsOfGrpcAndNamedSecrets) {
  v1::Connection shown;
  shown.set_tag("shop");
  v1::GrpcSettings* grpc = (*shown.mutable_env())[""].mutable_grpc();
  grpc->set_address("shop:443");
  grpc->mutable_auth()->mutable_bearer()->mutable_token()->set_stored(true);
  (*grpc->mutable_secrets())["key"].set_env_var("K");
  v1::RedisSettings* redis = (*shown.mutable_env())["cache"].mutable_redis();
  redis->set_address("h");
  (*redis->mutable_secrets())["key"].set_stored(true);
  server_.get_connection.Answer([&shown](const v1::GetConnectionRequest&) { return shown; });
  EXPECT_EQ(Jobctl({"connection", "get", "shop"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("grpc shop:443, bearer stored, secret key env:K"));
  EXPECT_THAT(out, HasSubstr("redis h/0, secret key stored"));
}

TEST_F(ConnectionCommandsTest, CreateFromAFile) {
  const v1::Connection connection =
      Created({"-f", "-"},
              "tag: billing\nenv:\n  '': {http: {base_url: 'https://b'}}\n"
              "  staging: {http: {base_url: 'https://s'}}\n");
  EXPECT_EQ(connection.env_size(), 2);
}

TEST_F(ConnectionCommandsTest, UpdateSetsMembersAndKeepsTheOthers) {
  server_.get_connection.Answer(Present());
  const v1::UpdateConnectionRequest request = Updated({"--base-url", "https://new"});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("env"));
  EXPECT_EQ(request.connection().etag(), "e1");
  EXPECT_EQ(request.connection().env_size(), 2);
  const v1::HttpSettings& http = request.connection().env().at("").http();
  EXPECT_EQ(http.base_url(), "https://new");
  EXPECT_EQ(http.headers().at("X-A"), "1");
  EXPECT_EQ(http.auth().bearer().token().source_case(), v1::Secret::SOURCE_NOT_SET);
}

TEST_F(ConnectionCommandsTest, UpdateReplacesHeadersAndAuthentication) {
  server_.get_connection.Answer(Present());
  const v1::UpdateConnectionRequest request =
      Updated({"--header", "X-B=2", "--basic", "jobs", "--password", "value:p"});
  const v1::HttpSettings& http = request.connection().env().at("").http();
  EXPECT_EQ(http.base_url(), "https://old");
  EXPECT_EQ(http.headers_size(), 1);
  EXPECT_EQ(http.auth().basic().password().value(), "p");
}

TEST_F(ConnectionCommandsTest, UpdateBeginsAnewWhenSomeoneElseCameFirst) {
  server_.get_connection.Answer(Present());
  server_.update_connection.FailWith(
      client_test::ServiceError(grpc::StatusCode::ABORTED, "ETAG_MISMATCH", "changed"));
  EXPECT_EQ(Jobctl({"connection", "update", "billing", "--bearer", "@-"}, "token"), 0) << err;
  const auto requests = server_.update_connection.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].connection().env().at("").http().auth().bearer().token().value(), "token");
}

TEST_F(ConnectionCommandsTest, AnUpdateOfOtherFieldsReadsNothing) {
  const v1::UpdateConnectionRequest request = Updated({"--name", "New", "--etag", "e9"});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("name"));
  EXPECT_EQ(request.connection().etag(), "e9");
  EXPECT_EQ(server_.get_connection.calls(), 0U);
}

TEST_F(ConnectionCommandsTest, TestTriesAStoredOne) {
  v1::TestConnectionResponse response;
  response.set_state(v1::Run::COMPLETED);
  response.set_output("HTTP/1.1 204 No Content");
  response.mutable_start_time()->set_seconds(100);
  response.mutable_end_time()->set_seconds(100);
  response.mutable_end_time()->set_nanos(12'000'000);
  server_.test_connection.Answer(response);
  EXPECT_EQ(Jobctl({"connection", "test", "billing", "--env", "staging"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("COMPLETED"));
  EXPECT_THAT(out, HasSubstr("12ms"));
  EXPECT_THAT(out, HasSubstr("HTTP/1.1 204 No Content"));
  const v1::TestConnectionRequest request = server_.test_connection.requests().back();
  EXPECT_EQ(request.tag(), "billing");
  EXPECT_EQ(request.env(), "staging");
  EXPECT_FALSE(request.has_connection());
  EXPECT_EQ(Jobctl({"connection", "test", "billing", "-o", "name"}), 0) << err;
  EXPECT_EQ(out, "COMPLETED\n");
}

TEST_F(ConnectionCommandsTest, TestTakesWhatCreateDoes) {
  v1::TestConnectionResponse response;
  response.set_state(v1::Run::FAILED);
  response.mutable_error()->set_code("UNAUTHENTICATED");
  response.mutable_error()->set_message("HTTP 401");
  server_.test_connection.Answer(response);
  EXPECT_EQ(Jobctl({"connection", "test", "billing", "--env", "staging", "--base-url", "https://b",
                    "--bearer", "@-"},
                   "hunter2\n"),
            1);
  EXPECT_THAT(out, HasSubstr("UNAUTHENTICATED"));
  EXPECT_THAT(out, HasSubstr("HTTP 401"));
  v1::TestConnectionRequest request = server_.test_connection.requests().back();
  EXPECT_EQ(request.tag(), "");
  EXPECT_EQ(request.env(), "staging");
  EXPECT_EQ(request.connection().tag(), "billing");
  EXPECT_EQ(request.connection().env().at("staging").http().auth().bearer().token().value(),
            "hunter2");
  // It need not be called anything.
  EXPECT_EQ(Jobctl({"connection", "test", "--base-url", "https://b"}), 1);
  request = server_.test_connection.requests().back();
  EXPECT_NE(request.connection().tag(), "");
  EXPECT_EQ(request.connection().env().at("").http().base_url(), "https://b");
  EXPECT_EQ(Jobctl({"connection", "test", "-f", "-"}, "tag: b\nenv: {'': {redis: {address: a}}}"),
            1);
  EXPECT_EQ(server_.test_connection.requests().back().connection().tag(), "b");
}

TEST_F(ConnectionCommandsTest, WrongUsage) {
  EXPECT_EQ(Jobctl({"connection", "test"}), 2);
  EXPECT_THAT(err, HasSubstr("which connection?"));
  EXPECT_EQ(Jobctl({"connection", "create"}), 2);
  EXPECT_THAT(err, HasSubstr("which connection?"));
  EXPECT_EQ(Jobctl({"connection", "create", "b", "--bearer", "hunter2"}), 2);
  EXPECT_THAT(err, HasSubstr("--bearer: a secret is @FILE"));
  EXPECT_THAT(err, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Jobctl({"connection", "create", "b", "--bearer", "env:A", "--basic", "u"}), 2);
  EXPECT_EQ(Jobctl({"connection", "update", "b"}), 2);
  EXPECT_EQ(Jobctl({"connection", "get"}), 2);
  EXPECT_EQ(Jobctl({"connection", "delete"}), 2);
  EXPECT_EQ(server_.create_connection.calls(), 0U);
}

TEST_F(ConnectionCommandsTest, GetListDelete) {
  server_.get_connection.Answer(Present());
  EXPECT_EQ(Jobctl({"connection", "get", "billing"}), 0);
  EXPECT_THAT(out, HasSubstr("https://old, bearer stored, X-A=1"));
  EXPECT_THAT(out, HasSubstr("Settings of staging"));
  v1::ListConnectionsResponse page;
  *page.add_connections() = Present();
  server_.list_connections.Answer(page);
  EXPECT_EQ(Jobctl({"connection", "list", "-o", "name"}), 0);
  EXPECT_EQ(out, "billing\n");
  EXPECT_EQ(Jobctl({"connection", "list"}), 0);
  EXPECT_THAT(out, HasSubstr("default: https://old, bearer stored"));
  EXPECT_EQ(Jobctl({"connection", "delete", "billing", "--force"}), 0);
  EXPECT_TRUE(server_.delete_connection.requests()[0].force());
  EXPECT_EQ(err, "deleted connection billing\n");
}

TEST_F(ConnectionCommandsTest, EventsNameAConnection) {
  server_.create_event.Answer(
      [](const v1::CreateEventRequest& request) { return request.event(); });
  EXPECT_EQ(Jobctl({"event", "create", "ACTION/bill", "--connection", "billing", "--url", "/bill"}),
            0)
      << err;
  const v1::HttpTarget http = server_.create_event.requests()[0].event().http();
  EXPECT_EQ(http.connection(), "billing");
  EXPECT_EQ(http.url(), "/bill");
}

}  // namespace
}  // namespace jobctl
