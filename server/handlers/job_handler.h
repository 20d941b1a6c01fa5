#ifndef SERVER_HANDLERS_JOB_HANDLER_H_
#define SERVER_HANDLERS_JOB_HANDLER_H_

#include "ductape/jobs/v1/job.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.JobService: checks and converts requests, asks the engine, converts its answers.
// Every answer that shows one job holds its last run; lists hold it without attempts and output;
// BatchCreateJobs leaves it out, since the jobs are new.
class JobHandler final : public UnaryService<ductape::jobs::v1::JobService::Service> {
 public:
  // `env` outlives the handler.
  explicit JobHandler(const HandlerEnv* env);

 private:
  template <typename Request, typename Response = ductape::jobs::v1::Job>
  using Hold = UnaryCall<Request, Response>;

  void Create(Hold<ductape::jobs::v1::CreateJobRequest> call);
  void Get(Hold<ductape::jobs::v1::GetJobRequest> call);
  void List(Hold<ductape::jobs::v1::ListJobsRequest, ductape::jobs::v1::ListJobsResponse> call);
  void Update(Hold<ductape::jobs::v1::UpdateJobRequest> call);
  void Delete(Hold<ductape::jobs::v1::DeleteJobRequest, google::protobuf::Empty> call);
  void Skip(Hold<ductape::jobs::v1::SkipOccurrenceRequest> call);
  void Backfill(
      Hold<ductape::jobs::v1::BackfillJobRequest, ductape::jobs::v1::BackfillJobResponse> call);
  void Pause(Hold<ductape::jobs::v1::PauseJobRequest> call);
  void Resume(Hold<ductape::jobs::v1::ResumeJobRequest> call);
  void RunNow(Hold<ductape::jobs::v1::RunJobRequest, ductape::jobs::v1::Run> call);

  const HandlerEnv& env_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_JOB_HANDLER_H_
