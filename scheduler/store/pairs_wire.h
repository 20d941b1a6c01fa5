#ifndef SCHEDULER_STORE_PAIRS_WIRE_H_
#define SCHEDULER_STORE_PAIRS_WIRE_H_

#include <map>
#include <string>
#include <vector>

#include "ductape/jobs/store/v1/pair.pb.h"

// Maps as the lists of pairs that stand for them, and lists of texts. Internal to the codecs.
namespace scheduler::store::wire {

using Pairs = google::protobuf::RepeatedPtrField<ductape::jobs::store::v1::Pair>;

inline void WriteMap(const std::map<std::string, std::string>& from, Pairs* to) {
  for (const auto& [key, value] : from) {
    ductape::jobs::store::v1::Pair* pair = to->Add();
    pair->set_key(key);
    pair->set_value(value);
  }
}

inline std::map<std::string, std::string> ReadMap(const Pairs& from) {
  std::map<std::string, std::string> to;
  for (const auto& pair : from) to.emplace_hint(to.end(), pair.key(), pair.value());
  return to;
}

using Texts = google::protobuf::RepeatedPtrField<std::string>;

inline void WriteTexts(const std::vector<std::string>& from, Texts* to) {
  for (const std::string& text : from) *to->Add() = text;
}

inline std::vector<std::string> ReadTexts(const Texts& from) { return {from.begin(), from.end()}; }

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_PAIRS_WIRE_H_
