#ifndef SERVER_STORE_IDENTITY_H_
#define SERVER_STORE_IDENTITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/store/store.h"

namespace server {

// What a store is known by, made with it and kept in it.
struct StoreIdentity {
  std::string server_id;  // 32 hexadecimal characters, random
  // Page tokens are sealed with it, so that they hold over a restart. Not for anybody else.
  std::string token_key;
};

// Reads it, or makes it in a commit of its own: call before the committer runs. `epoch` is the
// current one. Errors: the store's.
absl::StatusOr<StoreIdentity> LoadIdentity(scheduler::store::Store* store, int64_t epoch);

// `bytes` of the system's cryptographic random numbers.
std::string RandomBytes(size_t bytes);
// The same as hexadecimal text.
std::string RandomHex(size_t bytes);

}  // namespace server

#endif  // SERVER_STORE_IDENTITY_H_
