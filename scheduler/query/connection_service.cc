// Connections: the part of SchedulerService that changes and reads them.

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/query/mutate.h"
#include "scheduler/query/scheduler_service.h"
#include "scheduler/query/text_bytes.h"

namespace scheduler::query {

namespace errors = base::errors;
using engine::ConnectionView;
using engine::kCatalogLoop;
using engine::Reply;

namespace {

// About what one takes in an answer.
size_t SizeOf(const core::ConnectionSpec& spec) {
  size_t bytes = 400 + 300 * spec.labels.size();
  for (const auto& [env, settings] : spec.env) {
    bytes += 200 + TextBytesOf(settings);
  }
  return bytes;
}

}  // namespace

void SchedulerService::ReplayConnection(const std::string& product, const std::string& tag,
                                        core::Uid uid, Reply<ConnectionView> reply) {
  GetConnection(
      product, tag,
      [product, tag, uid, reply = std::move(reply)](absl::StatusOr<ConnectionView> view) mutable {
        const bool other = view.ok() && view->connection.uid != uid;
        reply(other ? errors::ConnectionResourceNotFound(product, tag) : std::move(view));
      });
}

void SchedulerService::Create(engine::CreateConnection command, Reply<ConnectionView> reply) {
  const std::string product = command.spec.product;
  const std::string tag = command.spec.tag;
  const engine::RequestId request = command.request;
  Mutate<ConnectionView>(
      product, request, kCatalogLoop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) { return l.connections().Create(command); },
      [this, product, tag](const store::RequestRecord& r, Reply<ConnectionView> again) {
        ReplayConnection(product, tag, r.uid, std::move(again));
      });
}

void SchedulerService::Update(engine::UpdateConnection command, Reply<ConnectionView> reply) {
  const std::string product = command.product;
  const std::string tag = command.tag;
  const engine::RequestId request = command.request;
  Mutate<ConnectionView>(
      product, request, kCatalogLoop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) mutable {
        return l.connections().Update(&command);
      },
      [this, product, tag](const store::RequestRecord& r, Reply<ConnectionView> again) {
        ReplayConnection(product, tag, r.uid, std::move(again));
      });
}

void SchedulerService::Delete(engine::DeleteConnection command, Reply<engine::Done> reply) {
  const std::string product = command.product;
  const engine::RequestId request = command.request;
  Mutate<engine::Done>(
      product, request, kCatalogLoop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) { return l.connections().Delete(command); },
      [](const store::RequestRecord&, Reply<engine::Done> again) { again(engine::Done()); });
}

void SchedulerService::GetConnection(const std::string& product, const std::string& tag,
                                     Reply<ConnectionView> reply) {
  engine::JobRegistry& registry = engine_.registry();
  const catalog::ConnectionEntry entry = registry.tables().connections.Find(product, tag);
  absl::StatusOr<ConnectionView> view = errors::ConnectionResourceNotFound(product, tag);
  if (entry.connection != nullptr) view = ConnectionView{*entry.connection, entry.event_count};
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(view)));
}

void SchedulerService::List(const engine::ListConnections& query,
                            Reply<engine::ConnectionPage> reply) {
  engine::JobRegistry& registry = engine_.registry();
  engine::ConnectionPage page;
  size_t bytes = 0;
  for (const catalog::ConnectionEntry& entry :
       registry.tables().connections.List(query.product, query.after, query.page_size + 1)) {
    if (static_cast<int>(page.connections.size()) >= query.page_size ||
        bytes > size_t{base::limits::kMaxPageBytes}) {
      page.next_after = page.connections.back().connection.uid;
      break;
    }
    bytes += SizeOf(entry.connection->spec);
    page.connections.push_back(ConnectionView{*entry.connection, entry.event_count});
  }
  absl::StatusOr<engine::ConnectionPage> result = std::move(page);
  registry.gate(kCatalogLoop)
      .When(registry.catalog_ticket.load(), WhenDurable(std::move(reply), std::move(result)));
}

}  // namespace scheduler::query
