#include "client/jobctl/parse/secret_source.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Secret;

TEST(SecretSourceTest, ReadsEachSource) {
  std::istringstream in("from-stdin\r\n");
  EXPECT_EQ(ParseSecret("@-", in)->value(), "from-stdin");
  EXPECT_EQ(ParseSecret("value:a:b", in)->value(), "a:b");
  EXPECT_EQ(ParseSecret("file:/run/secrets/a", in)->file(), "/run/secrets/a");
  EXPECT_EQ(ParseSecret("env:TOKEN", in)->env_var(), "TOKEN");
}

TEST(SecretSourceTest, RefusesABareTextWithoutShowingIt) {
  std::istringstream in;
  const absl::Status status = ParseSecret("hunter2", in).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message().find("hunter2"), absl::string_view::npos);
  EXPECT_FALSE(ParseSecret("@/does/not/exist", in).ok());
}

TEST(SecretSourceTest, ShowsWhereASecretComesFrom) {
  Secret secret;
  EXPECT_EQ(SecretText(secret), "");
  secret.set_stored(true);
  EXPECT_EQ(SecretText(secret), "stored");
  secret.set_file("/f");
  EXPECT_EQ(SecretText(secret), "file:/f");
  secret.set_env_var("E");
  EXPECT_EQ(SecretText(secret), "env:E");
}

}  // namespace
}  // namespace jobctl
