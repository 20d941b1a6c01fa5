#include "scheduler/dispatch/notification/mail_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;

constexpr std::string_view kFold = "\r\n ";
constexpr size_t kMaxLine = 78;      // RFC 5322, 2.1.1
constexpr size_t kMaxBodyLine = 76;  // RFC 2045, 6.7 and 6.8
// Bytes of a base64 encoded word: 75 characters (RFC 2047, 2) without "=?UTF-8?B?" and "?=" are 63, of which
// 60 hold 45 bytes.
constexpr size_t kEncodedWordBytes = 45;

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Where a piece of at most `most` bytes ends that cuts no character in two.
size_t PieceLength(std::string_view text, size_t most) {
  if (text.size() <= most) return text.size();
  size_t length = most;
  while (length > 0 && IsContinuation(text[length])) --length;
  return length == 0 ? most : length;
}

std::string EncodedWords(std::string_view text, size_t column) {
  std::string out;
  // The first word has what is left of its line, if that is worth it.
  constexpr size_t kFrame = 12;
  size_t room =
      column + kFrame + 8 < kMaxLine ? (kMaxLine - column - kFrame) / 4 * 3 : kEncodedWordBytes;
  room = std::min(room, kEncodedWordBytes);
  while (!text.empty()) {
    const size_t length = PieceLength(text, room);
    if (!out.empty()) out.append(kFold);
    out.append(
        StrCat("=?UTF-8?B?", absl::Base64Escape(base::ToAbsl(text.substr(0, length))), "?="));
    text.remove_prefix(length);
    room = kEncodedWordBytes;
  }
  return out;
}

// Folds at single spaces, so that unfolding gives the text back. Empty if a line would be too long.
std::string Folded(std::string_view text, size_t column) {
  std::string out;
  while (!text.empty()) {
    // A word and the spaces before it.
    const size_t word = text.find_first_not_of(' ');
    if (word == std::string_view::npos) return "";  // a line of blanks alone is obsolete syntax
    const size_t end = std::min(text.find(' ', word), text.size());
    if (end > kMaxLine - 1) return "";
    if (!out.empty() && column + end > kMaxLine) {
      out.append("\r\n");
      column = 0;
    }
    out.append(text.substr(0, end));
    column += end;
    text.remove_prefix(end);
  }
  return out;
}

bool IsAtomOrSpace(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

std::string FormatName(const std::string& name) {
  if (!IsPrintableAscii(name) || name.find("=?") != std::string::npos || name.size() > 64) {
    return EncodedWords(name, 10);
  }
  if (std::all_of(name.begin(), name.end(), IsAtomOrSpace) &&
      name.find("  ") == std::string::npos) {
    return name;
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

// One "\n" for each line break.
std::string WithPlainBreaks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i] == '\r' ? '\n' : text[i]);
  }
  return out;
}

// One line as quoted-printable, with soft breaks.
void AppendQuotedLine(std::string_view line, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  size_t column = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<uint8_t>(line[i]);
    const bool last = i + 1 == line.size();
    const bool blank_at_end = (byte == ' ' || byte == '\t') && last;
    const bool plain = ((byte >= 0x20 && byte < 0x7f && byte != '=') || byte == '\t') &&
                       !blank_at_end && !(byte == '.' && column == 0);
    const size_t width = plain ? 1 : 3;
    // The last place of a line is for the soft break, unless the line ends here.
    if (column + width > (last ? kMaxBodyLine : kMaxBodyLine - 1)) {
      out->append("=\r\n");
      column = 0;
    }
    if (plain && !(byte == '.' && column == 0)) {
      out->push_back(line[i]);
      ++column;
      continue;
    }
    out->push_back('=');
    out->push_back(kHex[byte >> 4]);
    out->push_back(kHex[byte & 15]);
    column += 3;
  }
  out->append("\r\n");
}

}  // namespace

std::string EncodeHeaderText(std::string_view text, size_t column) {
  if (IsPrintableAscii(text) && text.find("=?") == std::string_view::npos) {
    std::string folded = Folded(text, column);
    if (!folded.empty() || text.empty()) return folded;
  }
  return EncodedWords(text, column);
}

std::string FormatMailAddress(const core::MailAddress& address) {
  if (address.name.empty()) return address.address;
  return StrCat(FormatName(address.name), " <", address.address, ">");
}

std::string EncodeQuotedPrintable(std::string_view text) {
  const std::string plain = WithPlainBreaks(text);
  std::string out;
  out.reserve(plain.size() + plain.size() / 8 + 2);
  std::string_view rest = plain;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    AppendQuotedLine(rest.substr(0, end), &out);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return out;
}

std::string EncodeBase64Lines(std::string_view text) {
  std::string with_crlf;
  for (const char c : WithPlainBreaks(text)) {
    if (c == '\n') with_crlf.push_back('\r');
    with_crlf.push_back(c);
  }
  const std::string encoded = absl::Base64Escape(with_crlf);
  std::string out;
  for (size_t at = 0; at < encoded.size(); at += kMaxBodyLine) {
    out.append(encoded, at, kMaxBodyLine).append("\r\n");
  }
  return out;
}

bool PrefersBase64(std::string_view text) {
  const auto high = std::count_if(text.begin(), text.end(), [](char c) { return c < 0; });
  // Quoted-printable adds two bytes to each that is not ASCII, base64 a third to all.
  return static_cast<size_t>(high) * 6 > text.size();
}

}  // namespace scheduler::dispatch
