#ifndef TESTS_SUPPORT_PUBLISHER_DOUBLE_H_
#define TESTS_SUPPORT_PUBLISHER_DOUBLE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace support {

// A gRPC server that takes any unary call and answers as a test says: for what no Pub/Sub does when it is asked.
class PublisherDouble {
 public:
  struct Call {
    std::string method;  // "/google.pubsub.v1.Publisher/Publish"
    std::map<std::string, std::string> metadata;
    std::string request;  // bytes
    std::string peer;     // the caller's end of its connection
  };
  struct Answer {
    int code = 0;  // of gRPC
    std::string message;
    std::string reply;  // bytes
    bool hang = false;  // until the caller gives up
  };
  // Called on the server's threads, one at a time.
  using Handler = std::function<Answer(const Call&)>;

  // With certificate and key: TLS.
  explicit PublisherDouble(Handler handler, const std::string& certificate_file = "",
                           const std::string& key_file = "");
  ~PublisherDouble();
  PublisherDouble(const PublisherDouble&) = delete;
  PublisherDouble& operator=(const PublisherDouble&) = delete;

  int port() const;
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  std::vector<Call> calls() const;
  size_t call_count() const { return calls().size(); }

  // A PublishResponse with one id of up to 100 bytes.
  static std::string ReplyWith(const std::string& message_id);

 private:
  class Service;
  class Reactor;
  struct State;

  const std::unique_ptr<State> state_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_PUBLISHER_DOUBLE_H_
