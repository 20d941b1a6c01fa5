#ifndef CLIENT_JOBCTL_COMMANDS_EDIT_H_
#define CLIENT_JOBCTL_COMMANDS_EDIT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "client/jobctl/parse/message_file.h"
#include "google/protobuf/field_mask.pb.h"

namespace jobctl {

// A resource as the command line describes it.
template <class Resource>
struct Edit {
  Resource resource;
  // The top-level fields that flags set.
  std::vector<std::string> fields;
};

// The resource of `change.file`, if there is one, with what the flags set on top. INVALID_ARGUMENT
// or NOT_FOUND if a flag or the file is malformed or cannot be read.
template <class Resource>
absl::StatusOr<Edit<Resource>> ReadEdit(const MessageFlags<Resource>& flags,
                                        const ChangeFlags& change, Io& io) {
  Edit<Resource> edit;
  if (!change.file.empty()) {
    absl::StatusOr<Resource> base = ReadMessage<Resource>(change.file, io.in);
    if (!base.ok()) return base.status();
    edit.resource = *std::move(base);
  }
  absl::Status status = flags.Apply(edit.resource, &edit.fields);
  if (!status.ok()) return status;
  return edit;
}

// What an update sets: with --replace everything; with a file what is populated (an empty mask);
// else what flags set and --clear names. INVALID_ARGUMENT if that is nothing, or --clear comes with
// a file.
inline absl::StatusOr<google::protobuf::FieldMask> MaskOf(const std::vector<std::string>& fields,
                                                          const ChangeFlags& change) {
  google::protobuf::FieldMask mask;
  if (change.replace) {
    mask.add_paths("*");
    return mask;
  }
  if (!change.file.empty()) {
    if (change.clear.empty()) return mask;
    return absl::InvalidArgumentError("--clear does not go with --file; use --replace");
  }
  for (const std::string& field : fields) mask.add_paths(field);
  for (const std::string& field : change.clear) {
    if (!absl::c_linear_search(fields, field)) mask.add_paths(field);
  }
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError("nothing to update: give the fields to set, or --file");
  }
  return mask;
}

// Fills what a request to create takes beside the resource.
template <class Request>
void FillCreate(const ChangeFlags& change, Request* request) {
  request->set_request_id(change.request_id);
  request->set_validate_only(change.dry_run);
}

// Fills what a request to update takes beside its `resource`, of which flags set `fields`. The errors
// of MaskOf.
template <class Request, class Resource>
absl::Status FillUpdate(const std::vector<std::string>& fields, const ChangeFlags& change,
                        Request* request, Resource* resource) {
  absl::StatusOr<google::protobuf::FieldMask> mask = MaskOf(fields, change);
  if (!mask.ok()) return mask.status();
  *request->mutable_update_mask() = *std::move(mask);
  if (!change.etag.empty()) resource->set_etag(change.etag);
  request->set_allow_missing(change.allow_missing);
  FillCreate(change, request);
  return absl::OkStatus();
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_EDIT_H_
