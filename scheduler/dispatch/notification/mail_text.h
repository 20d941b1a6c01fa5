#ifndef SCHEDULER_DISPATCH_NOTIFICATION_MAIL_TEXT_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_MAIL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "scheduler/core/notification/mail_address.h"

// UTF-8 text in the forms that mail has for it. Pure functions; lines end in CRLF.
namespace scheduler::dispatch {

// The value of an unstructured header (Subject), of which `column` characters of its line are used. ASCII stays
// as it is, all else becomes encoded words (RFC 2047). Folded so that lines have at most 78 characters.
// REQUIRES: no control characters.
std::string EncodeHeaderText(std::string_view text, size_t column);

// "Name <address>" or "address", with the name as an atom, a quoted string or encoded words, as it needs. It may
// be folded within the name.
std::string FormatMailAddress(const core::MailAddress& address);

// RFC 2045, 6.7: lines of at most 76 characters. A dot at the beginning of a line is encoded too, so that no
// server on the way can take it for SMTP's own. Ends with a line break.
std::string EncodeQuotedPrintable(std::string_view text);

// RFC 2045, 6.8: lines of 76 characters. Line breaks of the text become CRLF first. Ends with a line break.
std::string EncodeBase64Lines(std::string_view text);

// Whether base64 is the shorter form of a text in which most is not ASCII.
bool PrefersBase64(std::string_view text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_MAIL_TEXT_H_
