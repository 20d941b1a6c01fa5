#include "tests/bench/load/jobs.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "grpcpp/create_channel.h"

namespace bench {

namespace v1 = ductape::jobs::v1;

namespace {

void SetTime(int64_t millis, google::protobuf::Timestamp* out) {
  out->set_seconds(millis / 1000);
  out->set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
}

// Prime to every interval that is used, so that consecutive jobs have distant phases.
constexpr int64_t kPhaseStep = 7919;

}  // namespace

void FillCreate(const JobPlan& plan, int64_t number, v1::CreateJobRequest* request) {
  v1::Job* job = request->mutable_job();
  job->set_tag(absl::StrFormat("%s%010d", plan.prefix, number));
  job->set_name("Bench");
  job->set_event_type(v1::Event::ACTION);
  job->set_event_tag(plan.event);
  if (plan.at_millis != 0) {
    job->set_executions(1);
    SetTime(plan.at_millis, job->mutable_times()->add_at());
    return;
  }
  job->set_executions(0);
  if (!plan.cron_zone.empty()) {
    job->set_cron(absl::StrFormat("%d %d * * *", number % 60, number / 60 % 24));
    job->set_time_zone(plan.cron_zone);
    SetTime(plan.start_millis, job->mutable_start_time());
    return;
  }
  job->set_intervals(plan.interval_millis);
  SetTime(plan.start_millis + number * kPhaseStep % plan.interval_millis,
          job->mutable_start_time());
}

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void CreateEvent(const std::string& address, const std::string& url) {
  v1::CreateEventRequest request;
  v1::Event* event = request.mutable_event();
  event->set_event_type(v1::Event::ACTION);
  event->set_tag(kEventTag);
  if (url.empty()) {
    event->mutable_worker();
  } else {
    event->mutable_http()->set_url(url);
  }
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::Event created;
  const grpc::Status status =
      v1::EventService::NewStub(OpenChannel(address))->CreateEvent(&context, request, &created);
  if (status.ok() || status.error_code() == grpc::StatusCode::ALREADY_EXISTS) return;
  std::fprintf(stderr, "bench: create event: %s\n", status.error_message().c_str());
  std::exit(1);
}

}  // namespace bench
