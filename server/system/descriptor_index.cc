#include "server/system/descriptor_index.h"

#include <set>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "scheduler/base/errors.h"
#include "server/strings.h"

namespace server {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

void Collect(const FileDescriptor* file, std::set<const FileDescriptor*>* seen,
             SerializedFiles* out) {
  if (!seen->insert(file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  file->CopyJsonNameTo(&proto);  // what tools print
  out->push_back(proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) Collect(file->dependency(i), seen, out);
}

absl::StatusOr<SerializedFiles> WithImports(const FileDescriptor* file, const std::string& asked) {
  if (file == nullptr) return scheduler::base::errors::SymbolNotFound(asked);
  std::set<const FileDescriptor*> seen;
  SerializedFiles files;
  Collect(file, &seen, &files);
  return files;
}

}  // namespace

absl::StatusOr<SerializedFiles> FilesByName(const std::string& file_name) {
  return WithImports(Pool().FindFileByName(file_name), file_name);
}

absl::StatusOr<SerializedFiles> FilesContainingSymbol(const std::string& symbol) {
  return WithImports(Pool().FindFileContainingSymbol(symbol), symbol);
}

absl::StatusOr<SerializedFiles> FilesContainingExtension(const std::string& type, int number) {
  const auto* message = Pool().FindMessageTypeByName(type);
  const auto* extension =
      message == nullptr ? nullptr : Pool().FindExtensionByNumber(message, number);
  return WithImports(extension == nullptr ? nullptr : extension->file(),
                     StrCat("extension ", number, " of ", type));
}

absl::StatusOr<std::vector<int>> ExtensionNumbersOf(const std::string& type) {
  const auto* message = Pool().FindMessageTypeByName(type);
  if (message == nullptr) return scheduler::base::errors::SymbolNotFound(type);
  std::vector<const google::protobuf::FieldDescriptor*> extensions;
  Pool().FindAllExtensions(message, &extensions);
  std::vector<int> numbers;
  numbers.reserve(extensions.size());
  for (const auto* extension : extensions) numbers.push_back(extension->number());
  return numbers;
}

}  // namespace server
