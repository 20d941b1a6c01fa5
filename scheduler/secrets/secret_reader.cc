#include "scheduler/secrets/secret_reader.h"

#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/secrets/secret_file.h"
#include "scheduler/secrets/secret_rules.h"

namespace scheduler::secrets {
namespace {

using base::SecretText;
using base::StrCat;
using Source = core::Secret::Source;

constexpr int64_t kNanosPerMilli = 1'000'000;

// What a secret is in a message, by its source.
std::string Subject(const core::Secret& secret) {
  switch (secret.source) {
    case Source::kFile:
      return StrCat("file \"", secret.name, "\" ");
    case Source::kEnvVar:
      return StrCat("environment variable \"", secret.name, "\" ");
    case Source::kNone:
    case Source::kStored:
      break;
  }
  return "";
}

// Without the line break that editors put at the end.
void DropLineBreak(SecretText* text) {
  std::string_view view = text->view();
  if (!view.empty() && view.back() == '\n') view.remove_suffix(1);
  if (!view.empty() && view.back() == '\r') view.remove_suffix(1);
  text->Shorten(view.size());
}

}  // namespace

SecretReader::SecretReader(const SecretBox* box, const SecretPolicy* policy,
                           const base::Clock* clock, GetEnv get_env)
    : box_(*box), policy_(*policy), clock_(*clock), get_env_(std::move(get_env)) {}

absl::StatusOr<SecretText> SecretReader::Read(const core::ConnectionSpec& connection,
                                              const std::string& place,
                                              const core::Secret& secret) {
  absl::StatusOr<SecretText> text = absl::NotFoundError("it has no source");
  switch (secret.source) {
    case Source::kNone:
      break;
    case Source::kStored:
      text = box_.Open(PlaceOf(connection, place), secret.sealed);
      break;
    case Source::kFile:
      text = ReadFile(secret.name);
      break;
    case Source::kEnvVar:
      text = ReadEnvVar(secret.name);
      break;
  }
  if (text.ok()) return text;
  return absl::UnavailableError(StrCat("the secret ", place, " of connection \"", connection.tag,
                                       "\" cannot be read: ", Subject(secret),
                                       base::FromAbsl(text.status().message())));
}

bool SecretReader::IsAtHand(const core::Secret& secret) {
  return secret.source != Source::kFile || FindHeld(secret.name) != nullptr;
}

absl::StatusOr<SecretText> SecretReader::ReadFile(const std::string& path) {
  Content content = FindHeld(path);
  if (content == nullptr) {
    content = std::make_shared<const absl::StatusOr<SecretText>>(ReadFileNow(path));
    Hold(path, content);
  }
  if (!content->ok()) return content->status();
  return SecretText((*content)->view());
}

absl::StatusOr<SecretText> SecretReader::ReadFileNow(const std::string& path) const {
  if (const auto denial = policy_.FileDenial(path)) {
    return absl::PermissionDeniedError(StrCat("may not be read: ", *denial));
  }
  absl::StatusOr<SecretFile> file = SecretFile::Open(path);
  if (!file.ok()) return file.status();
  if (const auto denial = policy_.RealFileDenial(file->RealPath())) {
    return absl::PermissionDeniedError(StrCat("may not be read: ", *denial));
  }
  // The line break is not of the secret.
  absl::StatusOr<SecretText> text = file->Read(base::limits::kMaxSecretDocumentBytes + 2);
  if (!text.ok()) return text.status();
  DropLineBreak(&*text);
  if (const auto fault = FaultOf(text->view(), SecretForm::kDocument)) {
    return absl::FailedPreconditionError(*fault);
  }
  return text;
}

absl::StatusOr<SecretText> SecretReader::ReadEnvVar(const std::string& name) const {
  if (const auto denial = policy_.EnvVarDenial(name)) {
    return absl::PermissionDeniedError(StrCat("may not be read: ", *denial));
  }
  const std::optional<std::string> value = get_env_(name);
  if (!value.has_value()) return absl::NotFoundError("is not set");
  if (const auto fault = FaultOf(*value, SecretForm::kDocument)) {
    return absl::FailedPreconditionError(*fault);
  }
  return SecretText(*value);
}

SecretReader::Content SecretReader::FindHeld(const std::string& path) {
  base::MutexLock lock(&mu_);
  const auto found = held_.find(path);
  if (found == held_.end()) return nullptr;
  if (clock_.MonoNanos() < found->second.until_nanos) return found->second.content;
  held_.erase(found);
  return nullptr;
}

void SecretReader::Hold(const std::string& path, Content content) {
  const int64_t until = clock_.MonoNanos() + base::limits::kSecretFileAge * kNanosPerMilli;
  base::MutexLock lock(&mu_);
  const int64_t now = clock_.MonoNanos();
  absl::erase_if(held_, [now](const auto& item) { return item.second.until_nanos <= now; });
  if (held_.size() >= kMaxFiles) held_.clear();
  held_[path] = {until, std::move(content)};
}

}  // namespace scheduler::secrets
