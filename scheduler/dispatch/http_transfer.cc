#include "scheduler/dispatch/http_transfer.h"

#include <utility>
#include <variant>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kDropped = "the connection was closed before an answer";

AttemptResult Failed(std::string_view code, std::string_view message) {
  core::RunError error;
  error.code = code;
  error.message = ToMessage(message, base::limits::kMaxErrorMessageBytes);
  AttemptResult result;
  result.error = std::make_shared<const core::RunError>(std::move(error));
  return result;
}

// A target may answer and close the HTTP/2 stream before it has seen the whole request (RFC 9113, 8.1).
// libcurl 7.88 reads that answer to its end and then fails on what it has left to send: with this
// code and, unlike for a stream that was broken off, without a message (cf_h2_send in its http2.c).
bool ClosedAfterAnswer(CURLcode code, const char* curl_message) {
  return code == CURLE_HTTP2_STREAM && curl_message[0] == '\0';
}

}  // namespace

std::string_view ClassOfCurlCode(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return core::failure::kTimeout;
    case CURLE_URL_MALFORMAT:
      return core::failure::kValidation;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return core::failure::kConnection;
    default:
      return core::failure::kUnavailable;
  }
}

curl_slist* HttpTransfer::HeaderList() {
  header_nodes.resize(request.headers.size());
  for (size_t i = 0; i < header_nodes.size(); ++i) {
    header_nodes[i].data = request.headers[i].data();
    header_nodes[i].next = i + 1 < header_nodes.size() ? &header_nodes[i + 1] : nullptr;
  }
  return header_nodes.empty() ? nullptr : header_nodes.data();
}

AttemptResult HttpTransfer::ResultOf(CURLcode code, long status, base::Millis now) const {
  // Where a host has allowed addresses too, what became of those is the answer.
  if (!denial.empty() && !dialled && code != CURLE_OK)
    return Failed(core::failure::kEgressDenied, denial);
  if (dropped) {
    // A kept connection may have been closed by the target before it saw the request. A new one that
    // ends so is the target's own failure.
    if (request.fresh_connection) return Failed(core::failure::kConnection, kDropped);
    AttemptResult result;
    result.released = true;
    return result;
  }
  // A body that is too long to be read to its end is no failure: the status was the answer.
  const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && reply.overflowed()) ||
                        ClosedAfterAnswer(code, curl_message);
  if (answered && status > 0) {
    const auto& target = std::get<core::HttpTarget>(event->target);
    return reply.Classify(static_cast<int>(status), target.success_codes, now);
  }
  const std::string_view message =
      curl_message[0] != '\0' ? std::string_view(curl_message) : curl_easy_strerror(code);
  return Failed(ClassOfCurlCode(code), message);
}

}  // namespace scheduler::dispatch
