// ductape-jobsd as an operator meets it: start, probes, drain, restart, refusals.

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "grpc/channelz/v1/channelz.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/http_get.h"
#include "tests/support/http_server.h"
#include "tests/support/server_process.h"

namespace tests::e2e {
namespace {

namespace v1 = ductape::jobs::v1;
namespace health = grpc::health::v1;
using support::HttpGet;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

// A connection that no other channel shares.
std::shared_ptr<grpc::Channel> OwnChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status Info(const std::shared_ptr<grpc::Channel>& channel, v1::GetServerInfoResponse* info) {
  grpc::ClientContext context;
  return v1::AdminService::NewStub(channel)->GetServerInfo(&context, {}, info);
}

void CreateEvent(const std::shared_ptr<grpc::Channel>& channel, const std::string& url) {
  v1::CreateEventRequest request;
  request.mutable_event()->set_event_type(v1::Event::ACTION);
  request.mutable_event()->set_tag("e");
  request.mutable_event()->mutable_http()->set_url(url);
  grpc::ClientContext context;
  v1::Event event;
  ASSERT_TRUE(v1::EventService::NewStub(channel)->CreateEvent(&context, request, &event).ok());
}

void CreateJob(const std::shared_ptr<grpc::Channel>& channel, const std::string& tag,
               int64_t executions, int overlapping = 0) {
  v1::CreateJobRequest request;
  v1::Job* job = request.mutable_job();
  job->set_tag(tag);
  job->set_name("n");
  job->set_event_type(v1::Event::ACTION);
  job->set_event_tag("e");
  job->set_executions(executions);
  job->set_intervals(10);
  if (overlapping > 0) {
    job->mutable_overlap_policy()->set_mode(v1::OverlapPolicy::ALLOW);
    job->mutable_overlap_policy()->set_limit(overlapping);
  }
  grpc::ClientContext context;
  v1::Job created;
  ASSERT_TRUE(v1::JobService::NewStub(channel)->CreateJob(&context, request, &created).ok());
}

v1::Job GetJob(const std::shared_ptr<grpc::Channel>& channel, const std::string& tag) {
  v1::GetJobRequest request;
  request.set_tag(tag);
  grpc::ClientContext context;
  v1::Job job;
  EXPECT_TRUE(v1::JobService::NewStub(channel)->GetJob(&context, request, &job).ok());
  return job;
}

TEST(ServerTest, AnswersProbesAndScrapes) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  for (const char* path : {"/livez", "/readyz", "/startupz"}) {
    EXPECT_EQ(HttpGet(server.http_address(), path).rfind("HTTP/1.1 200", 0), 0u) << path;
  }
  const auto channel = Channel(server.grpc_address());
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(Info(channel, &info).ok());
  EXPECT_EQ(info.store(), "rocksdb");
  EXPECT_EQ(info.epoch(), 1);
  EXPECT_EQ(info.server_id().size(), 32u);
  const std::string metrics = HttpGet(server.http_address(), "/metrics");
  constexpr const char* kHandled =
      "grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"ductape.jobs.v1.AdminService\","
      "grpc_method=\"GetServerInfo\",grpc_code=\"OK\"} 1\n";
  for (const char* line :
       {"ductape_jobs_jobs 0\n", "ductape_jobs_commits_total ", "\nductape_jobs_journal_bytes 0\n",
        "ductape_jobs_cache_bytes{cache=\"inputs\"} 0\nductape_jobs_cache_bytes{cache=\"blocks\"} ",
        "\nductape_jobs_cache_bytes{cache=\"write_buffers\"} ", "process_resident_memory_bytes ",
        kHandled}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line;
  }
  grpc::ClientContext context;
  health::HealthCheckRequest request;
  request.set_service("ductape.jobs.v1.JobService");
  health::HealthCheckResponse response;
  ASSERT_TRUE(health::Health::NewStub(channel)->Check(&context, request, &response).ok());
  EXPECT_EQ(response.status(), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

TEST(ServerTest, KeepsWhatItHasOverARestart) {
  support::HttpServer target([](const auto&) { return support::HttpServerAnswer(); });
  ServerProcess server;
  ASSERT_TRUE(server.Start());
  auto channel = Channel(server.grpc_address());
  CreateEvent(channel, target.url("/"));
  CreateJob(channel, "j", 3);
  while (GetJob(channel, "j").state() != v1::Job::COMPLETED) std::this_thread::yield();
  v1::GetServerInfoResponse before;
  ASSERT_TRUE(Info(channel, &before).ok());
  EXPECT_EQ(server.Stop(SIGTERM), 0);

  ASSERT_TRUE(server.Start());
  channel = Channel(server.grpc_address());
  const v1::Job job = GetJob(channel, "j");
  EXPECT_EQ(job.state(), v1::Job::COMPLETED);
  EXPECT_EQ(job.execution_count(), 3);
  EXPECT_EQ(job.last_run().state(), v1::Run::COMPLETED);
  EXPECT_EQ(target.request_count(), 3u);
  v1::GetServerInfoResponse after;
  ASSERT_TRUE(Info(channel, &after).ok());
  EXPECT_EQ(after.server_id(), before.server_id());
  EXPECT_GT(after.epoch(), before.epoch());
  EXPECT_EQ(server.Stop(SIGKILL), 128 + SIGKILL);
  ASSERT_TRUE(server.Start());
  EXPECT_EQ(GetJob(Channel(server.grpc_address()), "j").execution_count(), 3);
}

TEST(ServerTest, DrainsUntilAttemptsHaveEnded) {
  std::atomic<bool> answer{false};
  support::HttpServer target([&answer](const auto&) {
    while (!answer) std::this_thread::yield();
    return support::HttpServerAnswer();
  });
  ServerProcess server({"--drain-timeout", "60s"});
  ASSERT_TRUE(server.Start());
  const auto channel = Channel(server.grpc_address());
  CreateEvent(channel, target.url("/"));
  CreateJob(channel, "j", 1);
  while (GetJob(channel, "j").last_run().state() != v1::Run::RUNNING) std::this_thread::yield();

  grpc::ClientContext watch_context;
  auto watch = health::Health::NewStub(channel)->Watch(&watch_context, {});
  health::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), health::HealthCheckResponse::SERVING);
  kill(server.pid(), SIGTERM);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), health::HealthCheckResponse::NOT_SERVING);
  // Reads are served, changes are not.
  EXPECT_EQ(GetJob(channel, "j").last_run().state(), v1::Run::RUNNING);
  v1::PauseJobRequest pause;
  pause.set_tag("absent");
  grpc::StatusCode code = grpc::StatusCode::NOT_FOUND;
  while (code == grpc::StatusCode::NOT_FOUND) {
    grpc::ClientContext context;
    v1::Job ignored;
    code = v1::JobService::NewStub(channel)->PauseJob(&context, pause, &ignored).error_code();
  }
  EXPECT_EQ(code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(HttpGet(server.http_address(), "/readyz").rfind("HTTP/1.1 503", 0), 0u);
  EXPECT_EQ(HttpGet(server.http_address(), "/livez").rfind("HTTP/1.1 200", 0), 0u);
  answer = true;
  EXPECT_EQ(server.Stop(0), 0);
  watch->Finish();

  ASSERT_TRUE(server.Start());
  EXPECT_EQ(GetJob(Channel(server.grpc_address()), "j").stats().completed(), 1);
  EXPECT_EQ(target.request_count(), 1u);
}

TEST(ServerTest, ASecondSignalMakesItHurry) {
  support::HttpServer target([](const auto&) {
    support::HttpServerAnswer answer;
    answer.kind = support::HttpServerAnswer::Kind::kHang;
    return answer;
  });
  ServerProcess server({"--drain-timeout", "10m"});
  ASSERT_TRUE(server.Start());
  const auto channel = Channel(server.grpc_address());
  CreateEvent(channel, target.url("/"));
  CreateJob(channel, "j", 1);
  while (target.request_count() == 0) std::this_thread::yield();
  kill(server.pid(), SIGTERM);
  // Two signals at once are one to the kernel.
  while (HttpGet(server.http_address(), "/readyz").rfind("HTTP/1.1 200", 0) == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

TEST(ServerTest, ASecondServerIsRefused) {
  ServerProcess first;
  ASSERT_TRUE(first.Start());
  ServerProcess same_port({"--listen", first.grpc_address()});
  EXPECT_FALSE(same_port.Start());
  EXPECT_EQ(same_port.Stop(0), 1);
  EXPECT_NE(ReadAll(same_port.log_file()).find("cannot listen on " + first.grpc_address()),
            std::string::npos);
  ServerProcess same_data({}, first.data_dir());
  EXPECT_FALSE(same_data.Start());
  EXPECT_EQ(same_data.Stop(0), 1);
  EXPECT_NE(ReadAll(same_data.log_file()).find("in use"), std::string::npos)
      << ReadAll(same_data.log_file());
  v1::GetServerInfoResponse info;
  EXPECT_TRUE(Info(Channel(first.grpc_address()), &info).ok());
}

TEST(ServerTest, AWrongCommandLineIsExplained) {
  ServerProcess server({"--listen", "nonsense"});
  EXPECT_FALSE(server.Start());
  EXPECT_EQ(server.Stop(0), 2);
  EXPECT_NE(ReadAll(server.log_file()).find("nonsense"), std::string::npos);
  ServerProcess open({"--listen", "0.0.0.0:0"});
  EXPECT_FALSE(open.Start());
  EXPECT_EQ(open.Stop(0), 2);
  EXPECT_NE(ReadAll(open.log_file()).find("--insecure-plaintext"), std::string::npos);
}

// gRPC 1.51 stops accepting for good when descriptors run out, and a store that cannot open a file
// cannot write. Clients that only connect get their part and no more: jobs fire on, and when the
// clients are gone others are let in.
TEST(ServerTest, IdleConnectionsLeaveDescriptorsToTheRest) {
  support::HttpServer answering([](const auto&) { return support::HttpServerAnswer(); });
  ServerProcess server;
  server.SetLauncher({"prlimit", "--nofile=256:256"});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  CreateEvent(Channel(server.grpc_address()), answering.url("/"));
  CreateJob(Channel(server.grpc_address()), "j", 0);
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string& address = server.grpc_address();
  target.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  std::vector<int> connections;
  for (int i = 0; i < 400; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    // It goes on by itself.
    [[maybe_unused]] const int begun =
        connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof(target));
    connections.push_back(fd);
  }
  // What is let in is answered by HTTP/2's settings, what is refused is closed: both are readable.
  for (const int fd : connections) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&entry, 1, 30'000), 1);
  }
  const size_t before = answering.request_count();
  while (answering.request_count() < before + 300 && server.alive()) std::this_thread::yield();
  for (const int fd : connections) close(fd);
  v1::GetServerInfoResponse info;
  while (!Info(OwnChannel(address), &info).ok() && server.alive()) std::this_thread::yield();
  EXPECT_EQ(server.Stop(SIGTERM), 0) << ReadAll(server.log_file());
  const std::string log = ReadAll(server.log_file());
  EXPECT_NE(log.find("the limit on open files is low"), std::string::npos);
  EXPECT_EQ(log.find("Too many open files"), std::string::npos);
}

// More runs are due than there are descriptors, and their target is slow.
TEST(ServerTest, SlowTargetsLeaveDescriptorsToTheStore) {
  std::atomic<bool> answer{false};
  support::HttpServer target([&answer](const auto&) {
    support::HttpServerAnswer result;
    if (!answer) result.kind = support::HttpServerAnswer::Kind::kHang;
    return result;
  });
  ServerProcess server({"--drain-timeout", "1s"});
  server.SetLauncher({"prlimit", "--nofile=256:256"});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  auto channel = Channel(server.grpc_address());
  CreateEvent(channel, target.url("/"));
  CreateJob(channel, "j", 400, /*overlapping=*/1000);
  const auto runs = [&channel] { return GetJob(channel, "j").execution_count(); };
  while (runs() < 400 && server.alive()) std::this_thread::yield();
  EXPECT_GT(target.request_count(), 0u);
  EXPECT_LT(target.request_count(), 64u);
  EXPECT_EQ(server.Stop(SIGTERM), 0) << ReadAll(server.log_file());

  answer = true;  // the runs that are open are delivered again
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  channel = Channel(server.grpc_address());
  while (GetJob(channel, "j").state() != v1::Job::COMPLETED && server.alive()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(GetJob(channel, "j").stats().completed(), 400);
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

// Refused calls, calls that go well, and a server that logs each of them.
void MakeLoggedCalls(const ServerProcess& server, int count) {
  const auto channel = Channel(server.grpc_address());
  for (int i = 0; i < count; ++i) {
    v1::GetServerInfoResponse info;
    ASSERT_TRUE(Info(channel, &info).ok());
    v1::GetJobRequest request;
    request.set_tag("not a tag");
    grpc::ClientContext context;
    v1::Job job;
    ASSERT_EQ(v1::JobService::NewStub(channel)->GetJob(&context, request, &job).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST(ServerTest, ALogThatNobodyReadsKeepsNobodyWaiting) {
  ServerProcess server({"--log-level", "debug"});
  ASSERT_EQ(mkfifo(server.log_file().c_str(), 0600), 0);
  const int reader = open(server.log_file().c_str(), O_RDWR | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  ASSERT_TRUE(server.Start());
  MakeLoggedCalls(server, 500);  // a pipe holds about 250 lines
  EXPECT_EQ(server.Stop(SIGTERM), 0);
  char first = 0;
  EXPECT_EQ(read(reader, &first, 1), 1);
  EXPECT_EQ(first, '{');
  close(reader);
}

TEST(ServerTest, AFullDiskOfTheLogHarmsNothing) {
  ServerProcess server({"--log-level", "debug"});
  ASSERT_EQ(symlink("/dev/full", server.log_file().c_str()), 0);
  ASSERT_TRUE(server.Start());
  MakeLoggedCalls(server, 20);
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

std::shared_ptr<grpc::Channel> TlsChannel(const std::string& address, const std::string& root,
                                          const std::string& key = "",
                                          const std::string& certificate = "") {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  return grpc::CreateCustomChannel(
      address,
      grpc::SslCredentials({ReadAll(root), key.empty() ? "" : ReadAll(key),
                            certificate.empty() ? "" : ReadAll(certificate)}),
      arguments);
}

TEST(ServerTest, TlsFollowsItsFiles) {
  const support::TempDir dir;
  const auto a = support::MakeCertificate(dir, "a", "DNS:localhost,IP:127.0.0.1");
  const auto b = support::MakeCertificate(dir, "b", "DNS:localhost,IP:127.0.0.1");
  support::WriteFile(dir.File("cert.pem"), ReadAll(a.certificate_file));
  support::WriteFile(dir.File("key.pem"), ReadAll(a.key_file));
  ServerProcess server({"--tls-cert", dir.File("cert.pem"), "--tls-key", dir.File("key.pem")});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  v1::GetServerInfoResponse info;
  EXPECT_TRUE(Info(TlsChannel(server.grpc_address(), a.certificate_file), &info).ok());
  EXPECT_FALSE(Info(TlsChannel(server.grpc_address(), b.certificate_file), &info).ok());
  EXPECT_FALSE(Info(Channel(server.grpc_address()), &info).ok());
  support::WriteFile(dir.File("key.pem"), ReadAll(b.key_file));
  support::WriteFile(dir.File("cert.pem"), ReadAll(b.certificate_file));
  while (!Info(TlsChannel(server.grpc_address(), b.certificate_file), &info).ok()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

// One file is replaced after the other, as anything that rotates certificates does it; or badly.
TEST(ServerTest, TlsStaysWithItsPairUntilThereIsAnother) {
  const support::TempDir dir;
  const auto a = support::MakeCertificate(dir, "a", "DNS:localhost,IP:127.0.0.1");
  const auto b = support::MakeCertificate(dir, "b", "DNS:localhost,IP:127.0.0.1");
  support::WriteFile(dir.File("cert.pem"), ReadAll(a.certificate_file));
  support::WriteFile(dir.File("key.pem"), ReadAll(a.key_file));
  ServerProcess server({"--tls-cert", dir.File("cert.pem"), "--tls-key", dir.File("key.pem")});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  v1::GetServerInfoResponse info;
  const auto await_log = [&server](const std::string& text) {
    while (ReadAll(server.log_file()).find(text) == std::string::npos && server.alive()) {
      std::this_thread::yield();
    }
  };
  // Until gRPC has looked at its files again too, as it does each second.
  const auto calls_go_well = [&](const std::string& root) {
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(Info(TlsChannel(server.grpc_address(), root), &info).ok());
    }
  };
  support::WriteFile(dir.File("cert.pem"), ReadAll(b.certificate_file));
  await_log("is not the key of");
  calls_go_well(a.certificate_file);
  support::WriteFile(dir.File("cert.pem"), "garbage");
  await_log("holds no PEM certificate");
  calls_go_well(a.certificate_file);
  support::WriteFile(dir.File("cert.pem"), ReadAll(b.certificate_file));
  support::WriteFile(dir.File("key.pem"), ReadAll(b.key_file));
  while (!Info(TlsChannel(server.grpc_address(), b.certificate_file), &info).ok()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

TEST(ServerTest, MutualTlsKeepsStrangersOut) {
  const support::TempDir dir;
  const auto own = support::MakeCertificate(dir, "own", "DNS:localhost,IP:127.0.0.1");
  const auto friends = support::MakeCertificate(dir, "friend", "DNS:friend");
  const auto stranger = support::MakeCertificate(dir, "stranger", "DNS:stranger");
  ServerProcess server({"--tls-cert", own.certificate_file, "--tls-key", own.key_file,
                        "--tls-client-ca", friends.certificate_file});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  v1::GetServerInfoResponse info;
  const std::string address = server.grpc_address();
  EXPECT_TRUE(
      Info(TlsChannel(address, own.certificate_file, friends.key_file, friends.certificate_file),
           &info)
          .ok());
  EXPECT_FALSE(
      Info(TlsChannel(address, own.certificate_file, stranger.key_file, stranger.certificate_file),
           &info)
          .ok());
  EXPECT_FALSE(Info(TlsChannel(address, own.certificate_file), &info).ok());
}

std::string Channelz(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  grpc::channelz::v1::GetServersResponse servers;
  const grpc::Status status =
      grpc::channelz::v1::Channelz::NewStub(channel)->GetServers(&context, {}, &servers);
  if (status.ok()) return servers.server_size() > 0 ? "served" : "empty";
  return status.error_code() == grpc::StatusCode::UNIMPLEMENTED ? "absent" : "failed";
}

TEST(ServerTest, ChannelzIsServedOnLoopback) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  EXPECT_EQ(Channelz(Channel(server.grpc_address())), "served");
}

TEST(ServerTest, AnAdminListenerHasChannelzOnly) {
  const support::TempDir dir;
  const std::string admin_address = "unix:" + dir.File("admin");
  ServerProcess server(
      {"--listen", "0.0.0.0:0", "--insecure-plaintext", "--admin-listen", admin_address});
  ASSERT_TRUE(server.Start()) << ReadAll(server.log_file());
  EXPECT_EQ(Channelz(Channel(server.grpc_address())), "absent");
  const auto admin = Channel(admin_address);
  EXPECT_EQ(Channelz(admin), "served");
  grpc::ClientContext context;
  health::HealthCheckResponse response;
  EXPECT_TRUE(health::Health::NewStub(admin)->Check(&context, {}, &response).ok());
  v1::GetServerInfoResponse info;
  EXPECT_EQ(Info(admin, &info).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(server.Stop(SIGTERM), 0);
}

}  // namespace
}  // namespace tests::e2e
