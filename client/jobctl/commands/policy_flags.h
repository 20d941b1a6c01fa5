#ifndef CLIENT_JOBCTL_COMMANDS_POLICY_FLAGS_H_
#define CLIENT_JOBCTL_COMMANDS_POLICY_FLAGS_H_

#include <functional>
#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/jobctl/io.h"
#include "client/jobctl/message_flags.h"
#include "client/jobctl/parse/key_value.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"

// What jobs and events both have: the retry policy, the attempt timeout and labels; and how the
// texts of flags become fields. A flag sets one member of a policy, or one list as a whole; a mode
// takes away the members that other modes have, so that it can be set on any present policy.
namespace jobctl {

void AddCommonFlags(MessageFlags<ductape::jobs::v1::Job>& flags);
void AddCommonFlags(MessageFlags<ductape::jobs::v1::Event>& flags);

// `--name` and `--label` of any resource.
template <class Message>
void AddNameFlag(MessageFlags<Message>& flags);
template <class Message>
void AddLabelFlag(MessageFlags<Message>& flags);

// INVALID_ARGUMENT if `text` is no duration.
absl::Status SetDuration(const std::string& text, google::protobuf::Duration* field);

// Sets from JSON text or `@FILE`. INVALID_ARGUMENT if it is no JSON object, else the errors of
// TextOrFile.
absl::Status SetStruct(const std::string& text, std::istream& in, google::protobuf::Struct* field);

// The errors of ParseTime.
absl::Status SetTime(const std::string& text, const Io& io, google::protobuf::Timestamp* field);

// Calls `set` with the number that `text` is; INVALID_ARGUMENT if it is none, or does not fit.
absl::Status SetInt64(const std::string& text, const std::function<void(int64_t)>& set);
absl::Status SetInt32(const std::string& text, const std::function<void(int32_t)>& set);
absl::Status SetDouble(const std::string& text, const std::function<void(double)>& set);

// `--overlap` and `--overlap-limit`, for whatever message has an OverlapPolicy. `unset` says what
// holds without them, `policy_of` gives the mutable policy of a message.
template <class Message>
void AddOverlapFlags(MessageFlags<Message>& flags, const std::string& field,
                     const std::string& unset,
                     std::function<ductape::jobs::v1::OverlapPolicy*(Message&)> policy_of);

// --- Implementation ----------------------------------------------------------------------------

template <class Message>
void AddNameFlag(MessageFlags<Message>& flags) {
  flags.Add("--name", "TEXT", "name", "The display name",
            [](const std::string& text, Message& message) {
              message.set_name(text);
              return absl::OkStatus();
            });
}

template <class Message>
void AddLabelFlag(MessageFlags<Message>& flags) {
  flags.AddRepeated("-l,--label", "KEY=VALUE", "labels", "A label",
                    [](const std::string& text, Message& message) {
                      return PutKeyValue(text, message.mutable_labels());
                    });
}

absl::Status SetOverlapMode(const std::string& text, ductape::jobs::v1::OverlapPolicy* policy);
std::string OverlapChoices();

template <class Message>
void AddOverlapFlags(MessageFlags<Message>& flags, const std::string& field,
                     const std::string& unset,
                     std::function<ductape::jobs::v1::OverlapPolicy*(Message&)> policy_of) {
  flags.Add("--overlap", OverlapChoices(), field,
            absl::StrCat("What happens while a run of the job is active (default ", unset, ")"),
            [policy_of](const std::string& text, Message& message) {
              return SetOverlapMode(text, policy_of(message));
            });
  flags.Add("--overlap-limit", "N", field, "With allow: how many runs at once (default 100)",
            [policy_of](const std::string& text, Message& message) {
              return SetInt32(text, [&](int32_t n) { policy_of(message)->set_limit(n); });
            });
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_POLICY_FLAGS_H_
