#include "tests/support/publisher_double.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "scheduler/base/mutex.h"
#include "tests/support/child_process.h"
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

namespace support {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const std::string& certificate_file,
                                                       const std::string& key_file) {
  if (key_file.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs = {{ReadFile(key_file), ReadFile(certificate_file)}};
  return grpc::SslServerCredentials(options);
}

}  // namespace

class PublisherDouble::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(State* state, const grpc::GenericCallbackServerContext& context);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override {
    if (!ok) Finish(grpc::Status::CANCELLED);
  }
  void OnCancel() override {
    cancelled_ = true;
    EndHanging();
  }
  void OnDone() override { delete this; }

 private:
  void EndHanging() {
    if (hangs_.exchange(false)) Finish(grpc::Status::CANCELLED);
  }

  State* const state_;
  Call call_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> hangs_{false};
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
};

class PublisherDouble::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(State* state) : state_(state) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(state_, *context);
  }

 private:
  State* const state_;
};

struct PublisherDouble::State {
  explicit State(Handler given) : handler(std::move(given)), service(this) {}

  const Handler handler;
  scheduler::base::Mutex mu;
  std::vector<Call> calls ABSL_GUARDED_BY(mu);
  int port = 0;
  Service service;
  std::unique_ptr<grpc::Server> server;
};

PublisherDouble::Reactor::Reactor(State* state, const grpc::GenericCallbackServerContext& context)
    : state_(state) {
  call_.method = context.method();
  call_.peer = context.peer();
  for (const auto& [key, value] : context.client_metadata()) {
    call_.metadata[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
  }
  StartRead(&request_);
}

void PublisherDouble::Reactor::OnReadDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  call_.request = BytesOf(request_);
  Answer answer;
  {
    scheduler::base::MutexLock lock(&state_->mu);
    answer = state_->handler(call_);
    // Before it is counted, so that who sees it counted can rely on it.
    hangs_ = answer.hang;
    state_->calls.push_back(std::move(call_));
  }
  if (answer.hang) {
    if (cancelled_) EndHanging();
    return;
  }
  const grpc::Status status(static_cast<grpc::StatusCode>(answer.code), answer.message);
  if (!status.ok()) return Finish(status);
  const grpc::Slice slice(answer.reply);
  reply_ = grpc::ByteBuffer(&slice, 1);
  StartWriteAndFinish(&reply_, grpc::WriteOptions(), status);
}

PublisherDouble::PublisherDouble(Handler handler, const std::string& certificate_file,
                                 const std::string& key_file)
    : state_(std::make_unique<State>(std::move(handler))) {
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort("127.0.0.1:0", CredentialsOf(certificate_file, key_file), &state_->port);
  builder.RegisterCallbackGenericService(&state_->service);
  state_->server = builder.BuildAndStart();
  if (state_->server == nullptr) abort();
}

PublisherDouble::~PublisherDouble() { state_->server->Shutdown(std::chrono::system_clock::now()); }

int PublisherDouble::port() const { return state_->port; }

std::vector<PublisherDouble::Call> PublisherDouble::calls() const {
  scheduler::base::MutexLock lock(&state_->mu);
  return state_->calls;
}

std::string PublisherDouble::ReplyWith(const std::string& message_id) {
  // Field 1, length-delimited.
  return std::string("\x0a") + static_cast<char>(message_id.size()) + message_id;
}

}  // namespace support
