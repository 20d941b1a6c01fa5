#include "scheduler/core/connection/connection_spec.h"

#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

// The secret of `auth`, null if it has none, and its path below "auth". Auth is const or not, as the
// secret is then.
template <typename Auth>
auto SecretOf(Auth* auth, std::string_view* path)
    -> decltype(&std::get<BasicAuth>(*auth).password) {
  if (auto* basic = std::get_if<BasicAuth>(auth)) {
    *path = "basic.password";
    return &basic->password;
  }
  if (auto* bearer = std::get_if<BearerAuth>(auth)) {
    *path = "bearer.token";
    return &bearer->token;
  }
  if (auto* api_key = std::get_if<ApiKeyAuth>(auth)) {
    *path = "api_key.key";
    return &api_key->key;
  }
  return nullptr;
}

std::string HttpPlace(std::string_view env, std::string_view path) {
  return base::StrCat("env[", env, "].http.auth.", path);
}

template <typename Spec, typename Visit>
void VisitSecrets(Spec* spec, Visit visit) {
  for (auto& [env, settings] : spec->env) {
    std::string_view path;
    auto* secret = SecretOf(&std::get<HttpSettings>(settings).auth, &path);
    if (secret != nullptr) visit(HttpPlace(env, path), secret);
  }
}

}  // namespace

const Settings* SettingsFor(const ConnectionSpec& spec, const std::string& env,
                            std::string_view* which) {
  auto found = spec.env.find(env);
  if (found == spec.env.end()) found = spec.env.find("");
  if (found == spec.env.end()) return nullptr;
  *which = found->first;
  return &found->second;
}

std::string_view AuthHeader(const HttpAuth& auth) {
  if (const auto* api_key = std::get_if<ApiKeyAuth>(&auth)) {
    return api_key->in_query ? std::string_view() : std::string_view(api_key->name);
  }
  return std::holds_alternative<std::monostate>(auth) ? "" : "Authorization";
}

void ForEachSecret(ConnectionSpec* spec,
                   absl::FunctionRef<void(const std::string&, Secret*)> visit) {
  VisitSecrets(spec, visit);
}

void ForEachSecret(const ConnectionSpec& spec,
                   absl::FunctionRef<void(const std::string&, const Secret&)> visit) {
  VisitSecrets(&spec,
               [&visit](const std::string& place, const Secret* secret) { visit(place, *secret); });
}

const Secret* SecretOf(std::string_view env, const HttpAuth& auth, std::string* place) {
  std::string_view path;
  const Secret* secret = SecretOf(&auth, &path);
  if (secret != nullptr) *place = HttpPlace(env, path);
  return secret;
}

}  // namespace scheduler::core
