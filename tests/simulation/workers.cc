#include "tests/simulation/workers.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace sim {

void Workers::OnReady(core::LaneId lane) {
  if (!polled_.insert(lane).second) return;
  world_.After(static_cast<Millis>(world_.random().Below(3)), [this, lane] {
    polled_.erase(lane);
    Poll(lane);
  });
}

void Workers::Poll(core::LaneId lane) {
  if (!world_.up()) return;
  engine::Engine& server = *world_.engine();
  const auto in_flight = static_cast<int>(attempts_.size());
  const int window = healed_ ? 1000 : world_.config().window;
  std::vector<core::ReadyRun> ready;
  if (in_flight < window) {
    server.queue().Pop(lane, static_cast<size_t>(window - in_flight), &ready);
  }
  for (const core::ReadyRun& run : ready) {
    core::ClaimedRun claimed;
    if (server.Claim(run, nullptr, &claimed) == core::ClaimResult::kClaimed) {
      Begin(run, claimed);
    } else {
      server.queue().GiveBack({&run, 1});
    }
  }
  // A full window, or a listener that was called too early: look again.
  if (server.queue().Size(lane) > 0 && polled_.insert(lane).second) {
    world_.After(1 + world_.Around(world_.config().work / 2), [this, lane] {
      polled_.erase(lane);
      Poll(lane);
    });
  }
}

void Workers::CheckLimits(core::LimitGroup group, const core::ClaimedRun& claimed) {
  const core::Event& event = *claimed.event;
  if (event.limits.max_in_flight > 0) {
    const auto count = std::count_if(attempts_.begin(), attempts_.end(), [&](const auto& entry) {
      return entry.second.group == group && entry.second.incarnation == world_.incarnation();
    });
    if (count >= event.limits.max_in_flight) {
      world_.findings().Violate("limits", event.key.tag, " has ", count + 1, " attempts in flight");
    }
  }
  Starts& starts = starts_[{event.product, event.key.tag}];
  if (starts.definition != std::pair(event.uid, event.generation)) starts.times.clear();
  starts.definition = {event.uid, event.generation};
  starts.times.push_back(world_.now());
  while (starts.times.front() < world_.now() - base::kSecond) starts.times.pop_front();
  if (event.limits.max_per_second == 0) return;
  if (static_cast<double>(starts.times.size()) > event.limits.max_per_second) {
    world_.findings().Violate("limits", event.key.tag, " has ", starts.times.size(),
                              " starts in a second");
  }
}

void Workers::Leave(Attempt* attempt) {
  const core::LimitGroup group = std::exchange(attempt->group, core::kNoGroup);
  if (group == core::kNoGroup || attempt->incarnation != world_.incarnation()) return;
  world_.engine()->queue().Ended(attempt->lane, {&group, 1});
}

void Workers::Begin(const core::ReadyRun& ready, const core::ClaimedRun& claimed) {
  world_.findings().Trace("claim ", core::FormatRunId(claimed.key), " attempt ", claimed.attempt,
                          " token ", claimed.token);
  world_.model().CheckClaim(claimed, resuming(claimed.product, claimed.job_tag), world_.latest());
  const bool own_input = claimed.trigger == core::Trigger::kManual;
  if (!own_input && claimed.input_json.find("\"" + claimed.job_tag + "\"") == std::string::npos) {
    world_.findings().Violate("delivery", "the input of ", claimed.job_tag, " is ",
                              claimed.input_json);
  }
  CheckLimits(ready.group, claimed);
  const uint64_t id = ++next_id_;
  Attempt& attempt = attempts_[id];
  attempt.key = claimed.key;
  attempt.token = claimed.token;
  attempt.attempt = claimed.attempt;
  attempt.product = claimed.product;
  attempt.tag = claimed.job_tag;
  attempt.group = ready.group;
  attempt.lane = ready.lane;
  attempt.incarnation = world_.incarnation();
  current_[claimed.key] = id;
  Plan(id);
}

void Workers::Plan(uint64_t id) {
  const SimConfig& c = world_.config();
  base::Random& random = world_.random();
  const Millis work = world_.Around(c.work);
  if (healed_) {
    ReportLater(id, Kind::kCompleted, 1, true);
    return;
  }
  if (random.Percent(c.doubles)) ReportLater(id, Kind::kCompleted, work, false);
  auto share = static_cast<int>(random.Below(100));
  if ((share -= c.fails) < 0) {
    ReportLater(id, Kind::kFailed, work, true);
  } else if ((share -= c.loses) < 0) {
    const bool late = random.Percent(c.late);
    ReportLater(id, Kind::kLost, work, !late);
    if (late) ReportLater(id, Kind::kCompleted, work + 1 + world_.Around(c.work), true);
  } else if ((share -= c.releases) < 0) {
    ReportLater(id, Kind::kReleased, work / 4, true);
  } else if ((share -= c.hangs) < 0) {
    ReportLater(id, Kind::kFailed, 15'000, true);  // its timeout
  } else {
    ReportLater(id, Kind::kCompleted, work, true);
  }
}

void Workers::ReportLater(uint64_t id, Kind kind, Millis delay, bool last) {
  world_.After(delay, [this, id, kind, last] { Report(id, kind, last); });
}

core::Outcome Workers::MakeOutcome(const Attempt& attempt, Kind kind) {
  base::Random& random = world_.random();
  core::Outcome outcome;
  outcome.key = attempt.key;
  outcome.token = attempt.token;
  if (world_.sabotage() == Sabotage::kStaleToken) {
    outcome.token = std::max(outcome.token, world_.model().LastToken(attempt.key));
  }
  outcome.kind = kind;
  if (attempt.cancelled && random.Percent(50)) outcome.kind = Kind::kCancelled;
  if (kind == Kind::kFailed) {
    static constexpr const char* kCodes[] = {"TIMEOUT", "UNAVAILABLE", "VALIDATION", "OWN_CODE"};
    auto error = std::make_shared<core::RunError>();
    error->code = kCodes[random.Below(4)];
    error->message = "it did not work";
    if (random.Percent(10)) error->retryable = random.Percent(50);
    outcome.error = std::move(error);
    if (random.Percent(10)) outcome.retry_after = static_cast<Millis>(random.Below(100'000));
  }
  return outcome;
}

void Workers::Report(uint64_t id, Kind kind, bool last) {
  const auto it = attempts_.find(id);
  if (it == attempts_.end()) return;
  if (!world_.up()) {  // it tries until the server is back
    ReportLater(id, kind, 50 + world_.Around(1000), last);
    return;
  }
  if (last) Leave(&it->second);
  const Attempt attempt = it->second;
  if (last) attempts_.erase(it);
  // An attempt that was told to stop mostly says nothing any more.
  if (attempt.cancelled && world_.random().Percent(70)) return;
  const bool foreign = !healed_ && world_.random().Percent(2);
  core::Outcome outcome = MakeOutcome(attempt, kind);
  world_.findings().Trace("report ", core::FormatRunId(attempt.key), " token ", attempt.token,
                          " kind ", static_cast<int>(outcome.kind));
  std::vector<core::Outcome> outcomes;
  outcomes.push_back(std::move(outcome));
  world_.engine()->Report(foreign ? "another" : attempt.product, std::move(outcomes),
                          [this, attempt, foreign, incarnation = world_.incarnation(),
                           stale = attempt.token != world_.model().LastToken(attempt.key)](
                              const std::vector<core::Refusal>& refused) {
                            if (stale && refused.empty()) {
                              world_.findings().Violate("R7", "a result of ",
                                                        core::FormatRunId(attempt.key),
                                                        " with a stale token is accepted");
                            }
                            CheckAnswer(attempt, foreign, incarnation, refused);
                          });
  // A result for another's product was a mistake: it is sent again.
  if (foreign && last) {
    attempts_[id] = attempt;
    ReportLater(id, kind, 5, true);
  }
}

void Workers::CheckAnswer(const Attempt& attempt, bool foreign, uint64_t incarnation,
                          const std::vector<core::Refusal>& refused) {
  Findings& findings = world_.findings();
  const JournalModel& model = world_.model();
  const std::string run_id = core::FormatRunId(attempt.key);
  const ModelRun* open = model.FindOpen(attempt.key);
  const ModelRecord* record = model.FindRecord(attempt.key);
  findings.Trace("answer ", run_id, " ", refused.empty() ? "accepted" : refused[0].reason);
  if (refused.empty()) {
    const int32_t attempts = open != nullptr     ? open->attempts
                             : record != nullptr ? record->attempts
                                                 : 0;
    if (foreign) findings.Violate("R7", "another product's result of ", run_id, " is accepted");
    if (attempts < attempt.attempt) {
      findings.Violate("durability", "a result of ", run_id, " is acknowledged, but not durable");
    }
    return;
  }
  if (foreign || incarnation != world_.incarnation()) return;
  const bool current = attempt.token == model.LastToken(attempt.key) &&
                       core::EpochOf(attempt.token) == world_.engine()->epoch();
  if (current && open != nullptr && open->attempts < attempt.attempt) {
    findings.Violate("R3", "the current result of ", run_id, " is refused: ", refused[0].reason);
  }
}

void Workers::CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) {
  for (const core::RunRef& ref : runs) {
    world_.findings().Trace("cancel ", core::FormatRunId(ref.key), " ", reason);
    if (world_.model().FindOpen(ref.key) != nullptr) {
      world_.findings().Violate("R7",
                                "told to stop a run that is open: ", core::FormatRunId(ref.key));
    }
    const auto current = current_.find(ref.key);
    if (current == current_.end()) continue;
    const auto it = attempts_.find(current->second);
    if (it != attempts_.end() && it->second.token == ref.token) it->second.cancelled = true;
  }
}

}  // namespace sim
