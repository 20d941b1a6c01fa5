#include "scheduler/dispatch/database/database_target_check.h"

#include <set>
#include <string>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/sql_statement.h"
#include "scheduler/dispatch/database/mongo_call.h"
#include "scheduler/dispatch/database/parameter_values.h"

namespace scheduler::dispatch {
namespace {

namespace errors = base::errors;
namespace limits = base::limits;
using Names = std::set<std::string, std::less<>>;

absl::Status CheckSql(const core::DatabaseTarget& target, Names* used) {
  if (target.statement.size() > limits::kMaxStatementBytes) {
    return errors::FieldTooLarge("statement", static_cast<int64_t>(target.statement.size()),
                                 limits::kMaxStatementBytes);
  }
  if (!target.document_json.empty()) {
    return errors::FieldInvalid("document", "a target has a statement or a collection");
  }
  absl::StatusOr<core::SqlStatement> parsed =
      core::ParseSqlStatement(target.statement, core::SqlDialect::kPostgresql);
  if (!parsed.ok()) {
    const auto other = core::ParseSqlStatement(target.statement, core::SqlDialect::kMysql);
    if (!other.ok()) {
      return errors::FieldInvalid("statement", base::FromAbsl(parsed.status().message()));
    }
    parsed = *other;
  }
  used->insert(parsed->parameters.begin(), parsed->parameters.end());
  return absl::OkStatus();
}

absl::Status CheckMongo(const core::DatabaseTarget& target, Names* used) {
  if (target.collection.size() > limits::kMaxCollectionBytes ||
      target.collection.find('\0') != std::string::npos ||
      target.collection.find('$') != std::string::npos) {
    return errors::FieldInvalid("collection", "the name of a collection, without \"$\"");
  }
  if (target.document_json.size() > limits::kMaxStatementBytes) {
    return errors::FieldTooLarge("document", static_cast<int64_t>(target.document_json.size()),
                                 limits::kMaxStatementBytes);
  }
  if (absl::Status status = CheckMongoDocument(target); !status.ok()) {
    return errors::FieldInvalid("document", base::FromAbsl(status.message()));
  }
  if (target.document_json.empty()) return absl::OkStatus();
  ForEachMongoParameter(nlohmann::ordered_json::parse(target.document_json),
                        [&](std::string_view name) { used->emplace(name); });
  return absl::OkStatus();
}

absl::Status CheckParameters(const core::DatabaseTarget& target, const Names& used) {
  if (target.params.size() > limits::kMaxParameters) {
    return errors::FieldTooLarge("params", static_cast<int64_t>(target.params.size()),
                                 limits::kMaxParameters);
  }
  size_t index = 0;
  const auto declared = ParameterValues::Declared(target.params, &index);
  const auto field = [](size_t i) { return base::StrCat("params[", i, "]"); };
  if (!declared.ok()) {
    return errors::FieldInvalid(field(index), base::FromAbsl(declared.status().message()));
  }
  for (size_t i = 0; i < declared->size(); ++i) {
    if (used.count((*declared)[i].name) > 0) continue;
    return errors::FieldInvalid(
        field(i), base::StrCat("{{", (*declared)[i].name, "}} is used nowhere in the target"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDatabaseTarget(const core::DatabaseTarget& target) {
  if (target.statement.empty() && target.collection.empty()) {
    return errors::FieldRequired("statement", "a statement of SQL, or a collection of MongoDB");
  }
  if (!target.statement.empty() && !target.collection.empty()) {
    return errors::FieldInvalid("collection", "a target has a statement or a collection");
  }
  Names used;
  absl::Status status =
      target.collection.empty() ? CheckSql(target, &used) : CheckMongo(target, &used);
  if (!status.ok()) return status;
  return CheckParameters(target, used);
}

}  // namespace scheduler::dispatch
