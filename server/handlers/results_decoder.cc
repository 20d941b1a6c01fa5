#include "server/handlers/results_decoder.h"

#include <bit>
#include <memory>
#include <optional>
#include <utility>

#include "ductape/jobs/v1/worker.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/converters/time.h"
#include "server/converters/worker_converter.h"
#include "server/handlers/wire_format.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;
using google::protobuf::Timestamp;
using scheduler::base::Millis;
using wire::Reader;
using wire::Tag;

// The least a result takes: a guess at how many there are.
constexpr size_t kUsualResultBytes = 40;

// Sets of fields of a result, a bit each.
constexpr uint32_t Bit(int field_number) { return uint32_t{1} << field_number; }
constexpr uint32_t kOutcomeBits =
    Bit(v1::Result::kOutputFieldNumber) | Bit(v1::Result::kFailureFieldNumber) |
    Bit(v1::Result::kCancelledFieldNumber) | Bit(v1::Result::kReleasedFieldNumber);

bool DecodeRunRef(std::string_view bytes, core::Outcome* out) {
  Reader in(bytes);
  std::string_view run_id;
  uint64_t tag = 0;
  while (!in.done() && in.Tag(&tag)) {
    if (tag == Tag(v1::RunRef::kRunIdFieldNumber, wire::kBytes)) {
      if (!in.Bytes(&run_id)) return false;
    } else if (tag == Tag(v1::RunRef::kTokenFieldNumber, wire::kFixed64)) {
      if (!in.Fixed64(&out->token)) return false;
    } else {
      return false;
    }
  }
  const std::optional<core::RunKey> key = core::ParseRunId(run_id);
  if (!in.ok() || !key.has_value()) return false;
  out->key = *key;
  return true;
}

// Rounds up, as converters/time.h does.
bool DecodeTimestamp(std::string_view bytes, Millis* out) {
  Reader in(bytes);
  uint64_t seconds = 0;
  uint64_t nanos = 0;
  uint64_t tag = 0;
  while (!in.done() && in.Tag(&tag)) {
    if (tag == Tag(Timestamp::kSecondsFieldNumber, wire::kVarint)) {
      if (!in.Varint(&seconds)) return false;
    } else if (tag == Tag(Timestamp::kNanosFieldNumber, wire::kVarint)) {
      if (!in.Varint(&nanos)) return false;
    } else {
      return false;
    }
  }
  // Negative numbers are very large ones here.
  if (!in.ok() || seconds > kLastTime / 1000 || nanos > 999'999'999) return false;
  const auto time = static_cast<Millis>(seconds * 1000 + (nanos + 999'999) / 1'000'000);
  if (time > kLastTime) return false;
  *out = time;
  return true;
}

bool DecodeFailure(std::string_view bytes, core::Outcome* out) {
  v1::Run::Error error;
  if (!error.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  absl::StatusOr<core::RunError> converted = ToWorkerError("failure", error);
  if (!converted.ok()) return false;
  out->kind = core::Outcome::Kind::kFailed;
  out->error = std::make_shared<const core::RunError>(*std::move(converted));
  return true;
}

// One field of a result; all that are known are length-delimited.
bool DecodeResultField(uint64_t field_number, std::string_view bytes, core::Outcome* out) {
  switch (field_number) {
    case v1::Result::kRunFieldNumber:
      return DecodeRunRef(bytes, out);
    case v1::Result::kOutputFieldNumber:
      out->kind = core::Outcome::Kind::kCompleted;
      out->output = ToRunOutput(bytes);
      return true;
    case v1::Result::kFailureFieldNumber:
      return DecodeFailure(bytes, out);
    case v1::Result::kCancelledFieldNumber:
      out->kind = core::Outcome::Kind::kCancelled;
      return bytes.empty();
    case v1::Result::kReleasedFieldNumber:
      out->kind = core::Outcome::Kind::kReleased;
      return bytes.empty();
    case v1::Result::kStartTimeFieldNumber:
      return DecodeTimestamp(bytes, &out->start_time);
    case v1::Result::kEndTimeFieldNumber:
      return DecodeTimestamp(bytes, &out->end_time);
    default:
      return false;  // retry_after among them: it is rare
  }
}

bool DecodeResult(std::string_view bytes, core::Outcome* out) {
  Reader in(bytes);
  uint32_t seen = 0;
  uint64_t tag = 0;
  std::string_view field;
  while (!in.done() && in.Tag(&tag)) {
    const uint64_t number = tag >> 3;
    if ((tag & 7) != wire::kBytes || number > 31 || !in.Bytes(&field)) return false;
    // What is given twice is merged by protobuf's rules: not here.
    const uint32_t bit = Bit(static_cast<int>(number));
    if ((seen & bit) != 0 || !DecodeResultField(number, field, out)) return false;
    seen |= bit;
  }
  return in.ok() && (seen & Bit(v1::Result::kRunFieldNumber)) != 0 &&
         std::has_single_bit(seen & kOutcomeBits);
}

}  // namespace

bool DecodeResults(std::string_view bytes, DecodedResults* out) {
  Reader request(bytes);
  uint64_t tag = 0;
  std::string_view body;
  if (!request.Tag(&tag) || tag != Tag(v1::WorkRequest::kResultsFieldNumber, wire::kBytes) ||
      !request.Bytes(&body) || !request.done()) {
    return false;
  }
  out->sequence = 0;
  out->outcomes.clear();
  out->outcomes.reserve(body.size() / kUsualResultBytes + 1);
  Reader in(body);
  while (!in.done() && in.Tag(&tag)) {
    if (tag == Tag(v1::Results::kSequenceFieldNumber, wire::kVarint)) {
      if (!in.Varint(&out->sequence)) return false;
    } else if (tag == Tag(v1::Results::kResultsFieldNumber, wire::kBytes)) {
      std::string_view result;
      if (out->outcomes.size() == kMaxResults || !in.Bytes(&result)) return false;
      if (!DecodeResult(result, &out->outcomes.emplace_back())) return false;
    } else {
      return false;
    }
  }
  return in.ok();
}

}  // namespace server
