#include "server/converters/connection_converter.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/engine/etag.h"
#include "server/converters/resource_name.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_converter.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using core::ConnectionSpec;

absl::Status ReadName(const v1::Connection& connection, ConnectionDraft* draft) {
  DUCTAPE_RETURN_IF_ERROR(CheckText("connection.name", connection.name(), limits::kMaxNameLength));
  draft->spec.name = connection.name();
  return absl::OkStatus();
}

// Notes what becomes of each secret.
void ReadSecrets(const v1::Connection& connection, ConnectionDraft* draft) {
  ForEachSecret(connection, [draft](const std::string& place, const v1::Secret* secret) {
    if (secret->source_case() == v1::Secret::kValue) {
      draft->values[place] = base::SecretText(secret->value());
    } else if (secret->source_case() == v1::Secret::SOURCE_NOT_SET) {
      draft->kept.insert(place);
    }
  });
}

absl::Status ReadEnv(const v1::Connection& connection, ConnectionDraft* draft) {
  if (connection.env().empty()) {
    return errors::FieldRequired("connection.env", "the settings of at least one environment");
  }
  if (connection.env().size() > limits::kMaxEnvs) {
    return errors::FieldTooLarge("connection.env", static_cast<int64_t>(connection.env().size()),
                                 limits::kMaxEnvs);
  }
  // In their order, so that of several errors always the same is told.
  std::map<std::string, const v1::Connection::Settings*> sorted;
  for (const auto& [env, settings] : connection.env()) sorted[env] = &settings;
  for (const auto& [env, settings] : sorted) {
    DUCTAPE_RETURN_IF_ERROR(CheckEnv("connection.env", env));
    DUCTAPE_ASSIGN_OR_RETURN(draft->spec.env[env],
                             ToSettings(StrCat("connection.env[", env, "]"), *settings));
  }
  ReadSecrets(connection, draft);
  return absl::OkStatus();
}

absl::Status ReadLabels(const v1::Connection& connection, ConnectionDraft* draft) {
  DUCTAPE_ASSIGN_OR_RETURN(draft->spec.labels, ToLabels("connection.labels", connection.labels()));
  return absl::OkStatus();
}

using ConnectionField = SettableField<v1::Connection, ConnectionDraft>;

template <auto Member>
void CopySpecMember(const ConnectionDraft& from, ConnectionDraft* to) {
  to->spec.*Member = from.spec.*Member;
}

constexpr ConnectionField kFields[] = {
    {"name", 0, [](const v1::Connection& connection) { return !connection.name().empty(); },
     ReadName, CopySpecMember<&ConnectionSpec::name>},
    {"env", 0, [](const v1::Connection& connection) { return !connection.env().empty(); }, ReadEnv,
     CopySpecMember<&ConnectionSpec::env>},
    {"labels", 0, [](const v1::Connection& connection) { return !connection.labels().empty(); },
     ReadLabels, CopySpecMember<&ConnectionSpec::labels>},
};

constexpr absl::Span<const ConnectionField> kTable(kFields);
constexpr std::string_view kFixed[] = {"product", "tag", "etag"};

}  // namespace

absl::StatusOr<ConnectionDraft> ToConnectionDraft(const v1::Connection& connection,
                                                  const std::string& default_product) {
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name, ToResourceName(connection.product(), connection.tag(),
                                                             default_product, "connection."));
  ConnectionDraft draft;
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, AllFields(kTable, connection), connection, &draft));
  draft.spec.product = std::move(name.product);
  draft.spec.tag = std::move(name.tag);
  return draft;
}

absl::StatusOr<ConnectionPatch> ConnectionPatch::Make(const v1::Connection& connection,
                                                      const google::protobuf::FieldMask& mask) {
  ConnectionPatch patch;
  DUCTAPE_ASSIGN_OR_RETURN(patch.fields_, SelectFields(kTable, kFixed, mask, connection));
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, patch.fields_, connection, &patch.draft_));
  return patch;
}

void ConnectionPatch::Apply(ConnectionSpec* spec) const {
  ConnectionDraft changed;
  changed.spec = std::move(*spec);
  CopyFields(kTable, fields_, draft_, &changed);
  *spec = std::move(changed.spec);
}

void ConnectionToProto(const scheduler::engine::ConnectionView& view, v1::Connection* out) {
  const core::StoredConnection& connection = view.connection;
  out->set_product(connection.spec.product);
  out->set_tag(connection.spec.tag);
  out->set_name(connection.spec.name);
  for (const auto& [env, settings] : connection.spec.env) {
    SettingsToProto(settings, &(*out->mutable_env())[env]);
  }
  out->mutable_labels()->insert(connection.spec.labels.begin(), connection.spec.labels.end());
  out->set_uid(core::FormatUid(connection.uid));
  out->set_generation(connection.generation);
  out->set_etag(scheduler::engine::EtagOf(connection));
  out->set_event_count(view.event_count);
  SetTimestamp(connection.create_time, out->mutable_create_time());
  SetTimestamp(connection.update_time, out->mutable_update_time());
}

}  // namespace server
