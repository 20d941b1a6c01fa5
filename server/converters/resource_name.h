#ifndef SERVER_CONVERTERS_RESOURCE_NAME_H_
#define SERVER_CONVERTERS_RESOURCE_NAME_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace server {

// Which resource a call means, of those that are known by a tag alone: a job or a calendar.
struct ResourceName {
  std::string product;
  std::string tag;
};

// `prefix` is what stands before "product" and "tag" in the paths of errors: those of
// ResolveProduct and CheckTag.
absl::StatusOr<ResourceName> ToResourceName(const std::string& product, const std::string& tag,
                                            const std::string& default_product,
                                            std::string_view prefix = "");

}  // namespace server

#endif  // SERVER_CONVERTERS_RESOURCE_NAME_H_
