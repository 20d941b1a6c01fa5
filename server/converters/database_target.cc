#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/database/database_target_check.h"
#include "server/converters/json.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

constexpr int kMaxParams = 64;
constexpr size_t kMaxParamBytes = 512;
constexpr size_t kMaxCollectionBytes = 255;

absl::StatusOr<core::DatabaseTarget::Operation> ToOperation(
    const std::string& field, v1::DatabaseTarget::Operation operation) {
  if (operation == v1::DatabaseTarget::OPERATION_UNSPECIFIED) {
    return core::DatabaseTarget::Operation::kRead;
  }
  if (!v1::DatabaseTarget::Operation_IsValid(operation)) {
    return errors::FieldInvalid(field, "must be READ, COUNT, CREATE, UPDATE, REMOVE or AGGREGATE");
  }
  return static_cast<core::DatabaseTarget::Operation>(operation);
}

// Either a statement or a collection: which of them the connection takes is known at the attempt.
absl::Status CheckOneForm(std::string_view field, const v1::DatabaseTarget& target) {
  if (target.statement().empty() && target.collection().empty()) {
    return errors::FieldRequired(StrCat(field, ".statement"),
                                 "a statement of SQL, or the collection and document of MongoDB");
  }
  if (target.statement().empty()) return absl::OkStatus();
  if (!target.collection().empty() || target.has_document()) {
    return errors::FieldInvalid(StrCat(field, target.has_document() ? ".document" : ".collection"),
                                "is of MongoDB: a target with a statement has none");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::DatabaseTarget> ToDatabaseTarget(std::string_view field,
                                                      const v1::DatabaseTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  core::DatabaseTarget result;
  DUCTAPE_RETURN_IF_ERROR(CheckTag(path("connection"), target.connection()));
  DUCTAPE_ASSIGN_OR_RETURN(result.operation, ToOperation(path("operation"), target.operation()));
  DUCTAPE_RETURN_IF_ERROR(CheckOneForm(field, target));
  if (target.params_size() > kMaxParams) {
    return errors::FieldTooLarge(path("params"), target.params_size(), kMaxParams);
  }
  for (int i = 0; i < target.params_size(); ++i) {
    if (target.params(i).size() > kMaxParamBytes) {
      return errors::FieldTooLarge(StrCat(path("params"), "[", i, "]"),
                                   static_cast<int64_t>(target.params(i).size()), kMaxParamBytes);
    }
  }
  if (target.statement().size() > limits::kMaxBodyBytes) {
    return errors::FieldTooLarge(path("statement"), static_cast<int64_t>(target.statement().size()),
                                 limits::kMaxBodyBytes);
  }
  DUCTAPE_RETURN_IF_ERROR(CheckText(path("collection"), target.collection(), kMaxCollectionBytes));
  if (target.has_document()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.document_json,
                             ToJson(path("document"), target.document(), limits::kMaxBodyBytes));
  }
  result.connection = target.connection();
  result.statement = target.statement();
  result.params = {target.params().begin(), target.params().end()};
  result.collection = target.collection();
  DUCTAPE_RETURN_IF_ERROR(errors::WithFieldPrefix(scheduler::dispatch::CheckDatabaseTarget(result),
                                                  StrCat(field, ".")));
  return result;
}

void DatabaseToProto(const core::DatabaseTarget& target, v1::DatabaseTarget* out) {
  out->set_connection(target.connection);
  out->set_statement(target.statement);
  for (const std::string& param : target.params) out->add_params(param);
  out->set_collection(target.collection);
  if (!target.document_json.empty() &&
      !FromJson(target.document_json, out->mutable_document()).ok()) {
    out->clear_document();
  }
  out->set_operation(static_cast<v1::DatabaseTarget::Operation>(target.operation));
}

}  // namespace server
