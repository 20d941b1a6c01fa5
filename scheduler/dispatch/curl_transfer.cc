#include "scheduler/dispatch/curl_transfer.h"

#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

// A target may answer and close the HTTP/2 stream before it has seen the whole request (RFC 9113, 8.1).
// libcurl 7.88 reads that answer to its end and then fails on what it has left to send: with this
// code and, unlike for a stream that was broken off, without a message (cf_h2_send in its http2.c).
bool ClosedAfterAnswer(CURLcode code, const char* curl_message) {
  return code == CURLE_HTTP2_STREAM && curl_message[0] == '\0';
}

// `nodes` point into `lines`.
curl_slist* Link(std::vector<std::string>* lines, std::vector<curl_slist>* nodes) {
  nodes->resize(lines->size());
  for (size_t i = 0; i < nodes->size(); ++i) {
    (*nodes)[i].data = (*lines)[i].data();
    (*nodes)[i].next = i + 1 < nodes->size() ? &(*nodes)[i + 1] : nullptr;
  }
  return nodes->empty() ? nullptr : nodes->data();
}

}  // namespace

std::string_view ClassOfCurlCode(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return core::failure::kTimeout;
    case CURLE_URL_MALFORMAT:
      return core::failure::kValidation;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
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

curl_slist* CurlTransfer::HeaderList() { return Link(&request.headers, &header_nodes); }

curl_slist* CurlTransfer::ForgetList() { return Link(&forget, &forget_nodes); }

bool CurlTransfer::IsUnreached(const CurlEnd& end) const {
  if (end.cancelled || end.code == CURLE_OK || end.status > 0) return false;
  const std::string_view failure = ClassOfCurlCode(end.code);
  return dropped || failure == core::failure::kConnection || failure == core::failure::kTimeout;
}

bool CurlTransfer::IsDenied(const CurlEnd& end) const {
  return !denial.empty() && !dialled && end.code != CURLE_OK;
}

bool CurlTransfer::IsAnswered(const CurlEnd& end, bool stopped) const {
  const bool ended = end.code == CURLE_OK || (end.code == CURLE_WRITE_ERROR && stopped) ||
                     ClosedAfterAnswer(end.code, curl_message);
  return ended && end.status > 0;
}

std::string_view CurlTransfer::MessageOf(CURLcode code) const {
  return curl_message[0] != '\0' ? std::string_view(curl_message) : curl_easy_strerror(code);
}

}  // namespace scheduler::dispatch
