#include "server/converters/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "scheduler/base/errors.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;
using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

// Up to here every whole double is an exact integer.
constexpr double kMaxExactInteger = 9007199254740992.0;  // 2^53

// Writes one object. Recursion is bounded by kMaxJsonDepth; the work by `max_bytes`.
class JsonWriter {
 public:
  JsonWriter(std::string_view field, int64_t max_bytes) : field_(field), max_bytes_(max_bytes) {}

  absl::Status Write(const Struct& object, int depth) {
    DUCTAPE_RETURN_IF_ERROR(CheckDepth(depth));
    std::vector<const std::string*> keys;
    keys.reserve(object.fields().size());
    for (const auto& entry : object.fields()) keys.push_back(&entry.first);
    std::sort(keys.begin(), keys.end(),
              [](const std::string* a, const std::string* b) { return *a < *b; });
    out_.push_back('{');
    for (size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) out_.push_back(',');
      path_.push_back({*keys[i], 0});
      DUCTAPE_RETURN_IF_ERROR(WriteText(*keys[i]));
      out_.push_back(':');
      DUCTAPE_RETURN_IF_ERROR(Write(object.fields().at(*keys[i]), depth + 1));
      path_.pop_back();
    }
    out_.push_back('}');
    return CheckSize();
  }

  std::string Take() { return std::move(out_); }

 private:
  // A step of the way to a value: a key, or the index in a list if the key is null.
  struct Step {
    std::string_view key;
    int index = 0;
  };

  // The path of the value that is being written. Keys are client text: of each so much is named.
  std::string Path() const {
    constexpr size_t kMaxKey = 32;
    std::string path(field_);
    for (const Step& step : path_) {
      if (step.key.data() == nullptr) {
        StrAppend(&path, "[", step.index, "]");
      } else {
        StrAppend(&path, ".", ToValidUtf8(step.key.substr(0, kMaxKey)));
      }
    }
    return path;
  }

  absl::Status Write(const ListValue& list, int depth) {
    DUCTAPE_RETURN_IF_ERROR(CheckDepth(depth));
    out_.push_back('[');
    for (int i = 0; i < list.values_size(); ++i) {
      if (i > 0) out_.push_back(',');
      path_.push_back({std::string_view(), i});
      DUCTAPE_RETURN_IF_ERROR(Write(list.values(i), depth + 1));
      path_.pop_back();
    }
    out_.push_back(']');
    return CheckSize();
  }

  absl::Status Write(const Value& value, int depth) {
    switch (value.kind_case()) {
      case Value::kNullValue:
        out_.append("null");
        return CheckSize();
      case Value::kBoolValue:
        out_.append(value.bool_value() ? "true" : "false");
        return CheckSize();
      case Value::kNumberValue:
        return WriteNumber(value.number_value());
      case Value::kStringValue:
        return WriteText(value.string_value());
      case Value::kStructValue:
        return Write(value.struct_value(), depth);
      case Value::kListValue:
        return Write(value.list_value(), depth);
      case Value::KIND_NOT_SET:
        break;
    }
    return errors::FieldInvalid(Path(), "must be null, a bool, number, string, object or list");
  }

  absl::Status WriteNumber(double number) {
    if (!std::isfinite(number)) {
      return errors::FieldInvalid(Path(), "must be a finite number: JSON has no NaN and infinity");
    }
    if (number == std::trunc(number) && std::abs(number) <= kMaxExactInteger) {
      StrAppend(&out_, static_cast<int64_t>(number));
      return CheckSize();
    }
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out_.append(buffer.data(), end.ptr);
    return CheckSize();
  }

  absl::Status WriteText(std::string_view text) {
    if (!CountCharacters(text).has_value()) {
      return errors::FieldInvalid(Path(), "must be valid UTF-8");
    }
    out_.push_back('"');
    for (const char c : text) AppendEscaped(c);
    out_.push_back('"');
    return CheckSize();
  }

  void AppendEscaped(char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
      case '"':
        out_.append("\\\"");
        return;
      case '\\':
        out_.append("\\\\");
        return;
      case '\n':
        out_.append("\\n");
        return;
      case '\r':
        out_.append("\\r");
        return;
      case '\t':
        out_.append("\\t");
        return;
      default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out_.append("\\u00");
      out_.push_back(kHex[byte >> 4]);
      out_.push_back(kHex[byte & 15]);
    } else {
      out_.push_back(c);
    }
  }

  absl::Status CheckDepth(int depth) const {
    if (depth <= kMaxJsonDepth) return absl::OkStatus();
    return errors::FieldInvalid(field_, StrCat("must be nested at most ", kMaxJsonDepth, " deep"));
  }

  absl::Status CheckSize() const {
    const auto size = static_cast<int64_t>(out_.size());
    if (size <= max_bytes_) return absl::OkStatus();
    return errors::FieldTooLarge(field_, size, max_bytes_);
  }

  const std::string_view field_;
  const int64_t max_bytes_;
  std::vector<Step> path_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> ToJson(std::string_view field, const Struct& object,
                                   int64_t max_bytes) {
  JsonWriter writer(field, max_bytes);
  DUCTAPE_RETURN_IF_ERROR(writer.Write(object, 1));
  return writer.Take();
}

absl::Status FromJson(const std::string& json, Struct* object) {
  const auto status = google::protobuf::util::JsonStringToMessage(json, object);
  if (status.ok()) return absl::OkStatus();
  return errors::Internal("a stored input is no JSON object");
}

}  // namespace server
