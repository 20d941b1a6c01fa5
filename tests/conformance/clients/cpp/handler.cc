#include "handler.h"

#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "calls.h"

namespace scenario {
namespace {

namespace jobs = ductape::jobs;

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr absl::Duration kTick = absl::Milliseconds(10);

void Fail(jobs::Task& task, const Json& input) {
  jobs::TaskFailure failure;
  failure.code = input.at("code");
  failure.message = input.at("message");
  failure.retryable = input.value("retryable", true);
  task.Fail(failure);
}

void FailUntil(jobs::Task& task, const Json& input) {
  const int attempt = task.delivery().attempt();
  if (attempt < input.at("attempt").get<int>()) return Fail(task, input);
  task.Complete(absl::StrCat("attempt ", attempt));
}

void Describe(jobs::Task& task) {
  const jobs::v1::Delivery& run = task.delivery();
  task.Complete(
      absl::StrCat(run.run().run_id(), " ", run.job_tag(), " ", run.number(), " ", run.attempt()));
}

}  // namespace

void Handler::Handle(jobs::Task task) {
  const std::string& text = task.delivery().input();
  const Json input = text.empty() ? Json::object() : Json::parse(text);
  const size_t note = Note(task.delivery(), input);
  const std::string what = input.value("do", "describe");
  if (what == "describe") return Describe(task);
  if (what == "complete") return task.Complete(input.at("output"));
  if (what == "fail") return Fail(task, input);
  if (what == "fail_until") return FailUntil(task, input);
  if (what == "throw") throw std::runtime_error(input.at("message").get<std::string>());
  if (what == "wait_cancel") return WaitFor(std::move(task), "", note);
  if (what == "hold") return WaitFor(std::move(task), input.at("latch"), note);
  jobs::TaskFailure failure;
  failure.code = "UNKNOWN_TASK";
  failure.message = what;
  failure.retryable = false;
  task.Fail(failure);
}

void Handler::WaitFor(jobs::Task task, const std::string& latch, size_t note) {
  const absl::Time until = absl::Now() + kPatience;
  while (absl::Now() < until && !IsOpen(latch)) {
    if (!task.AwaitCancelled(kTick)) continue;
    {
      const std::lock_guard<std::mutex> lock(mu_);
      notes_[note]["cancelled"] = task.cancel_reason();
    }
    return task.Cancel();
  }
  task.Complete("held");
}

size_t Handler::Note(const jobs::v1::Delivery& delivery, const Json& input) {
  Json note = ToJson(delivery);
  note["run_id"] = delivery.run().run_id();
  note["token"] = delivery.run().token();
  note["input"] = input;
  note["cancelled"] = nullptr;
  const std::lock_guard<std::mutex> lock(mu_);
  notes_.push_back(std::move(note));
  return notes_.size() - 1;
}

Json Handler::Seen(const std::string& run_id) const {
  Json seen = Json::array();
  const std::lock_guard<std::mutex> lock(mu_);
  for (const Json& note : notes_) {
    if (note["run_id"] == run_id) seen.push_back(note);
  }
  return seen;
}

void Handler::Release(const std::string& latch) {
  const std::lock_guard<std::mutex> lock(mu_);
  open_.insert(latch);
}

bool Handler::IsOpen(const std::string& latch) const {
  const std::lock_guard<std::mutex> lock(mu_);
  return open_.count(latch) > 0;
}

}  // namespace scenario
