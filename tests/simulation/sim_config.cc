#include "tests/simulation/sim_config.h"

#include "absl/strings/str_cat.h"
#include "scheduler/base/random.h"
#include "tests/simulation/local_pattern.h"

namespace sim {

using scheduler::base::Random;

namespace {

Millis Between(Random* random, Millis low, Millis high) {
  return low + static_cast<Millis>(random->Below(static_cast<uint64_t>(high - low + 1)));
}

void ChooseJobs(Random* random, SimConfig* c) {
  c->tags = static_cast<int>(1 + random->Below(10));
  // Fast jobs in short worlds, slow ones in long ones: the number of events stays about the same.
  switch (random->Below(4)) {
    case 0:
      c->min_interval = 1;
      c->max_interval = 500;
      c->horizon = Between(random, 2000, 8000);
      break;
    case 1:
      c->min_interval = 100;
      c->max_interval = 5000;
      c->horizon = Between(random, 20'000, 60'000);
      break;
    case 2:
      c->min_interval = 1000;
      c->max_interval = 60'000;
      c->horizon = Between(random, 120'000, 400'000);
      break;
    default:
      c->min_interval = 10'000;
      c->max_interval = 3'600'000;
      c->horizon = Between(random, 3'600'000, 20'000'000);
      break;
  }
}

void ChooseClients(Random* random, SimConfig* c) {
  c->clients = static_cast<int>(1 + random->Below(3));
  c->think = c->horizon / Between(random, 15, 80);
  static constexpr std::array<int, kOps> kUsual = {10, 8, 3, 5, 6, 6, 4, 5, 1,
                                                   3,  2, 2, 2, 2, 4, 3, 0, 0};
  for (int i = 0; i < kOps; ++i) c->weights[i] = random->Percent(75) ? kUsual[i] : 0;
  c->weights[static_cast<int>(Op::kCreate)] = 10;
}

void ChooseWorkers(Random* random, SimConfig* c) {
  // From much shorter to longer than the intervals.
  c->work = Between(random, 1, c->max_interval);
  if (random->Percent(50)) c->work = Between(random, 1, c->min_interval + 5);
  c->window = static_cast<int>(random->Percent(20) ? 1 + random->Below(3) : 50);
  c->fails = random->Percent(60) ? static_cast<int>(random->Below(40)) : 0;
  c->loses = random->Percent(40) ? static_cast<int>(random->Below(30)) : 0;
  c->releases = random->Percent(30) ? static_cast<int>(random->Below(20)) : 0;
  c->hangs = random->Percent(30) ? static_cast<int>(random->Below(10)) : 0;
  c->doubles = random->Percent(40) ? 20 : 0;
  c->late = random->Percent(60) ? 60 : 0;
}

void ChooseFaults(Random* random, SimConfig* c) {
  const auto rate = [&](uint64_t percent) {
    return random->Percent(percent) ? c->horizon / Between(random, 1, 6) : Millis{0};
  };
  c->crash_every = rate(70);
  c->downtime = random->Percent(50) ? Between(random, 1, 2000) : Between(random, 1, c->horizon * 2);
  c->commit_delay = random->Percent(50) ? Between(random, 0, 20) : 0;
  c->slow_every = rate(30);
  c->starve_every = rate(30);
  c->disk_full_every = rate(25);
  c->lost_disk_every = rate(25);
  c->archive_fault_every = rate(30);
  c->small_step_every = rate(25);
  c->large_step_every = rate(15);
}

}  // namespace

SimConfig ConfigOf(uint64_t seed) {
  Random random(seed);
  SimConfig c;
  c.seed = seed;
  c.loops = static_cast<int>(1 + random.Below(3));
  c.journal_bytes = random.Percent(40) ? 1 : int64_t{1} << 30;
  c.seal_every = random.Percent(50) ? 2000 : Between(&random, 1, 30'000);
  c.input_cache_bytes = random.Percent(30) ? 1000 : 1 << 20;
  ChooseJobs(&random, &c);
  ChooseClients(&random, &c);
  ChooseWorkers(&random, &c);
  ChooseFaults(&random, &c);
  if (random.Percent(40)) {
    c.beginning = (random.Percent(50) ? kClocksForward : kClocksBack) - c.horizon / 2;
  }
  if (random.Percent(25)) c = WithCalendars(c);
  c.limits = random.Percent(30);
  return c;
}

SimConfig WithCalendars(SimConfig config) {
  config.calendars = true;
  // Much has to come together: a job, its calendar, a time that is covered, a change.
  config.clients = 3;
  config.think = config.horizon / 150;
  config.weights[static_cast<int>(Op::kBackfill)] = 0;
  config.weights[static_cast<int>(Op::kPutCalendar)] = 8;
  config.weights[static_cast<int>(Op::kDeleteCalendar)] = 1;
  config.slow_every = config.starve_every = config.disk_full_every = 0;
  config.small_step_every = config.large_step_every = 0;
  return config;
}

std::string SimConfig::ToText() const {
  return absl::StrCat("seed ", seed, ": from ", beginning, ", loops ", loops, ", tags ", tags,
                      ", intervals ", min_interval, "..", max_interval, " ms, horizon ", horizon,
                      " ms, clients ", clients, ", work ", work, " ms, crash every ", crash_every,
                      " ms (0: never), downtime ", downtime, " ms, clock steps every ",
                      small_step_every, "/", large_step_every, " ms",
                      calendars ? ", calendars" : "", limits ? ", limits" : "");
}

}  // namespace sim
