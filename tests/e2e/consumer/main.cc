// Creates an event and a job on the server at argv[1], and reads the job back. Exit code 0 if all
// of it went as it must.
#include <iostream>
#include <memory>
#include <string>

#include "ductape/jobs/client.h"

namespace jobs = ductape::jobs;

namespace {

int Fail(const std::string& what, const absl::Status& status) {
  const jobs::Error error = jobs::ErrorOf(status);
  std::cerr << what << ": " << error.reason << ": " << error.message << "\n";
  return 1;
}

absl::Status CreateEvent(jobs::Client& client) {
  jobs::v1::CreateEventRequest request;
  request.mutable_event()->set_event_type(jobs::v1::Event::ACTION);
  request.mutable_event()->set_tag("consumed");
  request.mutable_event()->mutable_worker();
  return client.CreateEvent(request).status();
}

absl::StatusOr<jobs::v1::Job> CreateJob(jobs::Client& client) {
  jobs::v1::CreateJobRequest request;
  jobs::v1::Job& job = *request.mutable_job();
  job.set_tag("consumer");
  job.set_name("Consumer");
  job.set_event_type(jobs::v1::Event::ACTION);
  job.set_event_tag("consumed");
  job.set_executions(1);
  job.set_intervals(3'600'000);
  return client.CreateJob(request);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  jobs::ClientOptions options;
  options.address = argv[1];
  options.user_agent = "consumer/1.0";
  absl::StatusOr<std::unique_ptr<jobs::Client>> client = jobs::Client::Create(options);
  if (!client.ok()) return Fail("client", client.status());

  const absl::StatusOr<jobs::v1::Job> early = CreateJob(**client);
  if (jobs::ErrorOf(early.status()).reason != "EVENT_NOT_FOUND") {
    return Fail("a job without its event", early.status());
  }
  if (absl::Status status = CreateEvent(**client); !status.ok()) return Fail("event", status);
  if (auto job = CreateJob(**client); !job.ok()) return Fail("job", job.status());

  jobs::v1::GetJobRequest request;
  request.set_tag("consumer");
  const absl::StatusOr<jobs::v1::Job> job = (*client)->GetJob(request);
  if (!job.ok()) return Fail("get", job.status());
  std::cout << job->tag() << " " << jobs::v1::Job::State_Name(job->state()) << "\n";
  return job->name() == "Consumer" ? 0 : 1;
}
