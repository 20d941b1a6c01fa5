#include "client/jobctl/apply/documents_to_apply.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/message_file.h"
#include "client/jobctl/print/views.h"
#include "nlohmann/json.hpp"

namespace jobctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<absl::string_view, 4> kEndings = {".yaml", ".yml", ".json", ".jsonl"};

// The files that a path stands for, in order.
absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& path) {
  std::error_code error;
  if (path == "-" || !std::filesystem::is_directory(path, error)) {
    return std::vector<std::string>{path};
  }
  std::vector<std::string> files;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::filesystem::path& file = entries->path();
    const bool fits =
        std::find(kEndings.begin(), kEndings.end(), file.extension().string()) != kEndings.end();
    std::error_code ignored;
    if (fits && !entries->is_directory(ignored)) files.push_back(file.string());
  }
  if (error) return absl::NotFoundError(absl::StrCat(path, ": ", error.message()));
  if (files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds no .yaml, .yml, .json or .jsonl"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Takes the field `kind` off `document`.
absl::StatusOr<std::string> TakeKind(Json& document, const std::string& default_kind) {
  if (!document.is_object()) return absl::InvalidArgumentError("is no object");
  const auto kind = document.find("kind");
  if (kind == document.end()) {
    if (!default_kind.empty()) return default_kind;
    return absl::InvalidArgumentError("kind: is missing; it is connection, event, calendar or job");
  }
  if (!kind->is_string()) return absl::InvalidArgumentError("kind: is no text");
  std::string name = kind->get<std::string>();
  document.erase(kind);
  return name;
}

absl::StatusOr<Resource> EmptyResource(const std::string& kind) {
  if (kind == kKindNames[0]) return Resource(ductape::jobs::v1::Connection());
  if (kind == kKindNames[1]) return Resource(ductape::jobs::v1::Event());
  if (kind == kKindNames[2]) return Resource(ductape::jobs::v1::Calendar());
  if (kind == kKindNames[3]) return Resource(ductape::jobs::v1::Job());
  return absl::InvalidArgumentError(
      absl::StrCat("kind: \"", kind, "\" is none of connection, event, calendar, job"));
}

absl::Status CheckName(const Resource& resource) {
  const auto* event = std::get_if<ductape::jobs::v1::Event>(&resource);
  if (event != nullptr && event->event_type() == ductape::jobs::v1::Event::TYPE_UNSPECIFIED) {
    return absl::InvalidArgumentError("event_type: is missing");
  }
  const bool named = std::visit([](const auto& it) { return !it.tag().empty(); }, resource);
  return named ? absl::OkStatus() : absl::InvalidArgumentError("tag: is missing");
}

absl::StatusOr<Resource> ReadResource(const std::string& text, const std::string& default_kind) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  absl::StatusOr<std::string> kind = TakeKind(document, default_kind);
  if (!kind.ok()) return kind.status();
  absl::StatusOr<Resource> resource = EmptyResource(*kind);
  if (!resource.ok()) return resource;
  const std::string json = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  absl::Status status =
      std::visit([&json](auto& message) { return FromJson(json, &message); }, *resource);
  if (status.ok()) status = CheckName(*resource);
  if (!status.ok()) return status;
  return resource;
}

void ReadFile(const std::string& file, const std::string& default_kind, std::istream& in,
              DocumentsToApply* read) {
  const absl::StatusOr<std::vector<std::string>> texts = ReadDocuments(file, in);
  if (!texts.ok()) {
    read->errors.emplace_back(texts.status().message());
    return;
  }
  const std::string name = file == "-" ? "stdin" : file;
  for (size_t i = 0; i < texts->size(); ++i) {
    const std::string place = texts->size() == 1 ? name : absl::StrCat(name, ", document ", i + 1);
    absl::StatusOr<Resource> resource = ReadResource((*texts)[i], default_kind);
    if (resource.ok()) {
      read->documents.push_back({place, *std::move(resource)});
    } else {
      read->errors.push_back(absl::StrCat(place, ": ", resource.status().message()));
    }
  }
}

}  // namespace

std::string ResourceText(const Resource& resource) {
  return absl::StrCat(kKindNames[resource.index()], " ",
                      std::visit([](const auto& message) { return NameOf(message); }, resource));
}

DocumentsToApply ReadDocumentsToApply(const std::vector<std::string>& paths,
                                      const std::string& default_kind, std::istream& in) {
  DocumentsToApply read;
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> files = FilesOf(path);
    if (!files.ok()) {
      read.errors.emplace_back(files.status().message());
      continue;
    }
    for (const std::string& file : *files) ReadFile(file, default_kind, in, &read);
  }
  return read;
}

}  // namespace jobctl
