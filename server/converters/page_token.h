#ifndef SERVER_CONVERTERS_PAGE_TOKEN_H_
#define SERVER_CONVERTERS_PAGE_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/ids.h"
#include "scheduler/engine/service.h"

namespace server {

// Makes and reads page tokens. A token holds where the listing goes on and a keyed checksum
// (HMAC-SHA-256, 96 bits) over that and the query, so that it is good for the query it was made
// for and cannot be made by a client. Thread-safe.
class PageTokens {
 public:
  // Tokens of servers with the same `key` are good for one another.
  explicit PageTokens(std::string key) : key_(std::move(key)) {}

  // `query` names the method and everything that decides the listing.
  std::string Make(std::string_view query, scheduler::core::Uid after) const;
  std::string Make(std::string_view query, const scheduler::engine::RunCursor& after) const;

  // PAGE_TOKEN_INVALID unless Make gave `token` for this query.
  absl::StatusOr<scheduler::core::Uid> ReadUid(std::string_view query,
                                               const std::string& token) const;
  absl::StatusOr<scheduler::engine::RunCursor> ReadRunCursor(std::string_view query,
                                                             const std::string& token) const;

 private:
  std::string Seal(std::string_view query, std::string body) const;
  absl::StatusOr<std::string> Open(std::string_view query, const std::string& token) const;
  std::string Checksum(std::string_view query, std::string_view body) const;

  const std::string key_;
};

// The page size that a request means: the default for 0, at most limits::kMaxPageSize.
// FIELD_OUT_OF_RANGE if it is negative.
absl::StatusOr<int> ToPageSize(int32_t page_size);

}  // namespace server

#endif  // SERVER_CONVERTERS_PAGE_TOKEN_H_
