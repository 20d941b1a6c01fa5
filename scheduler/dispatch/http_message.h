#ifndef SCHEDULER_DISPATCH_HTTP_MESSAGE_H_
#define SCHEDULER_DISPATCH_HTTP_MESSAGE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/http_transport.h"

namespace scheduler::dispatch {

// One HTTP request, ready to be sent.
struct HttpRequest {
  core::HttpMethod method = core::HttpMethod::kPost;
  bool tls = false;
  std::string url;
  std::vector<std::string>
      headers;  // "Name: value"; "Name;" is an empty value, as libcurl wants it
  std::string body;
  bool has_body = false;
  // Not over a kept connection: for all attempts but the first.
  bool fresh_connection = false;
  // Sent again where a kept connection ends before an answer; else that is told (CurlTransfer::dropped).
  bool repeatable = false;
  base::Millis timeout = 0;
  std::shared_ptr<const HttpTransport> transport;  // null: as usual
};

// For people: the request line with the URL, the headers but those that libcurl adds, the body.
std::string TextOf(const HttpRequest& request);

// Likewise an answer's status line and headers, built line by line as they come. A status line forgets what
// was before it.
void AppendHeaderLine(std::string_view line, std::string* head);

// A header as HttpRequest has it.
std::string HeaderLine(std::string_view name, std::string_view value);

// Whether `name` is a header's: an RFC 9110 token.
bool IsHeaderName(std::string_view name);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_MESSAGE_H_
