#include "scheduler/dispatch/database/mysql_values.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/database/json_rows.h"

namespace scheduler::dispatch {
namespace {

constexpr unsigned int kBinaryCharset = 63;

// "2025-01-02T03:04:05.678Z" as a DATETIME is written; sessions are in UTC.
std::string DatetimeOf(std::string text) {
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

}  // namespace

MysqlValues::MysqlValues(const std::vector<core::BoundValue>& values) {
  binds_.reserve(values.size() + 1);
  for (const core::BoundValue& value : values) binds_.push_back(Bind(value));
}

MYSQL_BIND MysqlValues::Bind(const core::BoundValue& value) {
  using Type = core::ParameterType;
  MYSQL_BIND bind = {};
  if (value.null) {
    bind.buffer_type = MYSQL_TYPE_NULL;
    return bind;
  }
  switch (value.type) {
    case Type::kInt:
    case Type::kBigint:
    case Type::kBool: {
      int64_t number = value.text == "true" ? 1 : 0;
      if (value.type != Type::kBool && !absl::SimpleAtoi(value.text, &number)) number = 0;
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      bind.buffer = &integers_.emplace_back(number);
      return bind;
    }
    case Type::kFloat: {
      double number = 0;
      if (!absl::SimpleAtod(value.text, &number)) number = 0;
      bind.buffer_type = MYSQL_TYPE_DOUBLE;
      bind.buffer = &reals_.emplace_back(number);
      return bind;
    }
    case Type::kTimestamp:
      texts_.push_back(DatetimeOf(value.text));
      break;
    default:
      texts_.push_back(value.text);
      break;
  }
  bind.buffer_type = value.type == Type::kBytes     ? MYSQL_TYPE_BLOB
                     : value.type == Type::kDecimal ? MYSQL_TYPE_NEWDECIMAL
                                                    : MYSQL_TYPE_STRING;
  bind.buffer = texts_.back().data();
  bind.buffer_length = texts_.back().size();
  return bind;
}

std::string MysqlCell(const MYSQL_FIELD& field, std::string_view text) {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return JsonNumber(text);
    case MYSQL_TYPE_BIT:
    case MYSQL_TYPE_BLOB:
    case MYSQL_TYPE_STRING:
    case MYSQL_TYPE_VAR_STRING:
      // Bytes, as PostgreSQL shows them.
      if (field.charsetnr == kBinaryCharset) {
        return JsonText("\\x" + absl::BytesToHexString(base::ToAbsl(text)));
      }
      break;
    default:
      break;
  }
  return JsonText(text);
}

}  // namespace scheduler::dispatch
