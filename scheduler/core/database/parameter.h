#ifndef SCHEDULER_CORE_DATABASE_PARAMETER_H_
#define SCHEDULER_CORE_DATABASE_PARAMETER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// Values that a statement takes: how they are declared, and what a run's value is bound as.
namespace scheduler::core {

enum class ParameterType : uint8_t {
  kAny = 0,      // without a declared type: text, number, truth value or null, as the input has it
  kText = 1,     // a bound counts characters
  kInt = 2,      // 32 bits
  kBigint = 3,   // 64 bits
  kFloat = 4,    // a double
  kDecimal = 5,  // digits, as they are; text or number
  kBool = 6,
  kTimestamp = 7,  // RFC 3339 text with an offset; milliseconds are kept
  kDate = 8,       // "2025-01-02"
  kUuid = 9,
  kJson = 10,   // any JSON value
  kBytes = 11,  // base64 text; a bound counts bytes
};

// "int"; "any" for kAny, which is not written.
std::string_view ParameterTypeName(ParameterType type);

struct Parameter {
  std::string name;
  ParameterType type = ParameterType::kAny;
  // Both inclusive, in the form of the type's values; empty: open. Lengths for text and bytes.
  std::string low;
  std::string high;
};

// Reads "name", "name type" or "name type low..high", of which a bound may be left out ("1..").
// INVALID_ARGUMENT, with what would be right.
absl::StatusOr<Parameter> ParseParameter(std::string_view declaration);

// A value of a run's input, which is JSON.
struct JsonValue {
  enum class Kind : uint8_t { kNull, kBool, kInteger, kReal, kText, kStructure };
  Kind kind = Kind::kNull;
  std::string text;  // of kText the content; of the others JSON
};

// A value as it is bound. `type` is never kAny.
struct BoundValue {
  ParameterType type = ParameterType::kText;
  bool declared = false;  // else the type is the input's, and the server may take it for another
  bool null = false;
  // Decimal digits, "true", "2025-01-02T03:04:05.678Z", a UUID in lower case, JSON; of kBytes the bytes.
  std::string text;
};

// `value` as `parameter` declares it. A null is taken by every type. Numbers may come as text.
// INVALID_ARGUMENT, naming the parameter and what would be right, and never the value.
absl::StatusOr<BoundValue> BindValue(const Parameter& parameter, const JsonValue& value);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_PARAMETER_H_
