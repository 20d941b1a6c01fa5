// Events: the part of SchedulerService that changes and reads the catalog.

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/query/mutate.h"
#include "scheduler/query/scheduler_service.h"
#include "scheduler/query/text_bytes.h"

namespace scheduler::query {

namespace errors = base::errors;
using engine::EventView;
using engine::kCatalogLoop;
using engine::Reply;

namespace {

void RequeueEverywhere(engine::Engine* engine, const std::string& product,
                       const core::EventKey& key) {
  for (int i = 0; i < engine->loops(); ++i) {
    engine->loop(i).Post([product, key](engine::Loop& l) { l.RequeueWaiting(product, key); });
  }
}

}  // namespace

void SchedulerService::Create(engine::CreateEvent command, Reply<EventView> reply) {
  const std::string product = command.event.product;
  const core::EventKey key = command.event.key;
  const engine::RequestId request = command.request;
  Mutate<EventView>(
      product, request, kCatalogLoop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) { return l.events().Create(command); },
      [this, product, key](const store::RequestRecord&, Reply<EventView> again) {
        GetEvent(product, key, std::move(again));
      });
}

void SchedulerService::Update(engine::UpdateEvent command, Reply<EventView> reply) {
  const std::string product = command.product;
  const core::EventKey key = command.key;
  const engine::RequestId request = command.request;
  Mutate<EventView>(
      product, request, kCatalogLoop, std::move(reply),
      [this, product, key, command = std::move(command)](engine::Loop& l) mutable {
        bool moved = false;
        auto result = l.events().Update(&command, &moved);
        if (moved) RequeueEverywhere(&engine_, product, key);
        return result;
      },
      [this, product, key](const store::RequestRecord&, Reply<EventView> again) {
        GetEvent(product, key, std::move(again));
      });
}

void SchedulerService::Delete(engine::DeleteEvent command, Reply<engine::Done> reply) {
  const std::string product = command.product;
  const core::EventKey key = command.key;
  const engine::RequestId request = command.request;
  Mutate<engine::Done>(
      product, request, kCatalogLoop, std::move(reply),
      [this, product, key, command = std::move(command)](engine::Loop& l) {
        bool moved = false;
        auto result = l.events().Delete(command, &moved);
        if (moved) RequeueEverywhere(&engine_, product, key);
        return result;
      },
      [](const store::RequestRecord&, Reply<engine::Done> again) { again(engine::Done()); });
}

void SchedulerService::GetEvent(const std::string& product, const core::EventKey& key,
                                Reply<EventView> reply) {
  engine::JobRegistry& registry = engine_.registry();
  const catalog::EventEntry entry = registry.tables().events.Find(product, key);
  absl::StatusOr<EventView> view =
      errors::EventResourceNotFound(product, core::EventTypeName(key.type), key.tag);
  if (entry.event != nullptr) view = EventView{*entry.event, entry.job_count};
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(view)));
}

void SchedulerService::List(const engine::ListEvents& query, Reply<engine::EventPage> reply) {
  engine::JobRegistry& registry = engine_.registry();
  engine::EventPage page;
  int64_t bytes = 0;
  for (const catalog::EventEntry& entry :
       registry.tables().events.List(query.product, query.after, query.page_size + 1)) {
    if (static_cast<int>(page.events.size()) >= query.page_size ||
        bytes > base::limits::kMaxPageBytes) {
      page.next_after = page.events.back().event.uid;
      break;
    }
    bytes += 400 + static_cast<int64_t>(TextBytesOf(entry.event->target));
    page.events.push_back(EventView{*entry.event, entry.job_count});
  }
  absl::StatusOr<engine::EventPage> result = std::move(page);
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(result)));
}

}  // namespace scheduler::query
