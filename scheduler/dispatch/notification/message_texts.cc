#include "scheduler/dispatch/notification/message_texts.h"

#include <utility>
#include <vector>

#include "scheduler/base/strings.h"
#include "scheduler/core/notification/phone_number.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;

// Fills in one text in its place.
absl::Status Fill(const Renderer& renderer, const std::string& field, Landing landing,
                  std::string* text) {
  absl::StatusOr<std::string> filled = renderer.Render(field, *text, landing);
  if (!filled.ok()) return filled.status();
  *text = *std::move(filled);
  return absl::OkStatus();
}

// Likewise one that says who somebody is.
absl::Status FillName(const Renderer& renderer, const std::string& field, std::string* text) {
  absl::StatusOr<std::string> filled =
      renderer.RenderWithoutSecrets(field, *text, Landing::kHeader);
  if (!filled.ok()) return filled.status();
  *text = *std::move(filled);
  return absl::OkStatus();
}

absl::Status FillNames(const Renderer& renderer, const std::string& field,
                       std::vector<std::string>* texts) {
  for (size_t i = 0; i < texts->size(); ++i) {
    absl::Status status = FillName(renderer, StrCat(field, "[", i, "]"), &(*texts)[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::SmsMessage> RenderSms(const core::SmsMessage& sms,
                                           const std::string& default_from,
                                           const Renderer& renderer, const std::string& field) {
  core::SmsMessage filled = sms;
  if (filled.from.empty()) filled.from = default_from;
  absl::Status status = FillName(renderer, field + ".from", &filled.from);
  if (status.ok()) status = FillNames(renderer, field + ".to", &filled.to);
  if (status.ok()) status = Fill(renderer, field + ".text", Landing::kText, &filled.text);
  if (!status.ok()) return status;
  if (filled.to.empty()) return absl::InvalidArgumentError(field + ".to names nobody");
  for (size_t i = 0; i < filled.to.size(); ++i) {
    if (core::IsPhoneNumber(filled.to[i])) continue;
    return absl::InvalidArgumentError(
        StrCat(field, ".to[", i, "] \"", ToMessage(filled.to[i], 64),
               "\" is not a telephone number with its country, such as "
               "+4915123456789"));
  }
  if (filled.text.empty()) return absl::InvalidArgumentError(field + ".text is empty");
  return filled;
}

absl::StatusOr<core::PushMessage> RenderPush(const core::PushMessage& push,
                                             const Renderer& renderer, const std::string& field) {
  core::PushMessage filled = push;
  absl::Status status = FillNames(renderer, field + ".device_tokens", &filled.device_tokens);
  if (status.ok()) status = Fill(renderer, field + ".title", Landing::kText, &filled.title);
  if (status.ok()) status = Fill(renderer, field + ".body", Landing::kText, &filled.body);
  for (auto& [key, value] : filled.data) {
    if (status.ok()) status = Fill(renderer, StrCat(field, ".data.", key), Landing::kText, &value);
  }
  if (!status.ok()) return status;
  if (filled.device_tokens.empty())
    return absl::InvalidArgumentError(field + ".device_tokens names nobody");
  for (size_t i = 0; i < filled.device_tokens.size(); ++i) {
    if (!filled.device_tokens[i].empty()) continue;
    return absl::InvalidArgumentError(StrCat(field, ".device_tokens[", i, "] is empty"));
  }
  return filled;
}

}  // namespace scheduler::dispatch
