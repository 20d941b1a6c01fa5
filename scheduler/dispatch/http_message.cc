#include "scheduler/dispatch/http_message.h"

#include <algorithm>

#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

bool IsTokenCharacter(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Without AWS's signature, with which the request could be sent again.
std::string_view Harmless(std::string_view header) {
  constexpr std::string_view kSignature = "Signature=";
  const size_t at = header.find(kSignature);
  return StartsWithIgnoreCase(header, "authorization:") && at != header.npos
             ? header.substr(0, at + kSignature.size())
             : header;
}

}  // namespace

std::string TextOf(const HttpRequest& request) {
  std::string text = base::StrCat(core::HttpMethodName(request.method), " ", request.url);
  for (const std::string& header : request.headers) text.append("\n").append(Harmless(header));
  if (request.has_body) text.append("\n\n").append(request.body);
  return text;
}

void AppendHeaderLine(std::string_view line, std::string* head) {
  if (StartsWithIgnoreCase(line, "HTTP/")) head->clear();
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.empty()) return;
  if (!head->empty()) head->append("\n");
  head->append(line);
}

std::string HeaderLine(std::string_view name, std::string_view value) {
  std::string line;
  line.reserve(name.size() + value.size() + 2);
  line.append(name);
  if (value.empty()) return line.append(";");
  return line.append(": ").append(value);
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsTokenCharacter);
}

}  // namespace scheduler::dispatch
