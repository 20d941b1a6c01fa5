#include "server/handlers/admin_handler.h"

#include <utility>

#include "ductape/version.h"
#include "server/converters/time.h"

namespace server {

namespace v1 = ductape::jobs::v1;

AdminHandler::AdminHandler(const HandlerEnv* env, std::string time_zone_version)
    : UnaryService(v1::AdminService::service_full_name()),
      env_(*env),
      time_zone_version_(std::move(time_zone_version)) {
  Serve<v1::GetServerInfoRequest, v1::GetServerInfoResponse>(
      env->gate, "GetServerInfo", CallKind::kRead,
      [this](auto call) { AnswerServerInfo(std::move(call)); });
}

void AdminHandler::AnswerServerInfo(
    UnaryCall<v1::GetServerInfoRequest, v1::GetServerInfoResponse> call) {
  const scheduler::engine::ServerFacts facts = env_.engine().Facts();
  v1::GetServerInfoResponse* info = call.response();
  info->set_version(std::string(ductape::kVersion));
  SetTimestamp(facts.start_time, info->mutable_start_time());
  info->set_server_id(facts.server_id);
  info->set_default_product(env_.default_product);
  info->set_time_zone_version(time_zone_version_);
  info->set_store(facts.store);
  info->set_epoch(facts.epoch);
  info->set_job_count(facts.job_count);
  call.Succeed();
}

}  // namespace server
