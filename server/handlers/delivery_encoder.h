#ifndef SERVER_HANDLERS_DELIVERY_ENCODER_H_
#define SERVER_HANDLERS_DELIVERY_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/support/byte_buffer.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_stream.h"

namespace server {

// Writes claimed runs straight as the bytes of `WorkResponse { deliveries { … } }` messages. This
// is the hottest path of the service: through the generated classes a delivery costs three times
// as much, since it is copied into a message of a dozen fields and walked twice more. The tests
// hold the bytes against those that the generated classes write.
//
// Keeps its memory. Not thread-safe.
class DeliveryEncoder final : public scheduler::dispatch::DeliverySink {
 public:
  size_t Add(const scheduler::core::ClaimedRun& run, scheduler::base::Millis deadline) override;

  // Whether there is a message to take.
  bool empty() const { return next_ == records_end_.size(); }
  // Takes the next message: as many deliveries as stay within limits::kMaxStreamMessageBytes, at
  // least one. REQUIRES: !empty().
  void Take(grpc::ByteBuffer* message);
  // Drops what was not taken.
  void Clear();

 private:
  // Room for `bytes` more.
  char* Reserve(size_t bytes);

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
  std::vector<size_t> records_end_;  // of each record in bytes_
  size_t next_ = 0;                  // the first record that was not taken
  std::string run_id_;
  std::string traceparent_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_DELIVERY_ENCODER_H_
