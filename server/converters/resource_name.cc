#include "server/converters/resource_name.h"

#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

absl::StatusOr<ResourceName> ToResourceName(const std::string& product, const std::string& tag,
                                            const std::string& default_product,
                                            std::string_view prefix) {
  ResourceName name;
  DUCTAPE_ASSIGN_OR_RETURN(name.product,
                           ResolveProduct(StrCat(prefix, "product"), product, default_product));
  DUCTAPE_RETURN_IF_ERROR(CheckTag(StrCat(prefix, "tag"), tag));
  name.tag = tag;
  return name;
}

}  // namespace server
