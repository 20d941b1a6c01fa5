#ifndef CLIENT_JOBCTL_PARSE_ENUM_H_
#define CLIENT_JOBCTL_PARSE_ENUM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace jobctl {

// The number of the value that `text` names: in any case, with `-` for `_`, and without the suffix
// that a value carries to keep clear of a macro (`delete` for DELETE_METHOD). The zero value is
// none to choose. INVALID_ARGUMENT otherwise; the message lists the values.
absl::StatusOr<int> ParseEnumNumber(const google::protobuf::EnumDescriptor& type,
                                    absl::string_view text);

// The values to choose from in lower case, for help texts: `skip|allow|buffer_one`.
std::string EnumChoices(const google::protobuf::EnumDescriptor& type);

template <class Enum>
absl::StatusOr<Enum> ParseEnum(absl::string_view text) {
  absl::StatusOr<int> number = ParseEnumNumber(*google::protobuf::GetEnumDescriptor<Enum>(), text);
  if (!number.ok()) return number.status();
  return static_cast<Enum>(*number);
}

template <class Enum>
std::string EnumChoices() {
  return EnumChoices(*google::protobuf::GetEnumDescriptor<Enum>());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_ENUM_H_
