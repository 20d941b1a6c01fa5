#include "server/handlers/job_listing.h"

#include <memory>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/text.h"
#include "server/handlers/job_answers.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using ListCall = UnaryCall<v1::ListJobsRequest, v1::ListJobsResponse>;

// What the last run of a job takes in a page, at most.
constexpr int64_t kLastRunBytes = 1024;

struct Query {
  engine::ListJobs list;
  std::string token_query;
};

absl::StatusOr<Query> ToQuery(const v1::ListJobsRequest& request, const HandlerEnv& env) {
  Query query;
  DUCTAPE_ASSIGN_OR_RETURN(query.list.product,
                           ResolveProduct("product", request.product(), env.default_product));
  DUCTAPE_ASSIGN_OR_RETURN(query.list.page_size, ToPageSize(request.page_size()));
  if (!v1::ListJobsRequest::View_IsValid(request.view())) {
    return errors::FieldInvalid("view", "must be BASIC or FULL");
  }
  query.list.with_input = request.view() == v1::ListJobsRequest::FULL;
  query.token_query =
      StrCat("ListJobs/", query.list.product, query.list.with_input ? "/full" : "/basic");
  if (!request.page_token().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(query.list.after,
                             env.tokens->ReadUid(query.token_query, request.page_token()));
  }
  return query;
}

// A listing under way, on the pool for lists.
class Listing : public std::enable_shared_from_this<Listing> {
 public:
  Listing(const HandlerEnv& env, ListCall call, Query query)
      : env_(env), call_(std::move(call)), query_(std::move(query)) {}

  void Start() {
    env_.engine().List(
        query_.list, [self = shared_from_this()](absl::StatusOr<engine::JobPage> page) {
          self->env_.bulk->Post(
              [self, page = std::move(page)]() mutable { self->TakePage(std::move(page)); });
        });
  }

 private:
  void TakePage(absl::StatusOr<engine::JobPage> page) {
    if (!page.ok()) return call_.Fail(page.status());
    page_ = *std::move(page);
    FillJobs();
    if (page_.next_after != 0) {
      call_.response()->set_next_page_token(
          env_.tokens->Make(query_.token_query, page_.next_after));
    }
    ReadLastRuns(env_, page_.jobs, [self = shared_from_this()](absl::StatusOr<LastRuns> runs) {
      self->env_.bulk->Post(
          [self, runs = std::move(runs)]() mutable { self->TakeLastRuns(std::move(runs)); });
    });
  }

  // Fills the response up to the bound on bytes and forgets the jobs beyond it. The first job
  // always fits, so that a listing goes on.
  void FillJobs() {
    v1::ListJobsResponse* response = call_.response();
    int64_t bytes = 0;
    for (size_t i = 0; i < page_.jobs.size(); ++i) {
      v1::Job* job = response->add_jobs();
      JobToProto(page_.jobs[i], query_.list.with_input, job);
      bytes += static_cast<int64_t>(job->ByteSizeLong()) + kLastRunBytes;
      if (i == 0 || bytes <= limits::kMaxPageBytes) continue;
      response->mutable_jobs()->RemoveLast();
      page_.jobs.resize(i);
      page_.next_after = page_.jobs.back().status.uid;
      return;
    }
  }

  void TakeLastRuns(absl::StatusOr<LastRuns> runs) {
    if (!runs.ok()) return call_.Fail(runs.status());
    for (size_t i = 0; i < runs->size(); ++i) {
      LastRunToProto((*runs)[i], RunDetail::kSummary,
                     call_.response()->mutable_jobs(static_cast<int>(i)));
    }
    call_.Succeed();
  }

  const HandlerEnv& env_;
  ListCall call_;
  const Query query_;
  engine::JobPage page_;
};

}  // namespace

void StartJobListing(const HandlerEnv& env, ListCall call) {
  auto query = ToQuery(call.request(), env);
  if (!query.ok()) return call.Fail(query.status());
  RunInBulk(env, std::move(call), [&env, query = *std::move(query)](ListCall admitted) mutable {
    std::make_shared<Listing>(env, std::move(admitted), std::move(query))->Start();
  });
}

}  // namespace server
