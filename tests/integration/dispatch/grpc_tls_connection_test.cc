// gRPC targets with TLS, by connections that have certificates of their own.

#include <memory>
#include <string>

#include "tests/integration/dispatch/grpc_connection_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::CodeOf;
using support::GrpcTargetServer;

class GrpcTlsConnectionTest : public GrpcConnectionFixture {
 protected:
  void SetUp() override {
    good_ = support::MakeCertificate(dir_, "good", "DNS:localhost,IP:127.0.0.1");
    other_ = support::MakeCertificate(dir_, "other", "DNS:elsewhere.example");
    ASSERT_FALSE(good_.certificate_file.empty());
    ASSERT_FALSE(other_.certificate_file.empty());
    Set("good", good_);
    Set("other", other_);
  }
  void Set(const std::string& name, const support::Certificate& certificate) {
    secrets_.Set(name + ".crt", support::ReadFile(certificate.certificate_file));
    secrets_.Set(name + ".key", support::ReadFile(certificate.key_file));
  }
  void Serve(const support::Certificate& certificate, const std::string& client_ca_file = "") {
    GrpcTargetServer::Options options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    options.client_ca_file = client_ca_file;
    server_ = std::make_unique<GrpcTargetServer>(options);
    settings_.address = "grpcs://" + server_->address();
  }

  const support::TempDir dir_;
  support::Certificate good_;
  support::Certificate other_;
  std::unique_ptr<GrpcTargetServer> server_;
};

TEST_F(GrpcTlsConnectionTest, TrustsItsOwnAuthorityAlone) {
  Serve(good_);
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);  // the system's
  settings_.tls.ca_certificates = File("other.crt");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.ca_certificates = File("good.crt");
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

TEST_F(GrpcTlsConnectionTest, AnAuthorityThatChangedIsAskedByTheNextAttempt) {
  Serve(good_);
  settings_.tls.ca_certificates = File("ca");
  secrets_.Set("ca", support::ReadFile(other_.certificate_file));
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  secrets_.Set("ca", support::ReadFile(good_.certificate_file));
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  secrets_.Set("ca", support::ReadFile(other_.certificate_file));
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
}

TEST_F(GrpcTlsConnectionTest, ShowsItsCertificate) {
  Serve(good_, other_.certificate_file);
  settings_.tls.ca_certificates = File("good.crt");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.client_certificate = File("other.crt");
  settings_.tls.client_key = File("other.key");
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  settings_.tls.client_certificate =
      File("good.crt");  // of an authority that the target does not trust
  settings_.tls.client_key = File("good.key");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.insecure_skip_verify = true;
  settings_.tls.client_certificate = File("other.crt");
  settings_.tls.client_key = File("other.key");
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

TEST_F(GrpcTlsConnectionTest, ChecksTheNameThatItIsTold) {
  Serve(other_);
  settings_.tls.ca_certificates = File("other.crt");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.server_name = "elsewhere.example";
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

TEST_F(GrpcTlsConnectionTest, BelievesWhoeverAnswersIfToldSo) {
  Serve(other_);
  settings_.tls.insecure_skip_verify = true;
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
}

TEST_F(GrpcTlsConnectionTest, CertificatesThatAreNoneFailAndDoNoHarm) {
  Serve(good_);
  settings_.tls.ca_certificates = File("no-pem");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.ca_certificates = File("good.crt");
  settings_.tls.client_certificate = File("no-pem");
  settings_.tls.client_key = File("no-pem");
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
  settings_.tls.insecure_skip_verify = true;
  EXPECT_EQ(CodeOf(Run()), failure::kConnection);
}

}  // namespace
}  // namespace scheduler::dispatch
