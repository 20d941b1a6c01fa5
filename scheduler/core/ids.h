#ifndef SCHEDULER_CORE_IDS_H_
#define SCHEDULER_CORE_IDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace scheduler::core {

// The identity of a job: a 56-bit sequence number and the 8-bit shard in the low bits, so that the
// keys of all shards rise together. A tag that is deleted and created again gets a new uid.
// 0 is never a uid.
using Uid = uint64_t;

using ShardId = uint8_t;

constexpr Uid MakeUid(uint64_t sequence, ShardId shard) { return (sequence << 8) | shard; }
constexpr ShardId ShardOf(Uid uid) { return static_cast<ShardId>(uid & 0xff); }
constexpr uint64_t SequenceOf(Uid uid) { return uid >> 8; }

// The shard that owns the job `tag` of `product`: the same in every process and version.
ShardId ShardForTag(std::string_view product, std::string_view tag);

// 13 characters of Crockford's base32 in lower case, most significant first, so that text order
// is number order.
std::string FormatUid(Uid uid);
// Nothing unless `text` is exactly what FormatUid prints for some uid (lower case only).
std::optional<Uid> ParseUid(std::string_view text);

// The identity of a run: the job and the run's number in it, from 1, assigned in the commit that
// creates the record and never used again.
struct RunKey {
  Uid uid = 0;
  int64_t number = 0;

  friend bool operator==(const RunKey& a, const RunKey& b) {
    return a.uid == b.uid && a.number == b.number;
  }
  friend bool operator<(const RunKey& a, const RunKey& b) {
    return a.uid != b.uid ? a.uid < b.uid : a.number < b.number;
  }
  template <typename H>
  friend H AbslHashValue(H h, const RunKey& k) {
    return H::combine(std::move(h), k.uid, k.number);
  }
};

// "<uid>-<number>".
std::string FormatRunId(const RunKey& key);
// Appends it; for hot paths.
void AppendRunId(const RunKey& key, std::string* out);
// Nothing unless `text` is exactly what FormatRunId prints for some key with number ≥ 1.
std::optional<RunKey> ParseRunId(std::string_view text);

// A W3C traceparent of a run ("00-<32 hex>-<16 hex>-01"): a pure function of the key, so that it
// need not be stored and is the same for every attempt.
std::string TraceparentOf(const RunKey& key);
// Appends it; for hot paths.
void AppendTraceparent(const RunKey& key, std::string* out);

// The fencing token of one dispatch: rises with every dispatch of a run, across restarts and
// owners too, since the epoch does.
constexpr uint64_t MakeToken(int64_t epoch, uint32_t dispatch) {
  return (static_cast<uint64_t>(epoch) << 32) | dispatch;
}
constexpr int64_t EpochOf(uint64_t token) { return static_cast<int64_t>(token >> 32); }

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_IDS_H_
