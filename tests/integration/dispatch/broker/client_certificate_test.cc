// Brokers that ask for a client's certificate.

#include <functional>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"

namespace scheduler::dispatch {
namespace {

using support::BrokerServerOptions;
using support::CodeOf;
using support::PlainSecret;
using support::ReadFile;
using Kind = core::BrokerTarget::DestinationKind;

struct Broker {
  std::string name;
  std::function<std::unique_ptr<support::BrokerServer>(const BrokerServerOptions&)> make;
  std::function<core::Settings(const std::string& address, const core::TlsSettings& tls)> settings;
  Kind kind = Kind::kDefault;
  // What comes of a message to "orders" once the broker has let us in.
  std::string inside = "COMPLETED";
};

template <typename Server>
std::unique_ptr<support::BrokerServer> Make(const BrokerServerOptions& options) {
  return std::make_unique<Server>(options);
}

Broker Redis() {
  return {"Redis", &Make<support::RedisServer>,
          [](const std::string& address, const core::TlsSettings& tls) {
            core::RedisSettings settings;
            settings.address = address;
            settings.tls = tls;
            return core::Settings(settings);
          },
          Kind::kStream};
}

Broker Nats() {
  return {"Nats", &Make<support::NatsServer>,
          [](const std::string& address, const core::TlsSettings& tls) {
            core::NatsSettings settings;
            settings.servers = {address};
            settings.tls = tls;
            return core::Settings(settings);
          },
          Kind::kSubject};
}

Broker Rabbitmq() {
  return {"Rabbitmq", &Make<support::RabbitmqServer>,
          [](const std::string& address, const core::TlsSettings& tls) {
            core::RabbitmqSettings settings;
            settings.address = address;
            settings.username = "guest";
            settings.password = PlainSecret("guest");
            settings.tls = tls;
            return core::Settings(settings);
          },
          Kind::kQueue, "NOT_FOUND"};  // there is no queue
}

Broker Kafka() {
  return {"Kafka", &Make<support::KafkaServer>,
          [](const std::string& address, const core::TlsSettings& tls) {
            core::KafkaSettings settings;
            settings.brokers = {address};
            settings.tls = tls;
            return core::Settings(settings);
          },
          Kind::kTopic};
}

class BrokerCertificateTest : public BrokerFixture, public testing::WithParamInterface<Broker> {
 protected:
  core::TlsSettings Showing(const support::Certificate& certificate) const {
    core::TlsSettings tls;
    tls.mode = core::TlsSettings::Mode::kRequired;
    tls.ca_certificates = PlainSecret(ReadFile(server_certificate_.certificate_file));
    if (!certificate.key_file.empty()) {
      tls.client_certificate = PlainSecret(ReadFile(certificate.certificate_file));
      tls.client_key = PlainSecret(ReadFile(certificate.key_file));
    }
    return tls;
  }

  const support::TempDir dir_;
  const support::Certificate server_certificate_ =
      support::MakeCertificate(dir_, "server", "DNS:localhost,IP:127.0.0.1");
  const support::Certificate authority_ =
      support::MakeCertificate(dir_, "authority", "DNS:authority");
  const support::Certificate client_ =
      support::MakeCertificate(dir_, "client", "DNS:client", authority_);
  const support::Certificate stranger_ = support::MakeCertificate(dir_, "stranger", "DNS:client");
};

TEST_P(BrokerCertificateTest, TheRightOneIsLetIn) {
  BrokerServerOptions options;
  options.certificate = server_certificate_;
  options.client_ca = authority_.certificate_file;
  const std::unique_ptr<support::BrokerServer> server = GetParam().make(options);
  ASSERT_TRUE(server->Start());
  const auto publish = [&](const support::Certificate& certificate) {
    return Run(To(GetParam().kind, "orders", "m"),
               GetParam().settings(server->address(), Showing(certificate)));
  };
  AttemptResult result = publish(client_);
  EXPECT_EQ(CodeOf(result), GetParam().inside) << MessageOf(result);
  result = publish({});
  EXPECT_EQ(CodeOf(result), "CONNECTION") << MessageOf(result);
  result = publish(stranger_);
  EXPECT_EQ(CodeOf(result), "CONNECTION") << MessageOf(result);
  // A key that is not the certificate's.
  result = publish({client_.certificate_file, stranger_.key_file});
  EXPECT_EQ(CodeOf(result), "VALIDATION") << MessageOf(result);
  result = publish(client_);
  EXPECT_EQ(CodeOf(result), GetParam().inside) << MessageOf(result);
}

INSTANTIATE_TEST_SUITE_P(Brokers, BrokerCertificateTest,
                         testing::Values(Redis(), Nats(), Rabbitmq(), Kafka()),
                         [](const testing::TestParamInfo<Broker>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace scheduler::dispatch
