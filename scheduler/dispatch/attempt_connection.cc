#include "scheduler/dispatch/attempt_connection.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/connection/secret_paths.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {

using base::StrCat;

absl::StatusOr<AttemptConnection> AttemptConnection::Find(const core::ClaimedRun& run,
                                                          std::string_view tag,
                                                          secrets::SecretSource* secrets) {
  const auto found =
      std::find_if(run.connections.begin(), run.connections.end(),
                   [tag](const auto& connection) { return connection->spec.tag == tag; });
  if (found == run.connections.end()) {
    return absl::NotFoundError(
        StrCat("the event names connection \"", tag, "\", which does not exist"));
  }
  AttemptConnection result(*found, secrets);
  result.redactor_.Follow(run.trace);
  result.settings_ = core::SettingsFor((*found)->spec, run.env, &result.env_);
  if (result.settings_ == nullptr) {
    return absl::InvalidArgumentError(StrCat("connection \"", tag,
                                             "\" has no settings for environment \"", run.env,
                                             "\" and no default ones"));
  }
  return result;
}

absl::Status AttemptConnection::WrongKind(std::string_view wanted) const {
  return absl::InvalidArgumentError(StrCat("connection \"", connection_->spec.tag, "\" is of kind ",
                                           core::KindOf(*settings_), ", and the event needs ",
                                           wanted));
}

std::string AttemptConnection::Identity() const {
  return StrCat(connection_->uid, "/", connection_->generation, "/", env_);
}

absl::StatusOr<base::SecretText> AttemptConnection::Read(std::string_view path,
                                                         const core::Secret& secret,
                                                         secrets::SecretForm form) {
  if (secret.source == core::Secret::Source::kNone) return base::SecretText();
  if (secrets_ == nullptr) return absl::UnavailableError("no secret can be read here");
  const std::string place = core::SecretPlace(env_, *settings_, path);
  absl::StatusOr<base::SecretText> text = secrets_->Read(connection_->spec, place, secret);
  if (!text.ok()) return text;
  // What is recorded is UTF-8, so that only UTF-8 is found there again.
  bool cut = false;
  if (ToUtf8(text->view(), text->size(), &cut) != text->view()) {
    return absl::UnavailableError(StrCat("the secret ", place, " of connection \"",
                                         connection_->spec.tag, "\" is not UTF-8"));
  }
  redactor_.Add(text->view());
  if (text->empty()) return text;
  if (const auto fault = secrets::FaultOf(text->view(), form)) {
    return absl::UnavailableError(
        StrCat("the secret ", place, " of connection \"", connection_->spec.tag, "\" ", *fault));
  }
  return text;
}

absl::StatusOr<base::SecretText> AttemptConnection::ReadNamed(std::string_view name) {
  const core::NamedSecrets* const named = core::NamedSecretsOf(*settings_);
  if (named != nullptr) {
    const auto found = named->find(std::string(name));
    if (found != named->end()) {
      return Read(core::NamedSecretPath(name), found->second, secrets::SecretForm::kLine);
    }
  }
  return absl::InvalidArgumentError(StrCat("connection \"", connection_->spec.tag,
                                           "\" has no secret of the name \"", name, "\""));
}

bool AttemptConnection::AllAtHand() const {
  if (secrets_ == nullptr) return true;
  bool all = true;
  core::ForEachSecret(connection_->spec, [&](const std::string&, const core::Secret& secret) {
    all = all && secrets_->IsAtHand(secret);
  });
  return all;
}

}  // namespace scheduler::dispatch
