#ifndef SERVER_CONVERTERS_FIELD_SELECTION_H_
#define SERVER_CONVERTERS_FIELD_SELECTION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/field_mask.pb.h"
#include "scheduler/base/errors.h"
#include "server/strings.h"

// Which fields of a resource a call sets, and how each is read: one table of settable fields serves
// create (all fields), update with a mask, and update without one (the populated fields).
namespace server {

// A settable top-level field of the resource `Proto`, kept in the domain value `Domain`.
template <typename Proto, typename Domain>
struct SettableField {
  std::string_view name;
  // Members of one oneof share a group above 0.
  int group;
  bool (*populated)(const Proto&);
  // Checks the field and sets it, or its default if it is not populated; FIELD_REQUIRED where there
  // is no default.
  absl::Status (*read)(const Proto&, Domain*);
  void (*copy)(const Domain& from, Domain* to);
};

// `copy` for a field that is one member.
template <auto Member, typename Domain>
void CopyMember(const Domain& from, Domain* to) {
  to->*Member = from.*Member;
}

// A set of fields by their index in the table, which has at most 32.
using FieldSet = uint32_t;

constexpr FieldSet Bit(size_t index) { return FieldSet{1} << index; }

// What a mask's path means for a field that is not in the table: OK if it is to be ignored
// (output-only), else FIELD_NOT_UPDATABLE (for `fixed` ones, such as the tag) or FIELD_UNKNOWN.
absl::Status CheckUnsettablePath(const google::protobuf::Descriptor* resource,
                                 absl::Span<const std::string_view> fixed, const std::string& path);

// Of the members of one oneof only one can be meant: the one that is populated, else the first of
// those in `fields`.
template <typename Proto, typename Domain>
FieldSet OneOfEachGroup(absl::Span<const SettableField<Proto, Domain>> table, FieldSet fields,
                        const Proto& proto) {
  FieldSet result = fields;
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i].group == 0 || (result & Bit(i)) == 0) continue;
    for (size_t k = 0; k < table.size(); ++k) {
      if (k == i || table[k].group != table[i].group || (result & Bit(k)) == 0) continue;
      result &= ~Bit(table[i].populated(proto) || !table[k].populated(proto) ? k : i);
      if ((result & Bit(i)) == 0) break;
    }
  }
  return result;
}

template <typename Proto, typename Domain>
FieldSet AllFields(absl::Span<const SettableField<Proto, Domain>> table, const Proto& proto) {
  return OneOfEachGroup(table, static_cast<FieldSet>((uint64_t{1} << table.size()) - 1), proto);
}

// The fields that an update sets, by the rules of UpdateJobRequest.update_mask.
template <typename Proto, typename Domain>
absl::StatusOr<FieldSet> SelectFields(absl::Span<const SettableField<Proto, Domain>> table,
                                      absl::Span<const std::string_view> fixed,
                                      const google::protobuf::FieldMask& mask, const Proto& proto) {
  FieldSet fields = 0;
  if (mask.paths().empty()) {
    for (size_t i = 0; i < table.size(); ++i) {
      if (table[i].populated(proto)) fields |= Bit(i);
    }
    return fields;
  }
  for (const std::string& path : mask.paths()) {
    if (path == "*") {
      fields |= AllFields(table, proto);
      continue;
    }
    size_t i = 0;
    while (i < table.size() && table[i].name != path) ++i;
    if (i < table.size()) {
      fields |= Bit(i);
    } else if (absl::Status s = CheckUnsettablePath(Proto::descriptor(), fixed, path); !s.ok()) {
      return s;
    }
  }
  return OneOfEachGroup(table, fields, proto);
}

template <typename Proto, typename Domain>
absl::Status ReadFields(absl::Span<const SettableField<Proto, Domain>> table, FieldSet fields,
                        const Proto& proto, Domain* out) {
  for (size_t i = 0; i < table.size(); ++i) {
    if ((fields & Bit(i)) == 0) continue;
    if (absl::Status s = table[i].read(proto, out); !s.ok()) return s;
  }
  return absl::OkStatus();
}

template <typename Proto, typename Domain>
void CopyFields(absl::Span<const SettableField<Proto, Domain>> table, FieldSet fields,
                const Domain& from, Domain* to) {
  for (size_t i = 0; i < table.size(); ++i) {
    if ((fields & Bit(i)) != 0) table[i].copy(from, to);
  }
}

}  // namespace server

#endif  // SERVER_CONVERTERS_FIELD_SELECTION_H_
