#include "scheduler/store/connection_wire.h"

#include "scheduler/store/pairs_wire.h"
#include "scheduler/store/settings_wire.h"

namespace scheduler::store::wire {

namespace pb = ductape::jobs::store::v1;

uint32_t MinReaderOf(const core::ConnectionSpec& spec) {
  for (const auto& [env, settings] : spec.env) {
    if (std::holds_alternative<core::GrpcSettings>(settings)) return 5;
    if (std::holds_alternative<core::HttpSettings>(settings)) continue;
    const core::NamedSecrets* const secrets = core::NamedSecretsOf(settings);
    if (secrets != nullptr && !secrets->empty()) return 5;
  }
  return 0;
}

void Write(const core::ConnectionSpec& from, pb::Connection* to) {
  to->set_product(from.product);
  to->set_tag(from.tag);
  to->set_name(from.name);
  for (const auto& [env, settings] : from.env) {
    pb::ConnectionSettings* out = to->add_settings();
    out->set_env(env);
    Write(settings, out);
  }
  WriteMap(from.labels, to->mutable_labels());
}

absl::Status Read(const pb::Connection& from, core::ConnectionSpec* to) {
  to->product = from.product();
  to->tag = from.tag();
  to->name = from.name();
  for (const pb::ConnectionSettings& settings : from.settings()) {
    absl::Status status = Read(settings, &to->env[settings.env()]);
    if (!status.ok()) return status;
  }
  to->labels = ReadMap(from.labels());
  return absl::OkStatus();
}

}  // namespace scheduler::store::wire
