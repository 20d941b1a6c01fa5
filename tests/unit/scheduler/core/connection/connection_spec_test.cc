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
  ForEachSecret(spec, [&](const std::string& place, const Secret& s) { seen[place] = s; });
  EXPECT_EQ(seen, (std::map<std::string, Secret>{{"env[].http.auth.bearer.token", kFile},
                                                 {"env[basic].http.auth.basic.password", kFile},
                                                 {"env[key].http.auth.api_key.key", kFile}}));
  ForEachSecret(&spec, [](const std::string& place, Secret* s) { s->name = place; });
  for (const auto& [env, settings] : spec.env) {
    std::string place;
    const Secret* const secret = SecretOf(env, std::get<HttpSettings>(settings).auth, &place);
    ASSERT_EQ(secret == nullptr, env == "none");
    if (secret != nullptr) {
      EXPECT_EQ(secret->name, place);
    }
  }
}

TEST(ConnectionSpecTest, KnowsTheHeaderThatIsSet) {
  EXPECT_EQ(AuthHeader({}), "");
  EXPECT_EQ(AuthHeader(BasicAuth()), "Authorization");
  EXPECT_EQ(AuthHeader(BearerAuth()), "Authorization");
  EXPECT_EQ(AuthHeader(ApiKeyAuth{false, "X-Key", {}}), "X-Key");
  EXPECT_EQ(AuthHeader(ApiKeyAuth{true, "key", {}}), "");
}

}  // namespace
}  // namespace scheduler::core
