#include "server/handlers/worker_stream_reactor.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "ductape/jobs/v1/worker.pb.h"
#include "grpcpp/support/slice.h"
#include "scheduler/base/errors.h"
#include "server/converters/worker_converter.h"
#include "server/request_parser.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace dispatch = scheduler::dispatch;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

// The message's bytes in one piece; `slice` holds them.
std::string_view Flatten(const grpc::ByteBuffer& buffer, grpc::Slice* slice) {
  if (!buffer.TrySingleSlice(slice).ok() && !buffer.DumpToSingleSlice(slice).ok()) return {};
  return {reinterpret_cast<const char*>(slice->begin()), slice->size()};
}

void Serialize(const v1::WorkResponse& response, grpc::ByteBuffer* out) {
  const grpc::Slice slice(response.SerializeAsString());
  grpc::ByteBuffer(&slice, 1).Swap(out);
}

}  // namespace

WorkerStreamReactor::WorkerStreamReactor(const HandlerEnv* env, Method* method,
                                         grpc::CallbackServerContext* context)
    : env_(*env), context_(context) {
  call_.emplace(env->gate, method, context);
}

void WorkerStreamReactor::Start() {
  self_ = shared_from_this();
  if (const absl::Status status = call_->Enter(self_); !status.ok()) {
    FinishWith(status);
    return;
  }
  StartRead(&in_);
}

// --- reading -------------------------------------------------------------------------------------

void WorkerStreamReactor::OnReadDone(bool ok) {
  if (!ok) {
    if (link_ != nullptr) {
      link_->OnReadsDone();
    } else {
      EndWithoutLink(errors::FieldRequired("hello", "the first message of a worker's stream"));
    }
    return;
  }
  grpc::Slice slice;
  if (link_ != nullptr) link_->OnMessage();
  const absl::Status status = Handle(Flatten(in_, &slice));
  in_.Clear();
  if (status.ok()) {
    ReadOn();
  } else if (link_ != nullptr) {
    link_->End(status);
  } else {
    EndWithoutLink(status);
  }
}

void WorkerStreamReactor::ReadOn() {
  if (!rest_) {
    StartRead(&in_);
    return;
  }
  rest_ = false;
  Reading expected = Reading::kReads;
  if (reading_.compare_exchange_strong(expected, Reading::kRests)) return;
  // It was resumed before it came to rest.
  reading_ = Reading::kReads;
  StartRead(&in_);
}

void WorkerStreamReactor::ResumeReading() {
  Reading expected = Reading::kReads;
  if (reading_.compare_exchange_strong(expected, Reading::kResumed)) return;
  reading_ = Reading::kReads;
  // No read holds the call alive: it may have been finished.
  scheduler::base::MutexLock lock(&mu_);
  if (!finished_) StartRead(&in_);
}

absl::Status WorkerStreamReactor::Handle(std::string_view bytes) {
  if (link_ != nullptr && DecodeResults(bytes, &results_)) {
    return HandleResults(results_.sequence, std::move(results_.outcomes));
  }
  return HandleParsed();
}

absl::Status WorkerStreamReactor::HandleParsed() {
  v1::WorkRequest request;
  DUCTAPE_RETURN_IF_ERROR(ParseRequest(in_, &request));
  if (request.has_hello()) return Open(request.hello());
  if (link_ == nullptr) {
    return errors::FieldRequired("hello", "the first message of a worker's stream");
  }
  switch (request.message_case()) {
    case v1::WorkRequest::kWindow: {
      DUCTAPE_ASSIGN_OR_RETURN(const int32_t window, ToWindow("window.max_in_flight",
                                                              request.window().max_in_flight(), 0));
      link_->OnWindow(window);
      return absl::OkStatus();
    }
    case v1::WorkRequest::kResults: {
      DUCTAPE_ASSIGN_OR_RETURN(std::vector<scheduler::core::Outcome> outcomes,
                               ToOutcomes("results.results", request.results().results()));
      return HandleResults(request.results().sequence(), std::move(outcomes));
    }
    case v1::WorkRequest::kHeartbeat:
      return absl::OkStatus();
    case v1::WorkRequest::kDrain:
      link_->OnDrain();
      return absl::OkStatus();
    default:
      return errors::FieldInvalid("message", "one of window, results, heartbeat and drain");
  }
}

absl::Status WorkerStreamReactor::HandleResults(uint64_t sequence,
                                                std::vector<scheduler::core::Outcome> outcomes) {
  return link_->OnResults(sequence, std::move(outcomes), &rest_);
}

absl::Status WorkerStreamReactor::Open(const v1::Hello& hello) {
  if (link_ != nullptr) return errors::FieldInvalid("hello", "sent once, as the first message");
  DUCTAPE_ASSIGN_OR_RETURN(dispatch::WorkerHello converted,
                           ToWorkerHello("hello", hello, env_.default_product));
  DUCTAPE_ASSIGN_OR_RETURN(link_, env_.worker_hub().Open(std::move(converted), self_));
  linked_ = true;
  Write();
  return absl::OkStatus();
}

void WorkerStreamReactor::EndWithoutLink(const absl::Status& status) {
  // The flight is the reader's and stays so: nobody writes after this.
  FinishWith(status);
}

// --- writing -------------------------------------------------------------------------------------

void WorkerStreamReactor::Wake() {
  if (flight_.Request()) Write();
}

void WorkerStreamReactor::Write() {
  do {
    if (WriteNext()) return;  // the flight is kept until that is done
  } while (!flight_.Done());
}

bool WorkerStreamReactor::WriteNext() {
  if (encoder_.empty()) {
    const dispatch::WorkerWrite write = link_->Next(&encoder_);
    // What was claimed while the session was taken away stands in the encoder, but was given back.
    if (!std::holds_alternative<dispatch::WorkerDeliveries>(write)) encoder_.Clear();
    if (std::holds_alternative<std::monostate>(write)) return false;
    if (const auto* end = std::get_if<dispatch::WorkerEnd>(&write)) {
      FinishWith(end->status);
      return true;
    }
    v1::WorkResponse response;
    if (WorkerWriteToProto(write, &response)) {
      Serialize(response, &out_);
      StartWrite(&out_);
      return true;
    }
  }
  encoder_.Take(&out_);
  StartWrite(&out_);
  return true;
}

void WorkerStreamReactor::OnWriteDone(bool ok) {
  out_.Clear();
  if (!ok) {
    link_->OnWriteFailed();
    encoder_.Clear();
    link_->OnBroken();
  }
  Write();
}

// --- the end -------------------------------------------------------------------------------------

void WorkerStreamReactor::FinishWith(const absl::Status& status) {
  const grpc::Status finish = call_->End(status);
  scheduler::base::MutexLock lock(&mu_);
  finished_ = true;
  Finish(finish);
}

void WorkerStreamReactor::Abort() {
  scheduler::base::MutexLock lock(&mu_);
  if (!finished_) context_->TryCancel();
}

void WorkerStreamReactor::OnStop(const absl::Status& status) {
  std::shared_ptr<Link> link;
  {
    scheduler::base::MutexLock lock(&mu_);
    if (finished_) return;
    if (linked_.load()) link = link_;
  }
  if (link != nullptr) {
    link->End(status);
  } else {
    Abort();  // the read that waits for the hello ends, and with it the stream
  }
}

void WorkerStreamReactor::OnDone() {
  link_ = nullptr;  // nobody looks at it any more: the stream is finished
  call_.reset();
  self_ = nullptr;  // may be the last one
}

}  // namespace server
