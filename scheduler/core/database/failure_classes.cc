#include "scheduler/core/database/failure_classes.h"

#include <string>

#include "absl/strings/ascii.h"
#include "scheduler/core/failure.h"

namespace scheduler::core {
namespace {

struct StateRule {
  std::string_view prefix;
  std::string_view code;
};

// Longer prefixes first where one begins another.
constexpr StateRule kStates[] = {
    {"08", failure::kConnection},
    {"57014", failure::kTimeout},       // query_canceled: by statement_timeout
    {"57P05", failure::kConnection},    // idle_session_timeout
    {"57", failure::kUnavailable},      // admin_shutdown, crash_shutdown, cannot_connect_now
    {"53300", failure::kRateLimited},   // too_many_connections
    {"53", failure::kUnavailable},      // insufficient resources
    {"55P03", failure::kUnavailable},   // lock_not_available
    {"25006", failure::kForbidden},     // read_only_sql_transaction
    {"25P04", failure::kTimeout},       // transaction_timeout
    {"40", failure::kUnavailable},      // serialization_failure, deadlock_detected
    {"28", failure::kUnauthenticated},  // invalid authorization
    {"42501", failure::kForbidden},     // insufficient_privilege
    {"3D", failure::kNotFound},         // a database that does not exist
    {"3F", failure::kNotFound},         // a schema
    {"42P01", failure::kNotFound},      // a table
    {"42703", failure::kNotFound},      // a column
    {"42883", failure::kNotFound},      // a function
    {"42704", failure::kNotFound},      // a type or another object
    {"P0002", failure::kNotFound},      // no_data_found
    {"58", failure::kUnavailable},      // system error
    {"XX", failure::kUnavailable},      // internal error
};

struct ErrorRule {
  int32_t low;
  int32_t high;
  std::string_view code;
};

// https://mariadb.com/kb/en/mariadb-error-codes/ and errmsg.h of the client.
constexpr ErrorRule kMysqlErrors[] = {
    {1040, 1040, failure::kRateLimited},  // too many connections
    {1203, 1203, failure::kRateLimited},  // of this user
    {1226, 1226, failure::kRateLimited},  // a user's limit
    {1041, 1041, failure::kUnavailable},  // out of resources
    {1037, 1038, failure::kUnavailable},  // out of memory
    {1021, 1021, failure::kUnavailable},  // disk full
    {1053, 1053, failure::kUnavailable},  // shutdown in progress
    {1129, 1130, failure::kForbidden},    // host blocked or not allowed
    {1205, 1205, failure::kUnavailable},  // lock wait timeout
    {1213, 1213, failure::kUnavailable},  // deadlock
    {1042, 1043, failure::kConnection},   // handshake
    {1077, 1081, failure::kConnection},   // aborted
    {1152, 1161, failure::kConnection},   // packets and network
    {1184, 1184, failure::kConnection},
    {1927, 1927, failure::kConnection},       // connection was killed
    {1044, 1044, failure::kForbidden},        // access to the database denied
    {1045, 1045, failure::kUnauthenticated},  // access denied for the user
    {1698, 1698, failure::kUnauthenticated},
    {1142, 1143, failure::kForbidden},   // command, column denied
    {1227, 1227, failure::kForbidden},   // privilege needed
    {1290, 1290, failure::kForbidden},   // --read-only and the like
    {1370, 1370, failure::kForbidden},   // routine
    {1792, 1792, failure::kForbidden},   // read-only transaction
    {1836, 1836, failure::kForbidden},   // read-only mode
    {1049, 1049, failure::kNotFound},    // database
    {1054, 1054, failure::kNotFound},    // column
    {1146, 1146, failure::kNotFound},    // table
    {1305, 1305, failure::kNotFound},    // routine
    {1317, 1317, failure::kTimeout},     // interrupted
    {1969, 1969, failure::kTimeout},     // max_statement_time
    {3024, 3024, failure::kTimeout},     // max_execution_time
    {2000, 2099, failure::kConnection},  // the client's own
    {5000, 5999, failure::kConnection},  // Connector/C's own
};

constexpr ErrorRule kMongoErrors[] = {
    {6, 7, failure::kConnection},           // HostUnreachable, HostNotFound
    {89, 89, failure::kConnection},         // NetworkTimeout
    {9001, 9001, failure::kConnection},     // SocketException
    {11, 11, failure::kUnauthenticated},    // UserNotFound
    {18, 18, failure::kUnauthenticated},    // AuthenticationFailed
    {13, 13, failure::kForbidden},          // Unauthorized
    {20, 20, failure::kForbidden},          // IllegalOperation
    {26, 26, failure::kNotFound},           // NamespaceNotFound
    {27, 27, failure::kNotFound},           // IndexNotFound
    {50, 50, failure::kTimeout},            // MaxTimeMSExpired
    {262, 262, failure::kTimeout},          // ExceededTimeLimit
    {24, 24, failure::kUnavailable},        // LockTimeout
    {64, 64, failure::kUnavailable},        // WriteConcernFailed
    {91, 91, failure::kUnavailable},        // ShutdownInProgress
    {112, 112, failure::kUnavailable},      // WriteConflict
    {133, 134, failure::kUnavailable},      // FailedToSatisfyReadPreference, ReadConcern…
    {189, 189, failure::kUnavailable},      // PrimarySteppedDown
    {251, 251, failure::kUnavailable},      // NoSuchTransaction
    {10058, 10058, failure::kUnavailable},  // legacy not primary
    {10107, 10107, failure::kUnavailable},  // NotWritablePrimary
    {11600, 11602, failure::kUnavailable},  // InterruptedAtShutdown, …DueToReplStateChange
    {13435, 13436, failure::kUnavailable},  // NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary
    {16500, 16500, failure::kRateLimited},  // too many requests, of compatible services
    {202, 202, failure::kRateLimited},      // NetworkInterfaceExceededTimeLimit of pools
};

template <size_t n>
std::string_view ClassIn(const ErrorRule (&rules)[n], int64_t error) {
  for (const ErrorRule& rule : rules) {
    if (error >= rule.low && error <= rule.high) return rule.code;
  }
  return failure::kValidation;
}

}  // namespace

std::string_view ClassOfSqlState(std::string_view state) {
  for (const StateRule& rule : kStates) {
    if (state.substr(0, rule.prefix.size()) == rule.prefix) return rule.code;
  }
  return failure::kValidation;
}

int32_t NumberOfSqlState(std::string_view state) {
  int32_t number = 0;
  for (const char c : state.substr(0, 5)) {
    const int digit = absl::ascii_isdigit(c) ? c - '0' : absl::ascii_toupper(c) - 'A' + 10;
    number = number * 36 + (digit >= 0 && digit < 36 ? digit : 0);
  }
  return number;
}

std::string_view ClassOfMysqlError(uint32_t error) { return ClassIn(kMysqlErrors, error); }

std::string_view ClassOfMongoError(int32_t code) { return ClassIn(kMongoErrors, code); }

}  // namespace scheduler::core
