#include "server/converters/connection_converter.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

v1::HttpSettings* HttpOf(v1::Connection* connection, const std::string& env = "") {
  return (*connection->mutable_env())[env].mutable_http();
}

v1::Connection Example() {
  v1::Connection connection;
  connection.set_tag("billing");
  HttpOf(&connection)->set_base_url("https://billing.example.com/v2");
  return connection;
}

google::protobuf::FieldMask Mask(const std::vector<std::string>& paths) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return mask;
}

struct Case {
  std::string fault;
  std::function<void(v1::HttpSettings*)> change;
};

void ExpectFaults(const std::vector<Case>& cases) {
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::Connection connection = Example();
    cases[i].change(HttpOf(&connection));
    EXPECT_EQ(Fault(ToConnectionDraft(connection, "default")), cases[i].fault) << i;
  }
}

TEST(ConnectionTest, IsConvertedWithItsSecretsSetApart) {
  v1::Connection connection = Example();
  connection.set_name("Billing");
  (*connection.mutable_labels())["a"] = "b";
  (*HttpOf(&connection)->mutable_headers())["X-A"] = "1";
  v1::Auth::Basic* basic = HttpOf(&connection)->mutable_auth()->mutable_basic();
  basic->set_username("jobs");
  basic->mutable_password()->set_value("hunter2");
  HttpOf(&connection, "f")->mutable_auth()->mutable_bearer()->mutable_token()->set_file("/run/t");
  v1::Auth::ApiKey* key = HttpOf(&connection, "k")->mutable_auth()->mutable_api_key();
  key->set_query("key");
  key->mutable_key()->set_stored(true);
  const auto draft = ToConnectionDraft(connection, "default");
  ASSERT_TRUE(draft.ok()) << draft.status();
  const core::ConnectionSpec& spec = draft->spec;
  EXPECT_EQ(spec.product, "default");
  EXPECT_EQ(spec.tag, "billing");
  EXPECT_EQ(spec.name, "Billing");
  EXPECT_EQ(spec.labels.at("a"), "b");
  const auto& http = std::get<core::HttpSettings>(spec.env.at(""));
  EXPECT_EQ(http.base_url, "https://billing.example.com/v2");
  EXPECT_EQ(http.headers.at("X-A"), "1");
  EXPECT_EQ(http.auth, core::HttpAuth(core::BasicAuth{"jobs", {Source::kStored, "", {}}}));
  EXPECT_EQ(std::get<core::HttpSettings>(spec.env.at("f")).auth,
            core::HttpAuth(core::BearerAuth{{Source::kFile, "/run/t", {}}}));
  ASSERT_EQ(draft->values.size(), 1U);
  EXPECT_EQ(draft->values.at("env[].http.auth.basic.password").view(), "hunter2");
  EXPECT_EQ(draft->kept, (std::set<std::string>{"env[k].http.auth.api_key.key"}));
}

TEST(ConnectionTest, NamedSecretsAreSetApartAndRedacted) {
  v1::Connection connection = Example();
  auto& named = *HttpOf(&connection)->mutable_secrets();
  named["signing_key"].set_value("hunter2");
  named["kept"];
  named["other"].set_file("/run/t");
  const auto draft = ToConnectionDraft(connection, "default");
  ASSERT_TRUE(draft.ok()) << draft.status();
  ASSERT_EQ(draft->values.size(), 1u);
  EXPECT_EQ(draft->values.at("env[].http.secrets[signing_key]").view(), "hunter2");
  EXPECT_EQ(draft->kept, std::set<std::string>{"env[].http.secrets[kept]"});
  scheduler::engine::ConnectionView view;
  view.connection.spec = draft->spec;
  v1::Connection shown;
  ConnectionToProto(view, &shown);
  EXPECT_TRUE(shown.env().at("").http().secrets().at("signing_key").stored());
  EXPECT_EQ(shown.env().at("").http().secrets().at("other").file(), "/run/t");
  EXPECT_EQ(shown.DebugString().find("hunter2"), std::string::npos);
  ExpectFaults({
      {"FIELD_INVALID connection.env[].http.secrets",
       [](v1::HttpSettings* http) { (*http->mutable_secrets())["1a"].set_value("x"); }},
      {"FIELD_INVALID connection.env[].http.secrets[a].value",
       [](v1::HttpSettings* http) { (*http->mutable_secrets())["a"].set_value("x\ny"); }},
      {"FIELD_TOO_LARGE connection.env[].http.secrets",
       [](v1::HttpSettings* http) {
         for (int i = 0; i < 33; ++i) {
           (*http->mutable_secrets())["a" + std::to_string(i)].set_value("x");
         }
       }},
  });
}

TEST(ConnectionTest, IsShownRedacted) {
  scheduler::engine::ConnectionView view;
  view.event_count = 3;
  core::ConnectionSpec& spec = view.connection.spec;
  spec.tag = "billing";
  std::get<core::HttpSettings>(spec.env[""]).auth =
      core::BearerAuth{{Source::kStored, "", {"k1", "nonce", "cipher"}}};
  std::get<core::HttpSettings>(spec.env["e"]).auth =
      core::ApiKeyAuth{false, "X-Key", {Source::kEnvVar, "KEY", {}}};
  std::get<core::HttpSettings>(spec.env["b"]).auth = core::BasicAuth{"jobs", {}};
  v1::Connection out;
  ConnectionToProto(view, &out);
  EXPECT_EQ(out.event_count(), 3);
  const v1::Secret& token = out.env().at("").http().auth().bearer().token();
  EXPECT_TRUE(token.stored());
  EXPECT_EQ(token.source_case(), v1::Secret::SOURCE_NOT_SET);
  EXPECT_EQ(out.env().at("e").http().auth().api_key().header(), "X-Key");
  EXPECT_EQ(out.env().at("e").http().auth().api_key().key().env_var(), "KEY");
  EXPECT_FALSE(out.env().at("b").http().auth().basic().has_password());
  EXPECT_EQ(out.DebugString().find("cipher"), std::string::npos);
}

TEST(ConnectionTest, ChecksUrlAndHeaders) {
  const std::string http = "connection.env[].http.";
  ExpectFaults({
      {"OK", [](v1::HttpSettings* s) { s->clear_base_url(); }},
      {"OK", [](v1::HttpSettings* s) { s->set_base_url("http://127.0.0.1:1/"); }},
      {"FIELD_INVALID " + http + "base_url", [](v1::HttpSettings* s) { s->set_base_url("/x"); }},
      {"FIELD_INVALID " + http + "base_url",
       [](v1::HttpSettings* s) { s->set_base_url("http://h/?a"); }},
      {"FIELD_INVALID " + http + "base_url",
       [](v1::HttpSettings* s) { s->set_base_url("http://h/:id"); }},
      {"FIELD_INVALID " + http + "base_url",
       [](v1::HttpSettings* s) { s->set_base_url("http://u:p@h/"); }},
      {"TEMPLATE_NOT_SUPPORTED " + http + "base_url",
       [](v1::HttpSettings* s) { s->set_base_url("http://h/{{x}}"); }},
      {"FIELD_INVALID " + http + "headers[Host]",
       [](v1::HttpSettings* s) { (*s->mutable_headers())["Host"] = "h"; }},
      {"FIELD_INVALID " + http + "headers[x-key]",
       [](v1::HttpSettings* s) {
         (*s->mutable_headers())["x-key"] = "h";
         s->mutable_auth()->mutable_api_key()->set_header("X-Key");
         s->mutable_auth()->mutable_api_key()->mutable_key()->set_env_var("K");
       }},
  });
}

TEST(ConnectionTest, ChecksTheAuthentication) {
  const std::string auth = "connection.env[].http.auth";
  ExpectFaults({
      {"FIELD_REQUIRED " + auth, [](v1::HttpSettings* s) { s->mutable_auth(); }},
      {"FIELD_REQUIRED " + auth + ".basic.username",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_basic(); }},
      {"FIELD_INVALID " + auth + ".basic.username",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_basic()->set_username("a:b"); }},
      {"OK", [](v1::HttpSettings* s) { s->mutable_auth()->mutable_basic()->set_username("a"); }},
      {"FIELD_REQUIRED " + auth + ".bearer.token",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_bearer(); }},
      {"FIELD_REQUIRED " + auth + ".api_key.header",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_api_key(); }},
      {"FIELD_INVALID " + auth + ".api_key.header[Host]",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_api_key()->set_header("Host"); }},
      {"FIELD_INVALID " + auth + ".api_key.query",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_api_key()->set_query(""); }},
      {"FIELD_REQUIRED " + auth + ".api_key.key",
       [](v1::HttpSettings* s) { s->mutable_auth()->mutable_api_key()->set_query("k"); }},
  });
}

TEST(ConnectionTest, ChecksSecrets) {
  const std::string token = "connection.env[].http.auth.bearer.token";
  const auto secret = [](const std::function<void(v1::Secret*)>& set) {
    return
        [set](v1::HttpSettings* s) { set(s->mutable_auth()->mutable_bearer()->mutable_token()); };
  };
  ExpectFaults({
      {"OK", secret([](v1::Secret*) {})},
      {"OK", secret([](v1::Secret* s) { s->set_value("x"); })},
      {"FIELD_INVALID " + token + ".value", secret([](v1::Secret* s) { s->set_value(""); })},
      {"FIELD_INVALID " + token + ".value", secret([](v1::Secret* s) { s->set_value("a\nb"); })},
      {"FIELD_INVALID " + token + ".value",
       secret([](v1::Secret* s) { s->set_value(std::string(8193, 'x')); })},
      {"FIELD_INVALID " + token + ".file", secret([](v1::Secret* s) { s->set_file("x"); })},
      {"FIELD_INVALID " + token + ".file", secret([](v1::Secret* s) { s->set_file("/a/../b"); })},
      {"FIELD_TOO_LARGE " + token + ".file",
       secret([](v1::Secret* s) { s->set_file("/" + std::string(1024, 'x')); })},
      {"FIELD_INVALID " + token + ".env_var", secret([](v1::Secret* s) { s->set_env_var("1A"); })},
      {"FIELD_INVALID " + token + ".env_var", secret([](v1::Secret* s) { s->set_env_var("A=B"); })},
  });
}

TEST(ConnectionTest, NeedsSettingsOfAKind) {
  v1::Connection connection;
  connection.set_tag("billing");
  EXPECT_EQ(Fault(ToConnectionDraft(connection, "default")), "FIELD_REQUIRED connection.env");
  (*connection.mutable_env())["staging"];
  EXPECT_EQ(Fault(ToConnectionDraft(connection, "default")),
            "FIELD_REQUIRED connection.env[staging].http");
  HttpOf(&connection, "a b");
  EXPECT_EQ(Fault(ToConnectionDraft(connection, "default")), "FIELD_INVALID connection.env");
  connection = Example();
  for (int i = 0; i < 32; ++i) HttpOf(&connection, "e" + std::to_string(i));
  EXPECT_EQ(Fault(ToConnectionDraft(connection, "default")), "FIELD_TOO_LARGE connection.env");
}

TEST(ConnectionPatchTest, ChangesWhatTheMaskNames) {
  v1::Connection connection = Example();
  connection.set_name("New");
  core::ConnectionSpec spec;
  spec.name = "Old";
  spec.labels["a"] = "b";
  spec.env["x"];
  auto patch = ConnectionPatch::Make(connection, Mask({"labels", "uid"}));
  ASSERT_TRUE(patch.ok()) << patch.status();
  patch->Apply(&spec);
  EXPECT_TRUE(spec.labels.empty());
  EXPECT_EQ(spec.name, "Old");
  EXPECT_EQ(spec.env.count("x"), 1U);
  patch = ConnectionPatch::Make(connection, Mask({}));
  ASSERT_TRUE(patch.ok()) << patch.status();
  patch->Apply(&spec);
  EXPECT_EQ(spec.name, "New");
  EXPECT_EQ(spec.env.count("x"), 0U);
  EXPECT_EQ(Fault(ConnectionPatch::Make(connection, Mask({"tag"}))),
            "FIELD_NOT_UPDATABLE update_mask");
  EXPECT_EQ(Fault(ConnectionPatch::Make(v1::Connection(), Mask({"env"}))),
            "FIELD_REQUIRED connection.env");
}

}  // namespace
}  // namespace server
