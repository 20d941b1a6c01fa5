#include "client/cpp/internal/pem.h"

#include <fstream>
#include <sstream>
#include <string>

#include "client/cpp/channel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace ductape::jobs::internal {
namespace {

using ::testing::HasSubstr;

std::string TextOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string Message(const absl::Status& status) {
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

absl::Status Channel(const std::string& ca, const std::string& certificate,
                     const std::string& key) {
  ClientOptions options;
  options.tls = TlsOptions{ca, certificate, key, ""};
  return CreateChannel(options).status();
}

std::string Refused(const std::string& ca, const std::string& certificate, const std::string& key) {
  return Message(Channel(ca, certificate, key));
}

class PemTest : public testing::Test {
 protected:
  const support::TempDir dir_;
  const support::Certificate own_ = support::MakeCertificate(dir_, "own", "DNS:own");
  const support::Certificate other_ = support::MakeCertificate(dir_, "other", "DNS:other");
};

TEST_F(PemTest, TakesACertificateAndItsKey) {
  const std::string certificate = TextOf(own_.certificate_file);
  EXPECT_TRUE(CheckCertificate(certificate, "a", "f").ok());
  EXPECT_TRUE(CheckCertificate("what it is for\n" + certificate, "a", "f").ok());
  EXPECT_TRUE(CheckKey(TextOf(own_.key_file), certificate, "f").ok());
}

TEST_F(PemTest, NamesTheFileThatHoldsNoCertificate) {
  std::string broken = TextOf(own_.certificate_file);
  broken.replace(broken.find('\n') + 1, 8, "########");
  for (const std::string& text : {TextOf(own_.key_file), broken, std::string("certificate")}) {
    EXPECT_EQ(Message(CheckCertificate(text, "certificate authorities", "/ca.pem")),
              "certificate authorities: /ca.pem holds no PEM certificate");
  }
}

TEST_F(PemTest, NamesTheFileThatHoldsNoOrAnotherKey) {
  const std::string certificate = TextOf(own_.certificate_file);
  EXPECT_EQ(Message(CheckKey(certificate, certificate, "/key.pem")),
            "client key: /key.pem holds no PEM key without a passphrase");
  EXPECT_EQ(Message(CheckKey(TextOf(other_.key_file), certificate, "/key.pem")),
            "client key: /key.pem is not the key of the client certificate");
}

TEST_F(PemTest, AnEncryptedKeyAsksNobodyForItsPassphrase) {
  const std::string encrypted = dir_.File("encrypted.key");
  ASSERT_EQ(support::RunCommand({"openssl", "pkey", "-in", own_.key_file, "-aes256", "-passout",
                                 "pass:secret", "-out", encrypted}),
            0);
  EXPECT_THAT(Message(CheckKey(TextOf(encrypted), TextOf(own_.certificate_file), encrypted)),
              HasSubstr("without a passphrase"));
}

TEST_F(PemTest, NoChannelIsMadeOfBadFiles) {
  const std::string good = own_.certificate_file;
  EXPECT_THAT(Refused(own_.key_file, "", ""), HasSubstr(own_.key_file));
  EXPECT_THAT(Refused("", own_.key_file, own_.key_file), HasSubstr("client certificate: "));
  EXPECT_THAT(Refused("", good, other_.key_file), HasSubstr(other_.key_file));
  EXPECT_TRUE(Channel(other_.certificate_file, good, own_.key_file).ok());
}

}  // namespace
}  // namespace ductape::jobs::internal
