#ifndef SERVER_CONVERTERS_CONNECTION_CONVERTER_H_
#define SERVER_CONVERTERS_CONNECTION_CONVERTER_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/engine/commands.h"
#include "server/converters/field_selection.h"

// Connections between wire and domain. Errors are those that ConnectionService.CreateConnection and
// UpdateConnection list as INVALID_ARGUMENT, with paths from "connection.". No error shows a secret.
namespace server {

// A connection as a client gave it, whose secrets are not settled yet (connection_secrets.h).
struct ConnectionDraft {
  scheduler::core::ConnectionSpec spec;
  // By their places: those given as a value, whose Secret in `spec` is kStored and empty, and those
  // without a source, which keep what is stored.
  std::map<std::string, scheduler::base::SecretText> values;
  std::set<std::string> kept;
};

// A whole connection, as for a create.
absl::StatusOr<ConnectionDraft> ToConnectionDraft(const ductape::jobs::v1::Connection& connection,
                                                  const std::string& default_product);

// The change that an update makes, but for the secrets.
class ConnectionPatch {
 public:
  // The fields of `connection` that `mask` selects, checked.
  static absl::StatusOr<ConnectionPatch> Make(const ductape::jobs::v1::Connection& connection,
                                              const google::protobuf::FieldMask& mask);

  // The secrets are those of the fields that the patch sets.
  const ConnectionDraft& draft() const { return draft_; }

  // Makes the change. The secrets of `spec` are then those of the draft.
  void Apply(scheduler::core::ConnectionSpec* spec) const;

 private:
  FieldSet fields_ = 0;
  ConnectionDraft draft_;
};

// Fills an empty `out`; secrets are redacted.
void ConnectionToProto(const scheduler::engine::ConnectionView& view,
                       ductape::jobs::v1::Connection* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_CONNECTION_CONVERTER_H_
