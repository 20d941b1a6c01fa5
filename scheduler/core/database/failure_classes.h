#ifndef SCHEDULER_CORE_DATABASE_FAILURE_CLASSES_H_
#define SCHEDULER_CORE_DATABASE_FAILURE_CLASSES_H_

#include <cstdint>
#include <string_view>

// The classes (core/failure.h) of what databases answer. docs/events/database.md shows the tables to users.
namespace scheduler::core {

// Of a SQLSTATE: five characters, PostgreSQL 15, appendix A. The first rule that matches decides; VALIDATION
// if none does.
std::string_view ClassOfSqlState(std::string_view state);

// The number that stands for a SQLSTATE in a run's error: its characters as digits to the base 36.
int32_t NumberOfSqlState(std::string_view state);

// Of an error number of MySQL and MariaDB, of the server (1000 … 1999, 3000 …) or the client (2000 … 2999,
// 5000 …); VALIDATION if it is not known.
std::string_view ClassOfMysqlError(uint32_t error);

// Of an error code of MongoDB (src/mongo/base/error_codes.yml); VALIDATION if it is not known.
std::string_view ClassOfMongoError(int32_t code);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_FAILURE_CLASSES_H_
