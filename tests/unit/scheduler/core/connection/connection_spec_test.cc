#include "scheduler/core/connection/connection_spec.h"

#include <map>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

using Source = Secret::Source;

HttpSettings WithAuth(HttpAuth auth) {
  HttpSettings settings;
  settings.auth = std::move(auth);
  return settings;
}

const Secret kFile{Source::kFile, "/f", {}};

ConnectionSpec Example() {
  ConnectionSpec spec;
  spec.env[""] = WithAuth(BearerAuth{kFile});
  spec.env["basic"] = WithAuth(BasicAuth{"user", kFile});
  spec.env["key"] = WithAuth(ApiKeyAuth{false, "X-Key", kFile});
  spec.env["oauth2"] = WithAuth(Oauth2Auth{"https://t", "id", kFile, {}, "", false});
  LoginAuth login;
  login.secret = kFile;
  spec.env["login"] = WithAuth(login);
  spec.env["none"] = HttpSettings();
  return spec;
}

TEST(ConnectionSpecTest, AnEnvironmentHasItsOwnSettingsOrTheDefaultOnes) {
  const ConnectionSpec spec = Example();
  std::string_view which = "?";
  EXPECT_EQ(SettingsFor(spec, "basic", &which), &spec.env.at("basic"));
  EXPECT_EQ(which, "basic");
  EXPECT_EQ(SettingsFor(spec, "other", &which), &spec.env.at(""));
  EXPECT_EQ(which, "");
  EXPECT_EQ(SettingsFor(spec, "", &which), &spec.env.at(""));
  ConnectionSpec without = spec;
  without.env.erase("");
  EXPECT_EQ(SettingsFor(without, "other", &which), nullptr);
}

TEST(ConnectionSpecTest, EachSecretHasAPlaceOfItsOwn) {
  ConnectionSpec spec = Example();
  std::map<std::string, Secret> seen;
  ForEachSecret(spec, [&](const std::string& place, const Secret& s) {
    if (s.source != Source::kNone) seen[place] = s;
  });
  EXPECT_EQ(seen,
            (std::map<std::string, Secret>{{"env[].http.auth.bearer.token", kFile},
                                           {"env[basic].http.auth.basic.password", kFile},
                                           {"env[key].http.auth.api_key.key", kFile},
                                           {"env[login].http.auth.login.secret", kFile},
                                           {"env[oauth2].http.auth.oauth2.client_secret", kFile}}));
  ForEachSecret(&spec, [](const std::string& place, Secret* s) { s->name = place; });
  for (const auto& [env, settings] : spec.env) {
    std::string_view path;
    const Secret* const secret = SecretOf(std::get<HttpSettings>(settings).auth, &path);
    ASSERT_EQ(secret == nullptr, env == "none");
    if (secret != nullptr) {
      EXPECT_EQ(secret->name, SecretPlace(env, settings, path));
    }
  }
}

// A kind whose secrets are not visited would be stored in the clear.
TEST(ConnectionSpecTest, NoKindForgetsASecret) {
  ConnectionSpec spec;
  spec.env = {{"1", SmtpSettings()},  {"2", SqlSettings()},      {"3", MongoSettings()},
              {"4", KafkaSettings()}, {"5", RabbitmqSettings()}, {"6", RedisSettings()},
              {"7", NatsSettings()},  {"8", PubsubSettings()},   {"9", PushSettings()},
              {"a", SmsSettings()},   {"b", AwsSettings()},      {"c", WithAuth(SigV4Auth())}};
  std::map<std::string, int> secrets;
  ForEachSecret(spec, [&secrets](const std::string& place, const Secret&) {
    ++secrets[place.substr(4, 1)];
    ++secrets["all"];
  });
  EXPECT_EQ(secrets, (std::map<std::string, int>{{"1", 4},
                                                 {"2", 4},
                                                 {"3", 4},
                                                 {"4", 4},
                                                 {"5", 4},
                                                 {"6", 4},
                                                 {"7", 6},
                                                 {"8", 1},
                                                 {"9", 2},
                                                 {"a", 1},
                                                 {"b", 2},
                                                 {"c", 5},
                                                 {"all", 41}}));
}

TEST(ConnectionSpecTest, KnowsTheHeaderThatIsSet) {
  EXPECT_EQ(AuthHeader({}), "");
  EXPECT_EQ(AuthHeader(BasicAuth()), "Authorization");
  EXPECT_EQ(AuthHeader(BearerAuth()), "Authorization");
  EXPECT_EQ(AuthHeader(ApiKeyAuth{false, "X-Key", {}}), "X-Key");
  EXPECT_EQ(AuthHeader(ApiKeyAuth{true, "key", {}}), "");
  EXPECT_EQ(AuthHeader(Oauth2Auth()), "Authorization");
  EXPECT_EQ(AuthHeader(SigV4Auth()), "Authorization");
  LoginAuth login;
  login.header = "X-Token";
  EXPECT_EQ(AuthHeader(login), "X-Token");
}

}  // namespace
}  // namespace scheduler::core
