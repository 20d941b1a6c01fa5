#include "scheduler/core/cron/cron_field_parser.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "scheduler/base/random.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

using base::StrCat;

constexpr int kLastSpreadDay = 28;  // `H` of the day of month is a day that every month has

// A range of values and where it is written.
struct Range {
  int low = 0;
  int high = 0;
};

// One pass over one field. Every Parse… reads what it names from at_ on.
class FieldParser {
 public:
  FieldParser(const CronSource& source, size_t begin, size_t end, CronField field, uint64_t seed)
      : source_(source), at_(begin), end_(end), field_(field), info_(InfoOf(field)), seed_(seed) {}

  absl::StatusOr<CronFieldValue> Parse() {
    if (Is(CronField::kWeekday) && Take('+')) value_.plus = true;
    const size_t first = at_;
    for (;;) {
      if (absl::Status status = ParseItem(); !status.ok()) return status;
      if (at_ == end_) break;
      if (!Take(',')) return Unexpected();
      is_list_ = true;
    }
    if (lone_item_ != kNone && is_list_) {
      return Error(lone_item_, StrCat("W names a single day and cannot stand in a list; "
                                      "the field must be ",
                                      source_.QuotedWord(lone_item_), " alone"));
    }
    value_.star = star_ && at_ == first + 1;
    return value_;
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // ---- characters -----------------------------------------------------------------------------

  bool Is(CronField field) const { return field_ == field; }
  bool IsDayField() const { return Is(CronField::kDay) || Is(CronField::kWeekday); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < end_ ? source_.At(at_ + ahead) : '\0'; }
  bool AtEnd() const { return at_ == end_ || Peek() == ','; }

  bool Take(char c) {
    if (at_ == end_ || Peek() != c) return false;
    ++at_;
    return true;
  }

  absl::Status Error(size_t position, std::string_view what) const {
    return source_.ErrorAt(position, what);
  }

  std::string Takes() const { return StrCat("it takes ", info_.values); }

  // What stands at at_ cannot follow what was read.
  absl::Status Unexpected() const {
    switch (const char c = Peek(); c) {
      case '+':
        return Error(at_, "\"+\" is allowed only as the first character of the weekday");
      case '#':
      case 'L':
        return Error(at_, StrCat(Quoted(c),
                                 " may follow only a single weekday, as in \"FRI#2\" or "
                                 "\"FRI#L\""));
      case 'W':
        return Error(at_, "\"W\" may follow only a single day of the month, as in \"15W\"");
      case '/':
        return Error(at_, "a step needs \"*\" or a range before it, as in \"10-59/5\"");
      case 'l':
      case 'w':
        if (IsDayField()) return MustBeUpperCase(c);
        break;
      default:
        break;
    }
    return Error(at_, StrCat(source_.QuotedWord(at_), " cannot stand here in the ", info_.name,
                             "; after a value may come \",\", \"-\" or a space"));
  }

  absl::Status MustBeUpperCase(char c) const {
    return Error(at_,
                 StrCat(Quoted(c), " must be in upper case: ", Quoted(absl::ascii_toupper(c))));
  }

  static std::string Quoted(char c) { return {'"', c, '"'}; }

  // ---- items ----------------------------------------------------------------------------------

  absl::Status ParseItem() {
    if (AtEnd()) {
      return Error(at_, StrCat("a value is missing in the ", info_.name, "; ", Takes()));
    }
    switch (Peek()) {
      case '*':
        return ParseStar();
      case '?':
        return ParseQuestion();
      case 'H':
        return ParseSpread();
      case 'L':
        if (Is(CronField::kDay)) return ParseLastDay();
        if (Is(CronField::kWeekday)) {
          return Error(at_, "\"L\" needs a weekday before it, as in \"5L\" or \"FRI#L\"");
        }
        break;
      default:
        break;
    }
    return ParseValues();
  }

  absl::Status ParseQuestion() {
    if (IsDayField()) return ParseStar();
    return Error(at_, StrCat("\"?\" is allowed only in the day of month and the weekday; write "
                             "\"*\" for every ",
                             info_.name));
  }

  absl::Status ParseStar() {
    ++at_;
    star_ = true;
    return AddStepped({info_.low, info_.last});
  }

  // A value or a range, and what may follow a value in a day field.
  absl::Status ParseValues() {
    const size_t begin = at_;
    int low = 0;
    if (absl::Status status = ParseValue(&low); !status.ok()) return status;
    if (Peek() != '-') return ParseAfterValue(begin, low);
    ++at_;
    Range range{low, 0};
    if (absl::Status status = ParseRangeEnd(begin, &range); !status.ok()) return status;
    return AddStepped(range);
  }

  absl::Status ParseAfterValue(size_t begin, int value) {
    if (Is(CronField::kDay) && Take('W')) {
      lone_item_ = begin;
      value_.extras.nearest |= uint32_t{1} << value;
      return absl::OkStatus();
    }
    if (Is(CronField::kWeekday) && (Peek() == 'L' || Peek() == '#')) return ParseNth(value % 7);
    if (Peek() == '/') {
      return Error(at_, StrCat("a step needs \"*\" or a range before it; write \"", value, "-",
                               info_.last, "/n\" or \"*/n\""));
    }
    Add(value);
    return absl::OkStatus();
  }

  // After "a-": the value b ≥ a. Sunday ends a range as 7.
  absl::Status ParseRangeEnd(size_t begin, Range* range) {
    const bool name = absl::ascii_isalpha(Peek());
    if (absl::Status status = ParseValue(&range->high); !status.ok()) return status;
    if (Is(CronField::kWeekday) && name && range->high == 0 && range->low > 0) range->high = 7;
    if (range->high < range->low) {
      return Error(begin, StrCat("the range ", source_.Quoted(begin, at_),
                                 " runs backwards; its end must not be below its start"));
    }
    return absl::OkStatus();
  }

  // L, LW, L-n.
  absl::Status ParseLastDay() {
    const size_t begin = at_++;
    int before = 0;
    if (Take('W')) {
      lone_item_ = begin;
      value_.extras.last_workday = true;
      return absl::OkStatus();
    }
    if (Take('-')) {
      const size_t number = at_;
      if (absl::Status status = ParseNumber("a number of days", &before); !status.ok()) {
        return status;
      }
      if (before > 30) {
        return Error(number, StrCat(source_.Quoted(number, at_),
                                    " is beyond 30, the most days before the last of a month"));
      }
    }
    value_.extras.from_last |= uint32_t{1} << before;
    return absl::OkStatus();
  }

  // After a weekday: L, #L, #n.
  absl::Status ParseNth(int weekday) {
    const bool hash = Take('#');
    const auto bit = static_cast<uint8_t>(1U << weekday);
    if (Take('L')) {
      value_.extras.last |= bit;
      return absl::OkStatus();
    }
    const size_t number = at_;
    int nth = 0;
    if (!hash || !absl::ascii_isdigit(Peek())) {
      return Error(number, "\"#\" must be followed by 1 to 5, or by L for the last");
    }
    if (absl::Status status = ParseNumber("1 to 5", &nth); !status.ok()) return status;
    if (nth < 1 || nth > 5) {
      return Error(number, StrCat(source_.Quoted(number, at_), " is not one of 1 to 5, the weeks ",
                                  "of a month in which a weekday may come"));
    }
    value_.extras.nth[nth - 1] |= bit;
    return absl::OkStatus();
  }

  // H, H(a-b), each with a step. Plain: one value of the range. With a step: a start among the first
  // `step` values of the range, and on from there to its end.
  absl::Status ParseSpread() {
    const size_t begin = at_++;
    if (Is(CronField::kYear)) {
      return Error(begin, "\"H\" cannot spread over years; it is for the other fields");
    }
    Range range{info_.low, info_.last};
    bool given = false;
    if (Take('(')) {
      given = true;
      if (absl::Status status = ParseSpreadRange(&range); !status.ok()) return status;
    }
    const int last_start = Is(CronField::kDay) && !given ? kLastSpreadDay : range.high;
    const int width = last_start - range.low + 1;
    const uint64_t hash = base::Mix64(seed_ ^ base::Mix64(static_cast<uint64_t>(field_) + 1));
    int step = 0;
    if (Peek() == '/') {
      if (absl::Status status = ParseStep(&step); !status.ok()) return status;
    }
    const int among = step == 0 ? width : std::min(step, width);
    range.low += static_cast<int>(hash % static_cast<uint64_t>(among));
    AddRange(range.low, step == 0 ? range.low : range.high, std::max(step, 1));
    return absl::OkStatus();
  }

  absl::Status ParseSpreadRange(Range* range) {
    const size_t begin = at_;
    if (absl::Status status = ParseValue(&range->low); !status.ok()) return status;
    if (!Take('-')) return Error(at_, "\"H(\" takes a range, as in \"H(0-29)\"");
    if (absl::Status status = ParseRangeEnd(begin, range); !status.ok()) return status;
    if (!Take(')')) return Error(at_, "\")\" is missing after the range of \"H(\"");
    return absl::OkStatus();
  }

  // ---- values ---------------------------------------------------------------------------------

  // A number or a name within the field's bounds.
  absl::Status ParseValue(int* value) {
    const size_t begin = at_;
    if (absl::ascii_isdigit(Peek())) {
      if (absl::Status status = ParseNumber("", value); !status.ok()) return status;
    } else if (*value = ValueOfCronName(field_, Ahead(3)); *value >= 0) {
      if (absl::ascii_isalpha(Peek(3)) && absl::ascii_isalpha(Peek(4))) {
        return Error(at_, StrCat(source_.QuotedWord(at_), " is no ", info_.name,
                                 "; names have three letters: ", source_.Quoted(at_, at_ + 3)));
      }
      at_ += 3;
    } else {
      return NotAValue();
    }
    if (*value > info_.high) {
      return Error(begin, StrCat(source_.Quoted(begin, at_), " is beyond ", info_.high, ", ",
                                 info_.what_high_is));
    }
    if (*value < info_.low) {
      return Error(begin, StrCat(source_.Quoted(begin, at_), " is below ", info_.low, ", ",
                                 info_.what_low_is));
    }
    return absl::OkStatus();
  }

  absl::Status NotAValue() const {
    if (Peek() == '/' || Peek() == '+') return Unexpected();
    if (at_ == end_) return Error(at_, StrCat("a value is missing after \"-\"; ", Takes()));
    const char c = Peek();
    if ((c == 'l' || c == 'h') && !absl::ascii_isalpha(Peek(1))) {
      return MustBeUpperCase(c);
    }
    return Error(at_, StrCat(source_.QuotedWord(at_), " is no ", info_.name, "; ", Takes()));
  }

  // Digits, of any number; what is large stays large.
  absl::Status ParseNumber(std::string_view what, int* value) {
    constexpr int kLarge = 1'000'000;
    if (!absl::ascii_isdigit(Peek())) {
      return Error(at_, StrCat(what, " is expected here, not ",
                               at_ == end_ ? "the end of the field" : source_.QuotedWord(at_)));
    }
    int64_t number = 0;
    for (; absl::ascii_isdigit(Peek()); ++at_) {
      number = std::min<int64_t>(number * 10 + (Peek() - '0'), kLarge);
    }
    *value = static_cast<int>(number);
    return absl::OkStatus();
  }

  // After a range or `*`: an optional "/n".
  absl::Status AddStepped(const Range& range) {
    int step = 1;
    if (Peek() == '/') {
      if (absl::Status status = ParseStep(&step); !status.ok()) return status;
    }
    AddRange(range.low, range.high, step);
    return absl::OkStatus();
  }

  absl::Status ParseStep(int* step) {
    ++at_;
    const size_t begin = at_;
    if (absl::Status status = ParseNumber("a step of 1 or more", step); !status.ok()) return status;
    if (*step > 0) return absl::OkStatus();
    return Error(begin, "a step of 0 never moves; it must be 1 or more");
  }

  std::string_view Ahead(size_t count) const {
    return source_.text().substr(at_, std::min(count, end_ - at_));
  }

  void AddRange(int low, int high, int step) {
    for (int64_t value = low; value <= high; value += step) Add(static_cast<int>(value));
  }

  void Add(int value) {
    if (Is(CronField::kWeekday)) value %= 7;
    value_.values.set(static_cast<size_t>(value - info_.low));
  }

  const CronSource& source_;
  size_t at_;
  const size_t end_;
  const CronField field_;
  const CronFieldInfo& info_;
  const uint64_t seed_;
  CronFieldValue value_;
  bool star_ = false;
  bool is_list_ = false;
  size_t lone_item_ = kNone;  // where an item began that must be the only one
};

}  // namespace

absl::StatusOr<CronFieldValue> ParseCronField(const CronSource& source, size_t begin, size_t end,
                                              CronField field, uint64_t seed) {
  return FieldParser(source, begin, end, field, seed).Parse();
}

}  // namespace scheduler::core
