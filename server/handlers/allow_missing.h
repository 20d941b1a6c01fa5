#ifndef SERVER_HANDLERS_ALLOW_MISSING_H_
#define SERVER_HANDLERS_ALLOW_MISSING_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/engine/commands.h"

// Updates with `allow_missing`: a resource that does not exist is created, which takes a whole one. A
// resource that is not whole is an error only if there is none to update, and only the engine knows.
namespace server {

// Sets what an update is to create, or else why it could not.
template <typename Spec>
void SetIfMissing(absl::StatusOr<Spec> whole, std::optional<Spec>* if_missing,
                  absl::Status* incomplete) {
  if (whole.ok()) {
    *if_missing = *std::move(whole);
  } else {
    *incomplete = std::move(whole).status();
  }
}

// `reply`, but that NOT_FOUND becomes `incomplete`, unless that is OK.
template <typename View>
scheduler::engine::Reply<View> UnlessIncomplete(absl::Status incomplete,
                                                scheduler::engine::Reply<View> reply) {
  return [incomplete = std::move(incomplete),
          reply = std::move(reply)](absl::StatusOr<View> view) mutable {
    const bool create = !incomplete.ok() && absl::IsNotFound(view.status());
    reply(create ? absl::StatusOr<View>(std::move(incomplete)) : std::move(view));
  };
}

}  // namespace server

#endif  // SERVER_HANDLERS_ALLOW_MISSING_H_
