#include "tests/support/nats_consumer.h"

#include <cstdlib>

#include <nats/nats.h>

namespace support {
namespace {

NatsMessage Take(natsMsg* message) {
  NatsMessage taken;
  if (message == nullptr) return taken;
  taken.subject = natsMsg_GetSubject(message);
  taken.body.assign(natsMsg_GetData(message), static_cast<size_t>(natsMsg_GetDataLength(message)));
  const char** keys = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(message, &keys, &count) == NATS_OK) {
    for (int i = 0; i < count; ++i) {
      const char* value = nullptr;
      if (natsMsgHeader_Get(message, keys[i], &value) == NATS_OK) taken.headers[keys[i]] = value;
    }
    free(keys);  // NOLINT: the library's
  }
  natsMsg_Destroy(message);
  return taken;
}

}  // namespace

struct NatsConsumer::Handles {
  natsOptions* options = nullptr;
  natsConnection* connection = nullptr;
  jsCtx* stream = nullptr;
  natsSubscription* subscription = nullptr;
};

NatsConsumer::NatsConsumer(const std::string& address, const std::string& username,
                           const std::string& password, const std::string& ca_file)
    : handles_(std::make_unique<Handles>()) {
  natsOptions_Create(&handles_->options);
  natsOptions_SetURL(handles_->options, ("nats://" + address).c_str());
  if (!password.empty()) {
    natsOptions_SetUserInfo(handles_->options, username.c_str(), password.c_str());
  }
  if (!ca_file.empty()) {
    natsOptions_SetSecure(handles_->options, true);
    natsOptions_LoadCATrustedCertificates(handles_->options, ca_file.c_str());
  }
  if (natsConnection_Connect(&handles_->connection, handles_->options) != NATS_OK) return;
  natsConnection_JetStream(&handles_->stream, handles_->connection, nullptr);
}

NatsConsumer::~NatsConsumer() {
  natsSubscription_Destroy(handles_->subscription);
  jsCtx_Destroy(handles_->stream);
  natsConnection_Destroy(handles_->connection);
  natsOptions_Destroy(handles_->options);
}

bool NatsConsumer::connected() const { return handles_->connection != nullptr; }

bool NatsConsumer::Subscribe(const std::string& subject) {
  return natsConnection_SubscribeSync(&handles_->subscription, handles_->connection,
                                      subject.c_str()) == NATS_OK &&
         natsConnection_Flush(handles_->connection) == NATS_OK;
}

NatsMessage NatsConsumer::Next() {
  natsMsg* message = nullptr;
  natsSubscription_NextMsg(&message, handles_->subscription, 30'000);
  return Take(message);
}

bool NatsConsumer::AddStream(const std::string& name, const std::string& subject,
                             int max_message_bytes) {
  const char* subjects[] = {subject.c_str()};
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  config.Name = name.c_str();
  config.Subjects = subjects;
  config.SubjectsLen = 1;
  config.Storage = js_MemoryStorage;
  if (max_message_bytes > 0) config.MaxMsgSize = max_message_bytes;
  return js_AddStream(nullptr, handles_->stream, &config, nullptr, nullptr) == NATS_OK;
}

void NatsConsumer::DeleteStream(const std::string& name) {
  js_DeleteStream(handles_->stream, name.c_str(), nullptr, nullptr);
}

uint64_t NatsConsumer::CountOf(const std::string& stream) {
  jsStreamInfo* info = nullptr;
  if (js_GetStreamInfo(&info, handles_->stream, stream.c_str(), nullptr, nullptr) != NATS_OK) {
    return 0;
  }
  const uint64_t count = info->State.Msgs;
  jsStreamInfo_Destroy(info);
  return count;
}

uint64_t NatsConsumer::LastSequenceOf(const std::string& stream) {
  jsStreamInfo* info = nullptr;
  if (js_GetStreamInfo(&info, handles_->stream, stream.c_str(), nullptr, nullptr) != NATS_OK) {
    return 0;
  }
  const uint64_t sequence = info->State.LastSeq;
  jsStreamInfo_Destroy(info);
  return sequence;
}

NatsMessage NatsConsumer::LastOf(const std::string& stream, const std::string& subject) {
  natsMsg* message = nullptr;
  js_GetLastMsg(&message, handles_->stream, stream.c_str(), subject.c_str(), nullptr, nullptr);
  return Take(message);
}

}  // namespace support
