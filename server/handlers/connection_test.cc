#include "server/handlers/connection_test.h"

#include <memory>
#include <string>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/dispatch/connection_probe.h"
#include "server/converters/connection_secrets.h"
#include "server/converters/resource_name.h"
#include "server/converters/text.h"
#include "server/handlers/test_outcome.h"

namespace server {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;
using TestCall = UnaryCall<v1::TestConnectionRequest, v1::TestConnectionResponse>;

// Somebody waits for the answer, and what takes longer than this is of no use to runs either.
constexpr base::Millis kAttemptTimeout = 10 * base::kSecond;

// One test, from the call to its answer. It holds itself by what it waits for.
class ConnectionTest : public std::enable_shared_from_this<ConnectionTest> {
 public:
  ConnectionTest(const HandlerEnv& env, TestCall call) : env_(env), call_(std::move(call)) {}

  void Start() {
    const v1::TestConnectionRequest& request = call_.request();
    if (request.has_connection() && !request.tag().empty()) {
      return call_.Fail(errors::FieldInvalid("connection", "cannot be given together with tag"));
    }
    if (const absl::Status s = CheckEnv("env", request.env()); !s.ok()) return call_.Fail(s);
    if (request.has_connection()) return TakeGiven();
    const auto name = ToResourceName(request.product(), request.tag(), env_.default_product);
    if (!name.ok()) return call_.Fail(name.status());
    env_.engine().GetConnection(
        name->product, name->tag,
        [self = shared_from_this()](absl::StatusOr<engine::ConnectionView> view) {
          if (!view.ok()) return self->call_.Fail(view.status());
          self->Execute(
              std::make_shared<const core::StoredConnection>(std::move(view->connection)));
        });
  }

 private:
  void TakeGiven() {
    auto spec = ReadGiven();
    if (!spec.ok()) return call_.Fail(spec.status());
    auto given = std::make_shared<core::StoredConnection>();
    given->spec = *std::move(spec);
    // Its own, so that it shares nothing that was opened with other settings.
    given->uid = env_.event_tester().NewUid();
    given->generation = 1;
    Execute(std::move(given));
  }

  // No secret is taken from the connection that is stored under its tag: it would be sent to wherever the
  // given one leads.
  absl::StatusOr<core::ConnectionSpec> ReadGiven() const {
    const v1::TestConnectionRequest& request = call_.request();
    return ToSealedSpec(request.connection(), env_.box(), env_.secret_policy(),
                        request.product().empty() ? env_.default_product : request.product());
  }

  void Execute(std::shared_ptr<const core::StoredConnection> connection) {
    core::ClaimedRun run = dispatch::ProbeOf(std::move(connection), call_.request().env());
    run.attempt_timeout = AttemptTimeIn(call_, kAttemptTimeout);
    core::RunKey key;
    const absl::Status status = env_.event_tester().Test(
        std::move(run), &key,
        [self = shared_from_this()](const dispatch::EventTester::Result& result) {
          self->env_.replies->Post([self, result] {
            FillOutcome(result, self->call_.response());
            self->call_.Succeed();
          });
        });
    if (!status.ok()) call_.Fail(status);
  }

  const HandlerEnv& env_;
  TestCall call_;
};

}  // namespace

void StartConnectionTest(const HandlerEnv& env, TestCall call) {
  std::make_shared<ConnectionTest>(env, std::move(call))->Start();
}

}  // namespace server
