#include "scheduler/dispatch/secret_redactor.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

// The code point at `at`, which moves past it. REQUIRES: UTF-8.
uint32_t NextCodePoint(std::string_view text, size_t* at) {
  const auto first = static_cast<uint8_t>(text[(*at)++]);
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  uint32_t point = first & (0x3FU >> more);
  for (int i = 0; i < more && *at < text.size(); ++i) {
    point = point << 6 | (static_cast<uint8_t>(text[(*at)++]) & 0x3FU);
  }
  return point;
}

void AppendUtf16Escape(uint32_t unit, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out->push_back(kHex[unit >> shift & 15]);
}

void AppendUtf16Escapes(uint32_t point, std::string* out) {
  if (point < 0x10000) return AppendUtf16Escape(point, out);
  AppendUtf16Escape(0xD800 + ((point - 0x10000) >> 10), out);
  AppendUtf16Escape(0xDC00 + (point & 0x3FF), out);
}

// What one writer of JSON leaves as it is, another escapes.
struct JsonHabits {
  bool escapes_slash = false;    // as PHP does
  bool escapes_unicode = false;  // as Python does
  std::string_view of_html;      // characters of pages that it escapes: protobuf "<>", Go "<>&"
};

// As it stands in a JSON string. REQUIRES: UTF-8.
std::string JsonEscape(std::string_view text, const JsonHabits& habits) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (habits.of_html.find(c) != std::string_view::npos) {
      AppendUtf16Escape(static_cast<uint32_t>(text[at++]), &out);
      continue;
    }
    if (habits.escapes_unicode && (c & 0x80) != 0) {
      AppendUtf16Escapes(NextCodePoint(text, &at), &out);
      continue;
    }
    ++at;
    if (c == '\n' || c == '\r' || c == '\t') {
      out.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
      continue;
    }
    if (c == '"' || c == '\\' || (c == '/' && habits.escapes_slash)) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

// As it stands in a page.
std::string HtmlEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

char ToLowerHex(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; }

// With the hexadecimal digits of %XX in lower case.
std::string WithLowerHex(std::string encoded) {
  for (size_t at = encoded.find('%'); at != std::string::npos; at = encoded.find('%', at + 3)) {
    for (size_t i = at + 1; i <= at + 2; ++i) encoded[i] = ToLowerHex(encoded[i]);
  }
  return encoded;
}

// As forms encode it: a space is a plus.
std::string FormEncode(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? "+" : PercentEncode({&c, 1});
  return out;
}

// As it stands in a URL that was written by hand.
std::string EncodeBeyondAscii(std::string_view text) {
  std::string out;
  for (const char c : text) out += (c & 0x80) == 0 ? std::string(1, c) : PercentEncode({&c, 1});
  return out;
}

void ReplaceAll(std::string_view form, std::string* text) {
  for (size_t at = text->find(form); at != std::string::npos;
       at = text->find(form, at + SecretRedactor::kMark.size())) {
    text->replace(at, form.size(), SecretRedactor::kMark);
  }
}

// The beginning of `form` that `text` ends with: at least kMinBytes, or nothing.
size_t BegunAtEnd(std::string_view form, std::string_view text) {
  for (size_t size = std::min(form.size() - 1, text.size()); size >= SecretRedactor::kMinBytes;
       --size) {
    if (text.substr(text.size() - size) == form.substr(0, size)) return size;
  }
  return 0;
}

}  // namespace

void SecretRedactor::AddForm(std::string_view form) {
  if (form.size() < kMinBytes) return;
  for (const base::SecretText& known : forms_) {
    if (known.view() == form) return;
  }
  const auto place = std::find_if(forms_.begin(), forms_.end(), [&](const base::SecretText& known) {
    return known.size() < form.size();
  });
  forms_.insert(place, base::SecretText(form));
}

// All secrets in one, since one may begin with another.
struct SecretRedactor::Shared {
  base::Mutex mu;
  SecretRedactor redactor ABSL_GUARDED_BY(mu);
};

void SecretRedactor::Follow(const std::shared_ptr<core::AttemptTrace>& trace) {
  if (trace == nullptr) return;
  of_trace_ = std::make_shared<Shared>();
  trace->Hide([shared = of_trace_](std::string text) {
    base::MutexLock lock(&shared->mu);
    return shared->redactor.Redact(std::move(text), /*cut=*/false);
  });
}

void SecretRedactor::Add(std::string_view secret) {
  if (of_trace_ != nullptr) {
    base::MutexLock lock(&of_trace_->mu);
    of_trace_->redactor.Add(secret);
  }
  AddForm(secret);
  for (const std::string& encoded :
       {PercentEncode(secret), FormEncode(secret), EncodeBeyondAscii(secret)}) {
    AddForm(encoded);
    AddForm(WithLowerHex(encoded));
  }
  for (const bool slash : {false, true}) {
    for (const bool unicode : {false, true}) AddForm(JsonEscape(secret, {slash, unicode, {}}));
  }
  for (const std::string_view of_html : {"<>", "<>&"}) {
    AddForm(JsonEscape(secret, {false, false, of_html}));
  }
  AddForm(HtmlEscape(secret));
}

std::string SecretRedactor::Redact(std::string text, bool cut) const {
  for (const base::SecretText& form : forms_) ReplaceAll(form.view(), &text);
  if (!cut) return text;
  const bool ellipsis = text.size() >= kEllipsis.size() && text.ends_with(kEllipsis);
  if (ellipsis) text.resize(text.size() - kEllipsis.size());
  for (const base::SecretText& form : forms_) {
    const size_t begun = BegunAtEnd(form.view(), text);
    if (begun > 0) text.replace(text.size() - begun, begun, kMark);
  }
  return ellipsis ? text.append(kEllipsis) : text;
}

AttemptResult SecretRedactor::Redact(AttemptResult result) const {
  if (result.error != nullptr) {
    core::RunError error = *result.error;
    error.message = Redact(std::move(error.message), /*cut=*/true);
    result.error = std::make_shared<const core::RunError>(std::move(error));
  }
  if (result.output != nullptr) {
    core::RunOutput output = *result.output;
    const std::string redacted = Redact(std::move(output.output), output.truncated);
    // The mark may be longer than what it stands for.
    bool cut = false;
    output.output = ToUtf8(redacted, base::limits::kMaxOutputBytes, &cut);
    output.truncated = output.truncated || cut;
    result.output = std::make_shared<const core::RunOutput>(std::move(output));
  }
  return result;
}

Executor::Done Redacting(SecretRedactor redactor, Executor::Done done) {
  if (redactor.empty()) return done;
  // Shared, since what is called later is copied on its way.
  return
      [redactor = std::make_shared<const SecretRedactor>(std::move(redactor)),
       done = std::move(done)](AttemptResult result) { done(redactor->Redact(std::move(result))); };
}

}  // namespace scheduler::dispatch
