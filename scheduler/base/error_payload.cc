#include "scheduler/base/error_payload.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"

namespace scheduler::base::errors {
namespace {

constexpr char kPayloadUrl[] = "ductape.jobs/error-detail";
constexpr std::string_view kReasonInternal = "INTERNAL";
constexpr std::string_view kFieldKey = "field";

void AppendItem(std::string_view item, std::string* out) {
  StrAppend(out, item.size(), ":", item, ",");
}

// Takes the next netstring off the front of `*in`; nothing at the end or where it is malformed.
std::optional<std::string> TakeItem(std::string_view* in) {
  const size_t colon = in->find(':');
  size_t size = 0;
  if (colon == std::string_view::npos || !absl::SimpleAtoi(ToAbsl(in->substr(0, colon)), &size)) {
    return std::nullopt;
  }
  in->remove_prefix(colon + 1);
  if (size >= in->size()) return std::nullopt;  // the comma is missing
  std::string item(in->substr(0, size));
  in->remove_prefix(size + 1);
  return item;
}

// reason, field, retry_after (empty: none), then metadata as key, value, key, value …
std::string Encode(const Detail& detail) {
  std::string out;
  AppendItem(detail.reason, &out);
  AppendItem(detail.field, &out);
  AppendItem(detail.retry_after ? StrCat(*detail.retry_after) : "", &out);
  for (const auto& [key, value] : detail.metadata) {
    AppendItem(key, &out);
    AppendItem(value, &out);
  }
  return out;
}

std::optional<Detail> Decode(std::string_view in) {
  std::optional<std::string> reason = TakeItem(&in);
  std::optional<std::string> field = TakeItem(&in);
  const std::optional<std::string> retry_after = TakeItem(&in);
  if (!reason || !field || !retry_after) return std::nullopt;
  Detail detail;
  detail.reason = *std::move(reason);
  detail.field = *std::move(field);
  Millis millis = 0;
  if (absl::SimpleAtoi(*retry_after, &millis)) detail.retry_after = millis;
  while (!in.empty()) {
    std::optional<std::string> key = TakeItem(&in);
    std::optional<std::string> value = TakeItem(&in);
    if (!key || !value) return std::nullopt;
    detail.metadata.emplace_back(*std::move(key), *std::move(value));
  }
  return detail;
}

}  // namespace

std::string Clip(std::string_view value) {
  if (value.size() <= kMaxValueBytes) return std::string(value);
  constexpr std::string_view kMark = "…";
  size_t end = kMaxValueBytes - kMark.size();
  const auto continues = [value](size_t i) {
    return (static_cast<unsigned char>(value[i]) & 0xc0) == 0x80;
  };
  while (end > 0 && continues(end)) --end;
  return StrCat(value.substr(0, end), kMark);
}

absl::Status MakeStatus(absl::StatusCode code, std::string_view message, const Detail& detail) {
  absl::Status status(code, ToAbsl(message));
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

Detail DetailOf(const absl::Status& status) {
  if (const auto payload = status.GetPayload(kPayloadUrl)) {
    if (std::optional<Detail> detail = Decode(std::string(*payload))) return *std::move(detail);
  }
  Detail unknown;
  unknown.reason = kReasonInternal;
  return unknown;
}

std::string ReasonOf(const absl::Status& status) {
  return status.ok() ? std::string() : DetailOf(status).reason;
}

absl::Status WithFieldPrefix(const absl::Status& status, std::string_view prefix) {
  Detail detail = DetailOf(status);
  if (status.ok() || detail.field.empty()) return status;
  detail.field = StrCat(prefix, detail.field);
  for (auto& [key, value] : detail.metadata) {
    if (key == kFieldKey) value = Clip(detail.field);
  }
  // Every message about a field begins with its path.
  return MakeStatus(status.code(), StrCat(prefix, FromAbsl(status.message())), detail);
}

}  // namespace scheduler::base::errors
