// How many mails a second the executor of notifications sends to one server, and what a mail costs. Usage:
//
//   mail_bench PORT [SECONDS [IN_FLIGHT]]     a server in the clear on 127.0.0.1, as Postfix's smtp-sink
//                                             (tests/support/postfix_setup.sh brings it)
//
// Prints one line of JSON.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/support/notifications.h"

namespace scheduler::dispatch {
namespace {

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

core::ClaimedRun RunTo(int port) {
  core::SmtpSettings settings;
  settings.address = "127.0.0.1:" + std::to_string(port);
  settings.security = core::SmtpSettings::Security::kNone;
  settings.from = "jobs@example.com";
  core::EmailMessage email;
  email.to = {"ann@example.com"};
  email.subject = "Report";
  email.text = std::string(200, 'x');
  core::ClaimedRun run = support::NotificationOf({{"mail", std::move(email)}});
  run.connections = {support::ConnectionOf("mail", settings)};
  return run;
}

// Mails that are under way, as many as may be until it ends.
class Load {
 public:
  Load(Executor* executor, core::ClaimedRun run) : executor_(executor), run_(std::move(run)) {}

  void Begin() {
    core::ClaimedRun run;
    {
      base::MutexLock lock(&mu_);
      if (ending_) return;
      run = run_;
      run.key.number = ++number_;
      ++open_;
    }
    executor_->Execute(std::move(run), [this](const AttemptResult& result) { Ended(result); });
  }
  void AwaitEnd() {
    base::MutexLock lock(&mu_);
    ending_ = true;
    while (open_ > 0) ended_.Wait(&mu_);
  }

  std::atomic<int64_t> sent{0};
  std::atomic<int64_t> failed{0};

 private:
  void Ended(const AttemptResult& result) {
    ++(result.completed ? sent : failed);
    Begin();
    base::MutexLock lock(&mu_);
    if (--open_ == 0) ended_.SignalAll();
  }

  Executor* const executor_;
  const core::ClaimedRun run_;
  base::Mutex mu_;
  base::CondVar ended_;
  int64_t number_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t open_ ABSL_GUARDED_BY(mu_) = 0;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
};

int Measure(int port, int seconds, int in_flight) {
  const base::SystemClock clock;
  support::NamedSecrets secrets;
  const EgressPolicy egress = EgressPolicy::Create({}).value();
  NotificationExecutor executor(NotificationOptions(), &egress, &clock, &secrets, nullptr);
  Load load(&executor, RunTo(port));
  for (int i = 0; i < in_flight; ++i) load.Begin();
  const double cpu = CpuSeconds();
  const int64_t begin = clock.MonoNanos();
  const int64_t before = load.sent;
  base::Mutex mu;
  base::CondVar never;
  while (clock.MonoNanos() - begin < int64_t{seconds} * 1'000'000'000) {
    base::MutexLock lock(&mu);
    never.WaitMicros(&mu, 10'000);
  }
  const auto sent = static_cast<double>(load.sent - before);
  const double elapsed = static_cast<double>(clock.MonoNanos() - begin) / 1e9;
  const double used = CpuSeconds() - cpu;
  load.AwaitEnd();
  executor.Shutdown();
  std::printf("{\"mails_per_second\":%.0f,\"cpu_us_per_mail\":%.1f,\"failed\":%lld}\n",
              sent / elapsed, used / sent * 1e6, static_cast<long long>(load.failed.load()));
  return load.failed > 0 ? 1 : 0;
}

}  // namespace
}  // namespace scheduler::dispatch

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: mail_bench PORT [SECONDS [IN_FLIGHT]]\n");
    return 2;
  }
  return scheduler::dispatch::Measure(std::atoi(argv[1]), argc > 2 ? std::atoi(argv[2]) : 5,
                                      argc > 3 ? std::atoi(argv[3]) : 512);
}
