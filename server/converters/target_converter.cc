#include "server/converters/target_converter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "server/converters/json.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

constexpr size_t kMaxQueueLength = 256;

void GrpcToProto(const core::GrpcTarget& target, v1::GrpcTarget* out) {
  out->set_connection(target.connection);
  out->set_method(target.method);
  if (!target.message_json.empty() && !FromJson(target.message_json, out->mutable_message()).ok()) {
    out->clear_message();
  }
  out->mutable_metadata()->insert(target.metadata.begin(), target.metadata.end());
  out->set_address(target.address);
}

struct TargetWriter {
  v1::Event* out;
  void operator()(const core::HttpTarget& target) const {
    HttpToProto(target, out->mutable_http());
  }
  void operator()(const core::GrpcTarget& target) const {
    GrpcToProto(target, out->mutable_grpc());
  }
  void operator()(const core::WorkerTarget& target) const {
    out->mutable_worker()->set_queue(target.queue);
  }
  void operator()(const core::NotificationTarget& target) const {
    NotificationToProto(target, out->mutable_notification());
  }
  void operator()(const core::DatabaseTarget& target) const {
    DatabaseToProto(target, out->mutable_database());
  }
  void operator()(const core::BrokerTarget& target) const {
    BrokerToProto(target, out->mutable_broker());
  }
  void operator()(const core::LambdaTarget& target) const {
    LambdaToProto(target, out->mutable_lambda());
  }
};

}  // namespace

absl::StatusOr<core::WorkerTarget> ToWorkerTarget(std::string_view field,
                                                  const v1::WorkerTarget& target) {
  const std::string path = StrCat(field, ".queue");
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path, target.queue()));
  if (target.queue().size() > kMaxQueueLength) {
    return errors::FieldTooLarge(path, static_cast<int64_t>(target.queue().size()),
                                 kMaxQueueLength);
  }
  if (!target.queue().empty() && !IsQueue(target.queue())) {
    return errors::FieldInvalid(
        path, "must begin with a letter or digit and consist of letters, digits and . _ : / -");
  }
  return core::WorkerTarget{target.queue()};
}

bool IsQueue(std::string_view queue) {
  if (queue.empty() || queue.size() > kMaxQueueLength || !absl::ascii_isalnum(queue[0])) {
    return false;
  }
  return std::all_of(queue.begin(), queue.end(),
                     [](char c) { return absl::ascii_isalnum(c) || Contains("._:/-", c); });
}

void HttpToProto(const core::HttpTarget& target, v1::HttpTarget* out) {
  out->set_connection(target.connection);
  out->set_method(static_cast<v1::HttpTarget::Method>(target.method));
  out->set_url(target.url);
  out->mutable_path_params()->insert(target.path_params.begin(), target.path_params.end());
  out->mutable_query()->insert(target.query.begin(), target.query.end());
  out->mutable_headers()->insert(target.headers.begin(), target.headers.end());
  out->set_body(target.body);
  for (const std::string& code : target.success_codes) out->add_success_codes(code);
}

void TargetToProto(const core::Target& target, v1::Event* out) {
  std::visit(TargetWriter{out}, target);
}

absl::Status CheckNoTemplate(std::string_view field, std::string_view text) {
  if (Contains(text, "{{")) return errors::TemplateNotSupported(field);
  return absl::OkStatus();
}

}  // namespace server
