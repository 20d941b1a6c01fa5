#include "scheduler/core/connection/connection_spec.h"

#include "scheduler/base/strings.h"
#include "scheduler/core/connection/secret_paths.h"

namespace scheduler::core {
namespace {

// Settings is const or not, as the secrets are then.
template <typename Spec, typename Visit>
void VisitSecrets(Spec* spec, Visit visit) {
  for (auto& [env, settings] : spec->env) {
    const auto with_place = [&visit, &environment = env, &kind = settings](std::string_view path,
                                                                           auto* secret) {
      visit(SecretPlace(environment, kind, path), secret);
    };
    std::visit([&with_place](auto& kind) { VisitSecretsOf(kind, with_place); }, settings);
  }
}

}  // namespace

std::string_view KindOf(const Settings& settings) {
  // In the order of the variant.
  static constexpr std::string_view kNames[] = {"http",     "smtp",  "sql",  "mongo",  "kafka",
                                                "rabbitmq", "redis", "nats", "pubsub", "push",
                                                "sms",      "aws",   "grpc"};
  static_assert(std::size(kNames) == std::variant_size_v<Settings>);
  return kNames[settings.index()];
}

const NamedSecrets* NamedSecretsOf(const Settings& settings) {
  return std::visit(
      [](const auto& kind) -> const NamedSecrets* {
        if constexpr (requires { kind.secrets; }) {
          return &kind.secrets;
        } else {
          return nullptr;
        }
      },
      settings);
}

const Settings* SettingsFor(const ConnectionSpec& spec, const std::string& env,
                            std::string_view* which) {
  auto found = spec.env.find(env);
  if (found == spec.env.end()) found = spec.env.find("");
  if (found == spec.env.end()) return nullptr;
  *which = found->first;
  return &found->second;
}

std::string SecretPlace(std::string_view env, const Settings& settings, std::string_view path) {
  return base::StrCat("env[", env, "].", KindOf(settings), ".", path);
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

}  // namespace scheduler::core
