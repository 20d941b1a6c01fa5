#include "scheduler/store/target_wire.h"

#include "scheduler/base/errors.h"
#include "scheduler/store/pairs_wire.h"

namespace scheduler::store::wire {
namespace {

namespace pb = ductape::jobs::store::v1;

absl::Status Corrupt(const char* what) { return base::errors::StoreCorrupt("event", what); }

void WriteOne(const core::HttpTarget& from, pb::HttpTarget* to) {
  if (from.method != core::HttpMethod::kPost) {
    to->set_method(static_cast<pb::HttpTarget::Method>(from.method));
  }
  to->set_connection(from.connection);
  to->set_url(from.url);
  WriteMap(from.path_params, to->mutable_path_params());
  WriteMap(from.query, to->mutable_query());
  WriteMap(from.headers, to->mutable_headers());
  to->set_body(from.body);
  WriteTexts(from.success_codes, to->mutable_success_codes());
}

absl::Status ReadOne(const pb::HttpTarget& from, core::HttpTarget* to) {
  if (!pb::HttpTarget::Method_IsValid(from.method())) return Corrupt("unknown HTTP method");
  const bool is_default = from.method() == pb::HttpTarget::METHOD_UNSPECIFIED;
  to->method = is_default ? core::HttpMethod::kPost : static_cast<core::HttpMethod>(from.method());
  to->connection = from.connection();
  to->url = from.url();
  to->path_params = ReadMap(from.path_params());
  to->query = ReadMap(from.query());
  to->headers = ReadMap(from.headers());
  to->body = from.body();
  to->success_codes = ReadTexts(from.success_codes());
  return absl::OkStatus();
}

void WriteOne(const core::GrpcTarget& from, pb::GrpcTarget* to) {
  to->set_connection(from.connection);
  to->set_method(from.method);
  to->set_message_json(from.message_json);
  WriteMap(from.metadata, to->mutable_metadata());
  to->set_address(from.address);
}

core::GrpcTarget ReadOne(const pb::GrpcTarget& from) {
  return {from.connection(), from.address(), from.method(), from.message_json(),
          ReadMap(from.metadata())};
}

void WriteOne(const core::LambdaTarget& from, pb::LambdaTarget* to) {
  to->set_connection(from.connection);
  to->set_function(from.function);
  to->set_asynchronous(from.asynchronous);
  to->set_body(from.body);
}

core::LambdaTarget ReadOne(const pb::LambdaTarget& from) {
  return {from.connection(), from.function(), from.asynchronous(), from.body()};
}

void WriteOne(const core::DatabaseTarget& from, pb::DatabaseTarget* to) {
  to->set_connection(from.connection);
  if (from.operation != core::DatabaseTarget::Operation::kRead) {
    to->set_operation(static_cast<pb::DatabaseTarget::Operation>(from.operation));
  }
  to->set_statement(from.statement);
  WriteTexts(from.params, to->mutable_params());
  to->set_collection(from.collection);
  to->set_document_json(from.document_json);
}

absl::Status ReadOne(const pb::DatabaseTarget& from, core::DatabaseTarget* to) {
  using Operation = core::DatabaseTarget::Operation;
  if (!pb::DatabaseTarget::Operation_IsValid(from.operation())) {
    return Corrupt("unknown operation");
  }
  const bool is_default = from.operation() == pb::DatabaseTarget::OPERATION_UNSPECIFIED;
  *to = {
      from.connection(), is_default ? Operation::kRead : static_cast<Operation>(from.operation()),
      from.statement(),  ReadTexts(from.params()),
      from.collection(), from.document_json()};
  return absl::OkStatus();
}

void WriteOne(const core::BrokerTarget& from, pb::BrokerTarget* to) {
  to->set_connection(from.connection);
  to->set_destination_kind(static_cast<pb::BrokerTarget::DestinationKind>(from.destination_kind));
  to->set_destination(from.destination);
  to->set_key(from.key);
  to->set_body(from.body);
  WriteMap(from.properties, to->mutable_properties());
}

absl::Status ReadOne(const pb::BrokerTarget& from, core::BrokerTarget* to) {
  if (!pb::BrokerTarget::DestinationKind_IsValid(from.destination_kind())) {
    return Corrupt("unknown kind of destination");
  }
  *to = {
      from.connection(),  static_cast<core::BrokerTarget::DestinationKind>(from.destination_kind()),
      from.destination(), from.key(),
      from.body(),        ReadMap(from.properties())};
  return absl::OkStatus();
}

void WriteOne(const core::EmailMessage& from, pb::EmailMessage* to) {
  to->set_from(from.from);
  WriteTexts(from.to, to->mutable_to());
  WriteTexts(from.cc, to->mutable_cc());
  WriteTexts(from.bcc, to->mutable_bcc());
  to->set_reply_to(from.reply_to);
  to->set_subject(from.subject);
  to->set_text(from.text);
  to->set_html(from.html);
}

core::EmailMessage ReadOne(const pb::EmailMessage& from) {
  return {from.from(),     ReadTexts(from.to()), ReadTexts(from.cc()), ReadTexts(from.bcc()),
          from.reply_to(), from.subject(),       from.text(),          from.html()};
}

void WriteOne(const core::PushMessage& from, pb::PushMessage* to) {
  WriteTexts(from.device_tokens, to->mutable_device_tokens());
  to->set_title(from.title);
  to->set_body(from.body);
  WriteMap(from.data, to->mutable_data());
}

core::PushMessage ReadOne(const pb::PushMessage& from) {
  return {ReadTexts(from.device_tokens()), from.title(), from.body(), ReadMap(from.data())};
}

void WriteOne(const core::SmsMessage& from, pb::SmsMessage* to) {
  to->set_from(from.from);
  WriteTexts(from.to, to->mutable_to());
  to->set_text(from.text);
}

core::SmsMessage ReadOne(const pb::SmsMessage& from) {
  return {from.from(), ReadTexts(from.to()), from.text()};
}

void WriteOne(const core::NotificationTarget& from, pb::NotificationTarget* to) {
  for (const core::NotificationTarget::Channel& channel : from.channels) {
    pb::NotificationTarget::Channel* out = to->add_channels();
    out->set_connection(channel.connection);
    if (const auto* email = std::get_if<core::EmailMessage>(&channel.message)) {
      WriteOne(*email, out->mutable_email());
    } else if (const auto* push = std::get_if<core::PushMessage>(&channel.message)) {
      WriteOne(*push, out->mutable_push());
    } else if (const auto* sms = std::get_if<core::SmsMessage>(&channel.message)) {
      WriteOne(*sms, out->mutable_sms());
    } else if (const auto* callback = std::get_if<core::HttpTarget>(&channel.message)) {
      WriteOne(*callback, out->mutable_callback());
    }
  }
}

absl::Status ReadOne(const pb::NotificationTarget::Channel& from,
                     core::NotificationTarget::Channel* to) {
  using Channel = pb::NotificationTarget::Channel;
  to->connection = from.connection();
  switch (from.kind_case()) {
    case Channel::kEmail:
      to->message = ReadOne(from.email());
      return absl::OkStatus();
    case Channel::kPush:
      to->message = ReadOne(from.push());
      return absl::OkStatus();
    case Channel::kSms:
      to->message = ReadOne(from.sms());
      return absl::OkStatus();
    case Channel::kCallback:
      return ReadOne(from.callback(), &to->message.emplace<core::HttpTarget>());
    case Channel::KIND_NOT_SET:
      break;
  }
  return Corrupt("a channel of no kind");
}

absl::Status ReadOne(const pb::NotificationTarget& from, core::NotificationTarget* to) {
  for (const pb::NotificationTarget::Channel& channel : from.channels()) {
    absl::Status status = ReadOne(channel, &to->channels.emplace_back());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

struct Writer {
  pb::Event* to;

  void operator()(const core::HttpTarget& target) const { WriteOne(target, to->mutable_http()); }
  void operator()(const core::GrpcTarget& target) const { WriteOne(target, to->mutable_grpc()); }
  void operator()(const core::LambdaTarget& target) const {
    WriteOne(target, to->mutable_lambda());
  }
  void operator()(const core::NotificationTarget& target) const {
    WriteOne(target, to->mutable_notification());
  }
  void operator()(const core::DatabaseTarget& target) const {
    WriteOne(target, to->mutable_database());
  }
  void operator()(const core::BrokerTarget& target) const {
    WriteOne(target, to->mutable_broker());
  }
  void operator()(const core::WorkerTarget& target) const {
    to->mutable_worker()->set_queue(target.queue);
  }
};

}  // namespace

void Write(const core::Target& from, pb::Event* to) { std::visit(Writer{to}, from); }

absl::Status Read(const pb::Event& from, core::Target* to) {
  switch (from.target_case()) {
    case pb::Event::kHttp:
      return ReadOne(from.http(), &to->emplace<core::HttpTarget>());
    case pb::Event::kGrpc:
      *to = ReadOne(from.grpc());
      return absl::OkStatus();
    case pb::Event::kLambda:
      *to = ReadOne(from.lambda());
      return absl::OkStatus();
    case pb::Event::kNotification:
      return ReadOne(from.notification(), &to->emplace<core::NotificationTarget>());
    case pb::Event::kDatabase:
      return ReadOne(from.database(), &to->emplace<core::DatabaseTarget>());
    case pb::Event::kBroker:
      return ReadOne(from.broker(), &to->emplace<core::BrokerTarget>());
    case pb::Event::kWorker:
      *to = core::WorkerTarget{from.worker().queue()};
      return absl::OkStatus();
    case pb::Event::TARGET_NOT_SET:
      break;
  }
  return Corrupt("no target");
}

}  // namespace scheduler::store::wire
