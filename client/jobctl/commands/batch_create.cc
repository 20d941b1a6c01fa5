#include "client/jobctl/commands/batch_create.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/print/progress.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

// The server takes 1,000 items and, unless it is told otherwise, 1 MiB a request; some of it is for
// request ids and framing.
constexpr int kMaxItems = 1'000;
constexpr size_t kMaxBytes = 900U << 10U;

// Takes jobs from `*next` on, as many as one call may hold.
v1::BatchCreateJobsRequest NextBatch(std::vector<v1::Job>& jobs, size_t* next, bool dry_run) {
  v1::BatchCreateJobsRequest batch;
  size_t bytes = 0;
  while (*next < jobs.size() && batch.requests_size() < kMaxItems) {
    bytes += jobs[*next].ByteSizeLong() + 64;
    if (bytes > kMaxBytes && batch.requests_size() > 0) break;
    v1::CreateJobRequest& item = *batch.add_requests();
    item.set_validate_only(dry_run);
    *item.mutable_job() = std::move(jobs[(*next)++]);
  }
  return batch;
}

absl::Status StatusOf(const google::rpc::Status& error) {
  return ductape::jobs::ToAbslStatus(grpc::Status(static_cast<grpc::StatusCode>(error.code()),
                                                  error.message(), error.SerializeAsString()));
}

}  // namespace

int CreateMany(Session& session, std::vector<v1::Job> jobs, bool dry_run) {
  ListPrinter<v1::Job> printer(session.printer());
  Progress progress(session.io(), "created", jobs.size());
  int code = kExitDone;
  size_t created = 0;
  size_t next = 0;
  while (next < jobs.size()) {
    const v1::BatchCreateJobsRequest batch = NextBatch(jobs, &next, dry_run);
    absl::StatusOr<v1::BatchCreateJobsResponse> answer = session.client().BatchCreateJobs(batch);
    progress.Hide();
    if (!answer.ok()) {
      code = session.CallFailed(absl::StrCat("create ", batch.requests_size(), " jobs"),
                                answer.status());
      break;
    }
    google::protobuf::RepeatedPtrField<v1::Job> page;
    for (int i = 0; i < answer->results_size(); ++i) {
      v1::BatchCreateJobsResponse::Result& result = *answer->mutable_results(i);
      if (!result.has_error()) {
        page.Add(std::move(*result.mutable_job()));
        continue;
      }
      const std::string tag = i < batch.requests_size() ? batch.requests(i).job().tag() : "";
      const int failed = session.CallFailed("create job " + tag, StatusOf(result.error()));
      if (code == kExitDone) code = failed;
    }
    created += static_cast<size_t>(page.size());
    printer.Add(page);
    progress.Advance(static_cast<size_t>(batch.requests_size()));
  }
  progress.Hide();
  printer.End();
  session.Say(absl::StrCat(created, " of ", jobs.size(), dry_run ? " jobs would be" : " jobs were",
                           " created"));
  return code;
}

}  // namespace jobctl
