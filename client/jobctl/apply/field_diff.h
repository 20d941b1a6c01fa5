#ifndef CLIENT_JOBCTL_APPLY_FIELD_DIFF_H_
#define CLIENT_JOBCTL_APPLY_FIELD_DIFF_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace jobctl {

// A field that differs, by its path: `intervals`, `http.url`, `labels.team`. A list differs as a
// whole. The values are JSON; empty: the field is not set on this side.
struct FieldChange {
  std::string path;
  std::string from;
  std::string to;
};

// What of the definition of a resource differs between two states of it, in the order of the proto.
// What the server says of it (the fields that are OUTPUT_ONLY, and the etag) is no part of it, and
// neither is what is unset on both sides. REQUIRES: both are of one type.
std::vector<FieldChange> DiffFields(const google::protobuf::Message& from,
                                    const google::protobuf::Message& to);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_FIELD_DIFF_H_
