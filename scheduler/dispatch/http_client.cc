#include "scheduler/dispatch/http_client.h"

#include <algorithm>
#include <optional>

#include "ductape/version.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/curl_loop.h"
#include "scheduler/dispatch/curl_transfer.h"
#include "scheduler/dispatch/text.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

absl::Status StatusOf(std::string_view failure_class, std::string_view message) {
  const absl::string_view text = base::ToAbsl(message);
  if (failure_class == core::failure::kTimeout) return absl::DeadlineExceededError(text);
  if (failure_class == core::failure::kConnection) return absl::UnavailableError(text);
  if (failure_class == core::failure::kValidation) return absl::InvalidArgumentError(text);
  return absl::UnknownError(text);
}

// One call on its way: the answer as it arrives.
class CallTransfer final : public CurlTransfer {
 public:
  CallTransfer(size_t max_bytes, std::shared_ptr<core::AttemptTrace> trace, HttpClient::Done done)
      : max_bytes_(max_bytes), trace_(std::move(trace)), done_(std::move(done)) {}

  void OnHeader(std::string_view line) override;
  bool OnBody(std::string_view piece) override;
  void OnEnd(const CurlEnd& end) override;

 private:
  // Headers of an answer that are kept; more are of no use to anybody.
  static constexpr size_t kMaxHeaderBytes = size_t{64} * 1024;

  absl::Status TransportOf(const CurlEnd& end) const;

  const size_t max_bytes_;
  const std::shared_ptr<core::AttemptTrace> trace_;
  const HttpClient::Done done_;
  std::string head_;  // for the trace
  HttpAnswer answer_;
  size_t header_bytes_ = 0;
};

void CallTransfer::OnHeader(std::string_view line) {
  if (trace_ != nullptr) AppendHeaderLine(line, &head_);
  if (StartsWithIgnoreCase(line, "HTTP/")) {
    answer_.headers.clear();  // of an interim answer
    header_bytes_ = 0;
    return;
  }
  header_bytes_ += line.size();
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || header_bytes_ > kMaxHeaderBytes) return;
  answer_.headers.emplace_back(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
}

bool CallTransfer::OnBody(std::string_view piece) {
  const size_t room = max_bytes_ - answer_.body.size();
  answer_.body.append(piece.substr(0, room));
  answer_.cut = piece.size() > room;
  return !answer_.cut;
}

absl::Status CallTransfer::TransportOf(const CurlEnd& end) const {
  if (end.cancelled) return absl::CancelledError("the call was cancelled");
  if (IsDenied(end)) return absl::PermissionDeniedError(denial);
  if (dropped) {
    constexpr std::string_view kDropped = "the connection was closed before an answer";
    if (request.fresh_connection) return StatusOf(core::failure::kConnection, kDropped);
    return absl::AbortedError(base::ToAbsl(kDropped));
  }
  if (IsAnswered(end, answer_.cut)) return absl::OkStatus();
  return StatusOf(ClassOfCurlCode(end.code), MessageOf(end.code));
}

void CallTransfer::OnEnd(const CurlEnd& end) {
  if (!head_.empty()) trace_->AddResponse(StrCat(head_, "\n\n", answer_.body));
  answer_.transport = TransportOf(end);
  if (answer_.transport.ok()) {
    answer_.status = static_cast<int>(end.status);
  } else {
    answer_ = HttpAnswer{std::move(answer_.transport), 0, {}, {}, false};
  }
  done_(std::move(answer_));
}

bool AlwaysHasBody(core::HttpMethod method) {
  return method == core::HttpMethod::kPost || method == core::HttpMethod::kPut ||
         method == core::HttpMethod::kPatch;
}

absl::Status SetHeaders(const HttpHeaders& headers, HttpRequest* request) {
  request->headers.reserve(headers.size() + 1);
  bool user_agent = false;
  for (const auto& [name, value] : headers) {
    if (!IsHeaderName(name) || !IsHeaderSafe(value)) {
      return absl::InvalidArgumentError(
          StrCat("header \"", ToMessage(name, 64), "\" cannot be sent"));
    }
    user_agent = user_agent || EqualsIgnoreCase(name, "user-agent");
    request->headers.push_back(HeaderLine(name, value));
  }
  if (!user_agent) {
    request->headers.push_back(
        HeaderLine("User-Agent", StrCat("ductape-jobs/", ductape::kVersion)));
  }
  return absl::OkStatus();
}

absl::StatusOr<HttpRequest> RequestOf(HttpCall call) {
  HttpRequest request;
  const bool plain = StartsWithIgnoreCase(call.url, "http://");
  request.tls = StartsWithIgnoreCase(call.url, "https://");
  if (!plain && !request.tls) return absl::InvalidArgumentError("the URL is not http or https");
  request.method = call.method;
  request.url = std::move(call.url);
  request.has_body = AlwaysHasBody(call.method) || !call.body.empty();
  request.body = std::move(call.body);
  request.fresh_connection = call.fresh_connection;
  request.repeatable = call.repeatable;
  request.timeout = call.timeout > 0 ? call.timeout : base::limits::kDefaultAttemptTimeout;
  request.transport = std::move(call.transport);
  if (absl::Status s = SetHeaders(call.headers, &request); !s.ok()) return s;
  return request;
}

TransferId TransferOfCall(HttpClient::CallId id) { return {core::RunKey(), id}; }

}  // namespace

std::string_view HttpAnswer::Header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto& header) {
    return EqualsIgnoreCase(header.first, name);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

AttemptResult UnansweredAttempt(const absl::Status& transport) {
  const std::string_view message = base::FromAbsl(transport.message());
  switch (transport.code()) {
    case absl::StatusCode::kCancelled:
      return CancelledAttempt();
    case absl::StatusCode::kAborted: {
      AttemptResult released;
      released.released = true;
      return released;
    }
    case absl::StatusCode::kDeadlineExceeded:
      return FailedAttempt(core::failure::kTimeout, message);
    case absl::StatusCode::kUnavailable:
      return FailedAttempt(core::failure::kConnection, message);
    case absl::StatusCode::kPermissionDenied:
      return FailedAttempt(core::failure::kEgressDenied, message);
    case absl::StatusCode::kInvalidArgument:
      return FailedAttempt(core::failure::kValidation, message);
    default:
      return FailedAttempt(core::failure::kUnavailable, message);
  }
}

HttpClient::HttpClient(const HttpOptions& options, const EgressPolicy* egress,
                       const base::Clock* clock)
    : egress_(egress),
      loop_((curl_global_init(CURL_GLOBAL_DEFAULT), std::make_unique<CurlLoop>(options, clock))) {}

HttpClient::~HttpClient() { Shutdown(); }

HttpClient::CallId HttpClient::Send(HttpCall call, Done done) {
  const CallId id = next_.fetch_add(1, std::memory_order_relaxed);
  const std::shared_ptr<core::AttemptTrace> trace = call.trace;
  auto transfer = std::make_unique<CallTransfer>(call.max_answer_bytes, trace, done);
  absl::StatusOr<HttpRequest> request = RequestOf(std::move(call));
  if (!request.ok()) {
    HttpAnswer answer;
    answer.transport = request.status();
    done(std::move(answer));
    return id;
  }
  transfer->id = TransferOfCall(id);
  transfer->egress = egress_;
  if (trace != nullptr) trace->AddRequest(TextOf(*request));
  transfer->request = *std::move(request);
  loop_->Submit(std::move(transfer));
  return id;
}

void HttpClient::Cancel(CallId id) { loop_->Cancel(TransferOfCall(id)); }

void HttpClient::After(base::Millis wait, std::function<void()> alarm) {
  loop_->After(wait, std::move(alarm));
}

void HttpClient::Shutdown() { loop_->Stop(); }

}  // namespace scheduler::dispatch
