#include "scheduler/engine/event_commands.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {

namespace errors = base::errors;

namespace {

bool SameDefinition(const core::Event& a, const core::Event& b) {
  return a.name == b.name && a.target == b.target && a.retry == b.retry &&
         a.attempt_timeout == b.attempt_timeout && a.limits == b.limits && a.labels == b.labels;
}

}  // namespace

EventView EventCommands::Store(core::Event event) {
  core_.Put(store::Table::kEvents, store::EventRowKey(event.product, event.uid),
            store::EncodeEvent(event));
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.tables().events.Put(event);
  core_.Reply([events = &core_.tables().events, product = event.product,
               key = event.key](store::Position) { events->MarkDurable(product, key); });
  const catalog::EventEntry entry = core_.tables().events.Find(event.product, event.key);
  return EventView{std::move(event), entry.job_count};
}

void EventCommands::Remember(const core::Event& event, const RequestId& request) {
  if (request.id.empty()) return;
  core_.Put(store::Table::kRequests, store::RequestRowKey(event.product, request.id),
            store::EncodeRequest({request.body_hash, event.uid, 0, core_.now()}));
}

absl::Status EventCommands::CheckConnections(const core::Event& event,
                                             const std::vector<std::string_view>& known) const {
  for (const std::string_view tag : core::ConnectionsOf(event.target)) {
    if (std::find(known.begin(), known.end(), tag) != known.end()) continue;
    if (core_.tables().connections.Find(event.product, std::string(tag)).connection == nullptr) {
      return errors::ConnectionNotFound(event.product, tag);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<EventView> EventCommands::Create(const CreateEvent& command) {
  core::Event event = command.event;
  const catalog::EventEntry existing = core_.tables().events.Find(event.product, event.key);
  if (existing.event != nullptr) {
    return errors::EventAlreadyExists(event.product, core::EventTypeName(event.key.type),
                                      event.key.tag);
  }
  if (absl::Status status = CheckConnections(event, {}); !status.ok()) return status;
  if (core_.tables().events.full()) return errors::Overloaded("events of the server", base::kHour);
  event.generation = 1;
  event.create_time = event.update_time = core_.now();
  if (command.validate_only) return EventView{std::move(event), existing.job_count};
  const uint64_t sequence = core_.registry().last_sequence.fetch_add(1) + 1;
  event.uid = core::MakeUid(sequence, 0);
  core_.Put(store::Table::kMeta, std::string(store::kEventSequenceRow),
            store::EncodeSequence(sequence));
  Remember(event, command.request);
  core_.tables().connections.Refer(event.product, core::ConnectionsOf(event.target));
  return Store(std::move(event));
}

absl::StatusOr<EventView> EventCommands::Update(UpdateEvent* command, bool* moved) {
  const catalog::EventEntry existing = core_.tables().events.Find(command->product, command->key);
  if (existing.event == nullptr) {
    if (command->if_missing.has_value()) {
      return Create({*command->if_missing, command->request, command->validate_only});
    }
    return errors::EventResourceNotFound(command->product, core::EventTypeName(command->key.type),
                                         command->key.tag);
  }
  const core::Event& before = *existing.event;
  if (absl::Status status = CheckEtag(command->etag, before); !status.ok()) return status;
  core::Event event = before;
  if (absl::Status status = command->patch(&event); !status.ok()) return status;
  if (SameDefinition(event, before)) {
    if (!command->validate_only) Remember(before, command->request);
    return EventView{before, existing.job_count};
  }
  // Those that it names already may have been deleted by force since.
  const std::vector<std::string_view> named_before = core::ConnectionsOf(before.target);
  if (absl::Status status = CheckConnections(event, named_before); !status.ok()) return status;
  ++event.generation;
  event.update_time = core_.now();
  if (command->validate_only) return EventView{std::move(event), existing.job_count};
  const catalog::EventTable& events = core_.tables().events;
  *moved = events.LaneFor(event) != events.LaneFor(before);
  core_.tables().connections.Refer(event.product, core::ConnectionsOf(event.target));
  core_.tables().connections.Unrefer(event.product, named_before);
  Remember(event, command->request);
  return Store(std::move(event));
}

absl::StatusOr<Done> EventCommands::Delete(const DeleteEvent& command, bool* moved) {
  const catalog::EventEntry existing = core_.tables().events.Find(command.product, command.key);
  const char* type = core::EventTypeName(command.key.type);
  if (existing.event == nullptr) {
    if (command.allow_missing) return Done();
    return errors::EventResourceNotFound(command.product, type, command.key.tag);
  }
  if (absl::Status s = CheckEtag(command.etag, *existing.event); !s.ok()) return s;
  if (existing.job_count > 0 && !command.force) {
    return errors::EventInUse(command.product, type, command.key.tag, existing.job_count);
  }
  *moved = true;
  core_.tables().connections.Unrefer(command.product, core::ConnectionsOf(existing.event->target));
  core_.Put(store::Table::kEvents, store::EventRowKey(command.product, existing.event->uid),
            std::nullopt);
  Remember(*existing.event, command.request);
  core_.registry().catalog_ticket.store(core_.ticket());
  core_.tables().events.Remove(command.product, command.key, core_.now());
  return Done();
}

}  // namespace scheduler::engine
