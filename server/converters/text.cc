#include "server/converters/text.h"

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// The length of the well-formed sequence at the head of `text` (Unicode 15, table 3-7); 0 if there
// is none. REQUIRES: text is not empty.
size_t SequenceLength(std::string_view text) {
  const auto byte = [text](size_t i) -> unsigned char { return i < text.size() ? text[i] : 0; };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const unsigned char second = byte(1);
  if (!IsContinuation(second)) return 0;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (!IsContinuation(byte(2))) return 0;
  if (first == 0xE0) return second >= 0xA0 ? 3 : 0;
  if (first == 0xED) return second <= 0x9F ? 3 : 0;  // no surrogates
  if (first >= 0xE1 && first <= 0xEF) return 3;
  if (!IsContinuation(byte(3))) return 0;
  if (first == 0xF0) return second >= 0x90 ? 4 : 0;
  if (first >= 0xF1 && first <= 0xF3) return 4;
  if (first == 0xF4) return second <= 0x8F ? 4 : 0;
  return 0;
}

constexpr std::string_view kTagSyntax =
    "must begin with a letter or digit and consist of letters, digits and . _ : - "
    "([A-Za-z0-9][A-Za-z0-9._:-]*)";

}  // namespace

std::optional<size_t> CountCharacters(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

std::string ToValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) {
      out.append(kReplacement);
      text.remove_prefix(1);
    } else {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return out;
}

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = text[i];
    if (c < 0x20 || c == 0x7F) return true;
    // C1 controls are U+0080 to U+009F: the bytes C2 80 to C2 9F.
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

bool IsTag(std::string_view text, size_t max_length) {
  if (text.empty() || text.size() > max_length || !absl::ascii_isalnum(text[0])) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '_' && c != ':' && c != '-') return false;
  }
  return true;
}

absl::Status CheckTag(std::string_view field, std::string_view tag) {
  if (tag.empty()) {
    return errors::FieldRequired(field,
                                 StrCat("a tag of 1 to ", limits::kMaxTagLength, " characters"));
  }
  if (tag.size() > limits::kMaxTagLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(tag.size()), limits::kMaxTagLength);
  }
  if (!IsTag(tag, limits::kMaxTagLength)) return errors::FieldInvalid(field, kTagSyntax);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ResolveProduct(std::string_view field, const std::string& product,
                                           const std::string& default_product) {
  if (product.empty()) return default_product;
  DUCTAPE_RETURN_IF_ERROR(CheckTag(field, product));
  return product;
}

absl::Status CheckText(std::string_view field, std::string_view text, size_t max_length) {
  // A character has at most 4 bytes: what is longer need not be counted.
  if (text.size() > 4 * max_length) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(text.size()),
                                 static_cast<int64_t>(max_length));
  }
  const std::optional<size_t> characters = CountCharacters(text);
  if (!characters.has_value()) return errors::FieldInvalid(field, "must be valid UTF-8");
  if (*characters > max_length) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(*characters),
                                 static_cast<int64_t>(max_length));
  }
  if (HasControlCharacter(text)) {
    return errors::FieldInvalid(field, "must have no control characters");
  }
  return absl::OkStatus();
}

absl::Status CheckEnv(std::string_view field, std::string_view env) {
  if (env.empty()) return absl::OkStatus();
  if (env.size() > limits::kMaxEnvLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(env.size()), limits::kMaxEnvLength);
  }
  if (!IsTag(env, limits::kMaxEnvLength)) return errors::FieldInvalid(field, kTagSyntax);
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> ToLabels(
    std::string_view field, const google::protobuf::Map<std::string, std::string>& labels) {
  if (labels.size() > limits::kMaxLabels) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(labels.size()), limits::kMaxLabels);
  }
  std::map<std::string, std::string> result(labels.begin(), labels.end());
  // In the order of the map, so that of several faults always the same one is named.
  for (const auto& [key, value] : result) {
    if (!IsTag(key, limits::kMaxLabelKeyLength)) {
      return errors::FieldInvalid(
          field, StrCat("keys must have 1 to ", limits::kMaxLabelKeyLength,
                        " characters of [A-Za-z0-9._:-], the first a letter or digit"));
    }
    DUCTAPE_RETURN_IF_ERROR(
        CheckText(StrCat(field, "[", key, "]"), value, limits::kMaxLabelValueLength));
  }
  return result;
}

}  // namespace server
