#include "scheduler/dispatch/broker/nats_credentials.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

// The seed and the signature of "r" of RFC 8032's second test of Ed25519 (section 7.1); the seed with a user's
// prefix and without its CRC.
constexpr char kSeed[] = "SUAEZTIITMUP7FW2TW3MGRXMCFHA6W4KGGPTLK5GETNIZ5XNJ64KN6YAAA";
constexpr char kSignature[] =
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD-Ps3YiI-vbado"
    "IWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA";

std::string File(const std::string& seed) {
  return "-----BEGIN NATS USER JWT-----\r\neyJ0.e30.sig\r\n------END NATS USER JWT------\r\n\r\n"
         "*** IMPORTANT ***\n\n-----BEGIN USER NKEY SEED-----\n" +
         seed + "\n------END USER NKEY SEED------\n";
}

TEST(NatsCredentialsTest, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("x"), File(""), File("SUAB"), File("SA" + std::string(56, 'A')),
        File("SU" + std::string(56, '1'))}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ReadNatsCredentials(text).status())) << text;
  }
}

TEST(NatsCredentialsTest, ReadsAndSigns) {
  const absl::StatusOr<NatsCredentials> credentials = ReadNatsCredentials(File(kSeed));
  ASSERT_TRUE(credentials.ok()) << credentials.status();
  EXPECT_EQ(credentials->jwt, "eyJ0.e30.sig");
  EXPECT_EQ(credentials->Sign("r"), kSignature);
}

}  // namespace
}  // namespace scheduler::dispatch
