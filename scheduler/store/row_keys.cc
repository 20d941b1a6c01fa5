#include <string>
#include <string_view>

#include "scheduler/base/errors.h"
#include "scheduler/store/key_bytes.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {
namespace {

std::string ProductKey(std::string_view product, size_t more) {
  std::string key;
  key.reserve(product.size() + 1 + more);
  key.append(product);
  key.push_back('\0');
  return key;
}

std::string ProductUidKey(std::string_view product, core::Uid uid) {
  std::string key = ProductKey(product, kKeyNumberBytes);
  AppendKeyNumber(uid, &key);
  return key;
}

}  // namespace

std::string JobRowKey(std::string_view product, core::Uid uid) {
  return ProductUidKey(product, uid);
}

std::string EventRowKey(std::string_view product, core::Uid uid) {
  return ProductUidKey(product, uid);
}

std::string CalendarRowKey(std::string_view product, core::Uid uid) {
  return ProductUidKey(product, uid);
}

std::string ConnectionRowKey(std::string_view product, core::Uid uid) {
  return ProductUidKey(product, uid);
}

std::string CalendarChangeKey(std::string_view product, std::string_view tag) {
  std::string key(kCalendarChangePrefix);
  key.append(ProductKey(product, tag.size()));
  key.append(tag);
  return key;
}

std::string RequestRowKey(std::string_view product, std::string_view request_id) {
  std::string key = ProductKey(product, request_id.size());
  key.append(request_id);
  return key;
}

std::string DeletedJobKey(core::Uid uid) {
  std::string key;
  AppendKeyNumber(uid, &key);
  return key;
}

std::string EncodeSequence(uint64_t sequence) {
  std::string bytes;
  AppendKeyNumber(sequence, &bytes);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeSequence(std::string_view bytes) {
  if (bytes.size() != kKeyNumberBytes) {
    return base::errors::StoreCorrupt("sequence", "not eight bytes");
  }
  return ReadKeyNumber(bytes);
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace scheduler::store
