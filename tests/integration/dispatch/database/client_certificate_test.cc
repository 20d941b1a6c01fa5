// Client certificates, which PostgreSQL and MariaDB ask of one of their users.

#include <memory>
#include <string>

#include "tests/integration/dispatch/database/database_fixture.h"
#include "tests/support/connections.h"
#include "tests/support/database_servers.h"

namespace scheduler::dispatch {
namespace {

using Engine = core::SqlSettings::Engine;
using support::PlainSecret;
using support::ReadFile;

support::PostgresServer* Postgres() {
  static const std::unique_ptr<support::PostgresServer> server = [] {
    std::unique_ptr<support::PostgresServer> made;
    if (!support::PostgresServer::IsInstalled()) return made;
    made = std::make_unique<support::PostgresServer>();
    EXPECT_TRUE(made->Start()) << made->log();
    made->Query(std::string("create role certified login password '") +
                support::PostgresServer::kPassword + "'");
    return made;
  }();
  return server.get();
}

support::MariadbServer* Mariadb() {
  static const std::unique_ptr<support::MariadbServer> server = [] {
    std::unique_ptr<support::MariadbServer> made;
    if (!support::MariadbServer::IsInstalled()) return made;
    made = std::make_unique<support::MariadbServer>();
    EXPECT_TRUE(made->Start()) << made->log();
    return made;
  }();
  return server.get();
}

class ClientCertificateTest : public DatabaseFixture<core::SqlSettings>,
                              public testing::WithParamInterface<Engine> {
 protected:
  void SetUp() override {
    const bool postgres = GetParam() == Engine::kPostgresql;
    server_ = postgres ? static_cast<support::DatabaseServer*>(Postgres()) : Mariadb();
    if (server_ == nullptr) GTEST_SKIP() << "the database is not installed";
    settings_.engine = GetParam();
    settings_.address = server_->address();
    settings_.database = postgres ? "postgres" : "test";
    settings_.username = "certified";
    settings_.password = PlainSecret(postgres ? support::PostgresServer::kPassword
                                              : support::MariadbServer::kPassword);
    settings_.tls.mode = core::TlsSettings::Mode::kRequired;
    settings_.tls.server_name = "localhost";
    settings_.tls.ca_certificates = PlainSecret(ReadFile(server_->certificate().certificate_file));
    Show(server_->client_certificate());
  }

  void Show(const support::Certificate& certificate) {
    settings_.tls.client_certificate = PlainSecret(ReadFile(certificate.certificate_file));
    settings_.tls.client_key = PlainSecret(ReadFile(certificate.key_file));
  }
  AttemptResult Select() {
    Renew();
    return support::Attempt(&plain_executor_, ClaimOf(TargetOf("select 1 as a"))).Wait();
  }

  const support::TempDir dir_;
  support::DatabaseServer* server_ = nullptr;
  support::PlainSecrets plain_;
  DatabaseExecutor plain_executor_{DatabaseOptions(), &egress_, &clock_, &plain_};
};

TEST_P(ClientCertificateTest, ItIsShown) {
  EXPECT_EQ(Told(Select()), R"([{"a":1}])");
  EXPECT_EQ(Told(Select()), R"([{"a":1}])");
}

TEST_P(ClientCertificateTest, WithoutOneTheAccountIsRefused) {
  settings_.tls.client_certificate = {};
  settings_.tls.client_key = {};
  const std::string told = Told(Select());
  EXPECT_EQ(told.rfind("UNAUTHENTICATED: ", 0), 0u) << told;
}

TEST_P(ClientCertificateTest, OneOfAnotherAuthorityIsRefused) {
  Show(support::MakeCertificate(dir_, "stranger", "DNS:client.example"));
  const std::string told = Told(Select());
  EXPECT_EQ(told.rfind("CONNECTION: ", 0), 0u) << told;
}

TEST_P(ClientCertificateTest, AKeyOfAnotherIsNoUse) {
  const support::Certificate other = support::MakeCertificate(dir_, "other", "DNS:client.example");
  settings_.tls.client_key = PlainSecret(ReadFile(other.key_file));
  const AttemptResult result = Select();
  EXPECT_FALSE(result.completed);
  EXPECT_EQ(Told(result).find("PRIVATE KEY"), std::string::npos) << Told(result);
  Show(server_->client_certificate());
  EXPECT_EQ(Told(Select()), R"([{"a":1}])");
}

INSTANTIATE_TEST_SUITE_P(Engines, ClientCertificateTest,
                         testing::Values(Engine::kPostgresql, Engine::kMysql),
                         [](const testing::TestParamInfo<Engine>& info) {
                           return info.param == Engine::kPostgresql ? "Postgres" : "Mariadb";
                         });

}  // namespace
}  // namespace scheduler::dispatch
