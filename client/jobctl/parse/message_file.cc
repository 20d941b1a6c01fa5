#include "client/jobctl/parse/message_file.h"

#include <fstream>

#include "client/jobctl/parse/documents.h"
#include "google/protobuf/util/json_util.h"

namespace jobctl {
namespace {

constexpr size_t kMaxBytes = 64U << 20U;

absl::StatusOr<std::string> ReadAll(const std::string& name, std::istream& in) {
  std::string text;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof(buffer)) || in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > kMaxBytes) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": is larger than 64 MiB"));
    }
  }
  if (in.bad()) return absl::NotFoundError(absl::StrCat(name, ": cannot be read"));
  return text;
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path, std::istream& in) {
  if (path == "-") return ReadAll("stdin", in);
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  return ReadAll(path, file);
}

absl::StatusOr<std::string> TextOrFile(const std::string& value, std::istream& in) {
  if (value.empty() || value[0] != '@') return value;
  return ReadTextFile(value.substr(1), in);
}

absl::Status FromJson(const std::string& json, google::protobuf::Message* message) {
  const google::protobuf::util::Status status =
      google::protobuf::util::JsonStringToMessage(json, message);
  if (status.ok()) return absl::OkStatus();
  const auto text = status.message();
  return absl::InvalidArgumentError(absl::string_view(text.data(), text.size()));
}

absl::StatusOr<std::vector<std::string>> ReadDocuments(const std::string& path, std::istream& in) {
  absl::StatusOr<std::string> text = ReadTextFile(path, in);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<std::string>> documents = ParseDocuments(*text);
  if (!documents.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", documents.status().message()));
  }
  if (documents->empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": is empty"));
  return documents;
}

}  // namespace jobctl
