#include "scheduler/base/errors.h"
#include "scheduler/dispatch/function/lambda_rules.h"
#include "server/converters/target_converter.h"
#include "server/converters/target_text.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

absl::StatusOr<core::LambdaTarget> ToLambdaTarget(std::string_view field,
                                                  const v1::LambdaTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  DUCTAPE_RETURN_IF_ERROR(CheckTag(path("connection"), target.connection()));
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path("function"), target.function()));
  DUCTAPE_RETURN_IF_ERROR(CheckTargetText(path("body"), target.body(),
                                          scheduler::dispatch::Landing::kJson,
                                          scheduler::dispatch::Secrets::kByName));
  core::LambdaTarget result;
  result.connection = target.connection();
  result.function = target.function();
  result.asynchronous = target.asynchronous();
  result.body = target.body();
  DUCTAPE_RETURN_IF_ERROR(
      errors::WithFieldPrefix(scheduler::dispatch::CheckLambdaTarget(result), StrCat(field, ".")));
  return result;
}

void LambdaToProto(const core::LambdaTarget& target, v1::LambdaTarget* out) {
  out->set_connection(target.connection);
  out->set_function(target.function);
  out->set_asynchronous(target.asynchronous);
  out->set_body(target.body);
}

}  // namespace server
