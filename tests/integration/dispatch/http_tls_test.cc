#include <future>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;

// nginx with TLS: HTTP/2 on one port, HTTP/1.1 only on another. Answers with the protocol and the
// number of the connection.
class HttpTlsTest : public testing::Test {
 protected:
  static std::string Listener(int port, const std::string& options,
                              const support::Certificate& certificate) {
    return "server { listen 127.0.0.1:" + std::to_string(port) + " ssl" + options +
           "; ssl_certificate " + certificate.certificate_file + "; ssl_certificate_key " +
           certificate.key_file +
           "; location / { default_type text/plain; return 200 \"$server_protocol $connection "
           "$http_host $ssl_client_s_dn\"; "
           "} }\n";
  }

  void SetUp() override {
    good_ = support::MakeCertificate(dir_, "good", "DNS:localhost,IP:127.0.0.1");
    other_ = support::MakeCertificate(dir_, "other", "DNS:elsewhere.example");
    ASSERT_FALSE(good_.certificate_file.empty());
    support::WriteFile(
        dir_.File("nginx.conf"),
        "daemon off; worker_processes 1; pid " + dir_.File("pid") + "; error_log stderr;\n" +
            "events { worker_connections 512; }\n" +
            "http { access_log off; keepalive_timeout 60;\n" + "client_body_temp_path " +
            dir_.File("a") + "; proxy_temp_path " + dir_.File("b") + "; fastcgi_temp_path " +
            dir_.File("c") + "; uwsgi_temp_path " + dir_.File("d") + "; scgi_temp_path " +
            dir_.File("e") + ";\n" + Listener(h2_port_, " http2", good_) +
            Listener(h1_port_, "", good_) + Listener(other_port_, "", other_) +
            Listener(mutual_port_,
                     "; ssl_verify_client on; ssl_client_certificate " + other_.certificate_file,
                     good_) +
            "}\n");
    nginx_ = std::make_unique<support::ChildProcess>(
        std::vector<std::string>{"/usr/sbin/nginx", "-p", dir_.path(), "-e", dir_.File("start.log"),
                                 "-c", dir_.File("nginx.conf")},
        dir_.File("nginx.log"));
    ASSERT_TRUE(support::AwaitListening(h2_port_, nginx_.get()))
        << support::ReadFile(dir_.File("nginx.log"));
  }

  std::unique_ptr<HttpExecutor> Make(const std::string& ca_file) {
    HttpOptions options;
    options.ca_file = ca_file;
    return std::make_unique<HttpExecutor>(options, &egress_, &clock_);
  }
  static core::HttpTarget Target(int port, const std::string& host = "localhost") {
    core::HttpTarget target;
    target.url = "https://" + host + ":" + std::to_string(port) + "/";
    return target;
  }
  static AttemptResult Run(HttpExecutor* executor, const core::HttpTarget& target) {
    return Attempt(executor, ClaimedRunOf(target)).Wait();
  }

  const support::TempDir dir_;
  const int h2_port_ = support::UnusedPort();
  const int h1_port_ = support::UnusedPort();
  const int other_port_ = support::UnusedPort();
  const int mutual_port_ = support::UnusedPort();
  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::Certificate good_;
  support::Certificate other_;
  std::unique_ptr<support::ChildProcess> nginx_;
};

TEST_F(HttpTlsTest, SpeaksHttp2WhereThePeerDoes) {
  const auto executor = Make(good_.certificate_file);
  AttemptResult result = Run(executor.get(), Target(h2_port_));
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  EXPECT_EQ(result.output->output.rfind("HTTP/2.0 ", 0), 0u) << result.output->output;
  result = Run(executor.get(), Target(h1_port_));
  EXPECT_EQ(result.output->output.rfind("HTTP/1.1 ", 0), 0u) << result.output->output;
}

TEST_F(HttpTlsTest, ManyRequestsAtOnceReuseTheirHttp2Connections) {
  const auto executor = Make(good_.certificate_file);
  std::set<std::string> answers;  // one for each connection
  for (int wave = 0; wave < 4; ++wave) {
    std::vector<std::unique_ptr<Attempt>> attempts;
    for (int i = 1; i <= 50; ++i) {
      attempts.push_back(
          std::make_unique<Attempt>(executor.get(), ClaimedRunOf(Target(h2_port_), i)));
    }
    for (const auto& attempt : attempts) {
      const AttemptResult result = attempt->Wait();
      ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
      EXPECT_EQ(result.output->output.rfind("HTTP/2.0 ", 0), 0u) << result.output->output;
      answers.insert(result.output->output);
    }
  }
  EXPECT_LE(answers.size(), 50u);
}

// nginx answers as soon as it has the headers.
TEST_F(HttpTlsTest, AnAnswerBeforeTheEndOfTheRequestIsTheAnswer) {
  const auto executor = Make(good_.certificate_file);
  int number = 0;
  for (const size_t kib : {1, 16, 31, 33, 60, 100, 512}) {
    for (int i = 0; i < 5; ++i) {
      core::ClaimedRun run = ClaimedRunOf(Target(h2_port_), ++number);
      run.input_json = '"' + std::string(kib * 1024, 'x') + '"';
      const AttemptResult result = Attempt(executor.get(), std::move(run)).Wait();
      ASSERT_EQ(CodeOf(result), "COMPLETED") << kib << " KiB: " << result.error->message;
    }
  }
}

TEST_F(HttpTlsTest, ACertificateOfAnUnknownAuthorityIsRefused) {
  for (const std::string& authorities : {other_.certificate_file, std::string()}) {
    const auto executor = Make(authorities);
    const AttemptResult result = Run(executor.get(), Target(h2_port_));
    EXPECT_EQ(CodeOf(result), failure::kConnection);
    EXPECT_NE(result.error->message.find("certificate"), std::string::npos)
        << result.error->message;
  }
}

TEST_F(HttpTlsTest, ACertificateForAnotherNameIsRefused) {
  const auto executor = Make(other_.certificate_file);
  EXPECT_EQ(CodeOf(Run(executor.get(), Target(other_port_))), failure::kConnection);
  const auto by_address = Make(good_.certificate_file);
  EXPECT_EQ(CodeOf(Run(by_address.get(), Target(h2_port_, "127.0.0.1"))), "COMPLETED");
  EXPECT_EQ(CodeOf(Run(by_address.get(), Target(h2_port_, "127.0.0.2"))), failure::kConnection);
}

TEST_F(HttpTlsTest, PlaintextOnATlsPortFailsAndTheOtherWayRound) {
  const auto executor = Make(good_.certificate_file);
  core::HttpTarget target = Target(h1_port_);
  target.url.replace(0, 5, "http");
  EXPECT_EQ(CodeOf(Run(executor.get(), target)), failure::kValidation);  // nginx answers 400
  support::HttpServer plain(
      [](const support::HttpServerRequest&) { return support::HttpServerAnswer(); });
  target = Target(plain.port(), "127.0.0.1");
  core::ClaimedRun run = ClaimedRunOf(target);
  run.attempt_timeout = 300;  // the plain server waits for the end of a request line
  EXPECT_FALSE(Attempt(executor.get(), run).Wait().completed);
}

TEST_F(HttpTlsTest, AServerThatStopsIsAConnectionFailure) {
  const auto executor = Make(good_.certificate_file);
  EXPECT_EQ(CodeOf(Run(executor.get(), Target(h2_port_))), "COMPLETED");
  nginx_.reset();
  EXPECT_EQ(CodeOf(Run(executor.get(), Target(h2_port_))), failure::kConnection);
}

// Calls with authorities, certificates and a proxy of their own.
class HttpTransportTest : public HttpTlsTest {
 protected:
  HttpAnswer Ask(int port, std::shared_ptr<const HttpTransport> transport) {
    HttpCall call;
    call.method = core::HttpMethod::kGet;
    call.url = Target(port).url;
    call.transport = std::move(transport);
    std::promise<HttpAnswer> promise;
    client_.Send(std::move(call),
                 [&promise](HttpAnswer answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  std::shared_ptr<HttpTransport> Trusting(const support::Certificate& authority) {
    auto transport = std::make_shared<HttpTransport>();
    transport->ca_certificates = support::ReadFile(authority.certificate_file);
    return transport;
  }
  void Show(const support::Certificate& certificate, HttpTransport* transport) {
    transport->client_certificate = support::ReadFile(certificate.certificate_file);
    transport->client_key =
        base::SecretText(std::string_view(support::ReadFile(certificate.key_file)));
  }

  EgressPolicy egress_rules_ = EgressPolicy::Create({}).value();
  HttpClient client_{HttpOptions(), &egress_rules_, &clock_};
};

TEST_F(HttpTransportTest, AuthoritiesAreTheTransports) {
  EXPECT_EQ(Ask(h2_port_, nullptr).transport.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Ask(h2_port_, Trusting(good_)).status, 200);
  EXPECT_EQ(Ask(h2_port_, Trusting(other_)).transport.code(), absl::StatusCode::kUnavailable);
  auto garbage = std::make_shared<HttpTransport>();
  garbage->ca_certificates = "not PEM";
  EXPECT_EQ(Ask(h2_port_, garbage).transport.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Ask(h2_port_, nullptr).transport.code(), absl::StatusCode::kUnavailable);
  auto anyone = std::make_shared<HttpTransport>();
  anyone->insecure_skip_verify = true;
  EXPECT_EQ(Ask(other_port_, anyone).status, 200);
  EXPECT_EQ(Ask(other_port_, nullptr).transport.code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpTransportTest, AClientCertificateIsShownByThoseAloneWhoHaveIt) {
  auto shown = Trusting(good_);
  Show(other_, shown.get());
  HttpAnswer answer = Ask(mutual_port_, shown);
  ASSERT_EQ(answer.status, 200) << answer.transport << answer.body;
  EXPECT_NE(answer.body.find("CN=other"), std::string::npos) << answer.body;
  EXPECT_EQ(Ask(mutual_port_, Trusting(good_)).status, 400);
  EXPECT_EQ(Ask(mutual_port_, shown).status, 200);
  auto wrong_key = Trusting(good_);
  Show(other_, wrong_key.get());
  wrong_key->client_key = base::SecretText(std::string_view(support::ReadFile(good_.key_file)));
  EXPECT_EQ(Ask(mutual_port_, wrong_key).transport.code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpTransportTest, TheServersNameMayBeAnother) {
  auto named = Trusting(other_);
  EXPECT_EQ(Ask(other_port_, named).transport.code(), absl::StatusCode::kUnavailable);
  named = Trusting(other_);
  named->server_name = "elsewhere.example";
  const HttpAnswer answer = Ask(other_port_, named);
  ASSERT_EQ(answer.status, 200) << answer.transport;
  EXPECT_NE(answer.body.find(" localhost:" + std::to_string(other_port_)), std::string::npos)
      << answer.body;
}

TEST_F(HttpTransportTest, TlsGoesThroughAProxy) {
  const int port = support::UnusedPort();
  support::WriteFile(dir_.File("proxy.conf"), "Port " + std::to_string(port) +
                                                  "\nListen 127.0.0.1\nTimeout 60\n"
                                                  "Allow 127.0.0.1\nMaxClients 10\n");
  support::ChildProcess proxy({"/usr/bin/tinyproxy", "-d", "-c", dir_.File("proxy.conf")},
                              dir_.File("proxy.log"));
  ASSERT_TRUE(support::AwaitListening(port, &proxy)) << support::ReadFile(dir_.File("proxy.log"));
  auto through = Trusting(good_);
  through->proxy = "http://127.0.0.1:" + std::to_string(port);
  HttpAnswer answer = Ask(h2_port_, through);
  ASSERT_EQ(answer.status, 200) << answer.transport;
  EXPECT_EQ(answer.body.rfind("HTTP/2.0 ", 0), 0u) << answer.body;
  EXPECT_NE(support::ReadFile(dir_.File("proxy.log")).find("CONNECT localhost:"),
            std::string::npos);
}

TEST_F(HttpTransportTest, TheEgressPolicyIsAskedAboutTheProxy) {
  support::HttpServer proxy([](const support::HttpServerRequest&) {
    support::HttpServerAnswer answer;
    answer.status = 403;
    return answer;
  });
  auto through = Trusting(good_);
  through->proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_EQ(Ask(h2_port_, through).transport.code(), absl::StatusCode::kUnavailable);
  ASSERT_EQ(proxy.request_count(), 1u);
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
  EgressOptions rules;
  rules.deny = {"127.0.0.1:" + std::to_string(proxy.port())};
  egress_rules_ = EgressPolicy::Create(rules).value();
  EXPECT_EQ(Ask(h2_port_, through).transport.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(proxy.request_count(), 1u);
}

}  // namespace
}  // namespace scheduler::dispatch
