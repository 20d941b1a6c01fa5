#include "client/cpp/internal/work_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"

namespace ductape::jobs::internal {
namespace {

// A batch of deliveries is 10 to 500 KB on the wire and about as much in memory.
google::protobuf::ArenaOptions MessageArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 4 * 1024;
  options.max_block_size = 128 * 1024;
  return options;
}

}  // namespace

WorkMessage::WorkMessage() : arena_(MessageArena()) { Reset(); }

void WorkMessage::Reset() {
  arena_.Reset();
  response_ = google::protobuf::Arena::CreateMessage<v1::WorkResponse>(&arena_);
}

std::shared_ptr<WorkStream> WorkStream::Start(v1::WorkerService::Stub* stub,
                                              const ClientOptions& client,
                                              std::shared_ptr<WorkStreamOwner> owner) {
  std::shared_ptr<WorkStream> stream(new WorkStream(std::move(owner)));
  stream->self_ = stream;
  if (!client.bearer_token.empty()) {
    stream->context_.AddMetadata("authorization", absl::StrCat("Bearer ", client.bearer_token));
  }
  stub->async()->Work(&stream->context_, stream.get());
  // Writes come from other threads than gRPC's: the hold keeps the call from being over meanwhile.
  stream->AddHold();
  stream->ReadNext();
  stream->StartCall();
  return stream;
}

void WorkStream::Write(std::shared_ptr<const v1::WorkRequest> request) {
  writing_ = std::move(request);
  StartWrite(writing_.get());
}

void WorkStream::CloseSide() { StartWritesDone(); }

void WorkStream::ReadNext() {
  // Whether somebody still holds the deliveries is not asked: that nobody counts any more does not
  // mean that this thread may write what another one has just read.
  if (message_ == nullptr || message_->response()->has_deliveries()) {
    message_ = std::make_shared<WorkMessage>();
  } else {
    message_->Reset();
  }
  StartRead(message_->response());
}

void WorkStream::OnReadDone(bool ok) {
  if (ok) {
    owner_->OnMessage(this, message_);
    ReadNext();
    return;
  }
  owner_->OnReadsEnded(this);
  RemoveHold();
}

void WorkStream::OnWriteDone(bool ok) {
  if (ok) owner_->OnWritten(this);  // else the end follows
}

void WorkStream::OnDone(const grpc::Status& status) {
  // The stream may be gone before this returns.
  const std::shared_ptr<WorkStreamOwner> owner = owner_;
  owner->OnEnd(std::move(self_), ToAbslStatus(status));
}

}  // namespace ductape::jobs::internal
