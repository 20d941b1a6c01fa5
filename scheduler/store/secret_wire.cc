#include "scheduler/store/secret_wire.h"

namespace scheduler::store::wire {

void WriteSecret(const core::Secret& from, pb::Secret* to) {
  switch (from.source) {
    case core::Secret::Source::kNone:
      break;
    case core::Secret::Source::kStored:
      to->mutable_sealed()->set_key_id(from.sealed.key_id);
      to->mutable_sealed()->set_nonce(from.sealed.nonce);
      to->mutable_sealed()->set_ciphertext(from.sealed.ciphertext);
      break;
    case core::Secret::Source::kFile:
      to->set_file(from.name);
      break;
    case core::Secret::Source::kEnvVar:
      to->set_env_var(from.name);
      break;
  }
}

core::Secret ReadSecret(const pb::Secret& from) {
  using Source = core::Secret::Source;
  switch (from.source_case()) {
    case pb::Secret::kSealed:
      return {Source::kStored,
              "",
              {from.sealed().key_id(), from.sealed().nonce(), from.sealed().ciphertext()}};
    case pb::Secret::kFile:
      return {Source::kFile, from.file(), {}};
    case pb::Secret::kEnvVar:
      return {Source::kEnvVar, from.env_var(), {}};
    case pb::Secret::SOURCE_NOT_SET:
      break;
  }
  return {};
}

}  // namespace scheduler::store::wire
