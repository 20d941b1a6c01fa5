#include "client/jobctl/parse/member.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/key_value.h"
#include "client/jobctl/parse/message_file.h"
#include "client/jobctl/parse/secret_source.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"

namespace jobctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// `channels[0]`, the first part of a path.
struct Step {
  absl::string_view name;
  std::optional<int> index;
};

absl::StatusOr<Step> ParseStep(absl::string_view text) {
  Step step{text, std::nullopt};
  const size_t bracket = text.find('[');
  if (bracket == absl::string_view::npos) return step;
  int index = 0;
  absl::string_view digits = text.substr(bracket + 1);
  if (!absl::ConsumeSuffix(&digits, "]") || !absl::SimpleAtoi(digits, &index) || index < 0) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not NAME[NUMBER]"));
  }
  return Step{text.substr(0, bracket), index};
}

absl::Status NoMember(const Descriptor& type, absl::string_view name) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return absl::InvalidArgumentError(
      absl::StrCat("there is no member \"", name, "\" but ", absl::StrJoin(names, ", ")));
}

// Setting one member of a oneof would silently drop the other.
absl::Status CheckExcluded(const FieldDescriptor* field, const Message& message) {
  const google::protobuf::OneofDescriptor* choice = field->real_containing_oneof();
  if (choice == nullptr) return absl::OkStatus();
  const FieldDescriptor* other = message.GetReflection()->GetOneofFieldDescriptor(message, choice);
  if (other == nullptr || other == field) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field->name(), " and ", other->name(), " exclude each other"));
}

absl::Status SetNumber(const FieldDescriptor* field, const std::string& value, Message* message) {
  int32_t number = 0;
  if (!absl::SimpleAtoi(value, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is no whole number"));
  }
  message->GetReflection()->SetInt32(message, field, number);
  return absl::OkStatus();
}

absl::Status SetBool(const FieldDescriptor* field, const std::string& value, Message* message) {
  bool set = false;
  if (!absl::SimpleAtob(value, &set)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is neither true nor false"));
  }
  message->GetReflection()->SetBool(message, field, set);
  return absl::OkStatus();
}

absl::Status SetEnum(const FieldDescriptor* field, const std::string& value, Message* message) {
  const absl::StatusOr<int> number = ParseEnumNumber(*field->enum_type(), value);
  if (number.ok()) message->GetReflection()->SetEnumValue(message, field, *number);
  return number.status();
}

absl::Status SetString(const FieldDescriptor* field, const std::string& value, std::istream& in,
                       Message* message) {
  absl::StatusOr<std::string> text = TextOrFile(value, in);
  if (!text.ok()) return text.status();
  if (field->is_repeated()) {
    message->GetReflection()->AddString(message, field, *std::move(text));
  } else {
    message->GetReflection()->SetString(message, field, *std::move(text));
  }
  return absl::OkStatus();
}

// A member that is written as one value although it is a message.
absl::Status SetMessage(const FieldDescriptor* field, const std::string& value, std::istream& in,
                        Message* message) {
  if (field->message_type() == ductape::jobs::v1::Secret::descriptor()) {
    absl::StatusOr<ductape::jobs::v1::Secret> secret = ParseSecret(value, in);
    if (!secret.ok()) return secret.status();
    message->GetReflection()->MutableMessage(message, field)->CopyFrom(*secret);
    return absl::OkStatus();
  }
  if (field->message_type() == google::protobuf::Struct::descriptor()) {
    const absl::StatusOr<std::string> json = TextOrFile(value, in);
    if (!json.ok()) return json.status();
    return FromJson(*json, message->GetReflection()->MutableMessage(message, field));
  }
  if (field->message_type() == google::protobuf::Duration::descriptor()) {
    const absl::StatusOr<absl::Duration> length = ParseDuration(value);
    if (!length.ok()) return length.status();
    google::protobuf::Duration duration;
    const int64_t millis = absl::ToInt64Milliseconds(*length);
    duration.set_seconds(millis / 1000);
    duration.set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
    message->GetReflection()->MutableMessage(message, field)->CopyFrom(duration);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(field->name(), " has members: ", field->name(), ".NAME=VALUE"));
}

absl::Status SetValue(const FieldDescriptor* field, const std::string& value, std::istream& in,
                      Message* message) {
  if (!field->is_repeated() && message->GetReflection()->HasField(*message, field)) {
    return absl::InvalidArgumentError(absl::StrCat(field->name(), " is given twice"));
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return SetString(field, value, in, message);
    case FieldDescriptor::CPPTYPE_INT32:
      return SetNumber(field, value, message);
    case FieldDescriptor::CPPTYPE_BOOL:
      return SetBool(field, value, message);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(field, value, message);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetMessage(field, value, in, message);
    default:
      return absl::UnimplementedError(absl::StrCat(field->name(), " cannot be set by a flag"));
  }
}

// An entry of a map of texts or of what SetMessage takes.
absl::Status PutEntry(const FieldDescriptor* field, const std::string& key,
                      const std::string& value, std::istream& in, Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  const Descriptor& entry_type = *field->message_type();
  for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(*message, field, i);
    if (entry.GetReflection()->GetString(entry, entry_type.map_key()) == key) {
      return absl::InvalidArgumentError(absl::StrCat(field->name(), ".", key, " is given twice"));
    }
  }
  Message* entry = reflection.AddMessage(message, field);
  entry->GetReflection()->SetString(entry, entry_type.map_key(), key);
  const FieldDescriptor* const into = entry_type.map_value();
  return into->message_type() == nullptr ? SetString(into, value, in, entry)
                                         : SetMessage(into, value, in, entry);
}

// The message that a step leads to, begun if it is not there yet.
absl::StatusOr<Message*> Enter(const Step& step, const FieldDescriptor* field, Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return absl::InvalidArgumentError(absl::StrCat(field->name(), " has no members"));
  }
  if (field->is_repeated() != step.index.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        field->name(), field->is_repeated() ? " is a list: NAME[0], NAME[1], …" : " is no list"));
  }
  if (!field->is_repeated()) return reflection.MutableMessage(message, field);
  const int size = reflection.FieldSize(*message, field);
  if (*step.index > size) {
    return absl::InvalidArgumentError(
        absl::StrCat("the next item is ", field->name(), "[", size, "]"));
  }
  if (*step.index == size) return reflection.AddMessage(message, field);
  return reflection.MutableRepeatedMessage(message, field, *step.index);
}

}  // namespace

absl::Status SetMember(const std::string& text, std::istream& in, Message* message) {
  const absl::StatusOr<std::pair<std::string, std::string>> pair = ParseKeyValue(text);
  if (!pair.ok())
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not PATH=VALUE"));
  absl::string_view path = pair->first;
  for (;;) {
    const size_t dot = path.find('.');
    const absl::StatusOr<Step> step = ParseStep(path.substr(0, dot));
    if (!step.ok()) return step.status();
    const FieldDescriptor* field =
        message->GetDescriptor()->FindFieldByName(std::string(step->name));
    if (field == nullptr) return NoMember(*message->GetDescriptor(), step->name);
    if (absl::Status s = CheckExcluded(field, *message); !s.ok()) return s;
    if (dot == absl::string_view::npos) {
      if (field->is_map() || step->index.has_value()) {
        return absl::InvalidArgumentError(
            absl::StrCat(field->name(), " has members: ", step->name, ".NAME=VALUE"));
      }
      return SetValue(field, pair->second, in, message);
    }
    path.remove_prefix(dot + 1);
    if (field->is_map()) return PutEntry(field, std::string(path), pair->second, in, message);
    const absl::StatusOr<Message*> next = Enter(*step, field, message);
    if (!next.ok()) return next.status();
    message = *next;
  }
}

}  // namespace jobctl
