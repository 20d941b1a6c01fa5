#ifndef SERVER_CONVERTERS_CONNECTION_SECRETS_H_
#define SERVER_CONVERTERS_CONNECTION_SECRETS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/secrets/secret_box.h"
#include "scheduler/secrets/secret_policy.h"
#include "server/converters/connection_converter.h"

// The secrets of connections, from what a client gave to what is stored. Beyond this point nothing holds
// them in the clear.
namespace server {

// Whether this server can take the secrets of a draft. FAILED_PRECONDITION, SECRETS_KEY_MISSING or
// SECRET_SOURCE_DENIED.
absl::Status CheckSecrets(const ConnectionDraft& draft, const scheduler::secrets::SecretBox& box,
                          const scheduler::secrets::SecretPolicy& policy);

// Settles the secrets of `spec`, which has those of the draft: values are sealed, and those without a
// source become what `before` has at their place, under the active key. `before` may be null: there is none.
// A value that is stored already under the active key stays as it is, so that nothing changes.
//
// INVALID_ARGUMENT, FIELD_REQUIRED: there is none to keep. INTERNAL: it could not be sealed.
absl::Status SettleSecrets(const ConnectionDraft& draft,
                           const scheduler::core::ConnectionSpec* before,
                           const scheduler::secrets::SecretBox& box,
                           scheduler::core::ConnectionSpec* spec);

// A whole connection as for a create, its secrets sealed. The errors of ToConnectionDraft, CheckSecrets and
// SettleSecrets.
absl::StatusOr<scheduler::core::ConnectionSpec> ToSealedSpec(
    const ductape::jobs::v1::Connection& connection, const scheduler::secrets::SecretBox& box,
    const scheduler::secrets::SecretPolicy& policy, const std::string& default_product);

// Puts fingerprints into the place of values: for the hash by which a repeated request is known, which is
// stored.
void FingerprintSecrets(const scheduler::secrets::SecretBox& box,
                        ductape::jobs::v1::Connection* connection);

}  // namespace server

#endif  // SERVER_CONVERTERS_CONNECTION_SECRETS_H_
