#include "tests/bench/load/worker_stream.h"

#include <cstdio>
#include <cstdlib>

#include "absl/time/time.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/jobs.h"

namespace bench {

namespace v1 = ductape::jobs::v1;
using scheduler::base::MutexLock;

namespace {

int64_t NanosOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * kNanosPerSecond + time.nanos();
}

}  // namespace

WorkerStream::WorkerStream(const std::shared_ptr<grpc::Channel>& channel, int32_t max_in_flight,
                           Tally* tally)
    : stub_(v1::WorkerService::NewStub(channel)), tally_(*tally) {
  v1::Hello* hello = hello_.mutable_hello();
  hello->set_worker("bench");
  hello->add_queues(kQueue);
  hello->set_max_in_flight(max_in_flight);
  hello->mutable_lease()->set_seconds(3600);  // so that no heartbeat is needed
  stub_->async()->Work(&context_, this);
  StartWrite(&hello_);
  ReadNext();
  StartCall();
}

WorkerStream::~WorkerStream() {
  context_.TryCancel();
  done_.WaitForNotification();
}

bool WorkerStream::AwaitEnd(int64_t nanos) {
  return done_.WaitForNotificationWithTimeout(absl::Nanoseconds(nanos));
}

void WorkerStream::OnReadDone(bool ok) {
  if (!ok) return;  // OnDone follows
  if (response_->has_deliveries()) {
    Deliver(response_->deliveries());
  } else if (response_->has_acks()) {
    Acknowledge(response_->acks());
  } else if (response_->has_welcome()) {
    welcomed_.Notify();
  }
  ReadNext();
}

void WorkerStream::ReadNext() {
  arena_.Reset();
  response_ = google::protobuf::Arena::CreateMessage<v1::WorkResponse>(&arena_);
  StartRead(response_);
}

void WorkerStream::Deliver(const v1::Deliveries& deliveries) {
  const int64_t received = WallNanos();
  if (first_delivery_nanos_.load() == 0) first_delivery_nanos_.store(MonoNanos());
  scheduled_.clear();
  for (const v1::Delivery& delivery : deliveries.deliveries()) {
    if (delivery.attempt() == 1) scheduled_.push_back(NanosOf(delivery.scheduled_time()));
  }
  const auto again = deliveries.deliveries_size() - static_cast<int64_t>(scheduled_.size());
  if (again > 0) tally_.Redelivered(again);
  const int64_t counted = tally_.Arrived(scheduled_, received);
  const MutexLock lock(&mu_);
  for (const v1::Delivery& delivery : deliveries.deliveries()) results_.Add(delivery.run());
  results_.Count(counted);
  if (!greeted_) return;
  if (const v1::WorkRequest* next = results_.Next(); next != nullptr) StartWrite(next);
}

void WorkerStream::Acknowledge(const v1::Acks& acks) {
  if (acks.refused_size() > 0) tally_.Refused(acks.refused_size());
  int64_t counted = 0;
  {
    const MutexLock lock(&mu_);
    counted = results_.Acknowledged(acks.acked_through());
  }
  if (counted > 0) tally_.Completed(counted);
}

void WorkerStream::OnWriteDone(bool ok) {
  if (!ok) return;
  const MutexLock lock(&mu_);
  greeted_ = true;
  results_.Written();
  if (const v1::WorkRequest* next = results_.Next(); next != nullptr) StartWrite(next);
}

void WorkerStream::OnDone(const grpc::Status& status) {
  const bool expected = status.ok() || status.error_code() == grpc::StatusCode::CANCELLED ||
                        status.error_code() == grpc::StatusCode::UNAVAILABLE;
  if (!expected) {
    std::fprintf(stderr, "bench: stream ended with %d: %s\n", status.error_code(),
                 status.error_message().c_str());
  }
  if (!welcomed_.HasBeenNotified()) welcomed_.Notify();
  done_.Notify();
}

Workers::Workers(const std::string& address, int streams, int32_t max_in_flight, Tally* tally) {
  for (int i = 0; i < streams; ++i) {
    streams_.push_back(std::make_unique<WorkerStream>(OpenChannel(address), max_in_flight, tally));
  }
  for (const auto& stream : streams_) {
    stream->AwaitWelcome();
    if (!stream->AwaitEnd(0)) continue;
    std::fprintf(stderr, "bench: the server has no use for a worker\n");
    std::exit(1);
  }
}

}  // namespace bench
