#include "server/handlers/event_test.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/text.h"
#include "server/converters/event_converter.h"
#include "server/converters/json.h"
#include "server/converters/text.h"
#include "server/handlers/test_outcome.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using TestCall = UnaryCall<v1::TestEventRequest, v1::TestEventResponse>;

// The beginning of what was sent or answered, as UTF-8.
std::string Shown(const std::string& text) {
  constexpr std::string_view kMore = "...";
  bool cut = false;
  std::string shown = dispatch::ToUtf8(text, limits::kMaxTraceBytes, &cut);
  if (!cut) return shown;
  return dispatch::ToUtf8(text, limits::kMaxTraceBytes - kMore.size(), &cut).append(kMore);
}

void ResultToProto(const dispatch::EventTester::Result& result, const core::RunKey& key,
                   v1::TestEventResponse* out) {
  FillOutcome(result, out);
  const auto& output = result.attempt.output;
  out->set_output_truncated(output != nullptr && output->truncated);
  out->set_run_id(core::FormatRunId(key));
  out->set_request(Shown(result.request));
  out->set_response(Shown(result.response));
}

// One test, from the call to its answer. It holds itself by what it waits for.
class EventTest : public std::enable_shared_from_this<EventTest> {
 public:
  EventTest(const HandlerEnv& env, TestCall call) : env_(env), call_(std::move(call)) {}

  void Start() {
    if (const absl::Status status = ReadRun(); !status.ok()) return call_.Fail(status);
    const v1::TestEventRequest& request = call_.request();
    if (request.has_event()) {
      auto event = ToEvent(request.event(),
                           request.product().empty() ? env_.default_product : request.product());
      if (!event.ok()) return call_.Fail(event.status());
      return UseEvent(*std::move(event));
    }
    const auto name =
        ToEventName(request.product(), request.event_type(), request.tag(), env_.default_product);
    if (!name.ok()) return call_.Fail(name.status());
    env_.engine().GetEvent(name->product, name->key,
                           [self = shared_from_this()](absl::StatusOr<engine::EventView> view) {
                             if (!view.ok()) return self->call_.Fail(view.status());
                             self->UseEvent(std::move(view->event));
                           });
  }

 private:
  absl::Status ReadRun() {
    const v1::TestEventRequest& request = call_.request();
    if (request.has_event() &&
        (!request.tag().empty() || request.event_type() != v1::Event::TYPE_UNSPECIFIED)) {
      return errors::FieldInvalid("event", "cannot be given together with event_type and tag");
    }
    DUCTAPE_RETURN_IF_ERROR(CheckEnv("env", request.env()));
    run_.env = request.env();
    if (request.has_input()) {
      DUCTAPE_ASSIGN_OR_RETURN(run_.input_json,
                               ToJson("input", request.input(), limits::kMaxInputBytes));
    }
    return absl::OkStatus();
  }

  void UseEvent(core::Event event) {
    if (std::holds_alternative<core::WorkerTarget>(event.target)) {
      return call_.Fail(
          errors::FieldInvalid(call_.request().has_event() ? "event.worker" : "tag",
                               "a worker's event cannot be tested: make a job of it and run that"));
    }
    run_.product = event.product;
    run_.job_tag = event.key.tag;
    run_.job_name = "Test of " + event.key.tag;
    run_.attempt_timeout =
        event.attempt_timeout != 0 ? event.attempt_timeout : limits::kDefaultAttemptTimeout;
    for (const std::string_view tag : core::ConnectionsOf(event.target)) tags_.emplace_back(tag);
    run_.event = std::make_shared<const core::Event>(std::move(event));
    FindNextConnection();
  }

  // Those that do not exist are left out: the attempt tells of them.
  void FindNextConnection() {
    if (tags_.empty()) return Execute();
    const std::string tag = std::move(tags_.back());
    tags_.pop_back();
    env_.engine().GetConnection(
        run_.product, tag,
        [self = shared_from_this()](absl::StatusOr<engine::ConnectionView> view) {
          if (view.ok()) {
            self->run_.connections.push_back(
                std::make_shared<const core::StoredConnection>(std::move(view->connection)));
          } else if (!absl::IsNotFound(view.status())) {
            return self->call_.Fail(view.status());
          }
          self->FindNextConnection();
        });
  }

  void Execute() {
    run_.attempt_timeout = AttemptTimeIn(call_, run_.attempt_timeout);
    const absl::Status status = env_.event_tester().Test(
        std::move(run_), &key_,
        [self = shared_from_this()](const dispatch::EventTester::Result& result) {
          self->env_.replies->Post([self, result] {
            ResultToProto(result, self->key_, self->call_.response());
            self->call_.Succeed();
          });
        });
    if (!status.ok()) call_.Fail(status);
  }

  const HandlerEnv& env_;
  TestCall call_;
  core::ClaimedRun run_;
  core::RunKey key_;
  std::vector<std::string> tags_;  // of connections that are still to be found
};

}  // namespace

void StartEventTest(const HandlerEnv& env, TestCall call) {
  std::make_shared<EventTest>(env, std::move(call))->Start();
}

}  // namespace server
