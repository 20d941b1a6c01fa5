#ifndef TESTS_SUPPORT_NATS_CONSUMER_H_
#define TESTS_SUPPORT_NATS_CONSUMER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace support {

struct NatsMessage {
  std::string subject;
  std::map<std::string, std::string> headers;
  std::string body;
};

// What came to a NATS server, seen by libnats.
class NatsConsumer {
 public:
  // `ca_file` empty: in the clear.
  NatsConsumer(const std::string& address, const std::string& username, const std::string& password,
               const std::string& ca_file = "");
  ~NatsConsumer();
  NatsConsumer(const NatsConsumer&) = delete;
  NatsConsumer& operator=(const NatsConsumer&) = delete;

  bool connected() const;

  // From now on messages to `subject` are kept for Next.
  bool Subscribe(const std::string& subject);
  // Waits for at most 30 s; without a subject if none came.
  NatsMessage Next();

  // A stream in memory that takes `subjects`. `max_message_bytes` 0: any.
  bool AddStream(const std::string& name, const std::string& subject, int max_message_bytes = 0);
  void DeleteStream(const std::string& name);
  uint64_t CountOf(const std::string& stream);
  uint64_t LastSequenceOf(const std::string& stream);
  NatsMessage LastOf(const std::string& stream, const std::string& subject);

 private:
  struct Handles;
  const std::unique_ptr<Handles> handles_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_NATS_CONSUMER_H_
