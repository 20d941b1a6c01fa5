#include "client/jobctl/parse/enum.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace jobctl {
namespace {

std::string ShortName(const google::protobuf::EnumValueDescriptor& value) {
  return absl::AsciiStrToLower(absl::StripSuffix(value.name(), "_METHOD"));
}

std::vector<const google::protobuf::EnumValueDescriptor*> Choices(
    const google::protobuf::EnumDescriptor& type) {
  std::vector<const google::protobuf::EnumValueDescriptor*> values;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) values.push_back(type.value(i));
  }
  return values;
}

std::string JoinChoices(const google::protobuf::EnumDescriptor& type, absl::string_view separator) {
  return absl::StrJoin(Choices(type), separator,
                       [](std::string* out, const auto* value) { out->append(ShortName(*value)); });
}

}  // namespace

absl::StatusOr<int> ParseEnumNumber(const google::protobuf::EnumDescriptor& type,
                                    absl::string_view text) {
  const std::string wanted = absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"-", "_"}});
  for (const auto* value : Choices(type)) {
    if (ShortName(*value) == wanted || absl::AsciiStrToLower(value->name()) == wanted) {
      return value->number();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is none of ", JoinChoices(type, ", ")));
}

std::string EnumChoices(const google::protobuf::EnumDescriptor& type) {
  return JoinChoices(type, "|");
}

}  // namespace jobctl
