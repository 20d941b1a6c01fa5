#include "scheduler/dispatch/database/database_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/sql_statement.h"
#include "scheduler/dispatch/database/mongo_call.h"
#include "scheduler/dispatch/database/parameter_values.h"
#include "scheduler/dispatch/delivery_fields.h"

namespace scheduler::dispatch {
namespace {

// Names of the delivery fields in a comment, in their order.
constexpr const char* kCommentNames[] = {"run",     "product",   "job",   "number",
                                         "attempt", "scheduled", "token", "traceparent"};

bool IsSafe(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
}

void AppendSafe(const std::string& value, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : value) {
    if (IsSafe(c)) {
      out->push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    *out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
}

absl::Status BindSql(const core::DatabaseTarget& target, core::SqlSettings::Engine engine,
                     const ParameterValues& values, DatabaseCall* call) {
  const auto dialect = engine == core::SqlSettings::Engine::kMysql ? core::SqlDialect::kMysql
                                                                   : core::SqlDialect::kPostgresql;
  const absl::StatusOr<core::SqlStatement> parsed =
      core::ParseSqlStatement(target.statement, dialect);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        base::StrCat("the statement cannot be sent: ", base::FromAbsl(parsed.status().message())));
  }
  call->statement = base::StrCat("/* ", call->comment, " */ ", parsed->text);
  for (const std::string& name : parsed->parameters) {
    absl::StatusOr<core::BoundValue> value = values.Find(name);
    if (!value.ok()) return value.status();
    // Values are sent as text that a NUL ends: the server would get the part before it.
    if (dialect == core::SqlDialect::kPostgresql && value->type != core::ParameterType::kBytes &&
        value->text.find('\0') != std::string::npos) {
      return absl::InvalidArgumentError(base::StrCat(
          "parameter \"", name, "\" has the character U+0000, which PostgreSQL does not take"));
    }
    call->values.push_back(*std::move(value));
  }
  return absl::OkStatus();
}

}  // namespace

std::string RunComment(const core::ClaimedRun& run) {
  std::string comment = "ductape";
  const char* const* name = kCommentNames;
  for (const DeliveryField& field : DeliveryFieldsOf(run)) {
    base::StrAppend(&comment, " ", *name++, "=");
    AppendSafe(field.value, &comment);
  }
  return comment;
}

absl::StatusOr<DatabaseCall> MakeDatabaseCall(const core::DatabaseTarget& target,
                                              const core::Settings& settings,
                                              const core::ClaimedRun& run) {
  DatabaseCall call;
  call.operation = target.operation;
  call.comment = RunComment(run);
  call.probe = run.probe;
  size_t index = 0;
  const auto declared = ParameterValues::Declared(target.params, &index);
  if (!declared.ok()) return declared.status();
  const Scope scope(run);
  const ParameterValues values(&*declared, &scope);
  absl::Status status;
  if (const auto* sql = std::get_if<core::SqlSettings>(&settings)) {
    status = BindSql(target, sql->engine, values, &call);
  } else if (const auto* mongo = std::get_if<core::MongoSettings>(&settings)) {
    if (run.probe) return call;
    status = BindMongo(target, mongo->read_only, values, &call);
  } else {
    status = absl::InvalidArgumentError(base::StrCat(
        "the connection is of kind ", core::KindOf(settings), ", and the event needs a database"));
  }
  if (!status.ok()) return status;
  return call;
}

std::string TextOf(const DatabaseCall& call) {
  if (call.probe && call.statement.empty()) return "ping";
  if (!call.collection.empty()) {
    return base::StrCat(call.collection, "\n", call.comment, "\n\n", call.document_json);
  }
  std::string text = call.statement;
  for (size_t i = 0; i < call.values.size(); ++i) {
    const core::BoundValue& value = call.values[i];
    base::StrAppend(&text, i == 0 ? "\n\n" : "\n", i + 1, ": ",
                    value.null ? std::string("null") : value.text);
  }
  return text;
}

}  // namespace scheduler::dispatch
