#ifndef CLIENT_CPP_INTERNAL_PEM_H_
#define CLIENT_CPP_INTERNAL_PEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// PEM texts are looked at before gRPC gets them: of a bad one it says no more than that there is no
// address to connect to.
namespace ductape::jobs::internal {

// INVALID_ARGUMENT, naming `path`, unless `text` holds a certificate. `what` says whose.
absl::Status CheckCertificate(const std::string& text, absl::string_view what,
                              const std::string& path);

// INVALID_ARGUMENT, naming `path`, unless `text` holds a key without a passphrase and that of the
// first certificate in `certificate`.
absl::Status CheckKey(const std::string& text, const std::string& certificate,
                      const std::string& path);

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_PEM_H_
