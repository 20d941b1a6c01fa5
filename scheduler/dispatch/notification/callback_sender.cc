#include "scheduler/dispatch/notification/callback_sender.h"

#include <algorithm>
#include <utility>

#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kCallback = "callback";
// A kept connection that was closed says nothing of the target: the next one may be as old, a third hardly.
constexpr int kMaxResends = 2;

// The run as if its event had the callback for its target.
//
// Of the time it has its share: a target that hangs leaves the others, which are sent after it, theirs.
core::ClaimedRun RunOfCallback(const ChannelStart& start, size_t callbacks_left,
                               const base::Clock& clock) {
  core::ClaimedRun run = *start.run;
  auto event = std::make_shared<core::Event>(*run.event);
  event->target = std::get<core::HttpTarget>(start.channel().message);
  run.event = std::move(event);
  run.attempt_timeout =
      std::max<base::Millis>(1, start.Left(clock) / static_cast<base::Millis>(callbacks_left));
  return run;
}

}  // namespace

struct CallbackSender::Chain {
  ChannelStart start;
  std::vector<size_t> left;  // the next at the end
  std::shared_ptr<NotificationAttempt> attempt;
  int resends = 0;
};

void CallbackSender::Start(const ChannelStart& run, std::vector<size_t> indexes,
                           const std::shared_ptr<NotificationAttempt>& attempt) {
  if (http_ == nullptr) {
    for (const size_t index : indexes) {
      attempt->Finish(index, FailedChannel(kCallback, core::failure::kValidation,
                                           "callbacks cannot be sent by this server"));
    }
    return;
  }
  const core::RunRef ref{run.run->key, run.run->token};
  attempt->SetStop(indexes.front(), [http = http_, ref] { http->Cancel(ref); });
  auto chain = std::make_shared<Chain>(Chain{run, {indexes.rbegin(), indexes.rend()}, attempt, 0});
  Next(chain);
}

void CallbackSender::Next(const std::shared_ptr<Chain>& chain) {
  if (chain->left.empty() || chain->attempt->ended()) return;
  chain->start.index = chain->left.back();
  auto run = RunOfCallback(chain->start, chain->left.size(), *clock_);
  http_->Execute(std::move(run), [this, chain](AttemptResult result) {
    if (result.released && chain->resends++ < kMaxResends) return Next(chain);
    chain->resends = 0;
    const size_t index = chain->left.back();
    chain->left.pop_back();
    if (!chain->left.empty()) {
      // The next one is known by the same run and token.
      const core::RunRef ref{chain->start.run->key, chain->start.run->token};
      chain->attempt->SetStop(chain->left.back(), [http = http_, ref] { http->Cancel(ref); });
    }
    chain->attempt->Finish(index, ChannelOf(kCallback, result));
    Next(chain);
  });
  // It may have ended since it was looked at.
  if (chain->attempt->ended()) http_->Cancel({chain->start.run->key, chain->start.run->token});
}

}  // namespace scheduler::dispatch
