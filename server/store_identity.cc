#include "server/store_identity.h"

#include <cstdlib>
#include <vector>

#include "absl/strings/escaping.h"
#include "server/status_macros.h"
#include <openssl/rand.h>

namespace server {
namespace {

using scheduler::store::RowChange;
using scheduler::store::Table;

constexpr char kServerIdKey[] = "server_id";
constexpr char kTokenKeyKey[] = "page_token_key";
constexpr size_t kServerIdBytes = 16;
constexpr size_t kTokenKeyBytes = 32;

// The value under `key`, or `made`, which is then to be written.
absl::StatusOr<std::string> GetOr(scheduler::store::Store* store, const char* key, std::string made,
                                  std::vector<RowChange>* changes) {
  DUCTAPE_ASSIGN_OR_RETURN(auto value, store->Get(Table::kMeta, key));
  if (value.has_value()) return *std::move(value);
  changes->push_back({Table::kMeta, key, made});
  return made;
}

}  // namespace

absl::StatusOr<StoreIdentity> LoadIdentity(scheduler::store::Store* store, int64_t epoch) {
  StoreIdentity identity;
  std::vector<RowChange> changes;
  DUCTAPE_ASSIGN_OR_RETURN(identity.server_id,
                           GetOr(store, kServerIdKey, RandomHex(kServerIdBytes), &changes));
  DUCTAPE_ASSIGN_OR_RETURN(identity.token_key,
                           GetOr(store, kTokenKeyKey, RandomBytes(kTokenKeyBytes), &changes));
  if (changes.empty()) return identity;
  const auto position = store->Commit({.epoch = epoch, .journal = {}, .changes = changes});
  if (!position.ok()) return position.status();
  return identity;
}

std::string RandomBytes(size_t bytes) {
  std::string result(bytes, '\0');
  // Without random numbers there are no secrets: nothing can go on.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(result.data()), static_cast<int>(bytes)) != 1) {
    std::abort();
  }
  return result;
}

std::string RandomHex(size_t bytes) { return absl::BytesToHexString(RandomBytes(bytes)); }

}  // namespace server
