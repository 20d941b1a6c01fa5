#include "scheduler/secrets/secret_policy.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::secrets {
namespace {

bool MayFile(const SecretPolicyOptions& options, const std::string& path) {
  return !SecretPolicy(options).FileDenial(path).has_value();
}
bool MayEnv(const SecretPolicyOptions& options, const std::string& name) {
  return !SecretPolicy(options).EnvVarDenial(name).has_value();
}

TEST(SecretPolicyTest, NothingIsNamedUnlessTheServerSaysSo) {
  EXPECT_FALSE(MayFile({}, "/run/secrets/a"));
  EXPECT_FALSE(MayEnv({}, "TOKEN"));
}

TEST(SecretPolicyTest, TheServersOwnIsNeverNamed) {
  SecretPolicyOptions options;
  options.dirs = {"/"};
  options.env_prefixes = {"TOKEN", "DUCTAPE"};
  options.denied = {"/var/lib/jobs", "/etc/jobs/keys"};
  EXPECT_TRUE(MayFile(options, "/run/secrets/a"));
  EXPECT_TRUE(MayFile(options, "/var/lib/jobs2"));
  EXPECT_TRUE(MayFile(options, "/etc/jobs/keys2"));
  for (const char* path : {"/var/lib/jobs", "/var/lib/jobs/main/CURRENT", "/etc/jobs/keys",
                           "/proc/self/environ", "/sys/x"}) {
    EXPECT_FALSE(MayFile(options, path)) << path;
  }
  EXPECT_TRUE(MayEnv(options, "TOKEN"));
  EXPECT_FALSE(MayEnv(options, "DUCTAPE_JOBS_SECRETS_KEYS"));
}

TEST(SecretPolicyTest, WhatTheListsNameMayBeNamed) {
  SecretPolicyOptions options;
  options.dirs = {"/run/secrets/", "/mnt"};
  options.env_prefixes = {"JOB_"};
  EXPECT_TRUE(MayFile(options, "/run/secrets/a"));
  EXPECT_TRUE(MayFile(options, "/mnt/x/y"));
  EXPECT_FALSE(MayFile(options, "/run/secrets2/a"));
  EXPECT_FALSE(MayFile(options, "/etc/passwd"));
  EXPECT_TRUE(MayEnv(options, "JOB_TOKEN"));
  EXPECT_FALSE(MayEnv(options, "TOKEN"));
}

TEST(SecretPolicyTest, PathsArePlain) {
  for (const char* path : {"/a", "/a/b.c", "/...", "/run/secrets/..data"}) {
    EXPECT_TRUE(IsPlainPath(path)) << path;
  }
  for (const char* path :
       {"", "/", "a", "a/b", "/a/", "//a", "/a//b", "/a/./b", "/a/../b", "/.."}) {
    EXPECT_FALSE(IsPlainPath(path)) << path;
  }
}

}  // namespace
}  // namespace scheduler::secrets
