#ifndef CLIENT_JOBCTL_PARSE_MEMBER_H_
#define CLIENT_JOBCTL_PARSE_MEMBER_H_

#include <istream>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace jobctl {

// How the command line names a member and its value, for help texts.
inline constexpr char kMemberType[] = "PATH=VALUE";

// Sets the member of `message` that `text` names, `PATH=VALUE`:
//
//   address=db.example.com:5432        a text, also from @FILE (@-: stdin)
//   tls.mode=required                  a member of a member; values of enums as with other flags
//   auth.login.ttl=1h                  a length of time, see ParseDuration
//   password=env:PGPASSWORD            a secret, see ParseSecret
//   params=customer int                a list: given several times, each adds one
//   channels[0].email.to=a@b.example   a member of a list's first message, which it begins
//   properties.trace=on                an entry of a map; the key ends at the `=`
//   document={"filter":{}}             a JSON object
//
// INVALID_ARGUMENT if there is no such member, the value does not fit, a member that is no list is given
// twice, or list items are not begun in turn; else the errors of ReadTextFile.
absl::Status SetMember(const std::string& text, std::istream& in,
                       google::protobuf::Message* message);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_MEMBER_H_
