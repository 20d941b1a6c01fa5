#ifndef TESTS_UNIT_SERVER_GRPC_FIXTURE_H_
#define TESTS_UNIT_SERVER_GRPC_FIXTURE_H_

#include <memory>
#include <string>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "scheduler/secrets/aead_box.h"
#include "server/handlers/admin_handler.h"
#include "server/handlers/calendar_handler.h"
#include "server/handlers/connection_handler.h"
#include "server/handlers/event_handler.h"
#include "server/handlers/job_handler.h"
#include "server/handlers/run_handler.h"
#include "tests/support/fake_service.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/server/outcome.h"

namespace server {

// A server in this process, on a channel in this process, over a fake engine.
class GrpcFixture : public testing::Test {
 protected:
  explicit GrpcFixture(const CallLimits& limits = {}) : gate_(&clock_, limits) {
    env_.gate = &gate_;
    env_.replies = &replies_;
    env_.bulk = &bulk_;
    env_.tokens = &tokens_;
    env_.service = &engine_;
    env_.secret_box = &box_;
    env_.policy = &policy_;
    jobs_handler_ = std::make_unique<JobHandler>(&env_);
    runs_handler_ = std::make_unique<RunHandler>(&env_);
    events_handler_ = std::make_unique<EventHandler>(&env_);
    calendars_handler_ = std::make_unique<CalendarHandler>(&env_);
    connections_handler_ = std::make_unique<ConnectionHandler>(&env_);
    admin_handler_ = std::make_unique<AdminHandler>(&env_, "2025b");
    grpc::ServerBuilder builder;
    builder.RegisterService(jobs_handler_.get());
    builder.RegisterService(runs_handler_.get());
    builder.RegisterService(events_handler_.get());
    builder.RegisterService(calendars_handler_.get());
    builder.RegisterService(connections_handler_.get());
    builder.RegisterService(admin_handler_.get());
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
    jobs_ = ductape::jobs::v1::JobService::NewStub(channel_);
    runs_ = ductape::jobs::v1::RunService::NewStub(channel_);
    events_ = ductape::jobs::v1::EventService::NewStub(channel_);
    calendars_ = ductape::jobs::v1::CalendarService::NewStub(channel_);
    connections_ = ductape::jobs::v1::ConnectionService::NewStub(channel_);
    admin_ = ductape::jobs::v1::AdminService::NewStub(channel_);
    gate_.SetPhase(CallGate::Phase::kServing);
  }

  ~GrpcFixture() override {
    engine_.Release();
    server_->Shutdown();
  }

  // The status of one call; `response` is filled.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub* stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return (stub->*method)(&context, request, response);
  }

  scheduler::base::ManualClock clock_{scheduler::engine::FakeService::kNow, 1'000'000'000};
  CallGate gate_;
  WorkPool replies_{"replies", 1, 1000};
  WorkPool bulk_{"bulk", 1, 1000};
  PageTokens tokens_{"key"};
  scheduler::engine::FakeService engine_;
  // One key, and only files below /run/secrets.
  const scheduler::secrets::AeadBox box_{
      scheduler::secrets::KeyRing::Parse("k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=")
          .value()};
  const scheduler::secrets::SecretPolicy policy_{{{"/run/secrets"}, {"JOB_"}, {}}};
  HandlerEnv env_;
  std::unique_ptr<JobHandler> jobs_handler_;
  std::unique_ptr<RunHandler> runs_handler_;
  std::unique_ptr<EventHandler> events_handler_;
  std::unique_ptr<CalendarHandler> calendars_handler_;
  std::unique_ptr<ConnectionHandler> connections_handler_;
  std::unique_ptr<AdminHandler> admin_handler_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ductape::jobs::v1::JobService::Stub> jobs_;
  std::unique_ptr<ductape::jobs::v1::RunService::Stub> runs_;
  std::unique_ptr<ductape::jobs::v1::EventService::Stub> events_;
  std::unique_ptr<ductape::jobs::v1::CalendarService::Stub> calendars_;
  std::unique_ptr<ductape::jobs::v1::ConnectionService::Stub> connections_;
  std::unique_ptr<ductape::jobs::v1::AdminService::Stub> admin_;
};

}  // namespace server

#endif  // TESTS_UNIT_SERVER_GRPC_FIXTURE_H_
