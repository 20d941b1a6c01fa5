#include "scheduler/secrets/key_ring.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"
#include "scheduler/secrets/secret_file.h"
#include <openssl/evp.h>

namespace scheduler::secrets {
namespace {

using base::StrCat;

constexpr size_t kMaxFileBytes = 64 * 1024;
constexpr std::string_view kBlanks = " \t\r";
// 32 bytes in base64: 43 characters and a "=".
constexpr size_t kKeyCharacters = 44;

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool IsId(std::string_view id) {
  if (id.empty() || id.size() > KeyRing::kMaxIdLength || !absl::ascii_isalnum(id[0])) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || std::string_view("._:-").find(c) != std::string_view::npos;
  });
}

// The 32 bytes; empty if `text` is no base64 of so many.
base::SecretText DecodeKey(std::string_view text) {
  if (text.size() != kKeyCharacters || text.back() != '=' || text[kKeyCharacters - 2] == '=') {
    return {};
  }
  // EVP_DecodeBlock counts the padding as a byte.
  base::SecretText bytes(KeyRing::kKeyBytes + 1);
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size != static_cast<int>(KeyRing::kKeyBytes + 1)) return {};
  bytes.Shorten(KeyRing::kKeyBytes);
  return bytes;
}

absl::Status BadLine(int number, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("line ", number, ": ", what));
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::Parse(std::string_view text) {
  KeyRing ring;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find_first_of("\n;");
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const size_t blank = line.find_first_of(kBlanks);
    const std::string_view id = line.substr(0, blank);
    if (!IsId(id) || blank == std::string_view::npos) {
      return BadLine(number, "a key has an id, a space and 32 bytes in base64");
    }
    base::SecretText bytes = DecodeKey(Trimmed(line.substr(blank)));
    if (bytes.empty()) return BadLine(number, "after the id must stand 32 bytes in base64");
    if (ring.Find(id) != nullptr) return BadLine(number, "another key has this id");
    if (ring.keys_.size() == kMaxKeys) return BadLine(number, "there are more than 100 keys");
    ring.keys_.push_back({std::string(id), std::move(bytes)});
  }
  if (ring.empty()) return absl::InvalidArgumentError("there is no key");
  return ring;
}

absl::StatusOr<KeyRing> KeyRing::Load(const std::string& path) {
  absl::StatusOr<SecretFile> file = SecretFile::Open(path);
  absl::Status status = file.status();
  if (file.ok()) {
    absl::StatusOr<base::SecretText> text = file->Read(kMaxFileBytes);
    status = text.status();
    if (text.ok()) {
      absl::StatusOr<KeyRing> ring = Parse(text->view());
      if (ring.ok()) return ring;
      status = ring.status();
    }
  }
  return absl::InvalidArgumentError(StrCat(path, ": ", base::FromAbsl(status.message())));
}

const KeyRing::Key* KeyRing::Find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [id](const Key& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace scheduler::secrets
