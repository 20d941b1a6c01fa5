#include "scheduler/core/database/parameter_forms.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "scheduler/base/rfc3339.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

using Form = std::optional<std::string>;

Form IntegerForm(std::string_view text, int64_t least, int64_t most) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(base::ToAbsl(text), &value) || value < least || value > most) return {};
  return std::to_string(value);
}

Form FloatForm(std::string_view text) {
  double value = 0;
  if (!absl::SimpleAtod(base::ToAbsl(text), &value) || !std::isfinite(value)) return {};
  return std::string(text);
}

// "-12.5": no exponent, no superfluous zeros before the point.
Form DecimalForm(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string_view whole = text.substr(0, point);
  std::string_view part = text.substr(std::min(point + 1, text.size()));
  const auto digits = [](std::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return absl::ascii_isdigit(c); });
  };
  if (whole.empty() || !digits(whole) || !digits(part) || (point < text.size() && part.empty())) {
    return {};
  }
  while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
  std::string form = base::StrCat(negative ? "-" : "", whole);
  if (!part.empty()) base::StrAppend(&form, ".", part);
  return form;
}

Form TimestampForm(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, base::ToAbsl(text), &time, &error)) return {};
  if (time < absl::FromUnixSeconds(-62135596800) || time >= absl::FromUnixSeconds(253402300800)) {
    return {};  // the years 1 … 9999
  }
  return base::FormatRfc3339(absl::ToUnixMillis(time));
}

Form DateForm(std::string_view text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(base::ToAbsl(text), &day)) return {};
  return absl::FormatCivilTime(day) == base::ToAbsl(text) ? Form(text) : Form();
}

Form UuidForm(std::string_view text) {
  if (text.size() != 36) return {};
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return {};
  }
  return absl::AsciiStrToLower(base::ToAbsl(text));
}

Form BytesForm(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(base::ToAbsl(text), &bytes)) return {};
  return bytes;
}

int Sign(bool less, bool more) { return less ? -1 : more ? 1 : 0; }

// Without the sign, exactly.
int CompareMagnitudes(std::string_view a, std::string_view b) {
  const size_t whole_a = std::min(a.find('.'), a.size());
  const size_t whole_b = std::min(b.find('.'), b.size());
  if (whole_a != whole_b) return Sign(whole_a < whole_b, true);
  const size_t longest = std::max(a.size(), b.size());
  for (size_t i = 0; i < longest; ++i) {
    const char x = i < a.size() ? a[i] : '0';
    const char y = i < b.size() ? b[i] : '0';
    if (x != y && x != '.' && y != '.') return Sign(x < y, true);
  }
  return 0;
}

int CompareDecimals(std::string_view a, std::string_view b) {
  const bool negative_a = a[0] == '-';
  const bool negative_b = b[0] == '-';
  if (negative_a) a.remove_prefix(1);
  if (negative_b) b.remove_prefix(1);
  if (negative_a == negative_b) {
    return negative_a ? CompareMagnitudes(b, a) : CompareMagnitudes(a, b);
  }
  const bool zero = a.find_first_not_of("0.") == std::string_view::npos &&
                    b.find_first_not_of("0.") == std::string_view::npos;
  return zero ? 0 : Sign(negative_a, negative_b);
}

template <typename Number>
int CompareNumbers(std::string_view a, std::string_view b,
                   bool (*parse)(absl::string_view, Number*)) {
  Number x = 0;
  Number y = 0;
  parse(base::ToAbsl(a), &x);
  parse(base::ToAbsl(b), &y);
  return Sign(x<y, x> y);
}

}  // namespace

std::optional<std::string> CanonicalForm(ParameterType type, std::string_view text) {
  switch (type) {
    case ParameterType::kInt:
      return IntegerForm(text, std::numeric_limits<int32_t>::min(),
                         std::numeric_limits<int32_t>::max());
    case ParameterType::kBigint:
      return IntegerForm(text, std::numeric_limits<int64_t>::min(),
                         std::numeric_limits<int64_t>::max());
    case ParameterType::kFloat:
      return FloatForm(text);
    case ParameterType::kDecimal:
      return DecimalForm(text);
    case ParameterType::kBool:
      return text == "true" || text == "false" ? Form(text) : Form();
    case ParameterType::kTimestamp:
      return TimestampForm(text);
    case ParameterType::kDate:
      return DateForm(text);
    case ParameterType::kUuid:
      return UuidForm(text);
    case ParameterType::kBytes:
      return BytesForm(text);
    case ParameterType::kAny:
    case ParameterType::kText:
    case ParameterType::kJson:
      break;
  }
  return std::string(text);
}

int CompareForms(ParameterType type, std::string_view a, std::string_view b) {
  if (type == ParameterType::kFloat) return CompareNumbers<double>(a, b, &absl::SimpleAtod);
  if (type == ParameterType::kDecimal) return CompareDecimals(a, b);
  if (type == ParameterType::kTimestamp || type == ParameterType::kDate) {
    return a.compare(b);  // of one length, the largest unit first
  }
  return CompareNumbers<int64_t>(a, b, &absl::SimpleAtoi<int64_t>);
}

bool IsOrdered(ParameterType type) {
  return type != ParameterType::kAny && type != ParameterType::kBool &&
         type != ParameterType::kUuid && type != ParameterType::kJson;
}

int64_t CharactersIn(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

}  // namespace scheduler::core
