#include "server/handlers/job_handler.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/job_to_spec.h"
#include "server/converters/json.h"
#include "server/converters/policies.h"
#include "server/converters/request_id.h"
#include "server/converters/resource_name.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/handlers/allow_missing.h"
#include "server/handlers/batch_create.h"
#include "server/handlers/job_answers.h"
#include "server/handlers/job_listing.h"
#include "server/handlers/preview_schedule.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

absl::StatusOr<engine::CreateJob> ToCommand(const v1::CreateJobRequest& request,
                                            const std::string& default_product) {
  if (!request.has_job()) return errors::FieldRequired("job", "the job to create");
  engine::CreateJob command;
  DUCTAPE_ASSIGN_OR_RETURN(command.spec, ToJobSpec(request.job(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.validate_only = request.validate_only();
  return command;
}

// `incomplete` is why the job could not be created if it does not exist.
absl::StatusOr<engine::UpdateJob> ToCommand(const v1::UpdateJobRequest& request,
                                            const std::string& default_product,
                                            absl::Status* incomplete) {
  if (!request.has_job()) return errors::FieldRequired("job", "the job to update");
  engine::UpdateJob command;
  DUCTAPE_ASSIGN_OR_RETURN(
      ResourceName name,
      ToResourceName(request.job().product(), request.job().tag(), default_product, "job."));
  DUCTAPE_ASSIGN_OR_RETURN(JobPatch patch, JobPatch::Make(request.job(), request.update_mask()));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.sets_start_time = patch.SetsStartTime();
  command.patch = [patch = std::move(patch)](scheduler::core::JobSpec* spec) {
    return patch.Apply(spec);
  };
  command.etag = request.job().etag();
  command.validate_only = request.validate_only();
  if (request.allow_missing()) {
    SetIfMissing(ToJobSpec(request.job(), default_product), &command.if_missing, incomplete);
  }
  return command;
}

absl::StatusOr<engine::DeleteJob> ToCommand(const v1::DeleteJobRequest& request,
                                            const std::string& default_product) {
  engine::DeleteJob command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.etag = request.etag();
  command.allow_missing = request.allow_missing();
  return command;
}

absl::StatusOr<engine::PauseJob> ToCommand(const v1::PauseJobRequest& request,
                                           const std::string& default_product) {
  engine::PauseJob command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  DUCTAPE_RETURN_IF_ERROR(CheckText("note", request.note(), limits::kMaxNoteLength));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.note = request.note();
  command.cancel_active = request.cancel_active();
  command.etag = request.etag();
  return command;
}

absl::StatusOr<engine::ResumeJob> ToCommand(const v1::ResumeJobRequest& request,
                                            const std::string& default_product) {
  engine::ResumeJob command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.catch_up = request.catch_up();
  command.etag = request.etag();
  return command;
}

absl::StatusOr<engine::RunJob> ToCommand(const v1::RunJobRequest& request,
                                         const std::string& default_product) {
  engine::RunJob command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  if (request.has_input()) {
    DUCTAPE_ASSIGN_OR_RETURN(command.input_json,
                             ToJson("input", request.input(), limits::kMaxInputBytes));
  }
  if (request.has_overlap()) {
    DUCTAPE_ASSIGN_OR_RETURN(command.overlap, ToOverlapPolicy("overlap", request.overlap()));
  }
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  return command;
}

absl::StatusOr<engine::SkipOccurrence> ToCommand(const v1::SkipOccurrenceRequest& request,
                                                 const std::string& default_product) {
  engine::SkipOccurrence command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  if (!request.has_scheduled_time()) {
    return errors::FieldRequired("scheduled_time", "the time of the occurrence");
  }
  DUCTAPE_ASSIGN_OR_RETURN(command.scheduled_time,
                           ToMillis("scheduled_time", request.scheduled_time()));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.undo = request.undo();
  return command;
}

// The range and the pace of a backfill.
absl::Status ToBackfill(const v1::BackfillJobRequest& request, engine::BackfillJob* command) {
  if (!request.has_start_time()) {
    return errors::FieldRequired("start_time", "where the range begins");
  }
  if (!request.has_end_time()) return errors::FieldRequired("end_time", "where the range ends");
  DUCTAPE_ASSIGN_OR_RETURN(command->start, ToMillis("start_time", request.start_time()));
  DUCTAPE_ASSIGN_OR_RETURN(command->end, ToMillis("end_time", request.end_time()));
  if (command->end <= command->start) {
    return errors::FieldInvalid("end_time", "must be after start_time");
  }
  if (request.overlap().mode() == v1::OverlapPolicy::MODE_UNSPECIFIED &&
      request.overlap().limit() == 0) {
    return absl::OkStatus();
  }
  if (request.overlap().mode() != v1::OverlapPolicy::ALLOW) {
    return errors::FieldInvalid("overlap.mode", "ALLOW, or unset for one run at a time");
  }
  DUCTAPE_ASSIGN_OR_RETURN(const scheduler::core::OverlapPolicy overlap,
                           ToOverlapPolicy("overlap", request.overlap()));
  command->parallel = overlap.limit;
  return absl::OkStatus();
}

absl::StatusOr<engine::BackfillJob> ToCommand(const v1::BackfillJobRequest& request,
                                              const std::string& default_product) {
  engine::BackfillJob command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  command.cancel = request.cancel();
  if (!command.cancel) DUCTAPE_RETURN_IF_ERROR(ToBackfill(request, &command));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  return command;
}

}  // namespace

JobHandler::JobHandler(const HandlerEnv* env)
    : UnaryService(v1::JobService::service_full_name()), env_(*env) {
  CallGate* gate = env->gate;
  Serve<v1::CreateJobRequest, v1::Job>(gate, "CreateJob", CallKind::kMutation,
                                       [this](auto call) { Create(std::move(call)); });
  Serve<v1::GetJobRequest, v1::Job>(gate, "GetJob", CallKind::kRead,
                                    OnPool(env, [this](auto call) { Get(std::move(call)); }));
  Serve<v1::ListJobsRequest, v1::ListJobsResponse>(gate, "ListJobs", CallKind::kList,
                                                   [this](auto call) { List(std::move(call)); });
  Serve<v1::UpdateJobRequest, v1::Job>(gate, "UpdateJob", CallKind::kMutation,
                                       OnPool(env, [this](auto call) { Update(std::move(call)); }));
  Serve<v1::DeleteJobRequest, google::protobuf::Empty>(
      gate, "DeleteJob", CallKind::kMutation,
      OnPool(env, [this](auto call) { Delete(std::move(call)); }));
  Serve<v1::PauseJobRequest, v1::Job>(gate, "PauseJob", CallKind::kMutation,
                                      OnPool(env, [this](auto call) { Pause(std::move(call)); }));
  Serve<v1::ResumeJobRequest, v1::Job>(gate, "ResumeJob", CallKind::kMutation,
                                       OnPool(env, [this](auto call) { Resume(std::move(call)); }));
  Serve<v1::SkipOccurrenceRequest, v1::Job>(
      gate, "SkipOccurrence", CallKind::kMutation,
      OnPool(env, [this](auto call) { Skip(std::move(call)); }));
  Serve<v1::BackfillJobRequest, v1::BackfillJobResponse>(
      gate, "BackfillJob", CallKind::kMutation,
      OnPool(env, [this](auto call) { Backfill(std::move(call)); }), Requester::kKept);
  Serve<v1::RunJobRequest, v1::Run>(gate, "RunJob", CallKind::kMutation,
                                    OnPool(env, [this](auto call) { RunNow(std::move(call)); }),
                                    Requester::kKept);
  Serve<v1::PreviewScheduleRequest, v1::PreviewScheduleResponse>(
      gate, "PreviewSchedule", CallKind::kList,
      OnPool(env, [this](auto call) { server::PreviewSchedule(env_, std::move(call)); }));
  Serve<v1::BatchCreateJobsRequest, v1::BatchCreateJobsResponse>(
      gate, "BatchCreateJobs", CallKind::kMutation,
      [this](auto call) { BatchCreate(env_, std::move(call)); });
}

void JobHandler::Create(Hold<v1::CreateJobRequest> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  auto reply = JobReply(env_, std::move(call));
  if (command->request.id.empty()) {
    env_.engine().Create(*std::move(command), std::move(reply));
    return;
  }
  // Whether the id was used before has to be read.
  env_.replies->Post([this, command = *std::move(command), reply = std::move(reply)]() mutable {
    env_.engine().Create(std::move(command), std::move(reply));
  });
}

void JobHandler::Get(Hold<v1::GetJobRequest> call) {
  const auto name =
      ToResourceName(call.request().product(), call.request().tag(), env_.default_product);
  if (!name.ok()) return call.Fail(name.status());
  env_.engine().GetJob(name->product, name->tag, JobReply(env_, std::move(call)));
}

void JobHandler::List(Hold<v1::ListJobsRequest, v1::ListJobsResponse> call) {
  StartJobListing(env_, std::move(call));
}

void JobHandler::Update(Hold<v1::UpdateJobRequest> call) {
  absl::Status incomplete;
  auto command = ToCommand(call.request(), env_.default_product, &incomplete);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Update(*std::move(command),
                       UnlessIncomplete(std::move(incomplete), JobReply(env_, std::move(call))));
}

void JobHandler::Delete(Hold<v1::DeleteJobRequest, google::protobuf::Empty> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Delete(*std::move(command),
                       AnswerWith<engine::Done>(env_, std::move(call),
                                                [](engine::Done, google::protobuf::Empty*) {}));
}

void JobHandler::Pause(Hold<v1::PauseJobRequest> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Pause(*std::move(command), JobReply(env_, std::move(call)));
}

void JobHandler::Resume(Hold<v1::ResumeJobRequest> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Resume(*std::move(command), JobReply(env_, std::move(call)));
}

void JobHandler::Skip(Hold<v1::SkipOccurrenceRequest> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Skip(*std::move(command), JobReply(env_, std::move(call)));
}

void JobHandler::Backfill(Hold<v1::BackfillJobRequest, v1::BackfillJobResponse> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  command->actor = call.requester();
  const auto place = [](const engine::JobView& view, v1::BackfillJobResponse* response) {
    if (view.status.backfill.has_value()) {
      response->set_occurrences(view.status.backfill->total);
    }
    return response->mutable_job();
  };
  env_.engine().Backfill(*std::move(command), JobReply(env_, std::move(call), place));
}

void JobHandler::RunNow(Hold<v1::RunJobRequest, v1::Run> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  command->actor = call.requester();
  env_.engine().Run(*std::move(command),
                    AnswerWith<scheduler::core::Run>(
                        env_, std::move(call), [](const scheduler::core::Run& run, v1::Run* out) {
                          RunToProto(run, RunDetail::kFull, out);
                        }));
}

}  // namespace server
