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

Landing LandingOfBody(const std::string& body) {
  const size_t first = body.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && (body[first] == '{' || body[first] == '[');
  return json ? Landing::kJson : Landing::kText;
}

// Fills in the templates of one run. What they may name is gathered for the first that names anything, since
// that reads the whole input.
class Filler {
 public:
  explicit Filler(const core::ClaimedRun& run) : run_(run) {}

  // Fills in `text` where it stands.
  absl::Status Fill(std::string_view field, Landing landing, std::string* text) {
    if (text->find("{{") == std::string::npos) return absl::OkStatus();
    if (!renderer_) renderer_.emplace(run_);
    absl::StatusOr<std::string> rendered = renderer_->Render(field, *text, landing);
    if (!rendered.ok()) return rendered.status();
    *text = *std::move(rendered);
    return absl::OkStatus();
  }

 private:
  const core::ClaimedRun& run_;
  std::optional<Renderer> renderer_;
};

absl::Status RenderAll(const core::ClaimedRun& run, core::BrokerTarget* target) {
  Filler filler(run);
  absl::Status status = filler.Fill("destination", Landing::kText, &target->destination);
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
                                             std::shared_ptr<const BrokerAccount> account) {
  core::BrokerTarget rendered = target;
  if (absl::Status status = RenderAll(run, &rendered); !status.ok()) return status;
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
