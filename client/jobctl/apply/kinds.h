#ifndef CLIENT_JOBCTL_APPLY_KINDS_H_
#define CLIENT_JOBCTL_APPLY_KINDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cpp/client.h"
#include "client/jobctl/apply/documents_to_apply.h"

// The same calls for each kind of resource. A resource is named by its product and tag, an event by
// its type too; errors are those of the calls.
namespace jobctl {

absl::StatusOr<Resource> GetResource(ductape::jobs::Client& client, const Resource& named);
absl::StatusOr<Resource> CreateResource(ductape::jobs::Client& client, const Resource& resource,
                                        bool validate_only);
// Makes the definition the given one wholly, while the etag is the one in `resource`.
absl::StatusOr<Resource> ReplaceResource(ductape::jobs::Client& client, const Resource& resource,
                                         bool validate_only);
// While the etag is the one in `named`, and nothing uses it.
absl::Status DeleteResource(ductape::jobs::Client& client, const Resource& named);

// All resources of the kind that `kind` is, whole, page by page.
absl::StatusOr<std::vector<Resource>> ListResources(ductape::jobs::Client& client,
                                                    const Resource& kind,
                                                    const std::string& product);

const google::protobuf::Message& MessageOf(const Resource& resource);
const std::string& ProductOf(const Resource& resource);
const google::protobuf::Map<std::string, std::string>& LabelsOf(const Resource& resource);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_KINDS_H_
