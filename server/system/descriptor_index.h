#ifndef SERVER_SYSTEM_DESCRIPTOR_INDEX_H_
#define SERVER_SYSTEM_DESCRIPTOR_INDEX_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

// What reflection tells of this program's descriptors. Names are full names without leading dot.
// Errors: NOT_FOUND, SYMBOL_NOT_FOUND. Thread-safe.
namespace server {

// Serialized FileDescriptorProtos: the file first, then everything it imports.
using SerializedFiles = std::vector<std::string>;

absl::StatusOr<SerializedFiles> FilesByName(const std::string& file_name);
// The file that defines a message, enum, service, method, field or extension.
absl::StatusOr<SerializedFiles> FilesContainingSymbol(const std::string& symbol);
absl::StatusOr<SerializedFiles> FilesContainingExtension(const std::string& type, int number);
absl::StatusOr<std::vector<int>> ExtensionNumbersOf(const std::string& type);

}  // namespace server

#endif  // SERVER_SYSTEM_DESCRIPTOR_INDEX_H_
