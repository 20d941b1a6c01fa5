#include "scheduler/dispatch/notification/api_sender.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/notification/api_answer.h"
#include "scheduler/dispatch/notification/api_calls.h"
#include "scheduler/dispatch/notification/api_probe.h"
#include "scheduler/dispatch/notification/expo_api.h"
#include "scheduler/dispatch/notification/fcm_api.h"
#include "scheduler/dispatch/notification/message_texts.h"
#include "scheduler/dispatch/notification/sms_api.h"
#include "scheduler/dispatch/template/connection_secrets.h"

namespace scheduler::dispatch {
namespace {

HttpOptions ClientOptions(const NotificationOptions& options) {
  HttpOptions http;
  http.max_in_flight = options.max_in_flight;
  http.connect_timeout = options.connect_timeout;
  http.ca_file = options.ca_file;
  return http;
}

}  // namespace

// One channel on its way.
struct ApiSender::Job {
  Job(ChannelStart start_arg, AttemptConnection connection_arg, ChannelDone done_arg)
      : start(std::move(start_arg)),
        connection(std::move(connection_arg)),
        done(std::move(done_arg)) {}

  const ChannelStart start;
  AttemptConnection connection;
  const ChannelDone done;
  // Of push.
  core::PushMessage push;
  ServiceAccount account;
  std::vector<Delivery> deliveries;  // by recipient
  ApiCallChain calls;

  std::string_view kind() const { return KindOfChannel(start.channel()); }
  // What fills in its message.
  Renderer NewRenderer() { return Renderer(*start.run, SecretsOf(&connection)); }
  void End(ChannelResult result) { done(RedactChannel(connection.redactor(), std::move(result))); }
  void EndWithDeliveries() {
    ChannelResult result;
    result.kind = kind();
    result.deliveries = std::move(deliveries);
    End(std::move(result));
  }
};

ApiSender::ApiSender(const NotificationOptions& options, const EgressPolicy* egress,
                     const base::Clock* clock, secrets::SecretSource* secrets)
    : clock_(clock),
      secrets_(secrets),
      client_(ClientOptions(options), egress, clock),
      tokens_(&client_, clock, std::string(kFcmScope)) {}

ChannelStop ApiSender::Start(const ChannelStart& start, ChannelDone done) {
  absl::StatusOr<AttemptConnection> connection =
      AttemptConnection::Find(*start.run, start.channel().connection, secrets_);
  if (!connection.ok()) {
    done(UnsentChannel(KindOfChannel(start.channel()), connection.status()));
    return nullptr;
  }
  if (start.run->probe) return Probe(start, *std::move(connection), std::move(done));
  const bool at_hand = connection->AllAtHand();
  const auto job = std::make_shared<Job>(start, *std::move(connection), std::move(done));
  if (at_hand) {
    Send(job);
  } else if (!file_readers_.Post([this, job] { Send(job); })) {
    job->End(CancelledChannel(job->kind()));
  }
  return [job] { job->calls.Stop(); };
}

ChannelStop ApiSender::Probe(const ChannelStart& start, AttemptConnection connection,
                             ChannelDone done) {
  const bool at_hand = connection.AllAtHand();
  const auto probe =
      std::make_shared<ApiProbe>(&client_, clock_, start, std::move(connection), std::move(done));
  if (at_hand) {
    probe->Begin();
  } else if (!file_readers_.Post([probe] { probe->Begin(); })) {
    probe->End(CancelledChannel(KindOfChannel(start.channel())));
  }
  return [probe] { probe->Stop(); };
}

void ApiSender::Send(const JobPtr& job) {
  absl::Status status;
  if (std::holds_alternative<core::SmsMessage>(job->start.channel().message)) {
    const absl::StatusOr<const core::SmsSettings*> sms = job->connection.As<core::SmsSettings>();
    status = sms.ok() ? SendSms(job, **sms) : sms.status();
  } else {
    const absl::StatusOr<const core::PushSettings*> push = job->connection.As<core::PushSettings>();
    status = push.status();
    if (push.ok()) {
      const bool expo = (*push)->provider == core::PushSettings::Provider::kExpo;
      status = expo ? SendExpo(job, **push) : SendFcm(job, **push);
    }
  }
  if (!status.ok()) job->End(UnsentChannel(job->kind(), status));
}

void ApiSender::Complete(const Job& job, size_t recipient, HttpCall* call) const {
  HttpHeaders headers = DeliveryHeaders(*job.start.run, recipient);
  call->headers.insert(call->headers.end(), headers.begin(), headers.end());
  call->timeout = job.start.Left(*clock_);
  call->fresh_connection = job.start.run->attempt > 1;
  call->trace = job.start.run->trace;
}

absl::Status ApiSender::SendSms(const JobPtr& job, const core::SmsSettings& settings) {
  absl::StatusOr<core::SmsMessage> sms =
      RenderSms(std::get<core::SmsMessage>(job->start.channel().message), settings.from,
                job->NewRenderer(), job->start.Field());
  if (!sms.ok()) return sms.status();
  const absl::StatusOr<base::SecretText> secret = job->connection.Read("secret", settings.secret);
  if (!secret.ok()) return secret.status();
  const std::string run_id = core::FormatRunId(job->start.run->key);
  std::vector<HttpCall> calls;
  for (size_t i = 0; i < sms->to.size(); ++i) {
    absl::StatusOr<HttpCall> call =
        BuildSmsCall(settings, secret->view(), {sms->from, sms->to[i], sms->text, run_id},
                     &job->connection.redactor());
    if (!call.ok()) return call.status();
    Complete(*job, i, &*call);
    calls.push_back(*std::move(call));
  }
  const auto on_end = [this, job, provider = settings.provider,
                       to = std::move(sms->to)](const std::vector<HttpAnswer>& answers) {
    for (size_t i = 0; i < answers.size(); ++i) {
      job->deliveries.push_back(answers[i].transport.ok()
                                    ? ReadSmsAnswer(provider, to[i], answers[i], clock_->WallNow())
                                    : UnansweredDelivery(to[i], answers[i]));
    }
    job->EndWithDeliveries();
  };
  job->calls.Begin(std::make_shared<ApiCalls>(&client_, std::move(calls), on_end));
  return absl::OkStatus();
}

absl::Status ApiSender::SendExpo(const JobPtr& job, const core::PushSettings& settings) {
  absl::StatusOr<core::PushMessage> push =
      RenderPush(std::get<core::PushMessage>(job->start.channel().message), job->NewRenderer(),
                 job->start.Field());
  if (!push.ok()) return push.status();
  job->push = *std::move(push);
  const absl::StatusOr<base::SecretText> token =
      job->connection.Read("access_token", settings.access_token);
  if (!token.ok()) return token.status();
  const absl::Span<const std::string> devices = job->push.device_tokens;
  std::vector<HttpCall> calls;
  for (size_t at = 0; at < devices.size(); at += kMaxExpoDevices) {
    calls.push_back(
        BuildExpoCall(settings, token->view(), job->push, devices.subspan(at, kMaxExpoDevices)));
    Complete(*job, calls.size() - 1, &calls.back());
  }
  const auto on_end = [this, job](const std::vector<HttpAnswer>& answers) {
    const absl::Span<const std::string> all = job->push.device_tokens;
    for (size_t i = 0; i < answers.size(); ++i) {
      const absl::Span<const std::string> some = all.subspan(i * kMaxExpoDevices, kMaxExpoDevices);
      if (answers[i].transport.ok()) {
        for (Delivery& delivery : ReadExpoAnswer(some, answers[i], clock_->WallNow())) {
          job->deliveries.push_back(std::move(delivery));
        }
      } else {
        for (const std::string& device : some)
          job->deliveries.push_back(UnansweredDelivery(device, answers[i]));
      }
    }
    job->EndWithDeliveries();
  };
  job->calls.Begin(std::make_shared<ApiCalls>(&client_, std::move(calls), on_end));
  return absl::OkStatus();
}

absl::Status ApiSender::SendFcm(const JobPtr& job, const core::PushSettings& settings) {
  absl::StatusOr<core::PushMessage> push =
      RenderPush(std::get<core::PushMessage>(job->start.channel().message), job->NewRenderer(),
                 job->start.Field());
  if (!push.ok()) return push.status();
  job->push = *std::move(push);
  const absl::StatusOr<base::SecretText> file =
      job->connection.Read("service_account", settings.service_account);
  if (!file.ok()) return file.status();
  absl::StatusOr<ServiceAccount> account = ParseServiceAccount(file->view());
  if (!account.ok()) return account.status();
  job->connection.redactor().Add(account->private_key.view());
  job->account = *std::move(account);
  const size_t count = job->push.device_tokens.size();
  job->deliveries.resize(count);
  std::vector<size_t> all(count);
  for (size_t i = 0; i < count; ++i) all[i] = i;
  SendFcmWith(job, std::move(all), "");
  return absl::OkStatus();
}

void ApiSender::SendFcmWith(const JobPtr& job, std::vector<size_t> indexes,
                            const std::string& refused) {
  const bool again = !refused.empty();
  const auto send = [this, job, indexes = std::move(indexes), again](const AccessToken& token) {
    if (token.token.empty()) {
      for (const size_t i : indexes) {
        job->deliveries[i] = token.refusal;
        job->deliveries[i].to = job->push.device_tokens[i];
      }
      return job->EndWithDeliveries();
    }
    job->connection.redactor().Add(token.token);
    const auto& settings = std::get<core::PushSettings>(job->connection.settings());
    std::vector<HttpCall> calls;
    for (const size_t i : indexes) {
      calls.push_back(BuildFcmCall(settings, job->account.project_id, token.token, job->push,
                                   job->push.device_tokens[i]));
      Complete(*job, i, &calls.back());
    }
    job->calls.Begin(std::make_shared<ApiCalls>(
        &client_, std::move(calls),
        [this, job, indexes, text = token.token, again](const std::vector<HttpAnswer>& answers) {
          OnFcmAnswers(job, indexes, text, again, answers);
        }));
  };
  // An account whose key was changed has other tokens.
  const std::string key = job->connection.Identity() + "/" + job->account.private_key_id;
  tokens_.Get(key, job->account, refused, send);
}

void ApiSender::OnFcmAnswers(const JobPtr& job, const std::vector<size_t>& indexes,
                             const std::string& token, bool again,
                             const std::vector<HttpAnswer>& answers) {
  std::vector<size_t> refused;
  for (size_t i = 0; i < answers.size(); ++i) {
    const std::string& device = job->push.device_tokens[indexes[i]];
    if (!again && RefusesAccessToken(answers[i])) refused.push_back(indexes[i]);
    job->deliveries[indexes[i]] = answers[i].transport.ok()
                                      ? ReadFcmAnswer(device, answers[i], clock_->WallNow())
                                      : UnansweredDelivery(device, answers[i]);
  }
  if (refused.empty()) return job->EndWithDeliveries();
  SendFcmWith(job, std::move(refused), token);
}

void ApiSender::Stop() {
  file_readers_.Stop();
  client_.Shutdown();
}

}  // namespace scheduler::dispatch
