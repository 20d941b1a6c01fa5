#ifndef SCHEDULER_DISPATCH_NOTIFICATION_API_SENDER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_API_SENDER_H_

#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/notification/access_tokens.h"
#include "scheduler/dispatch/notification/channel_start.h"
#include "scheduler/dispatch/notification/notification_options.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Sends push and SMS channels by the HTTP APIs of their services (expo_api.h, fcm_api.h, sms_api.h), and tries their
// accounts for probes (api_probe.h).
//
// Thread-safe.
class ApiSender {
 public:
  // `egress`, `clock` and `secrets` (which may be null) outlive the sender.
  ApiSender(const NotificationOptions& options, const EgressPolicy* egress,
            const base::Clock* clock, secrets::SecretSource* secrets);
  ~ApiSender() { Stop(); }

  // Returns at once. REQUIRES: the channel is push or SMS.
  ChannelStop Start(const ChannelStart& start, ChannelDone done);

  // Ends all calls, and the threads. Idempotent.
  void Stop();

 private:
  // Files with secrets that are not held are read here, so that one that hangs holds up those alone that need it, or
  // one like it.
  static constexpr size_t kFileReaders = 4;

  struct Job;
  using JobPtr = std::shared_ptr<Job>;

  ChannelStop Probe(const ChannelStart& start, AttemptConnection connection, ChannelDone done);
  // Each reads the secrets, which may block on a file, and begins to send.
  void Send(const JobPtr& job);
  absl::Status SendSms(const JobPtr& job, const core::SmsSettings& settings);
  absl::Status SendExpo(const JobPtr& job, const core::PushSettings& settings);
  absl::Status SendFcm(const JobPtr& job, const core::PushSettings& settings);
  // Sends to the devices `indexes` of the job with a token that is not `refused`; once more with another where that
  // is refused, if none was before.
  void SendFcmWith(const JobPtr& job, std::vector<size_t> indexes, const std::string& refused);
  void OnFcmAnswers(const JobPtr& job, const std::vector<size_t>& indexes, const std::string& token,
                    bool again, const std::vector<HttpAnswer>& answers);
  // The call with what is left of the attempt's time and what it says of the run.
  void Complete(const Job& job, size_t recipient, HttpCall* call) const;

  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  HttpClient client_;
  AccessTokens tokens_;
  TaskThreads file_readers_{kFileReaders};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_API_SENDER_H_
