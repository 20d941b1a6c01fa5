#include "scheduler/engine/connection_commands.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "scheduler/engine/job_commands.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {

namespace errors = base::errors;

ConnectionView ConnectionCommands::Store(core::StoredConnection connection) {
  const std::string& product = connection.spec.product;
  core_.Put(store::Table::kConnections, store::ConnectionRowKey(product, connection.uid),
            store::EncodeConnection(connection));
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.tables().connections.Put(connection);
  const int64_t events = core_.tables().connections.Find(product, connection.spec.tag).event_count;
  return ConnectionView{std::move(connection), events};
}

absl::StatusOr<ConnectionView> ConnectionCommands::Create(const CreateConnection& command) {
  const core::ConnectionSpec& spec = command.spec;
  const catalog::ConnectionEntry existing = core_.tables().connections.Find(spec.product, spec.tag);
  if (existing.connection != nullptr) {
    return errors::ConnectionAlreadyExists(spec.product, spec.tag);
  }
  if (core_.tables().connections.full()) {
    return errors::Overloaded("connections of the server", base::kHour);
  }
  core::StoredConnection connection;
  connection.spec = spec;
  connection.generation = 1;
  connection.create_time = connection.update_time = core_.now();
  if (command.validate_only) return ConnectionView{std::move(connection), existing.event_count};
  const uint64_t sequence = core_.registry().last_sequence.fetch_add(1) + 1;
  connection.uid = core::MakeUid(sequence, 0);
  core_.Put(store::Table::kMeta, std::string(store::kEventSequenceRow),
            store::EncodeSequence(sequence));
  Remember(&core_, spec.product, command.request, connection.uid);
  return Store(std::move(connection));
}

absl::StatusOr<ConnectionView> ConnectionCommands::Update(UpdateConnection* command) {
  const catalog::ConnectionEntry existing =
      core_.tables().connections.Find(command->product, command->tag);
  if (existing.connection == nullptr) {
    if (command->if_missing.has_value()) {
      return Create({*command->if_missing, command->request, command->validate_only});
    }
    return errors::ConnectionResourceNotFound(command->product, command->tag);
  }
  const core::StoredConnection& before = *existing.connection;
  if (absl::Status status = CheckEtag(command->etag, before); !status.ok()) return status;
  core::StoredConnection connection = before;
  if (absl::Status status = command->patch(&connection.spec); !status.ok()) return status;
  if (connection.spec == before.spec) {
    if (!command->validate_only) Remember(&core_, command->product, command->request, before.uid);
    return ConnectionView{before, existing.event_count};
  }
  ++connection.generation;
  connection.update_time = core_.now();
  if (command->validate_only) return ConnectionView{std::move(connection), existing.event_count};
  Remember(&core_, command->product, command->request, connection.uid);
  return Store(std::move(connection));
}

absl::StatusOr<Done> ConnectionCommands::Delete(const DeleteConnection& command) {
  const catalog::ConnectionEntry existing =
      core_.tables().connections.Find(command.product, command.tag);
  if (existing.connection == nullptr) {
    if (command.allow_missing) return Done();
    return errors::ConnectionResourceNotFound(command.product, command.tag);
  }
  const core::StoredConnection& connection = *existing.connection;
  if (absl::Status s = CheckEtag(command.etag, connection); !s.ok()) return s;
  if (existing.event_count > 0 && !command.force) {
    return errors::ConnectionInUse(command.product, command.tag, existing.event_count);
  }
  core_.Put(store::Table::kConnections, store::ConnectionRowKey(command.product, connection.uid),
            std::nullopt);
  Remember(&core_, command.product, command.request, connection.uid);
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.tables().connections.Remove(command.product, command.tag);
  return Done();
}

}  // namespace scheduler::engine
