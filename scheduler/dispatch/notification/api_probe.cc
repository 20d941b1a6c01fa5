#include "scheduler/dispatch/notification/api_probe.h"

#include <string>
#include <vector>

#include "scheduler/dispatch/notification/api_answer.h"
#include "scheduler/dispatch/notification/expo_api.h"
#include "scheduler/dispatch/notification/fcm_api.h"
#include "scheduler/dispatch/notification/sms_api.h"

namespace scheduler::dispatch {

void ApiProbe::Begin() {
  absl::Status status;
  if (std::holds_alternative<core::SmsMessage>(start_.channel().message)) {
    const absl::StatusOr<const core::SmsSettings*> sms = connection_.As<core::SmsSettings>();
    status = sms.ok() ? BeginSms(**sms) : sms.status();
  } else {
    const absl::StatusOr<const core::PushSettings*> push = connection_.As<core::PushSettings>();
    status = push.status();
    if (push.ok()) {
      const bool expo = (*push)->provider == core::PushSettings::Provider::kExpo;
      status = expo ? BeginExpo(**push) : BeginFcm(**push);
    }
  }
  if (!status.ok()) End(UnsentChannel(KindOfChannel(start_.channel()), status));
}

absl::Status ApiProbe::BeginSms(const core::SmsSettings& settings) {
  const absl::StatusOr<base::SecretText> secret = connection_.Read("secret", settings.secret);
  if (!secret.ok()) return secret.status();
  absl::StatusOr<HttpCall> call = BuildSmsProbe(settings, secret->view(), &connection_.redactor());
  if (!call.ok()) return call.status();
  CallAndEnd(*std::move(call), [this, provider = settings.provider](const HttpAnswer& answer) {
    return ReadSmsProbe(provider, answer, clock_->WallNow());
  });
  return absl::OkStatus();
}

absl::Status ApiProbe::BeginExpo(const core::PushSettings& settings) {
  const absl::StatusOr<base::SecretText> token =
      connection_.Read("access_token", settings.access_token);
  if (!token.ok()) return token.status();
  CallAndEnd(BuildExpoProbe(settings, token->view()),
             [this](const HttpAnswer& answer) { return ReadExpoProbe(answer, clock_->WallNow()); });
  return absl::OkStatus();
}

absl::Status ApiProbe::BeginFcm(const core::PushSettings& settings) {
  const absl::StatusOr<base::SecretText> file =
      connection_.Read("service_account", settings.service_account);
  if (!file.ok()) return file.status();
  absl::StatusOr<ServiceAccount> account = ParseServiceAccount(file->view());
  if (!account.ok()) return account.status();
  connection_.redactor().Add(account->private_key.view());
  absl::StatusOr<HttpCall> call = BuildTokenCall(*account, kFcmScope, clock_->WallNow());
  if (!call.ok()) return call.status();
  // Shared, since it is copied on its way.
  const auto shared = std::make_shared<const ServiceAccount>(*std::move(account));
  Call(*std::move(call), [this, shared](const HttpAnswer& answer) {
    OnFcmToken(*shared, ReadTokenAnswer(answer, clock_->WallNow()));
  });
  return absl::OkStatus();
}

void ApiProbe::OnFcmToken(const ServiceAccount& account, const AccessToken& token) {
  if (token.token.empty()) return EndWith(token.refusal);
  connection_.redactor().Add(token.token);
  const auto& settings = std::get<core::PushSettings>(connection_.settings());
  CallAndEnd(BuildFcmProbe(settings, account.project_id, token.token),
             [this](const HttpAnswer& answer) { return ReadFcmProbe(answer, clock_->WallNow()); });
}

void ApiProbe::Call(HttpCall call, std::function<void(const HttpAnswer&)> then) {
  call.timeout = start_.Left(*clock_);
  call.fresh_connection = true;
  call.repeatable = true;
  call.trace = start_.run->trace;
  calls_.Begin(std::make_shared<ApiCalls>(
      client_, std::vector<HttpCall>{std::move(call)},
      [self = shared_from_this(), then = std::move(then)](const std::vector<HttpAnswer>& answers) {
        then(answers.front());
      }));
}

void ApiProbe::CallAndEnd(HttpCall call, OnAnswer read) {
  Call(std::move(call), [this, read = std::move(read)](const HttpAnswer& answer) {
    EndWith(answer.transport.ok() ? read(answer) : UnansweredDelivery("", answer));
  });
}

void ApiProbe::EndWith(Delivery delivery) {
  ChannelResult result;
  result.kind = KindOfChannel(start_.channel());
  result.deliveries.push_back(std::move(delivery));
  End(std::move(result));
}

void ApiProbe::End(ChannelResult result) {
  done_(RedactChannel(connection_.redactor(), std::move(result)));
}

}  // namespace scheduler::dispatch
