#ifndef SCHEDULER_DISPATCH_DATABASE_MYSQL_VALUES_H_
#define SCHEDULER_DISPATCH_DATABASE_MYSQL_VALUES_H_

#include <mysql.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "scheduler/core/database/parameter.h"

namespace scheduler::dispatch {

// Values as MySQL takes them. Not copied: what is bound points into it.
class MysqlValues {
 public:
  explicit MysqlValues(const std::vector<core::BoundValue>& values);
  MysqlValues(const MysqlValues&) = delete;
  MysqlValues& operator=(const MysqlValues&) = delete;

  // For mysql_stmt_bind_param.
  MYSQL_BIND* binds() { return binds_.data(); }

 private:
  MYSQL_BIND Bind(const core::BoundValue& value);

  std::deque<std::string> texts_;
  std::deque<int64_t> integers_;
  std::deque<double> reals_;
  std::vector<MYSQL_BIND> binds_;
};

// A cell that was fetched as text, as JSON.
std::string MysqlCell(const MYSQL_FIELD& field, std::string_view text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MYSQL_VALUES_H_
