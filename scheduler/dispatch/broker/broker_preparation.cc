#include "scheduler/dispatch/broker/broker_preparation.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/connection/secret_paths.h"
#include "scheduler/dispatch/broker/broker_rules.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {
namespace {

// Files, or one line each.
secrets::SecretForm FormOf(std::string_view path) {
  const bool file =
      path.substr(0, 4) == "tls." || path == "credentials" || path == "service_account";
  return file ? secrets::SecretForm::kDocument : secrets::SecretForm::kLine;
}

// Whether it is a secret that templates name (core::NamedSecretPath).
bool IsNamed(std::string_view path) {
  constexpr std::string_view kNamed = "secrets[";
  return path.substr(0, kNamed.size()) == kNamed;
}

Landing LandingOfBody(const std::string& body) {
  const size_t first = body.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && (body[first] == '{' || body[first] == '[');
  return json ? Landing::kJson : Landing::kText;
}

// Fills in the templates of one run. What they may name is gathered for the first that names anything, since
// that reads the whole input.
class Filler {
 public:
  Filler(const core::ClaimedRun& run, RenderOptions options)
      : run_(run), options_(std::move(options)) {}

  // Fills in `text` where it stands.
  absl::Status Fill(std::string_view field, Landing landing, std::string* text) {
    if (text->find("{{") == std::string::npos) return absl::OkStatus();
    return Take(renderer().Render(field, *text, landing), text);
  }
  // The same without secrets.
  absl::Status FillOpenly(std::string_view field, Landing landing, std::string* text) {
    if (text->find("{{") == std::string::npos) return absl::OkStatus();
    return Take(renderer().RenderWithoutSecrets(field, *text, landing), text);
  }

 private:
  const Renderer& renderer() {
    if (!renderer_) renderer_.emplace(run_, options_);
    return *renderer_;
  }
  static absl::Status Take(absl::StatusOr<std::string> rendered, std::string* text) {
    if (!rendered.ok()) return rendered.status();
    *text = *std::move(rendered);
    return absl::OkStatus();
  }

  const core::ClaimedRun& run_;
  const RenderOptions options_;
  std::optional<Renderer> renderer_;
};

absl::Status RenderAll(const core::ClaimedRun& run, RenderOptions options,
                       core::BrokerTarget* target) {
  Filler filler(run, std::move(options));
  // It stands in what brokers log and show.
  absl::Status status = filler.FillOpenly("destination", Landing::kText, &target->destination);
  if (status.ok()) status = filler.Fill("key", Landing::kText, &target->key);
  if (status.ok()) status = filler.Fill("body", LandingOfBody(target->body), &target->body);
  for (auto& [name, value] : target->properties) {
    if (!status.ok()) break;
    status = filler.Fill("properties[" + name + "]", Landing::kHeader, &value);
  }
  return status;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const BrokerAccount>> AccountOf(AttemptConnection* connection) {
  auto account = std::make_shared<BrokerAccount>();
  account->settings = connection->settings();
  size_t fingerprint = 0;
  absl::Status status;
  std::visit(
      [&](const auto& settings) {
        core::VisitSecretsOf(settings, [&](std::string_view path, const core::Secret* secret) {
          if (!status.ok() || secret->source == core::Secret::Source::kNone) return;
          if (IsNamed(path)) return;
          absl::StatusOr<base::SecretText> text = connection->Read(path, *secret, FormOf(path));
          if (!text.ok()) {
            status = text.status();
            return;
          }
          const std::hash<std::string_view> hash;
          fingerprint = fingerprint * 31 + (hash(path) ^ (hash(text->view()) << 1));
          account->secrets.emplace(path, *std::move(text));
        });
      },
      connection->settings());
  if (!status.ok()) return status;
  account->key = absl::StrCat(connection->Identity(), "#", absl::Hex(fingerprint));
  return account;
}

absl::StatusOr<BrokerMessage> PrepareMessage(const core::BrokerTarget& target,
                                             const core::ClaimedRun& run, base::Millis wall_time,
                                             std::shared_ptr<const BrokerAccount> account,
                                             RenderOptions options) {
  core::BrokerTarget rendered = target;
  absl::Status filled = RenderAll(run, std::move(options), &rendered);
  if (!filled.ok()) return filled;
  BrokerMessage message;
  message.body = rendered.body.empty() ? run.input_json : std::move(rendered.body);
  if (message.body.empty()) message.body = "{}";
  if (message.body.size() > base::limits::kMaxMessageBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "body: ", message.body.size(), " bytes, of at most ", base::limits::kMaxMessageBytes));
  }
  rendered.body.clear();
  // Again, since templates make anything.
  if (absl::Status status = CheckBrokerTarget(rendered); !status.ok()) return status;
  message.run = {run.key, run.token};
  message.attempt_timeout = run.attempt_timeout;
  message.kind = rendered.destination_kind;
  message.destination = std::move(rendered.destination);
  message.key = std::move(rendered.key);
  message.properties = std::move(rendered.properties);
  message.identity = DeliveryFieldsOf(run);
  message.wall_time = wall_time;
  message.account = std::move(account);
  return message;
}

BrokerMessage PrepareProbe(const core::ClaimedRun& run, base::Millis wall_time,
                           std::shared_ptr<const BrokerAccount> account) {
  BrokerMessage message;
  message.probe = true;
  message.run = {run.key, run.token};
  message.attempt_timeout = run.attempt_timeout;
  message.identity = DeliveryFieldsOf(run);
  message.wall_time = wall_time;
  message.account = std::move(account);
  return message;
}

std::string TextOf(const BrokerMessage& message) {
  std::string text = message.destination;
  if (!message.key.empty()) absl::StrAppend(&text, "\nkey: ", message.key);
  for (const DeliveryField& field : message.identity) {
    base::StrAppend(&text, "\n", field.metadata, ": ", field.value);
  }
  for (const auto& [name, value] : message.properties) {
    absl::StrAppend(&text, "\n", name, ": ", value);
  }
  absl::StrAppend(&text, "\n\n", message.body);
  return text;
}

}  // namespace scheduler::dispatch
