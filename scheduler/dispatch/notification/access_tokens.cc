#include "scheduler/dispatch/notification/access_tokens.h"

#include <utility>

#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

constexpr base::Millis kTimeout = 10 * base::kSecond;
constexpr int64_t kMarginNanos = 60'000'000'000;
constexpr int64_t kNanosPerMilli = 1'000'000;

// Of a call that could not be made, since the key is none.
AccessToken Unsigned(const absl::Status& status) {
  AccessToken token;
  token.refusal.code = core::failure::kSecretUnavailable;
  token.refusal.message = std::string(status.message());
  return token;
}

}  // namespace

void AccessTokens::Get(const std::string& key, const ServiceAccount& account,
                       const std::string& refused, Done done) {
  AccessToken kept;
  {
    base::MutexLock lock(&mu_);
    if (!entries_.contains(key) && entries_.size() >= kMaxKept) MakeRoom();
    Entry& entry = entries_[key];
    const bool usable = !entry.token.token.empty() && entry.token.token != refused &&
                        clock_->MonoNanos() < entry.until_nanos;
    if (usable) {
      kept = entry.token;
    } else {
      entry.waiting.push_back(std::move(done));
      if (std::exchange(entry.under_way, true)) return;
    }
  }
  if (!kept.token.empty()) return done(kept);
  const int64_t asked_nanos = clock_->MonoNanos();
  Ask(account, /*fresh_connection=*/false,
      [this, key, asked_nanos](const AccessToken& token) { Tell(key, asked_nanos, token); });
}

void AccessTokens::GetUnkept(const ServiceAccount& account, Done done) {
  Ask(account, /*fresh_connection=*/true, std::move(done));
}

void AccessTokens::Ask(const ServiceAccount& account, bool fresh_connection, Done done) {
  absl::StatusOr<HttpCall> call = BuildTokenCall(account, scope_, clock_->WallNow());
  if (!call.ok()) return done(Unsigned(call.status()));
  call->timeout = kTimeout;
  call->fresh_connection = fresh_connection;
  client_->Send(*std::move(call), [this, done = std::move(done)](const HttpAnswer& answer) {
    done(ReadTokenAnswer(answer, clock_->WallNow()));
  });
}

void AccessTokens::Tell(const std::string& key, int64_t asked_nanos, const AccessToken& token) {
  std::vector<Done> waiting;
  {
    base::MutexLock lock(&mu_);
    Entry& entry = entries_[key];
    entry.under_way = false;
    entry.token = token;
    entry.until_nanos = asked_nanos + token.lifetime * kNanosPerMilli - kMarginNanos;
    waiting.swap(entry.waiting);
  }
  for (const Done& done : waiting) done(token);
}

void AccessTokens::MakeRoom() {
  const int64_t now = clock_->MonoNanos();
  absl::erase_if(entries_, [now](const auto& entry) {
    return !entry.second.under_way && entry.second.until_nanos <= now;
  });
  if (entries_.size() < kMaxKept) return;
  // So many at once are had anew rather than sorted by age.
  absl::erase_if(entries_, [](const auto& entry) { return !entry.second.under_way; });
}

}  // namespace scheduler::dispatch
