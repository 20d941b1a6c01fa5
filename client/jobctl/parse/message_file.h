#ifndef CLIENT_JOBCTL_PARSE_MESSAGE_FILE_H_
#define CLIENT_JOBCTL_PARSE_MESSAGE_FILE_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace jobctl {

// All of a file, or of `in` for `-`. At most 64 MiB. NOT_FOUND if it cannot be read,
// INVALID_ARGUMENT if it is larger.
absl::StatusOr<std::string> ReadTextFile(const std::string& path, std::istream& in);

// The value of a flag that takes text or `@FILE` (`@-`: stdin): the text, or the file's. Errors:
// those of ReadTextFile.
absl::StatusOr<std::string> TextOrFile(const std::string& value, std::istream& in);

// Reads a message from JSON in protobuf's mapping. A field that the message does not have is an
// error. INVALID_ARGUMENT, with the field's path where there is one.
absl::Status FromJson(const std::string& json, google::protobuf::Message* message);

// The messages of a JSON or YAML file (documents.h). INVALID_ARGUMENT if one is malformed or there
// is none; else the errors of ReadTextFile.
template <class Message>
absl::StatusOr<std::vector<Message>> ReadMessages(const std::string& path, std::istream& in);

// As ReadMessages of one message exactly, INVALID_ARGUMENT otherwise.
template <class Message>
absl::StatusOr<Message> ReadMessage(const std::string& path, std::istream& in);

// --- Implementation ----------------------------------------------------------------------------

// The documents of a file as JSON; at least one.
absl::StatusOr<std::vector<std::string>> ReadDocuments(const std::string& path, std::istream& in);

template <class Message>
absl::StatusOr<std::vector<Message>> ReadMessages(const std::string& path, std::istream& in) {
  absl::StatusOr<std::vector<std::string>> documents = ReadDocuments(path, in);
  if (!documents.ok()) return documents.status();
  std::vector<Message> messages;
  for (const std::string& document : *documents) {
    absl::Status status = FromJson(document, &messages.emplace_back());
    if (!status.ok()) {
      const std::string place = documents->size() == 1
                                    ? absl::StrCat(path, ": ")
                                    : absl::StrCat(path, ", number ", messages.size(), ": ");
      return absl::InvalidArgumentError(absl::StrCat(place, status.message()));
    }
  }
  return messages;
}

template <class Message>
absl::StatusOr<Message> ReadMessage(const std::string& path, std::istream& in) {
  absl::StatusOr<std::vector<Message>> messages = ReadMessages<Message>(path, in);
  if (!messages.ok()) return messages.status();
  if (messages->size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds ", messages->size(), " documents; this takes one"));
  }
  return std::move(messages->front());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_MESSAGE_FILE_H_
