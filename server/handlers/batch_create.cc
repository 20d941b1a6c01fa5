#include "server/handlers/batch_create.h"

#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/job_to_proto.h"
#include "server/converters/job_to_spec.h"
#include "server/converters/request_id.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/status_mapping.h"
#include "server/strings.h"

namespace server {
namespace {

namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using BatchCall = UnaryCall<v1::BatchCreateJobsRequest, v1::BatchCreateJobsResponse>;
using Results = std::vector<absl::StatusOr<engine::JobView>>;

absl::StatusOr<engine::CreateJob> ToCommand(const v1::CreateJobRequest& item,
                                            const std::string& product) {
  if (!item.has_job()) return errors::FieldRequired("job", "the job to create");
  engine::CreateJob command;
  DUCTAPE_ASSIGN_OR_RETURN(command.spec, ToJobSpec(item.job(), product));
  if (command.spec.product != product) {
    return errors::FieldInvalid("job.product", "must be empty or the product of the batch");
  }
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(item));
  command.validate_only = item.validate_only();
  return command;
}

absl::StatusOr<std::string> CheckBatch(const v1::BatchCreateJobsRequest& request,
                                       const HandlerEnv& env) {
  if (request.requests().empty()) {
    return errors::FieldRequired("requests", StrCat("1 to ", limits::kMaxBatchCreates, " jobs"));
  }
  if (request.requests_size() > limits::kMaxBatchCreates) {
    return errors::FieldTooLarge("requests", request.requests_size(), limits::kMaxBatchCreates);
  }
  return ResolveProduct("product", request.product(), env.default_product);
}

// Puts the engine's results at the places of their items; those that are taken hold errors.
void FillResults(const Results& results, const std::vector<int>& items,
                 v1::BatchCreateJobsResponse* response) {
  for (size_t i = 0; i < results.size() && i < items.size(); ++i) {
    auto* result = response->mutable_results(items[i]);
    if (results[i].ok()) {
      JobToProto(*results[i], /*with_input=*/true, result->mutable_job());
    } else {
      *result->mutable_error() = ToRpcStatus(
          errors::WithFieldPrefix(results[i].status(), StrCat("requests[", items[i], "].")));
    }
  }
}

void Run(const HandlerEnv& env, BatchCall call, const std::string& product) {
  const v1::BatchCreateJobsRequest& request = call.request();
  v1::BatchCreateJobsResponse* response = call.response();
  std::vector<engine::CreateJob> commands;
  std::vector<int> items;  // of the commands
  commands.reserve(request.requests_size());
  items.reserve(request.requests_size());
  response->mutable_results()->Reserve(request.requests_size());
  for (int i = 0; i < request.requests_size(); ++i) {
    auto* result = response->add_results();
    auto command = ToCommand(request.requests(i), product);
    if (command.ok()) {
      commands.push_back(*std::move(command));
      items.push_back(i);
    } else {
      *result->mutable_error() =
          ToRpcStatus(errors::WithFieldPrefix(command.status(), StrCat("requests[", i, "].")));
    }
  }
  if (commands.empty()) return call.Succeed();
  env.engine().CreateBatch(std::move(commands),
                           [bulk = env.bulk, call = std::move(call),
                            items = std::move(items)](absl::StatusOr<Results> results) mutable {
                             // A thousand conversions are milliseconds: not on the engine's thread.
                             bulk->Post([call = std::move(call), items = std::move(items),
                                         results = std::move(results)]() mutable {
                               if (!results.ok()) return call.Fail(results.status());
                               FillResults(*results, items, call.response());
                               call.Succeed();
                             });
                           });
}

}  // namespace

void BatchCreate(const HandlerEnv& env, BatchCall call) {
  auto product = CheckBatch(call.request(), env);
  if (!product.ok()) return call.Fail(product.status());
  RunInBulk(env, std::move(call), [&env, product = *std::move(product)](BatchCall admitted) {
    Run(env, std::move(admitted), product);
  });
}

}  // namespace server
