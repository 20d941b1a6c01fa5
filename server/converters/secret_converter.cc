#include "server/converters/secret_converter.h"

#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/message.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/secrets/secret_policy.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace secrets = scheduler::secrets;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

namespace {

constexpr size_t kMaxEnvVarLength = 128;

// [A-Za-z_][A-Za-z0-9_]*
bool IsIdentifier(std::string_view name, size_t max_length) {
  if (name.empty() || name.size() > max_length || absl::ascii_isdigit(name[0])) return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(c) && c != '_') return false;
  }
  return true;
}

const google::protobuf::Message* MemberOf(const google::protobuf::Message* message,
                                          const google::protobuf::FieldDescriptor* field) {
  return &message->GetReflection()->GetMessage(*message, field);
}
google::protobuf::Message* MemberOf(google::protobuf::Message* message,
                                    const google::protobuf::FieldDescriptor* field) {
  return message->GetReflection()->MutableMessage(message, field);
}

const v1::Secret* AsSecret(const google::protobuf::Message* message) {
  return static_cast<const v1::Secret*>(message);
}
v1::Secret* AsSecret(google::protobuf::Message* message) {
  return static_cast<v1::Secret*>(message);
}

const google::protobuf::Message* EntryOf(const google::protobuf::Message* message,
                                         const google::protobuf::FieldDescriptor* field, int i) {
  return &message->GetReflection()->GetRepeatedMessage(*message, field, i);
}
google::protobuf::Message* EntryOf(google::protobuf::Message* message,
                                   const google::protobuf::FieldDescriptor* field, int i) {
  return message->GetReflection()->MutableRepeatedMessage(message, field, i);
}

bool IsMapOfSecrets(const google::protobuf::FieldDescriptor* field) {
  return field->is_map() &&
         field->message_type()->map_value()->message_type() == v1::Secret::descriptor();
}

template <typename Message, typename Visit>
void VisitMap(Message* message, const google::protobuf::FieldDescriptor* field,
              const std::string& place, Visit visit) {
  const google::protobuf::Descriptor& type = *field->message_type();
  const int size = message->GetReflection()->FieldSize(*message, field);
  for (int i = 0; i < size; ++i) {
    Message* const entry = EntryOf(message, field, i);
    const std::string name = entry->GetReflection()->GetString(*entry, type.map_key());
    visit(StrCat(place, "[", name, "]"), AsSecret(MemberOf(entry, type.map_value())));
  }
}

// Secrets are found by their type, so that no kind of settings can forget one. Message is const or not.
template <typename Message, typename Visit>
void VisitSecrets(Message* message, const std::string& path, Visit visit) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (IsMapOfSecrets(field)) VisitMap(message, field, StrCat(path, ".", field->name()), visit);
    if (field->is_repeated() || field->message_type() == nullptr) continue;
    Message* const member = MemberOf(message, field);
    const std::string place = StrCat(path, ".", field->name());
    if (field->message_type() == v1::Secret::descriptor()) {
      visit(place, AsSecret(member));
    } else {
      VisitSecrets(member, place, visit);
    }
  }
}

}  // namespace

absl::StatusOr<core::Secret> ToSecret(const std::string& field, const v1::Secret& secret,
                                      secrets::SecretForm form) {
  switch (secret.source_case()) {
    case v1::Secret::kValue:
      if (const auto fault = secrets::FaultOf(secret.value(), form)) {
        return errors::FieldInvalid(StrCat(field, ".value"), StrCat("it ", *fault));
      }
      return core::Secret{Source::kStored, "", {}};
    case v1::Secret::kFile:
      if (secret.file().size() > limits::kMaxSecretPathBytes) {
        return errors::FieldTooLarge(StrCat(field, ".file"),
                                     static_cast<int64_t>(secret.file().size()),
                                     limits::kMaxSecretPathBytes);
      }
      if (!secrets::IsPlainPath(secret.file()) || HasControlCharacter(secret.file())) {
        return errors::FieldInvalid(StrCat(field, ".file"),
                                    "must be an absolute path without control characters and "
                                    "without empty, . and .. segments");
      }
      return core::Secret{Source::kFile, secret.file(), {}};
    case v1::Secret::kEnvVar:
      if (!IsIdentifier(secret.env_var(), kMaxEnvVarLength)) {
        return errors::FieldInvalid(StrCat(field, ".env_var"),
                                    "must have 1 to 128 letters, digits and underscores, and begin "
                                    "with no digit");
      }
      return core::Secret{Source::kEnvVar, secret.env_var(), {}};
    case v1::Secret::SOURCE_NOT_SET:
      break;
  }
  return core::Secret();
}

absl::StatusOr<core::Secret> ToRequiredSecret(const std::string& field, bool given,
                                              const v1::Secret& secret, secrets::SecretForm form) {
  if (!given) return errors::FieldRequired(field, "one of value, file and env_var");
  return ToSecret(field, secret, form);
}

absl::StatusOr<core::NamedSecrets> ToNamedSecrets(
    const std::string& field, const google::protobuf::Map<std::string, v1::Secret>& named) {
  if (named.size() > limits::kMaxNamedSecrets) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(named.size()),
                                 limits::kMaxNamedSecrets);
  }
  // In their order, so that of several errors always the same is told.
  std::map<std::string, const v1::Secret*> sorted;
  for (const auto& [name, secret] : named) sorted[name] = &secret;
  core::NamedSecrets result;
  for (const auto& [name, secret] : sorted) {
    if (!IsIdentifier(name, limits::kMaxSecretNameLength)) {
      return errors::FieldInvalid(field,
                                  "names must have 1 to 64 letters, digits and underscores, and "
                                  "begin with no digit");
    }
    DUCTAPE_ASSIGN_OR_RETURN(
        result[name], ToSecret(StrCat(field, "[", name, "]"), *secret, secrets::SecretForm::kLine));
  }
  return result;
}

void SecretToProto(const core::Secret& secret, v1::Secret* out) {
  switch (secret.source) {
    case Source::kStored:
      out->set_stored(true);
      break;
    case Source::kFile:
      out->set_file(secret.name);
      break;
    case Source::kEnvVar:
      out->set_env_var(secret.name);
      break;
    case Source::kNone:
      break;
  }
}

void NamedSecretsToProto(const core::NamedSecrets& named,
                         google::protobuf::Map<std::string, v1::Secret>* out) {
  for (const auto& [name, secret] : named) SecretToProto(secret, &(*out)[name]);
}

void ForEachSecret(v1::Connection* connection,
                   absl::FunctionRef<void(const std::string&, v1::Secret*)> visit) {
  for (auto& [env, settings] : *connection->mutable_env()) {
    VisitSecrets<google::protobuf::Message>(&settings, StrCat("env[", env, "]"), visit);
  }
}

void ForEachSecret(const v1::Connection& connection,
                   absl::FunctionRef<void(const std::string&, const v1::Secret*)> visit) {
  for (const auto& [env, settings] : connection.env()) {
    VisitSecrets<const google::protobuf::Message>(&settings, StrCat("env[", env, "]"), visit);
  }
}

}  // namespace server
