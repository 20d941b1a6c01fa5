#include "server/handlers/delivery_encoder.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "ductape/jobs/v1/worker.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "grpcpp/support/slice.h"
#include "scheduler/base/limits.h"
#include "server/handlers/wire_format.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;
using google::protobuf::Timestamp;
using scheduler::base::Millis;
using wire::BytesFieldSize;
using wire::VarintSize;

// A record's tag and length before its body.
constexpr size_t kMaxRecordHead = 1 + 5;
// What a message has beside its records: the head of `deliveries`.
constexpr size_t kMaxMessageHead = 1 + 5;

struct TimestampParts {
  explicit TimestampParts(Millis time)
      : seconds(static_cast<uint64_t>(time / 1000)),
        nanos(static_cast<uint64_t>(time % 1000) * 1'000'000) {}

  size_t size() const {
    return (seconds == 0 ? 0 : 1 + VarintSize(seconds)) + (nanos == 0 ? 0 : 1 + VarintSize(nanos));
  }
  void Write(uint32_t field_number, wire::Writer* out) const {
    out->Head(field_number, size());
    if (seconds != 0) out->VarintField(Timestamp::kSecondsFieldNumber, seconds);
    if (nanos != 0) out->VarintField(Timestamp::kNanosFieldNumber, nanos);
  }

  uint64_t seconds;  // times are after 1970
  uint64_t nanos;
};

// Fields of proto3 are left out where they hold their default.
size_t TextSize(std::string_view text) { return text.empty() ? 0 : BytesFieldSize(text.size()); }
void WriteText(uint32_t field_number, std::string_view text, wire::Writer* out) {
  if (!text.empty()) out->BytesField(field_number, text);
}
size_t NumberSize(uint64_t number) { return number == 0 ? 0 : 1 + VarintSize(number); }
void WriteNumber(uint32_t field_number, uint64_t number, wire::Writer* out) {
  if (number != 0) out->VarintField(field_number, number);
}

// One delivery: measured when it is made, then written.
class Record {
 public:
  Record(const core::ClaimedRun& run, Millis deadline, std::string_view run_id,
         std::string_view traceparent)
      : run_(run),
        run_id_(run_id),
        traceparent_(traceparent),
        scheduled_(run.scheduled_time),
        deadline_(deadline),
        ref_size_(BytesFieldSize(run_id.size()) + (run.token == 0 ? 0 : 1 + sizeof(run.token))),
        size_(BytesFieldSize(ref_size_) + NumberSize(number()) + NumberSize(attempt()) +
              TextSize(run.job_tag) + TextSize(run.job_name) + NumberSize(event_type()) +
              TextSize(run.event->key.tag) + BytesFieldSize(scheduled_.size()) +
              BytesFieldSize(deadline_.size()) + TextSize(run.input_json) + TextSize(run.env) +
              TextSize(traceparent) + NumberSize(trigger())) {}

  size_t size() const { return size_; }

  // In the order of the field numbers, as generated code does.
  void Write(wire::Writer* out) const {
    out->Head(v1::Delivery::kRunFieldNumber, ref_size_);
    out->BytesField(v1::RunRef::kRunIdFieldNumber, run_id_);
    if (run_.token != 0) out->Fixed64Field(v1::RunRef::kTokenFieldNumber, run_.token);
    WriteNumber(v1::Delivery::kNumberFieldNumber, number(), out);
    WriteNumber(v1::Delivery::kAttemptFieldNumber, attempt(), out);
    WriteText(v1::Delivery::kJobTagFieldNumber, run_.job_tag, out);
    WriteText(v1::Delivery::kJobNameFieldNumber, run_.job_name, out);
    WriteNumber(v1::Delivery::kEventTypeFieldNumber, event_type(), out);
    WriteText(v1::Delivery::kEventTagFieldNumber, run_.event->key.tag, out);
    scheduled_.Write(v1::Delivery::kScheduledTimeFieldNumber, out);
    deadline_.Write(v1::Delivery::kDeadlineFieldNumber, out);
    WriteText(v1::Delivery::kInputFieldNumber, run_.input_json, out);
    WriteText(v1::Delivery::kEnvFieldNumber, run_.env, out);
    WriteText(v1::Delivery::kTraceparentFieldNumber, traceparent_, out);
    WriteNumber(v1::Delivery::kTriggerFieldNumber, trigger(), out);
  }

 private:
  uint64_t number() const { return static_cast<uint64_t>(run_.key.number); }
  uint64_t attempt() const { return static_cast<uint64_t>(run_.attempt); }
  uint64_t event_type() const { return static_cast<uint64_t>(run_.event->key.type); }
  uint64_t trigger() const { return static_cast<uint64_t>(run_.trigger); }

  const core::ClaimedRun& run_;
  const std::string_view run_id_;
  const std::string_view traceparent_;
  const TimestampParts scheduled_;
  const TimestampParts deadline_;
  const size_t ref_size_;
  const size_t size_;
};

}  // namespace

size_t DeliveryEncoder::Add(const core::ClaimedRun& run, Millis deadline) {
  run_id_.clear();
  core::AppendRunId(run.key, &run_id_);
  traceparent_.clear();
  core::AppendTraceparent(run.key, &traceparent_);
  const Record record(run, deadline, run_id_, traceparent_);
  char* const begin = Reserve(kMaxRecordHead + record.size());
  wire::Writer writer(begin);
  writer.Head(v1::Deliveries::kDeliveriesFieldNumber, record.size());
  record.Write(&writer);
  const auto written = static_cast<size_t>(writer.at() - begin);
  size_ += written;
  records_end_.push_back(size_);
  return written;
}

char* DeliveryEncoder::Reserve(size_t bytes) {
  if (size_ + bytes > capacity_) {
    capacity_ = std::max<size_t>({2 * capacity_, size_ + bytes, 16 * 1024});
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
  }
  return bytes_.get() + size_;
}

void DeliveryEncoder::Take(grpc::ByteBuffer* message) {
  constexpr size_t kRoom = scheduler::base::limits::kMaxStreamMessageBytes - kMaxMessageHead;
  const size_t begin = next_ == 0 ? 0 : records_end_[next_ - 1];
  auto end = std::upper_bound(records_end_.begin() + static_cast<std::ptrdiff_t>(next_) + 1,
                              records_end_.end(), begin + kRoom);
  next_ = static_cast<size_t>(end - records_end_.begin());
  const size_t length = records_end_[next_ - 1] - begin;
  const size_t head = 1 + VarintSize(length);

  grpc_slice slice = grpc_slice_malloc(head + length);
  auto* const out = reinterpret_cast<char*>(GRPC_SLICE_START_PTR(slice));
  wire::Writer(out).Head(v1::WorkResponse::kDeliveriesFieldNumber, length);
  std::memcpy(out + head, bytes_.get() + begin, length);
  const grpc::Slice whole(slice, grpc::Slice::STEAL_REF);
  grpc::ByteBuffer(&whole, 1).Swap(message);
  if (empty()) Clear();
}

void DeliveryEncoder::Clear() {
  size_ = 0;
  records_end_.clear();
  next_ = 0;
}

}  // namespace server
