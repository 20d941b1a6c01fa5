#ifndef TESTS_SUPPORT_FAKE_RESOURCES_H_
#define TESTS_SUPPORT_FAKE_RESOURCES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/service.h"

namespace scheduler::engine {

struct FakeEvents {
  using View = EventView;
  using Key = std::pair<std::string, core::EventKey>;  // the product comes first
  static auto& StoredOf(EventView& view) { return view.event; }
  static auto& DefinitionOf(EventView& view) { return view.event; }
  static Key KeyOf(const core::Event& event) { return {event.product, event.key}; }
  static absl::Status NotFound(const Key& key) {
    return base::errors::EventResourceNotFound(key.first, core::EventTypeName(key.second.type),
                                               key.second.tag);
  }
  static absl::Status AlreadyExists(const Key& key) {
    return base::errors::EventAlreadyExists(key.first, core::EventTypeName(key.second.type),
                                            key.second.tag);
  }
};

struct FakeCalendars {
  using View = CalendarView;
  using Key = std::pair<std::string, std::string>;
  static auto& StoredOf(CalendarView& view) { return view.calendar; }
  static auto& DefinitionOf(CalendarView& view) { return view.calendar.spec; }
  static Key KeyOf(const core::CalendarSpec& spec) { return {spec.product, spec.tag}; }
  static absl::Status NotFound(const Key& key) {
    return base::errors::CalendarResourceNotFound(key.first, key.second);
  }
  static absl::Status AlreadyExists(const Key& key) {
    return base::errors::CalendarAlreadyExists(key.first, key.second);
  }
};

struct FakeConnections {
  using View = ConnectionView;
  using Key = std::pair<std::string, std::string>;
  static auto& StoredOf(ConnectionView& view) { return view.connection; }
  static auto& DefinitionOf(ConnectionView& view) { return view.connection.spec; }
  static Key KeyOf(const core::ConnectionSpec& spec) { return {spec.product, spec.tag}; }
  static absl::Status NotFound(const Key& key) {
    return base::errors::ConnectionResourceNotFound(key.first, key.second);
  }
  static absl::Status AlreadyExists(const Key& key) {
    return base::errors::ConnectionAlreadyExists(key.first, key.second);
  }
};

// The resources of one `Kind` that a fake engine keeps, in a map.
template <typename Kind>
class FakeResources {
 public:
  using View = typename Kind::View;
  using Key = typename Kind::Key;

  template <typename Definition>
  absl::StatusOr<View> Create(const Definition& definition, core::Uid uid, Millis now,
                              bool validate_only) {
    const Key key = Kind::KeyOf(definition);
    if (views_.count(key) > 0) return Kind::AlreadyExists(key);
    View view;
    Kind::DefinitionOf(view) = definition;
    auto& stored = Kind::StoredOf(view);
    stored.uid = uid;
    stored.generation = 1;
    stored.create_time = stored.update_time = now;
    if (!validate_only) views_[key] = view;
    return view;
  }

  template <typename Patch>
  absl::StatusOr<View> Update(const Key& key, Patch* patch) {
    const auto found = views_.find(key);
    if (found == views_.end()) return Kind::NotFound(key);
    View changed = found->second;
    if (absl::Status status = (*patch)(&Kind::DefinitionOf(changed)); !status.ok()) return status;
    ++Kind::StoredOf(changed).generation;
    found->second = changed;
    return changed;
  }

  absl::StatusOr<Done> Delete(const Key& key, bool allow_missing) {
    if (views_.erase(key) == 0 && !allow_missing) return Kind::NotFound(key);
    return Done();
  }

  absl::StatusOr<View> Get(const Key& key) const {
    const auto found = views_.find(key);
    if (found == views_.end()) return Kind::NotFound(key);
    return found->second;
  }

  // The page that a ListEvents or the like asks for, in the order of uids. `next_after` is set unless
  // it is the last one.
  template <typename Query>
  std::vector<View> List(const Query& query, core::Uid* next_after) {
    std::map<core::Uid, const View*> found;
    for (auto& [key, view] : views_) {
      const core::Uid uid = Kind::StoredOf(view).uid;
      if (key.first == query.product && uid > query.after) found[uid] = &view;
    }
    std::vector<View> page;
    for (const auto& [uid, view] : found) {
      if (page.size() == static_cast<size_t>(query.page_size)) {
        *next_after = Kind::StoredOf(page.back()).uid;
        break;
      }
      page.push_back(*view);
    }
    return page;
  }

 private:
  std::map<Key, View> views_;
};

}  // namespace scheduler::engine

#endif  // TESTS_SUPPORT_FAKE_RESOURCES_H_
