#ifndef SCHEDULER_STORE_SECRET_WIRE_H_
#define SCHEDULER_STORE_SECRET_WIRE_H_

#include "ductape/jobs/store/v1/connection.pb.h"
#include "scheduler/core/connection/secret.h"

// Secrets, as they are stored, between the model and connection.proto. Internal to the codecs.
namespace scheduler::store::wire {

namespace pb = ductape::jobs::store::v1;

// A secret without a source is an empty message.
void WriteSecret(const core::Secret& from, pb::Secret* to);
core::Secret ReadSecret(const pb::Secret& from);

// Writes the secret to what `out` makes, if there is one.
template <typename Out>
void WriteSecretTo(const core::Secret& from, Out out) {
  if (from.source != core::Secret::Source::kNone) WriteSecret(from, out());
}

// Those that templates name, of settings that have them.
template <typename Out>
void WriteNamed(const core::NamedSecrets& from, Out* settings) {
  for (const auto& [name, secret] : from) {
    pb::NamedSecret* const added = settings->add_secrets();
    added->set_name(name);
    WriteSecret(secret, added->mutable_secret());
  }
}

template <typename In>
core::NamedSecrets ReadNamed(const In& settings) {
  core::NamedSecrets to;
  for (const pb::NamedSecret& named : settings.secrets()) {
    to[named.name()] = ReadSecret(named.secret());
  }
  return to;
}

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_SECRET_WIRE_H_
