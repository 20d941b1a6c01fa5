#include "runner.h"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "expectation.h"

namespace scenario {
namespace {

namespace jobs = ductape::jobs;

constexpr absl::Duration kAnswerPatience = absl::Seconds(30);
constexpr absl::Duration kWorkerPatience = absl::Seconds(10);
constexpr absl::Duration kTick = absl::Milliseconds(50);

void Require(bool holds, const std::string& why) {
  if (!holds) throw std::runtime_error(why);
}

// Repeats `check`, which says why it does not hold yet.
void Await(absl::Duration patience, const std::function<std::string()>& check) {
  const absl::Time until = absl::Now() + patience;
  for (std::string why = check(); !why.empty(); why = check()) {
    Require(absl::Now() < until, why);
    absl::SleepFor(kTick);
  }
}

Json ErrorAsJson(const absl::Status& status) {
  const jobs::Error error = jobs::ErrorOf(status);
  std::vector<std::string> fields;
  for (const jobs::FieldViolation& violation : error.fields) fields.push_back(violation.field);
  std::sort(fields.begin(), fields.end());
  return {
      {"code", absl::StatusCodeToString(error.code)}, {"reason", error.reason}, {"fields", fields}};
}

}  // namespace

Runner::Runner(const std::string& address) {
  options_.address = address;
  options_.product = absl::StrCat("conformance-cpp-", absl::ToUnixMillis(absl::Now()));
  auto client = jobs::Client::Create(options_);
  Require(client.ok(), client.status().ToString());
  client_ = *std::move(client);
  variables_["product"] = options_.product;
}

void Runner::Take(const Json& step) {
  if (step.contains("worker")) {
    TakeWorker(step);
  } else {
    TakeCall(step);
  }
}

// --- calls ---------------------------------------------------------------------------------------

void Runner::TakeCall(const Json& step) {
  if (step.contains("error")) return ExpectError(step);
  const Json answer = step.contains("until") ? AwaitAnswer(step) : Answer(step);
  if (step.contains("answer")) {
    const std::string why = Difference(Fill(step["answer"]), answer);
    Require(why.empty(), why);
  }
  const Json save = step.value("save", Json::object());
  for (const auto& [name, field] : save.items()) {
    variables_[name] = TextOf(answer.at(field.get<std::string>()));
  }
}

absl::StatusOr<Json> Runner::Call(const Json& step) {
  const Json request = Fill(step.value("request", Json::object()));
  return MakeCall(*client_, step.at("call"), step.value("all", false), request);
}

Json Runner::Answer(const Json& step) {
  absl::StatusOr<Json> answer = Call(step);
  Require(answer.ok(), absl::StrCat(absl::StatusCodeToString(answer.status().code()), ": ",
                                    answer.status().message()));
  return *std::move(answer);
}

Json Runner::AwaitAnswer(const Json& step) {
  const Json expected = Fill(step["until"]);
  Json answer;
  Await(kAnswerPatience, [&] {
    answer = Answer(step);
    return Difference(expected, answer);
  });
  return answer;
}

void Runner::ExpectError(const Json& step) {
  Json expected = Fill(step["error"]);
  if (expected.contains("fields")) std::sort(expected["fields"].begin(), expected["fields"].end());
  const absl::StatusOr<Json> answer = Call(step);
  Require(!answer.ok(), "it succeeded");
  const std::string why = Difference(expected, ErrorAsJson(answer.status()), "error");
  Require(why.empty(), absl::StrCat(why, ": ", answer.status().message()));
}

// --- workers -------------------------------------------------------------------------------------

void Runner::TakeWorker(const Json& step) {
  const std::string what = step["worker"];
  const std::string run_id = FillText(step.value("run_id", ""));
  if (what == "start") return Start(step);
  if (what == "drain") return Drain(step);
  if (what == "stop") return Take(step.at("name").get<std::string>())->Stop();
  if (what == "release") return handler_.Release(step.at("latch"));
  if (what == "await_started") {
    return Await(kWorkerPatience,
                 [&] { return handler_.Seen(run_id).empty() ? "the handler was not called" : ""; });
  }
  Require(what == "seen", absl::StrCat("a worker does not ", what));
  const Json expected = Fill(step.at("answer"));
  Await(kWorkerPatience, [&] { return Difference(expected, handler_.Seen(run_id), "seen"); });
}

void Runner::Start(const Json& step) {
  jobs::WorkerOptions worker;
  worker.name = step.at("name");
  worker.queues = step.at("queues").get<std::vector<std::string>>();
  worker.max_in_flight = step.at("max_in_flight");
  worker.threads = worker.max_in_flight;
  auto started = jobs::Worker::Start(options_, worker,
                                     [this](jobs::Task task) { handler_.Handle(std::move(task)); });
  Require(started.ok(), started.status().ToString());
  workers_[worker.name] = *std::move(started);
  Require(workers_[worker.name]->AwaitConnected(kWorkerPatience), "it did not connect");
}

void Runner::Drain(const Json& step) {
  const std::unique_ptr<jobs::Worker> worker = Take(step.at("name").get<std::string>());
  bool in_order = false;
  std::thread drains([&] { in_order = worker->Drain(kWorkerPatience); });
  if (step.contains("release")) handler_.Release(step["release"]);
  drains.join();
  Require(in_order && worker->Wait().ok(), "it did not end in good order");
}

std::unique_ptr<jobs::Worker> Runner::Take(const std::string& worker) {
  const auto it = workers_.find(worker);
  Require(it != workers_.end(), absl::StrCat("there is no worker ", worker));
  std::unique_ptr<jobs::Worker> taken = std::move(it->second);
  workers_.erase(it);
  return taken;
}

// --- variables -----------------------------------------------------------------------------------

Json Runner::Fill(const Json& value) const {
  if (value.is_string()) return FillText(value);
  Json filled = value;
  if (value.is_structured()) {
    for (Json& member : filled) member = Fill(member);
  }
  return filled;
}

std::string Runner::FillText(const std::string& text) const {
  std::string filled = text;
  for (const auto& [name, value] : variables_) {
    absl::StrReplaceAll({{absl::StrCat("${", name, "}"), value}}, &filled);
  }
  return filled;
}

}  // namespace scenario
