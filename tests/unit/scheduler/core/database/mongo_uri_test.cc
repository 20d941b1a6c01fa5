#include "scheduler/core/database/mongo_uri.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

std::string Fault(const std::string& options) {
  return std::string(CheckMongoUriOptions("mongodb://h:1,i/" + options).message());
}

TEST(MongoUriTest, TakesWhatIsListed) {
  for (const char* options :
       {"", "?", "?replicaSet=r", "?REPLICASET=r&tls=true&w=majority", "?w=2&journal=true",
        "?authMechanism=SCRAM-SHA-256&authSource=admin", "?readPreference=secondary",
        "?connectTimeoutMS=100&serverSelectionTimeoutMS=100&retryReads=false"}) {
    EXPECT_EQ(Fault(options), "") << options;
  }
}

TEST(MongoUriTest, RefusesAllElse) {
  for (const char* name : {"tlsCAFile", "tlsCertificateKeyFile", "tlsInsecure", "appName",
                           "compressors", "srvMaxHosts", "loadBalanced", "socketTimeoutMS",
                           "authMechanismProperties", "replica%53et", "x/?tls"}) {
    EXPECT_EQ(Fault("?tls=true&" + std::string(name) + "=1"),
              "option \"" + std::string(name) + "\" is not taken");
  }
  EXPECT_EQ(Fault("?w=0"), "option \"w\" must be majority or a number from 1");
  EXPECT_EQ(Fault("?w=1&W=0"), "option \"W\" must be majority or a number from 1");
  EXPECT_EQ(Fault("?w=1&w=2"), "option \"w\" is there twice");
  EXPECT_EQ(Fault("?authMechanism=GSSAPI"),
            "option \"authMechanism\" must be SCRAM-SHA-1, SCRAM-SHA-256");
  EXPECT_EQ(Fault("?tls=yes"), "option \"tls\" must be true or false");
}

TEST(MongoUriTest, FindsAndRemovesOptions) {
  const std::string uri = "mongodb://h/?tls=true&authMechanism=SCRAM-SHA-1";
  EXPECT_EQ(MongoUriOption(uri, "authmechanism"), "SCRAM-SHA-1");
  EXPECT_EQ(MongoUriOption(uri, "authsource"), "");
  EXPECT_EQ(WithoutMongoUriOption(uri, "authmechanism"), "mongodb://h/?tls=true");
  EXPECT_EQ(WithoutMongoUriOption("mongodb://h/?tls=true", "tls"), "mongodb://h/");
  EXPECT_EQ(WithoutMongoUriOption("mongodb://h", "tls"), "mongodb://h");
}

}  // namespace
}  // namespace scheduler::core
