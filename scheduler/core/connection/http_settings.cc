#include "scheduler/core/connection/http_settings.h"

#include "scheduler/core/connection/secret_paths.h"

namespace scheduler::core {

std::string_view AuthHeader(const HttpAuth& auth) {
  if (const auto* api_key = std::get_if<ApiKeyAuth>(&auth)) {
    return api_key->in_query ? std::string_view() : std::string_view(api_key->name);
  }
  if (const auto* login = std::get_if<LoginAuth>(&auth)) return login->header;
  return std::holds_alternative<std::monostate>(auth) ? "" : "Authorization";
}

const Secret* SecretOf(const HttpAuth& auth, std::string_view* path) {
  const Secret* found = nullptr;
  VisitAuth(auth, [&found, path](std::string_view place, const Secret* secret) {
    if (found != nullptr) return;
    *path = place;
    found = secret;
  });
  return found;
}

}  // namespace scheduler::core
