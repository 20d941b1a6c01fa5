#include "scheduler/dispatch/function/lambda_rules.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/template.h"

namespace scheduler::dispatch {
namespace {

namespace errors = base::errors;
namespace limits = base::limits;

constexpr int kMaxFunctionLength = 170;

bool IsFunctionCharacter(char c) {
  constexpr std::string_view kOthers = "-_.:$";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         kOthers.find(c) != std::string_view::npos;
}

absl::Status CheckFunction(const std::string& function) {
  constexpr std::string_view kField = "function";
  if (function.empty()) return errors::FieldRequired(kField, "the function's name or ARN");
  if (function.size() > kMaxFunctionLength) {
    return errors::FieldTooLarge(kField, static_cast<int64_t>(function.size()), kMaxFunctionLength);
  }
  if (std::all_of(function.begin(), function.end(), IsFunctionCharacter)) return absl::OkStatus();
  return errors::FieldInvalid(kField,
                              "a name or ARN of letters, digits, \"-\", \"_\", \".\", "
                              "\":\" and \"$\"");
}

}  // namespace

absl::Status CheckLambdaTarget(const core::LambdaTarget& target) {
  if (target.connection.empty()) return errors::FieldRequired("connection", "a connection's tag");
  if (absl::Status status = CheckFunction(target.function); !status.ok()) return status;
  if (target.body.size() > static_cast<size_t>(limits::kMaxBodyBytes)) {
    return errors::FieldTooLarge("body", static_cast<int64_t>(target.body.size()),
                                 limits::kMaxBodyBytes);
  }
  const bool whole = !target.body.empty() && !HasTemplate(target.body);
  if (whole && !nlohmann::json::accept(target.body)) {
    return errors::FieldInvalid("body", "must be JSON");
  }
  return absl::OkStatus();
}

}  // namespace scheduler::dispatch
