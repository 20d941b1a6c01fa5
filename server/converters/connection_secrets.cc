#include "server/converters/connection_secrets.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "scheduler/base/errors.h"
#include "server/converters/secret_converter.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace secrets = scheduler::secrets;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

std::string FieldOf(const std::string& place) { return StrCat("connection.", place); }

absl::Status CheckSource(const std::string& place, const core::Secret& secret,
                         const secrets::SecretPolicy& policy) {
  std::optional<std::string> denial;
  if (secret.source == Source::kFile) denial = policy.FileDenial(secret.name);
  if (secret.source == Source::kEnvVar) denial = policy.EnvVarDenial(secret.name);
  return denial ? errors::SecretSourceDenied(FieldOf(place), *denial) : absl::OkStatus();
}

// The secrets that are there, by their places.
std::map<std::string, core::Secret> SecretsOf(const core::ConnectionSpec* spec) {
  std::map<std::string, core::Secret> found;
  if (spec == nullptr) return found;
  core::ForEachSecret(*spec, [&found](const std::string& place, const core::Secret& secret) {
    if (secret.source != Source::kNone) found[place] = secret;
  });
  return found;
}

// Whether `stored` is `text`, under the key that is active.
bool IsStored(const core::Secret& stored, const std::string& sealed_for, std::string_view text,
              const secrets::SecretBox& box) {
  if (stored.source != Source::kStored || stored.sealed.key_id != box.active_key()) return false;
  const absl::StatusOr<base::SecretText> opened = box.Open(sealed_for, stored.sealed);
  return opened.ok() && opened->view() == text;
}

absl::Status Seal(std::string_view text, const std::string& sealed_for,
                  const secrets::SecretBox& box, core::Secret* secret) {
  absl::StatusOr<core::SealedText> sealed = box.Seal(sealed_for, text);
  if (!sealed.ok()) return errors::Internal(FromAbsl(sealed.status().message()));
  secret->sealed = *std::move(sealed);
  return absl::OkStatus();
}

// What is stored stays, but under the active key: so a connection that is read and written back is done with an
// older one.
absl::Status Keep(const std::string& place, const core::Secret* stored,
                  const std::string& sealed_for, const secrets::SecretBox& box,
                  core::Secret* secret) {
  if (stored == nullptr) {
    return errors::FieldRequired(FieldOf(place),
                                 "one of value, file and env_var: there is none to keep");
  }
  *secret = *stored;
  const bool old_key = stored->source == Source::kStored && !box.active_key().empty() &&
                       stored->sealed.key_id != box.active_key();
  if (!old_key) return absl::OkStatus();
  const absl::StatusOr<base::SecretText> text = box.Open(sealed_for, stored->sealed);
  return text.ok() ? Seal(text->view(), sealed_for, box, secret) : absl::OkStatus();
}

// A value that is stored already stays as it is, so that nothing changes.
absl::Status Put(std::string_view value, const core::Secret* stored, const std::string& sealed_for,
                 const secrets::SecretBox& box, core::Secret* secret) {
  if (stored != nullptr && IsStored(*stored, sealed_for, value, box)) {
    *secret = *stored;
    return absl::OkStatus();
  }
  return Seal(value, sealed_for, box, secret);
}

}  // namespace

absl::Status CheckSecrets(const ConnectionDraft& draft, const secrets::SecretBox& box,
                          const secrets::SecretPolicy& policy) {
  if (!draft.values.empty() && box.active_key().empty()) {
    return errors::SecretsKeyMissing(FieldOf(draft.values.begin()->first));
  }
  absl::Status status;
  core::ForEachSecret(draft.spec, [&](const std::string& place, const core::Secret& secret) {
    if (status.ok()) status = CheckSource(place, secret, policy);
  });
  return status;
}

absl::Status SettleSecrets(const ConnectionDraft& draft, const core::ConnectionSpec* before,
                           const secrets::SecretBox& box, core::ConnectionSpec* spec) {
  const std::map<std::string, core::Secret> known = SecretsOf(before);
  absl::Status status;
  core::ForEachSecret(spec, [&](const std::string& place, core::Secret* secret) {
    if (!status.ok()) return;
    const auto found = known.find(place);
    const core::Secret* const stored = found == known.end() ? nullptr : &found->second;
    const std::string sealed_for = secrets::PlaceOf(*spec, place);
    if (draft.kept.count(place) > 0) {
      status = Keep(place, stored, sealed_for, box, secret);
    } else if (const auto value = draft.values.find(place); value != draft.values.end()) {
      status = Put(value->second.view(), stored, sealed_for, box, secret);
    }
  });
  return status;
}

absl::StatusOr<core::ConnectionSpec> ToSealedSpec(const v1::Connection& connection,
                                                  const secrets::SecretBox& box,
                                                  const secrets::SecretPolicy& policy,
                                                  const std::string& default_product) {
  DUCTAPE_ASSIGN_OR_RETURN(ConnectionDraft draft, ToConnectionDraft(connection, default_product));
  DUCTAPE_RETURN_IF_ERROR(CheckSecrets(draft, box, policy));
  core::ConnectionSpec spec = draft.spec;
  DUCTAPE_RETURN_IF_ERROR(SettleSecrets(draft, nullptr, box, &spec));
  return spec;
}

void FingerprintSecrets(const secrets::SecretBox& box, v1::Connection* connection) {
  ForEachSecret(connection, [&box](const std::string& /*place*/, v1::Secret* secret) {
    if (secret->source_case() != v1::Secret::kValue) return;
    secret->set_value(absl::BytesToHexString(box.Fingerprint(secret->value())));
  });
}

}  // namespace server
