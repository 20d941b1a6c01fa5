#ifndef SERVER_CONVERTERS_TEXT_H_
#define SERVER_CONVERTERS_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/map.h"

// The rules for texts that clients send. All functions are pure; `field` is the path that an error
// names ("job.tag").
namespace server {

// The number of characters (code points) of UTF-8 text; nothing if it is not well-formed UTF-8
// (overlong forms, surrogates and values above U+10FFFF are not).
std::optional<size_t> CountCharacters(std::string_view text);

// `text` with each byte that is no part of well-formed UTF-8 replaced by U+FFFD.
std::string ToValidUtf8(std::string_view text);

// Whether well-formed UTF-8 text has a control character (C0, DEL or C1).
bool HasControlCharacter(std::string_view text);

// [A-Za-z0-9][A-Za-z0-9._:-]* of at most `max_length` bytes.
bool IsTag(std::string_view text, size_t max_length);

// FIELD_REQUIRED if empty, FIELD_TOO_LARGE, FIELD_INVALID if it is no tag.
absl::Status CheckTag(std::string_view field, std::string_view tag);

// The product a request means: `default_product` if it names none. FIELD_INVALID if it is no tag.
absl::StatusOr<std::string> ResolveProduct(std::string_view field, const std::string& product,
                                           const std::string& default_product);

// Free text of at most `max_length` characters without control characters; may be empty.
// FIELD_TOO_LARGE, FIELD_INVALID.
absl::Status CheckText(std::string_view field, std::string_view text, size_t max_length);

// Empty, or a tag of at most limits::kMaxEnvLength.
absl::Status CheckEnv(std::string_view field, std::string_view env);

// At most limits::kMaxLabels; keys are tags, values free text.
absl::StatusOr<std::map<std::string, std::string>> ToLabels(
    std::string_view field, const google::protobuf::Map<std::string, std::string>& labels);

}  // namespace server

#endif  // SERVER_CONVERTERS_TEXT_H_
