#include "server/handlers/connection_test.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/attempt_results.h"
#include "tests/support/eventually.h"
#include "tests/unit/scheduler/dispatch/fakes.h"
#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;
using Stub = v1::ConnectionService::Stub;

// Answers each attempt at once, and keeps it; or holds them all.
class AnsweringExecutor final : public dispatch::Executor {
 public:
  std::string_view name() const override { return "answering"; }
  void Execute(core::ClaimedRun run, Done done) override {
    {
      scheduler::base::MutexLock lock(&mu_);
      runs_.push_back(std::move(run));
      if (hold_) {
        held_.push_back(std::move(done));
        return;
      }
    }
    done(answer);
  }
  void Cancel(const core::RunRef& /*run*/) override {}
  size_t max_in_flight() const override { return 100; }
  void Shutdown() override {}

  void Hold() {
    scheduler::base::MutexLock lock(&mu_);
    hold_ = true;
  }
  void Release() {
    std::vector<Done> held;
    {
      scheduler::base::MutexLock lock(&mu_);
      held.swap(held_);
    }
    for (const Done& done : held) done(answer);
  }
  std::vector<core::ClaimedRun> runs() const {
    scheduler::base::MutexLock lock(&mu_);
    return runs_;
  }
  size_t held() const {
    scheduler::base::MutexLock lock(&mu_);
    return held_.size();
  }

  dispatch::AttemptResult answer = dispatch::CompletedAttempt("HTTP/1.1 204 No Content");

 private:
  mutable scheduler::base::Mutex mu_;
  bool hold_ = false;
  std::vector<core::ClaimedRun> runs_;
  std::vector<Done> held_;
};

class ConnectionTestTest : public GrpcFixture {
 protected:
  ConnectionTestTest() {
    auto executor = std::make_unique<AnsweringExecutor>();
    executor_ = executor.get();
    dispatcher_.AddExecutor(core::kHttpLane, std::move(executor));
    env_.tester = &tester_;
  }

  static v1::Connection Example(const std::string& tag, const std::string& token = "hunter2") {
    v1::Connection connection;
    connection.set_tag(tag);
    v1::HttpSettings* http = (*connection.mutable_env())[""].mutable_http();
    http->set_base_url("https://billing.example.com");
    v1::Secret* secret = http->mutable_auth()->mutable_bearer()->mutable_token();
    if (!token.empty()) secret->set_value(token);
    return connection;
  }
  void Create(const std::string& tag) {
    v1::CreateConnectionRequest request;
    *request.mutable_connection() = Example(tag);
    v1::Connection out;
    ASSERT_EQ(Outcome(Call(connections_.get(), &Stub::CreateConnection, request, &out)), "OK");
  }
  std::string Test(const v1::TestConnectionRequest& request) {
    response_.Clear();
    return Outcome(Call(connections_.get(), &Stub::TestConnection, request, &response_));
  }
  std::string TestStored(const std::string& tag, const std::string& env = "") {
    v1::TestConnectionRequest request;
    request.set_tag(tag);
    request.set_env(env);
    return Test(request);
  }
  std::string TestGiven(const v1::Connection& connection) {
    v1::TestConnectionRequest request;
    *request.mutable_connection() = connection;
    return Test(request);
  }
  // The connection of the last attempt.
  const core::StoredConnection& Tested() {
    last_ = executor_->runs().back();
    return *last_.connections.at(0);
  }
  std::string TokenOf(const core::StoredConnection& connection) {
    const auto& http = std::get<core::HttpSettings>(connection.spec.env.at(""));
    const core::Secret& secret = std::get<core::BearerAuth>(http.auth).token;
    const std::string place =
        scheduler::secrets::PlaceOf(connection.spec, "env[].http.auth.bearer.token");
    const auto text = box_.Open(place, secret.sealed);
    return text.ok() ? std::string(text->view()) : text.status().ToString();
  }

  dispatch::FakeRunQueue queue_;
  dispatch::FakeRunPort port_;
  dispatch::Dispatcher dispatcher_{&queue_, &port_, &clock_};
  dispatch::EventTester tester_{&dispatcher_, &clock_, 7};
  AnsweringExecutor* executor_ = nullptr;
  core::ClaimedRun last_;
  v1::TestConnectionResponse response_;
};

TEST_F(ConnectionTestTest, AStoredOneIsExecutedAsAProbe) {
  Create("billing");
  ASSERT_EQ(TestStored("billing", "staging"), "OK");
  EXPECT_EQ(response_.state(), v1::Run::COMPLETED);
  EXPECT_FALSE(response_.has_error());
  EXPECT_EQ(response_.output(), "HTTP/1.1 204 No Content");
  EXPECT_TRUE(response_.has_start_time());
  EXPECT_TRUE(response_.has_end_time());
  EXPECT_EQ(TokenOf(Tested()), "hunter2");
  EXPECT_TRUE(last_.probe);
  EXPECT_EQ(last_.env, "staging");
  EXPECT_EQ(last_.attempt_timeout, 10'000);
}

TEST_F(ConnectionTestTest, AFailureIsAnAnswer) {
  Create("billing");
  executor_->answer = dispatch::FailedAttempt("UNAUTHENTICATED", "HTTP 401", 401);
  ASSERT_EQ(TestStored("billing"), "OK");
  EXPECT_EQ(response_.state(), v1::Run::FAILED);
  EXPECT_EQ(response_.error().code(), "UNAUTHENTICATED");
  EXPECT_EQ(response_.error().message(), "HTTP 401");
  EXPECT_EQ(response_.output(), "");
  executor_->answer = dispatch::CancelledAttempt();
  ASSERT_EQ(TestStored("billing"), "OK");
  EXPECT_EQ(response_.state(), v1::Run::CANCELLED);
}

TEST_F(ConnectionTestTest, AGivenOneNeedNotExist) {
  v1::TestConnectionRequest request;
  *request.mutable_connection() = Example("new");
  request.set_product("shop");
  ASSERT_EQ(Test(request), "OK");
  const core::StoredConnection first = Tested();
  EXPECT_EQ(first.spec.product, "shop");
  EXPECT_EQ(first.spec.tag, "new");
  EXPECT_EQ(TokenOf(first), "hunter2");
  // What one opened is of no other.
  ASSERT_EQ(Test(request), "OK");
  EXPECT_NE(Tested().uid, first.uid);
  EXPECT_GE(first.uid, core::Uid{1} << 63);
  // And it is not stored.
  EXPECT_EQ(TestStored("new"), "NOT_FOUND CONNECTION_NOT_FOUND");
}

TEST_F(ConnectionTestTest, NoStoredSecretGoesToWhereAGivenOneLeads) {
  Create("billing");
  v1::Connection changed = Example("billing", "");
  (*changed.mutable_env())[""].mutable_http()->set_base_url("https://elsewhere.example.com");
  const std::string required =
      "INVALID_ARGUMENT FIELD_REQUIRED connection.env[].http.auth.bearer.token";
  EXPECT_EQ(TestGiven(changed), required);
  // As it was read.
  (*changed.mutable_env())[""]
      .mutable_http()
      ->mutable_auth()
      ->mutable_bearer()
      ->mutable_token()
      ->set_stored(true);
  EXPECT_EQ(TestGiven(changed), required);
  EXPECT_TRUE(executor_->runs().empty());
}

TEST_F(ConnectionTestTest, WrongRequestsAreNotExecuted) {
  EXPECT_EQ(Test({}), "INVALID_ARGUMENT FIELD_REQUIRED tag");
  EXPECT_EQ(TestStored("no tag"), "INVALID_ARGUMENT FIELD_INVALID tag");
  EXPECT_EQ(TestStored("absent"), "NOT_FOUND CONNECTION_NOT_FOUND");
  EXPECT_EQ(TestStored("billing", "no env"), "INVALID_ARGUMENT FIELD_INVALID env");
  v1::TestConnectionRequest both;
  both.set_tag("billing");
  *both.mutable_connection() = Example("billing");
  EXPECT_EQ(Test(both), "INVALID_ARGUMENT FIELD_INVALID connection");
  EXPECT_EQ(TestGiven({}), "INVALID_ARGUMENT FIELD_REQUIRED connection.tag");
  v1::Connection denied = Example("billing");
  (*denied.mutable_env())[""]
      .mutable_http()
      ->mutable_auth()
      ->mutable_bearer()
      ->mutable_token()
      ->set_file("/etc/passwd");
  EXPECT_EQ(TestGiven(denied), "FAILED_PRECONDITION SECRET_SOURCE_DENIED");
  const scheduler::secrets::AeadBox none{scheduler::secrets::KeyRing()};
  env_.secret_box = &none;
  EXPECT_EQ(TestGiven(Example("billing")), "FAILED_PRECONDITION SECRETS_KEY_MISSING");
  env_.secret_box = &box_;
  EXPECT_TRUE(executor_->runs().empty());
}

TEST_F(ConnectionTestTest, TooManyAtOnceAreRefused) {
  Create("billing");
  executor_->Hold();
  constexpr size_t kMost = dispatch::EventTester::kMaxAtOnce;
  v1::TestConnectionRequest request;
  request.set_tag("billing");
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts(kMost);
  std::vector<v1::TestConnectionResponse> responses(kMost);
  std::vector<grpc::Status> statuses(kMost);
  grpc::CompletionQueue queue;
  using Reader = grpc::ClientAsyncResponseReader<v1::TestConnectionResponse>;
  std::vector<std::unique_ptr<Reader>> readers;
  for (size_t i = 0; i < kMost; ++i) {
    contexts[i] = std::make_unique<grpc::ClientContext>();
    readers.push_back(connections_->AsyncTestConnection(contexts[i].get(), request, &queue));
    readers.back()->Finish(&responses[i], &statuses[i], nullptr);
  }
  ASSERT_TRUE(support::Eventually([this] { return executor_->held() == kMost; }));
  EXPECT_EQ(TestStored("billing"), "RESOURCE_EXHAUSTED OVERLOADED");
  executor_->Release();
  void* tag = nullptr;
  bool ok = false;
  for (size_t i = 0; i < kMost; ++i) ASSERT_TRUE(queue.Next(&tag, &ok));
  for (const grpc::Status& status : statuses) EXPECT_EQ(Outcome(status), "OK");
  queue.Shutdown();
}

}  // namespace
}  // namespace server
