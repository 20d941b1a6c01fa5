#ifndef SERVER_HANDLERS_JOB_ANSWERS_H_
#define SERVER_HANDLERS_JOB_ANSWERS_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "server/converters/job_to_proto.h"
#include "server/converters/run_converter.h"
#include "server/handlers/handler_env.h"

// Answers that show jobs: the engine gives a job and its last run apart, since the run may have to
// be read from disk.
namespace server {

using LastRuns = std::vector<std::optional<scheduler::core::Run>>;

// Gives the last run of each job, in their order, to `done`: on any thread, perhaps this one. `jobs`
// lives until then. The first error of any is the result.
void ReadLastRuns(const HandlerEnv& env, const std::vector<scheduler::engine::JobView>& jobs,
                  absl::AnyInvocable<void(absl::StatusOr<LastRuns>)> done);

// Fills one job's `last_run`, if it has one.
inline void LastRunToProto(const std::optional<scheduler::core::Run>& run, RunDetail detail,
                           ductape::jobs::v1::Job* out) {
  if (run.has_value()) RunToProto(*run, detail, out->mutable_last_run());
}

// Where the job stands in a response that is one.
struct WholeResponse {
  ductape::jobs::v1::Job* operator()(const scheduler::engine::JobView& /*view*/,
                                     ductape::jobs::v1::Job* response) const {
    return response;
  }
};

// Ends a call with a job, its input and its last run. `place`, a Job*(const JobView&, Response*), fills
// what the response has beside the job and says where that stands. May read the disk.
template <typename Request, typename Response, typename Place>
void AnswerJob(const HandlerEnv& env, UnaryCall<Request, Response> call,
               scheduler::engine::JobView view, Place place) {
  if (view.status.last_number == 0) {
    JobToProto(view, /*with_input=*/true, place(view, call.response()));
    call.Succeed();
    return;
  }
  auto shared = std::make_shared<scheduler::engine::JobView>(std::move(view));
  env.engine().LastRun(*shared, AnswerWith<std::optional<scheduler::core::Run>>(
                                    env, std::move(call),
                                    [shared, place](const std::optional<scheduler::core::Run>& run,
                                                    Response* response) {
                                      ductape::jobs::v1::Job* out = place(*shared, response);
                                      JobToProto(*shared, /*with_input=*/true, out);
                                      LastRunToProto(run, RunDetail::kFull, out);
                                    }));
}

// The engine's reply that AnswerJob makes.
template <typename Request, typename Response, typename Place = WholeResponse>
scheduler::engine::Reply<scheduler::engine::JobView> JobReply(const HandlerEnv& env,
                                                              UnaryCall<Request, Response> call,
                                                              Place place = {}) {
  return [env = &env, call = std::move(call),
          place](absl::StatusOr<scheduler::engine::JobView> view) mutable {
    env->replies->Post([env, call = std::move(call), place, view = std::move(view)]() mutable {
      if (view.ok()) {
        AnswerJob(*env, std::move(call), *std::move(view), place);
      } else {
        call.Fail(view.status());
      }
    });
  };
}

}  // namespace server

#endif  // SERVER_HANDLERS_JOB_ANSWERS_H_
