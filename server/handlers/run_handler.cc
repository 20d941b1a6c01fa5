#include "server/handlers/run_handler.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/request_id.h"
#include "server/converters/run_converter.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

// A listing and what its page tokens are bound to.
struct Query {
  engine::ListRuns list;
  std::string token_query;
};

absl::StatusOr<Query> ToQuery(const v1::ListRunsRequest& request, const HandlerEnv& env) {
  Query query;
  DUCTAPE_ASSIGN_OR_RETURN(query.list.product,
                           ResolveProduct("product", request.product(), env.default_product));
  if (!request.tag().empty() && !request.job_uid().empty()) {
    return errors::FieldInvalid("job_uid", "must be empty if tag is set");
  }
  if (!request.tag().empty()) {
    DUCTAPE_RETURN_IF_ERROR(CheckTag("tag", request.tag()));
    query.list.tag = request.tag();
  }
  if (!request.job_uid().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(query.list.uid, ToUid("job_uid", request.job_uid()));
  }
  DUCTAPE_ASSIGN_OR_RETURN(query.list.page_size, ToPageSize(request.page_size()));
  query.token_query =
      StrCat("ListRuns/", query.list.product, "/", query.list.tag, "/", request.job_uid());
  if (!request.page_token().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(query.list.after,
                             env.tokens->ReadRunCursor(query.token_query, request.page_token()));
  }
  return query;
}

// Where a listing goes on after `run`, which it showed last.
engine::RunCursor CursorAfter(const core::Run& run) {
  return {.unsuccessful = core::IsTerminal(run.state), .key = run.key, .end_time = run.end_time};
}

void FillPage(const HandlerEnv& env, const Query& query, const engine::RunPage& page,
              v1::ListRunsResponse* response) {
  int64_t bytes = 0;
  std::optional<engine::RunCursor> next = page.next;
  for (size_t i = 0; i < page.runs.size(); ++i) {
    v1::Run* run = response->add_runs();
    RunToProto(page.runs[i], RunDetail::kFull, run);
    bytes += static_cast<int64_t>(run->ByteSizeLong());
    if (i == 0 || bytes <= limits::kMaxPageBytes) continue;
    response->mutable_runs()->RemoveLast();
    next = CursorAfter(page.runs[i - 1]);
    break;
  }
  if (next.has_value()) {
    response->set_next_page_token(env.tokens->Make(query.token_query, *next));
  }
}

absl::StatusOr<engine::CancelRun> ToCommand(const v1::CancelRunRequest& request,
                                            const std::string& default_product) {
  engine::CancelRun command;
  DUCTAPE_ASSIGN_OR_RETURN(command.product,
                           ResolveProduct("product", request.product(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.key, ToRunKey(request.run_id()));
  DUCTAPE_RETURN_IF_ERROR(CheckText("reason", request.reason(), limits::kMaxNoteLength));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.reason = request.reason();
  return command;
}

void FillRun(const core::Run& run, v1::Run* out) { RunToProto(run, RunDetail::kFull, out); }

}  // namespace

RunHandler::RunHandler(const HandlerEnv* env)
    : UnaryService(v1::RunService::service_full_name()), env_(*env) {
  CallGate* gate = env->gate;
  Serve<v1::GetRunRequest, v1::Run>(gate, "GetRun", CallKind::kRead,
                                    OnPool(env, [this](auto call) { Get(std::move(call)); }));
  Serve<v1::ListRunsRequest, v1::ListRunsResponse>(gate, "ListRuns", CallKind::kList,
                                                   [this](auto call) { List(std::move(call)); });
  Serve<v1::CancelRunRequest, v1::Run>(gate, "CancelRun", CallKind::kMutation,
                                       OnPool(env, [this](auto call) { Cancel(std::move(call)); }));
}

void RunHandler::Get(UnaryCall<v1::GetRunRequest, v1::Run> call) {
  const auto product = ResolveProduct("product", call.request().product(), env_.default_product);
  if (!product.ok()) return call.Fail(product.status());
  const auto key = ToRunKey(call.request().run_id());
  if (!key.ok()) return call.Fail(key.status());
  env_.engine().GetRun(*product, *key, AnswerWith<core::Run>(env_, std::move(call), FillRun));
}

void RunHandler::List(UnaryCall<v1::ListRunsRequest, v1::ListRunsResponse> call) {
  auto query = ToQuery(call.request(), env_);
  if (!query.ok()) return call.Fail(query.status());
  RunInBulk(env_, std::move(call), [this, query = *std::move(query)](auto admitted) mutable {
    const engine::ListRuns list = query.list;
    env_.engine().List(list, AnswerWith<engine::RunPage>(
                                 env_, std::move(admitted),
                                 [this, query = std::move(query)](const engine::RunPage& page,
                                                                  v1::ListRunsResponse* response) {
                                   FillPage(env_, query, page, response);
                                 }));
  });
}

void RunHandler::Cancel(UnaryCall<v1::CancelRunRequest, v1::Run> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Cancel(*std::move(command), AnswerWith<core::Run>(env_, std::move(call), FillRun));
}

}  // namespace server
