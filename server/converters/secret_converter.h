#ifndef SERVER_CONVERTERS_SECRET_CONVERTER_H_
#define SERVER_CONVERTERS_SECRET_CONVERTER_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "google/protobuf/map.h"
#include "scheduler/core/connection/secret.h"
#include "scheduler/secrets/secret_rules.h"

// The secrets of connections between wire and domain. No error shows one.
namespace server {

// Checks where the secret comes from, and its value, which stays where it is: its Secret is kStored and empty.
// One without a source is kNone.
absl::StatusOr<scheduler::core::Secret> ToSecret(const std::string& field,
                                                 const ductape::jobs::v1::Secret& secret,
                                                 scheduler::secrets::SecretForm form);

// The same for a secret that must be there, be it without a source: INVALID_ARGUMENT, FIELD_REQUIRED.
absl::StatusOr<scheduler::core::Secret> ToRequiredSecret(const std::string& field, bool given,
                                                         const ductape::jobs::v1::Secret& secret,
                                                         scheduler::secrets::SecretForm form);

// Those that templates name, by their names.
absl::StatusOr<scheduler::core::NamedSecrets> ToNamedSecrets(
    const std::string& field,
    const google::protobuf::Map<std::string, ductape::jobs::v1::Secret>& named);

// Redacted. Leaves `out` empty for kNone.
void SecretToProto(const scheduler::core::Secret& secret, ductape::jobs::v1::Secret* out);

// Redacted.
void NamedSecretsToProto(const scheduler::core::NamedSecrets& named,
                         google::protobuf::Map<std::string, ductape::jobs::v1::Secret>* out);

// Redacted, in the member of `out` that `mutable_secret` gives; kNone leaves it unset.
template <typename Message>
void PutSecret(const scheduler::core::Secret& secret, Message* out,
               ductape::jobs::v1::Secret* (Message::*mutable_secret)()) {
  if (secret.source == scheduler::core::Secret::Source::kNone) return;
  SecretToProto(secret, (out->*mutable_secret)());
}

// Calls `visit` for each secret that is set anywhere in the connection, with its place as core::ForEachSecret
// names it.
void ForEachSecret(ductape::jobs::v1::Connection* connection,
                   absl::FunctionRef<void(const std::string&, ductape::jobs::v1::Secret*)> visit);
void ForEachSecret(
    const ductape::jobs::v1::Connection& connection,
    absl::FunctionRef<void(const std::string&, const ductape::jobs::v1::Secret*)> visit);

}  // namespace server

#endif  // SERVER_CONVERTERS_SECRET_CONVERTER_H_
