#include "client/cpp/options.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace ductape::jobs {
namespace {

class OptionsTest : public testing::Test {
 protected:
  OptionsTest() { Clear(); }
  ~OptionsTest() override { Clear(); }

  static void Clear() {
    for (const char* name : {"DUCTAPE_JOBS_ADDRESS", "DUCTAPE_JOBS_PRODUCT", "DUCTAPE_JOBS_TOKEN",
                             "DUCTAPE_JOBS_CA_FILE", "DUCTAPE_JOBS_CERT_FILE",
                             "DUCTAPE_JOBS_KEY_FILE", "DUCTAPE_JOBS_SERVER_NAME"}) {
      unsetenv(name);
    }
  }
  static void Set(const char* name, const char* value) { setenv(name, value, 1); }
};

TEST_F(OptionsTest, WithoutVariablesTheyAreTheDefaults) {
  Set("DUCTAPE_JOBS_ADDRESS", "");
  Set("DUCTAPE_JOBS_CA_FILE", "");
  const ClientOptions options = ClientOptions::FromEnvironment();
  EXPECT_EQ(options.address, "localhost:7420");
  EXPECT_EQ(options.product, "");
  EXPECT_EQ(options.bearer_token, "");
  EXPECT_FALSE(options.tls.has_value());
}

TEST_F(OptionsTest, EachVariableIsRead) {
  Set("DUCTAPE_JOBS_ADDRESS", "jobs:1");
  Set("DUCTAPE_JOBS_PRODUCT", "billing");
  Set("DUCTAPE_JOBS_TOKEN", "secret");
  Set("DUCTAPE_JOBS_CA_FILE", "ca.pem");
  Set("DUCTAPE_JOBS_CERT_FILE", "cert.pem");
  Set("DUCTAPE_JOBS_KEY_FILE", "key.pem");
  Set("DUCTAPE_JOBS_SERVER_NAME", "jobs.internal");
  const ClientOptions options = ClientOptions::FromEnvironment();
  EXPECT_EQ(options.address, "jobs:1");
  EXPECT_EQ(options.product, "billing");
  EXPECT_EQ(options.bearer_token, "secret");
  ASSERT_TRUE(options.tls.has_value());
  EXPECT_EQ(options.tls->ca_file, "ca.pem");
  EXPECT_EQ(options.tls->cert_file, "cert.pem");
  EXPECT_EQ(options.tls->key_file, "key.pem");
  EXPECT_EQ(options.tls->server_name, "jobs.internal");
}

TEST_F(OptionsTest, AnyVariableOfTlsTurnsItOn) {
  for (const char* name : {"DUCTAPE_JOBS_CA_FILE", "DUCTAPE_JOBS_CERT_FILE",
                           "DUCTAPE_JOBS_KEY_FILE", "DUCTAPE_JOBS_SERVER_NAME"}) {
    Clear();
    Set(name, "x");
    EXPECT_TRUE(ClientOptions::FromEnvironment().tls.has_value()) << name;
  }
}

}  // namespace
}  // namespace ductape::jobs
