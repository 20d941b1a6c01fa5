#include "scheduler/dispatch/secret_redactor.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "scheduler/dispatch/http_url.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

// As it stands in a JSON string.
std::string JsonEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

void ReplaceAll(std::string_view form, std::string* text) {
  for (size_t at = text->find(form); at != std::string::npos;
       at = text->find(form, at + SecretRedactor::kMark.size())) {
    text->replace(at, form.size(), SecretRedactor::kMark);
  }
}

// The beginning of `form` that `text` ends with: at least kMinBytes, or nothing.
size_t BegunAtEnd(std::string_view form, std::string_view text) {
  for (size_t size = std::min(form.size() - 1, text.size()); size >= SecretRedactor::kMinBytes;
       --size) {
    if (text.substr(text.size() - size) == form.substr(0, size)) return size;
  }
  return 0;
}

}  // namespace

void SecretRedactor::AddForm(std::string_view form) {
  if (form.size() < kMinBytes) return;
  for (const base::SecretText& known : forms_) {
    if (known.view() == form) return;
  }
  const auto place = std::find_if(forms_.begin(), forms_.end(), [&](const base::SecretText& known) {
    return known.size() < form.size();
  });
  forms_.insert(place, base::SecretText(form));
}

void SecretRedactor::Add(std::string_view secret) {
  AddForm(secret);
  AddForm(PercentEncode(secret));
  AddForm(JsonEscape(secret));
}

std::string SecretRedactor::Redact(std::string text, bool cut) const {
  for (const base::SecretText& form : forms_) ReplaceAll(form.view(), &text);
  if (!cut) return text;
  const bool ellipsis = text.size() >= kEllipsis.size() && text.ends_with(kEllipsis);
  if (ellipsis) text.resize(text.size() - kEllipsis.size());
  for (const base::SecretText& form : forms_) {
    const size_t begun = BegunAtEnd(form.view(), text);
    if (begun > 0) text.replace(text.size() - begun, begun, kMark);
  }
  return ellipsis ? text.append(kEllipsis) : text;
}

AttemptResult SecretRedactor::Redact(AttemptResult result) const {
  if (result.error != nullptr) {
    core::RunError error = *result.error;
    error.message = Redact(std::move(error.message), /*cut=*/true);
    result.error = std::make_shared<const core::RunError>(std::move(error));
  }
  if (result.output != nullptr) {
    core::RunOutput output = *result.output;
    output.output = Redact(std::move(output.output), output.truncated);
    result.output = std::make_shared<const core::RunOutput>(std::move(output));
  }
  return result;
}

}  // namespace scheduler::dispatch
