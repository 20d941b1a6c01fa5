#include "scheduler/dispatch/notification/email_sender.h"

#include <optional>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/notification/mail_message.h"
#include "scheduler/dispatch/notification/smtp_result.h"
#include "scheduler/dispatch/template/connection_secrets.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kEmail = "email";

ChannelStop Unsent(const ChannelDone& done, const absl::Status& status) {
  done(UnsentChannel(kEmail, status));
  return nullptr;
}

}  // namespace

// One mail on its way. Held by who waits for it: the resolver, a thread, and the attempt by its stop.
struct EmailSender::Job {
  Job(ChannelStart start_arg, AttemptConnection connection_arg, ChannelDone done_arg)
      : start(std::move(start_arg)),
        connection(std::move(connection_arg)),
        done(std::move(done_arg)) {}

  bool probe() const { return start.run->probe; }
  // Whose mails wait for each other. A probe waits for none of them.
  std::string Queue() const { return base::StrCat(connection.Identity(), probe() ? "/probe" : ""); }

  const ChannelStart start;
  AttemptConnection connection;
  const ChannelDone done;
  std::optional<MailContent> content;  // none of a probe, nor while it waits for a secret in a file
  std::vector<IpAddress> addresses;

  base::Mutex mu;
  bool stopped ABSL_GUARDED_BY(mu) = false;
  SmtpLine* line ABSL_GUARDED_BY(mu) = nullptr;  // that sends it now

  // Lets Stop break `sender`; null: there is nothing to break any more. False if it was stopped before.
  bool Use(SmtpLine* sender) {
    base::MutexLock lock(&mu);
    line = sender;
    return !stopped;
  }
  void Stop() {
    base::MutexLock lock(&mu);
    stopped = true;
    // It cannot go meanwhile: who sends takes it away here first.
    if (line != nullptr) line->Interrupt();
  }
};

EmailSender::EmailSender(const NotificationOptions& options, const EgressPolicy* egress,
                         const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options),
      egress_(egress),
      clock_(clock),
      secrets_(secrets),
      lines_(egress, clock),
      resolver_(options.look_up),
      threads_(options.max_mail_threads, options.max_mails_per_connection) {}

ChannelStop EmailSender::Start(const ChannelStart& start, ChannelDone done) {
  absl::StatusOr<AttemptConnection> connection =
      AttemptConnection::Find(*start.run, start.channel().connection, secrets_);
  if (!connection.ok()) return Unsent(done, connection.status());
  const absl::StatusOr<const core::SmtpSettings*> settings = connection->As<core::SmtpSettings>();
  if (!settings.ok()) return Unsent(done, settings.status());
  const absl::StatusOr<SmtpAddress> address =
      ParseSmtpAddress((*settings)->address, (*settings)->security);
  if (!address.ok()) return Unsent(done, address.status());
  const bool at_hand = connection->AllAtHand();
  auto job = std::make_shared<Job>(start, *std::move(connection), std::move(done));
  if (at_hand && !job->probe()) {
    // What is no mail is told at once.
    if (absl::Status status = Render(job.get()); !status.ok()) return Unsent(job->done, status);
  }
  resolver_.Resolve(address->host, [this, job](absl::StatusOr<std::vector<IpAddress>> found) {
    OnResolved(job, std::move(found));
  });
  return [job] { job->Stop(); };
}

absl::Status EmailSender::Render(Job* job) {
  const core::NotificationTarget::Channel& channel = job->start.channel();
  absl::StatusOr<MailContent> content =
      RenderMail(std::get<core::EmailMessage>(channel.message),
                 std::get<core::SmtpSettings>(job->connection.settings()).from,
                 Renderer(*job->start.run, SecretsOf(&job->connection)), job->start.Field());
  if (!content.ok()) return content.status();
  job->content = *std::move(content);
  return absl::OkStatus();
}

void EmailSender::OnResolved(const std::shared_ptr<Job>& job,
                             absl::StatusOr<std::vector<IpAddress>> found) {
  if (absl::IsCancelled(found.status())) return job->done(CancelledChannel(kEmail));
  if (!found.ok()) {
    return job->done(FailedChannel(kEmail, core::failure::kConnection,
                                   base::FromAbsl(found.status().message())));
  }
  const auto& settings = std::get<core::SmtpSettings>(job->connection.settings());
  const uint16_t port = ParseSmtpAddress(settings.address, settings.security)->port;
  std::string denial;
  for (const IpAddress& address : *found) {
    std::optional<std::string> reason = egress_->Denial({address, port});
    if (!reason) {
      job->addresses.push_back(address);
    } else if (denial.empty()) {
      denial = *std::move(reason);
    }
  }
  if (job->addresses.empty()) {
    return job->done(FailedChannel(kEmail, core::failure::kEgressDenied, denial));
  }
  const bool posted = threads_.Post(job->Queue(), [this, job] { Work(job.get()); });
  if (!posted) job->done(CancelledChannel(kEmail));
}

void EmailSender::Work(Job* job) {
  if (!job->Use(nullptr)) return;  // who stopped it has ended it
  ChannelResult result = Send(job);
  job->done(RedactChannel(job->connection.redactor(), std::move(result)));
}

ChannelResult EmailSender::Send(Job* job) {
  absl::StatusOr<SmtpServer> server = ReadSmtpServer(&job->connection);
  if (!server.ok()) return UnsentChannel(kEmail, server.status());
  if (job->probe()) return Probe(job, *server);
  if (!job->content) {
    if (absl::Status status = Render(job); !status.ok()) return UnsentChannel(kEmail, status);
  }
  return SendMail(job, *server);
}

ChannelResult EmailSender::Probe(Job* job, const SmtpServer& server) {
  SmtpLine line(egress_);
  if (!job->Use(&line)) {
    job->Use(nullptr);
    return CancelledChannel(kEmail);
  }
  const SmtpOutcome outcome =
      line.Probe(server, job->addresses, job->start.Left(*clock_), options_.connect_timeout);
  job->Use(nullptr);
  return ResultOfSmtpProbe(outcome);
}

ChannelResult EmailSender::SendMail(Job* job, const SmtpServer& server) {
  const ChannelStart& start = job->start;
  const MailIdentity identity =
      MailIdentityOf(*start.run, start.target(), start.index, clock_->WallNow());
  const Mail mail = BuildMail(*job->content, identity);
  if (start.run->trace != nullptr) {
    const MailContent shown = RedactContent(job->connection.redactor(), *job->content);
    start.run->trace->AddRequest(TextOf(BuildMail(shown, identity)));
  }
  const std::string key = job->connection.Identity();
  std::shared_ptr<SmtpLine> line = lines_.Take(key);
  if (!job->Use(line.get())) {
    job->Use(nullptr);
    lines_.Put(key, std::move(line));
    return CancelledChannel(kEmail);
  }
  const SmtpOutcome outcome =
      line->Send(server, job->addresses, mail, start.Left(*clock_), options_.connect_timeout);
  const bool usable = job->Use(nullptr) && outcome.code == CURLE_OK;
  if (usable) lines_.Put(key, std::move(line));
  return ResultOfMail(mail, outcome);
}

void EmailSender::Stop() {
  resolver_.Stop();
  threads_.Stop();
  lines_.Stop();
}

}  // namespace scheduler::dispatch
