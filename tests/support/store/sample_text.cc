#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "scheduler/base/interned.h"
#include "tests/support/store/samples.h"

namespace tests {
namespace {

namespace core = scheduler::core;

// Members are written as "name=value ", texts in quotes with their length, so that no two values
// have one text.
class Text {
 public:
  Text& Name(const char* name) {
    out_ << ' ' << name << '=';
    return *this;
  }
  Text& Put(const std::string& value) {
    out_ << value.size() << '"' << value << '"';
    return *this;
  }
  template <typename T>
  requires std::is_arithmetic_v<T> Text& Put(T value) {
    out_ << +value;
    return *this;
  }
  template <typename T>
  requires std::is_enum_v<T> Text& Put(T value) { return Put(static_cast<int>(value)); }
  template <typename T>
  Text& Put(const std::optional<T>& value) {
    if (!value.has_value()) {
      out_ << '-';
      return *this;
    }
    return Put(*value);
  }
  template <typename T>
  Text& Put(const std::vector<T>& values) {
    out_ << '[';
    for (const T& value : values) {
      Put(value);
      out_ << ',';
    }
    out_ << ']';
    return *this;
  }
  Text& Put(const std::map<std::string, std::string>& values) {
    out_ << '{';
    for (const auto& [key, value] : values) {
      Put(key);
      out_ << ':';
      Put(value);
      out_ << ',';
    }
    out_ << '}';
    return *this;
  }
  template <typename T>
  Text& Put(const std::shared_ptr<const T>& value) {
    if (value == nullptr) {
      out_ << "null";
      return *this;
    }
    return Put(*value);
  }

  Text& Put(const core::RunError& error) {
    return Put(error.code).Put(error.message).Put(error.retryable).Name("status").Put(error.status);
  }
  Text& Put(const core::RunOutput& output) { return Put(output.output).Put(output.truncated); }
  Text& Put(const core::RunOrigin& origin) {
    Name("input").Put(origin.has_input).Put(origin.input_json).Name("actor").Put(origin.actor);
    Name("note").Put(origin.note).Name("parent").Put(origin.parent);
    return Name("range").Put(origin.range_start).Put(' ').Put(origin.range_end);
  }
  Text& Put(const core::AttemptRecord& record) {
    Name("attempt").Put(record.attempt).Name("start").Put(record.start_time);
    Name("end").Put(record.end_time).Name("worker");
    Put(std::string(scheduler::base::TextOf(record.worker))).Name("token").Put(record.token);
    return Name("event").Put(record.event_generation).Name("error").Put(record.error);
  }
  Text& Put(const core::Attempt& record) {
    Name("attempt").Put(record.attempt).Name("start").Put(record.start_time);
    Name("end").Put(record.end_time).Name("worker").Put(record.worker);
    Name("token").Put(record.token).Name("event").Put(record.event_generation);
    return Name("error").Put(record.error);
  }
  Text& Put(const core::RetryPolicy& retry) {
    Name("retries").Put(retry.max_retries).Name("backoff").Put(retry.initial_backoff).Put(' ');
    Put(retry.max_backoff).Name("multiplier").Put(retry.multiplier);
    Name("elapsed").Put(retry.max_elapsed).Put(retry.retryable_codes);
    return Put(retry.non_retryable_codes);
  }
  Text& Put(const core::JobSpec& spec) {
    Name("product").Put(spec.product).Name("tag").Put(spec.tag).Name("name").Put(spec.name);
    Name("event").Put(spec.event.type).Put(spec.event.tag);
    Name("executions").Put(spec.executions).Name("interval").Put(spec.timing.interval);
    Name("times").Put(spec.timing.times).Name("cron").Put(spec.timing.cron);
    Name("rule").Put(spec.timing.rule).Name("mode").Put(spec.interval_mode);
    Name("start").Put(spec.start_time).Name("end").Put(spec.end_time);
    Name("zone").Put(spec.time_zone).Name("gap").Put(spec.dst.gap).Name("fold").Put(spec.dst.fold);
    Name("jitter").Put(spec.jitter).Name("exclude").Put(spec.exclude);
    Name("calendars").Put(spec.exclude_calendars);
    Name("input").Put(spec.input_json).Name("env").Put(spec.env).Name("labels").Put(spec.labels);
    Name("overlap").Put(spec.overlap.mode).Put(' ').Put(spec.overlap.limit);
    Name("catchup").Put(spec.catchup.mode).Put(' ').Put(spec.catchup.window).Put(' ');
    Put(spec.catchup.limit).Name("retry").Put(spec.retry);
    Name("timeout").Put(spec.attempt_timeout);
    return Name("history").Put(spec.history_limit);
  }
  Text& Put(const core::JobDefined& job) {
    Name("uid").Put(job.uid).Name("new").Put(job.is_new).Name("generation").Put(job.generation);
    Name("state").Put(job.state).Name("start").Put(job.start_time).Name("cursor").Put(job.cursor);
    Name("at").Put(job.at).Put(job.spec).Name("on_disk").Put(job.input_on_disk);
    return Name("former").Put(job.former);
  }
  Text& Put(const core::OpenRunSnapshot& run) {
    Name("run").Put(run.number).Name("nominal").Put(run.nominal).Name("due").Put(run.due);
    Name("created").Put(run.create_time).Name("trigger").Put(run.trigger);
    Name("state").Put(run.state).Name("generation").Put(run.generation);
    Name("next").Put(run.next_attempt).Name("attempts").Put(run.attempt_count).Put(' ');
    Put(run.retries).Put(' ').Put(run.redeliveries).Name("first").Put(run.first_start);
    return Put(run.attempts).Name("origin").Put(run.origin).Name("definition").Put(run.definition);
  }
  Text& Put(const core::HttpTarget& target) {
    return Name("http")
        .Put(target.connection)
        .Put(' ')
        .Put(target.method)
        .Put(target.url)
        .Put(target.path_params)
        .Put(target.query)
        .Put(target.headers)
        .Put(target.body)
        .Put(target.success_codes);
  }
  Text& Put(const core::GrpcTarget& target) {
    return Name("grpc")
        .Put(target.address)
        .Put(target.method)
        .Put(target.message_json)
        .Put(target.metadata);
  }
  Text& Put(const core::LambdaTarget& target) {
    return Name("lambda")
        .Put(target.connection)
        .Name("function")
        .Put(target.function)
        .Name("async")
        .Put(target.asynchronous)
        .Name("body")
        .Put(target.body);
  }
  Text& Put(const core::DatabaseTarget& target) {
    Name("database").Put(target.connection).Name("operation").Put(target.operation);
    Name("statement").Put(target.statement).Name("params").Put(target.params);
    return Name("collection").Put(target.collection).Name("document").Put(target.document_json);
  }
  Text& Put(const core::BrokerTarget& target) {
    Name("broker").Put(target.connection).Name("kind").Put(target.destination_kind);
    Name("destination").Put(target.destination).Name("key").Put(target.key);
    return Name("body").Put(target.body).Name("properties").Put(target.properties);
  }
  Text& Put(const core::EmailMessage& email) {
    Name("email").Put(email.from).Name("to").Put(email.to).Name("cc").Put(email.cc);
    Name("bcc").Put(email.bcc).Name("reply_to").Put(email.reply_to);
    return Name("subject")
        .Put(email.subject)
        .Name("text")
        .Put(email.text)
        .Name("html")
        .Put(email.html);
  }
  Text& Put(const core::PushMessage& push) {
    Name("push").Put(push.device_tokens).Name("title").Put(push.title);
    return Name("body").Put(push.body).Name("data").Put(push.data);
  }
  Text& Put(const core::SmsMessage& sms) {
    return Name("sms").Put(sms.from).Name("to").Put(sms.to).Name("text").Put(sms.text);
  }
  Text& Put(const core::NotificationTarget::Channel& channel) {
    Name("channel").Put(channel.connection);
    return std::visit([this](const auto& message) -> Text& { return Put(message); },
                      channel.message);
  }
  Text& Put(const core::NotificationTarget& target) {
    return Name("notification").Put(target.channels);
  }
  Text& Put(const core::WorkerTarget& target) { return Name("worker").Put(target.queue); }

  Text& Put(const core::RunCreated& run) {
    Name("created").Put(run.uid).Put('-').Put(run.number).Name("nominal").Put(run.nominal);
    Name("due").Put(run.due).Name("at").Put(run.at).Name("trigger").Put(run.trigger);
    Name("buffered").Put(run.buffered).Name("generation").Put(run.generation);
    return Name("origin").Put(run.origin);
  }
  Text& Put(const core::RunEnded& run) {
    Name("ended").Put(run.uid).Put('-').Put(run.number).Name("state").Put(run.state);
    Name("at").Put(run.at).Put(run.last).Name("reason").Put(run.reason);
    return Name("error").Put(run.error).Name("output").Put(run.output);
  }
  Text& Put(const core::RunReleased& run) {
    return Name("released").Put(run.uid).Put('-').Put(run.number);
  }
  Text& Put(const core::RunRetry& run) {
    Name("retry").Put(run.uid).Put('-').Put(run.number).Name("next").Put(run.next_attempt);
    return Put(run.attempt);
  }
  Text& Put(const core::RunRedelivered& run) {
    Name("redelivered").Put(run.uid).Put('-').Put(run.number).Name("n").Put(run.redeliveries);
    return Put(run.attempt);
  }
  Text& Put(const core::StretchOpened& stretch) {
    Name("opened").Put(stretch.uid).Put('-').Put(stretch.number).Name("reason").Put(stretch.reason);
    return Name("first").Put(stretch.first).Name("at").Put(stretch.at);
  }
  Text& Put(const core::StretchClosed& stretch) {
    Name("closed").Put(stretch.uid).Put('-').Put(stretch.number).Name("state").Put(stretch.state);
    Name("reason").Put(stretch.reason).Name("first").Put(stretch.first);
    Name("last").Put(stretch.last).Name("count").Put(stretch.count);
    return Name("cursor").Put(stretch.cursor).Name("at").Put(stretch.at);
  }
  Text& Put(const core::CursorMoved& moved) {
    return Name("cursor")
        .Put(moved.uid)
        .Name("to")
        .Put(moved.cursor)
        .Name("start")
        .Put(moved.start_time);
  }
  Text& Put(const core::JobStateChanged& change) {
    Name("state").Put(change.uid).Name("is").Put(change.state).Name("asked").Put(change.by_request);
    return Name("reason")
        .Put(change.reason)
        .Name("note")
        .Put(change.note)
        .Name("at")
        .Put(change.at);
  }
  Text& Put(const core::Backfill& backfill) {
    Name("backfill").Put(backfill.start).Put(' ').Put(backfill.end).Put(' ');
    Put(backfill.parallel).Put(' ').Put(backfill.total).Put(' ').Put(backfill.created);
    return Put(' ').Put(backfill.cursor);
  }
  Text& Put(const core::Amendments& amendments) {
    return Name("skipped").Put(amendments.skipped).Put(amendments.backfill);
  }
  Text& Put(const core::ScheduleAmended& amended) {
    return Name("amended").Put(amended.uid).Put(amended.amendments).Name("at").Put(amended.at);
  }
  Text& Put(const core::JobDeleted& job) {
    return Name("deleted").Put(job.uid).Name("at").Put(job.at);
  }

  std::string Take() { return std::move(out_).str(); }

 private:
  std::ostringstream out_;
};

}  // namespace

std::string ToText(const core::JobSpec& spec) { return Text().Put(spec).Take(); }

std::string ToText(const core::Event& event) {
  Text text;
  text.Name("product").Put(event.product).Name("type").Put(event.key.type).Put(event.key.tag);
  text.Name("name").Put(event.name);
  std::visit([&text](const auto& target) { text.Put(target); }, event.target);
  text.Name("retry").Put(event.retry).Name("timeout").Put(event.attempt_timeout);
  text.Name("limits").Put(event.limits.max_in_flight).Put(event.limits.max_per_second);
  text.Name("labels").Put(event.labels).Name("uid").Put(event.uid);
  text.Name("generation").Put(event.generation).Name("created").Put(event.create_time);
  return text.Name("updated").Put(event.update_time).Take();
}

std::string ToText(const core::Transition& transition) {
  Text text;
  std::visit([&text](const auto& value) { text.Put(value); }, transition);
  return text.Take();
}

std::string ToText(const core::Transitions& transitions) {
  std::string all;
  for (const core::Transition& transition : transitions) all += ToText(transition) + "\n";
  return all;
}

std::string ToText(const core::JobSnapshot& job) {
  Text text;
  const core::JobCounters& c = job.counters;
  text.Put(job.definition).Name("last").Put(job.last_number);
  for (const int64_t value :
       {c.uncounted_records, c.failed, c.cancelled, c.skipped, c.skipped_records, c.missed,
        c.missed_records, c.retried, int64_t{c.consecutive_failures}, c.pause_count}) {
    text.Name("counter").Put(value);
  }
  text.Name("reason").Put(job.state_reason).Name("note").Put(job.pause_note);
  if (job.stretch.has_value()) {
    text.Name("stretch").Put(job.stretch->number).Put(job.stretch->reason);
    text.Name("first").Put(job.stretch->first).Name("at").Put(job.stretch->at);
  }
  return text.Put(job.amendments).Put(job.open_runs).Take();
}

std::string ToText(const core::Run& run) {
  Text text;
  text.Name("run").Put(run.key.uid).Put('-').Put(run.key.number);
  text.Name("generation").Put(run.generation).Name("state").Put(run.state);
  text.Name("trigger").Put(run.trigger).Name("reason").Put(run.reason).Name("count").Put(run.count);
  text.Name("nominal").Put(run.scheduled_time).Name("last").Put(run.last_scheduled_time);
  text.Name("due").Put(run.due_time).Name("created").Put(run.create_time);
  text.Name("start").Put(run.start_time).Name("end").Put(run.end_time);
  text.Name("next").Put(run.next_attempt_time).Name("attempts").Put(run.attempt_count);
  text.Put(run.attempts).Name("error").Put(run.error).Name("output").Put(run.output);
  text.Put(run.output_truncated).Name("env").Put(run.env).Name("product").Put(run.product);
  return text.Name("tag").Put(run.job_tag).Take();
}

}  // namespace tests
