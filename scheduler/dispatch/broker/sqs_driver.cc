#include "scheduler/dispatch/broker/sqs_driver.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/sqs_api.h"
#include "scheduler/dispatch/http_client.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr size_t kMaxKeptUrls = 1000;  // of one account
// Of the question for a URL: others wait for its answer.
constexpr base::Millis kUrlTimeout = 10 * base::kSecond;

// A message on its way, and when it came.
struct Item {
  BrokerFlightPtr flight;
  int64_t since_nanos = 0;

  const BrokerMessage& message() const { return flight->message(); }
};

// A queue that is given by its name.
struct NamedQueue {
  std::string url;            // empty: it is being asked for
  std::vector<Item> waiting;  // until it is known
};

struct Account {
  std::deque<Item> waiting;
  size_t calls = 0;  // under way
  std::map<std::string, NamedQueue> queues;

  bool IsIdle() const { return waiting.empty() && calls == 0; }
};

// Under which the message's account is kept. A probe does not wait behind messages.
std::string KeyOf(const BrokerMessage& message) {
  return message.probe ? message.account->key + "/probe" : message.account->key;
}

class SqsDriver final : public BrokerDriver {
 public:
  SqsDriver(const BrokerOptions& options, const EgressPolicy* egress, const base::Clock* clock)
      : options_(options), clock_(clock), client_(ClientOptions(options), egress, clock) {}
  ~SqsDriver() override { Shutdown(); }

  absl::Status Check(const BrokerMessage& message) const override {
    return CheckSqsMessage(message);
  }
  void Publish(BrokerFlightPtr flight) override;
  void Shutdown() override;

 private:
  using AccountPtr = std::shared_ptr<Account>;
  struct Turn {
    AccountPtr account;
    Item item;
  };

  static HttpOptions ClientOptions(const BrokerOptions& options) {
    HttpOptions http;
    http.max_in_flight = options.max_connections;
    http.connect_timeout = options.connect_timeout;
    return http;
  }

  // Puts the message where it waits; or why there is no room.
  std::string_view Enqueue(const BrokerFlightPtr& flight);
  // Whether one more may wait. Those that have ended do not: they become `ended`.
  template <typename Items>
  bool HasRoom(Items* waiting, std::vector<Item>* ended) const;
  size_t max_calls_of_one() const {
    return std::min(kMaxCallsOfOneSqsAccount, std::max<size_t>(1, options_.max_connections / 4));
  }
  AccountPtr AccountFor(const std::string& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Begins calls as long as there are some to begin.
  void Pump();
  bool TakeTurn(Turn* turn);
  // One call less of the account.
  void EndCall(const Turn& turn);

  void Begin(const Turn& turn);
  void ListQueues(const Turn& turn);
  // What is to be done for the URL of a queue that is given by its name.
  enum class UrlStep { kKnown, kAsk, kWait, kNoRoom };
  UrlStep FindUrl(const Turn& turn, std::string* url);
  void AskForUrl(const Turn& turn);
  void OnUrl(const Turn& turn, const HttpAnswer& answer);
  void SendMessage(const Turn& turn, const std::string& url);
  void OnSent(const Turn& turn, const HttpAnswer& answer);
  base::Millis TimeLeft(const Item& item) const;

  const BrokerOptions options_;
  const base::Clock* const clock_;
  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  size_t calls_ ABSL_GUARDED_BY(mu_) = 0;
  // Whether a thread is in Pump, and was asked meanwhile to look again: a call may end before Send returns.
  bool pumping_ ABSL_GUARDED_BY(mu_) = false;
  bool pump_again_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, AccountPtr> accounts_
      ABSL_GUARDED_BY(mu_);                     // by key; what they have is guarded, too
  std::string last_turn_ ABSL_GUARDED_BY(mu_);  // whose it was
  HttpClient client_;
};

void SqsDriver::Publish(BrokerFlightPtr flight) {
  const std::string_view no_room = Enqueue(flight);
  if (!no_room.empty()) {
    flight->Finish(FailedAttempt(core::failure::kRateLimited, no_room));
    return;
  }
  Pump();
}

std::string_view SqsDriver::Enqueue(const BrokerFlightPtr& flight) {
  const Item item{flight, clock_->MonoNanos()};
  std::vector<Item> ended;  // released after the lock
  base::MutexLock lock(&mu_);
  if (stopped_) return {};
  const AccountPtr account = AccountFor(KeyOf(flight->message()));
  if (account == nullptr) return "too many accounts of SQS are in use";
  if (!HasRoom(&account->waiting, &ended)) return "too many messages wait for this account";
  account->waiting.push_back(item);
  return {};
}

template <typename Items>
bool SqsDriver::HasRoom(Items* waiting, std::vector<Item>* ended) const {
  if (waiting->size() < options_.max_of_one_connection()) return true;
  const auto first = std::stable_partition(waiting->begin(), waiting->end(),
                                           [](const Item& one) { return !one.flight->ended(); });
  ended->assign(first, waiting->end());
  waiting->erase(first, waiting->end());
  return waiting->size() < options_.max_of_one_connection();
}

SqsDriver::AccountPtr SqsDriver::AccountFor(const std::string& key) {
  const auto found = accounts_.find(key);
  if (found != accounts_.end()) return found->second;
  // Of connections that were changed or deleted, for the most part.
  if (accounts_.size() >= options_.max_connections) {
    for (auto account = accounts_.begin(); account != accounts_.end();) {
      account = account->second->IsIdle() ? accounts_.erase(account) : std::next(account);
    }
  }
  if (accounts_.size() >= options_.max_connections) return nullptr;
  return accounts_.emplace(key, std::make_shared<Account>()).first->second;
}

void SqsDriver::Pump() {
  {
    base::MutexLock lock(&mu_);
    pump_again_ = pumping_;
    if (pumping_) return;
    pumping_ = true;
  }
  for (;;) {
    Turn turn;
    while (TakeTurn(&turn)) Begin(turn);
    base::MutexLock lock(&mu_);
    if (!pump_again_) {
      pumping_ = false;
      return;
    }
    pump_again_ = false;
  }
}

bool SqsDriver::TakeTurn(Turn* turn) {
  base::MutexLock lock(&mu_);
  if (stopped_ || calls_ >= options_.max_connections) return false;
  auto next = accounts_.upper_bound(last_turn_);
  for (size_t i = 0; i < accounts_.size(); ++i, ++next) {
    if (next == accounts_.end()) next = accounts_.begin();
    Account& account = *next->second;
    if (account.waiting.empty() || account.calls >= max_calls_of_one()) continue;
    *turn = {next->second, std::move(account.waiting.front())};
    account.waiting.pop_front();
    ++account.calls;
    ++calls_;
    last_turn_ = next->first;
    return true;
  }
  return false;
}

void SqsDriver::EndCall(const Turn& turn) {
  base::MutexLock lock(&mu_);
  --turn.account->calls;
  --calls_;
  // What is kept of accounts is for messages: there is none of a probe's, which may come once and never again.
  const BrokerMessage& message = turn.item.message();
  if (message.probe && turn.account->IsIdle()) accounts_.erase(KeyOf(message));
}

void SqsDriver::Begin(const Turn& turn) {
  if (turn.item.flight->ended()) return EndCall(turn);
  if (turn.item.message().probe) return ListQueues(turn);
  const std::string& destination = turn.item.message().destination;
  if (IsQueueUrl(destination)) return SendMessage(turn, destination);
  std::string url;
  const UrlStep step = FindUrl(turn, &url);
  if (step == UrlStep::kKnown) return SendMessage(turn, url);
  if (step == UrlStep::kAsk) return AskForUrl(turn);
  if (step == UrlStep::kNoRoom) {
    turn.item.flight->Finish(
        FailedAttempt(core::failure::kRateLimited, "too many messages wait for the queue's URL"));
  }
  EndCall(turn);
}

void SqsDriver::ListQueues(const Turn& turn) {
  HttpCall call = ListQueuesCall(*turn.item.message().account, clock_->WallNow());
  call.timeout = TimeLeft(turn.item);
  call.fresh_connection = true;
  client_.Send(std::move(call), [this, turn](const HttpAnswer& answer) {
    turn.item.flight->Finish(
        answer.transport.ok()
            ? ReadListQueuesAnswer(*turn.item.message().account, answer, clock_->WallNow())
            : UnansweredAttempt(answer.transport));
    EndCall(turn);
    Pump();
  });
}

SqsDriver::UrlStep SqsDriver::FindUrl(const Turn& turn, std::string* url) {
  std::vector<Item> ended;  // released after the lock
  base::MutexLock lock(&mu_);
  std::map<std::string, NamedQueue>& queues = turn.account->queues;
  const std::string& name = turn.item.message().destination;
  const auto found = queues.find(name);
  if (found != queues.end()) {
    *url = found->second.url;
    if (!url->empty()) return UrlStep::kKnown;
    if (!HasRoom(&found->second.waiting, &ended)) return UrlStep::kNoRoom;
    found->second.waiting.push_back(turn.item);
    return UrlStep::kWait;
  }
  if (queues.size() >= kMaxKeptUrls) {
    for (auto queue = queues.begin(); queue != queues.end();) {
      queue = queue->second.url.empty() ? std::next(queue) : queues.erase(queue);
    }
  }
  queues[name];
  return UrlStep::kAsk;
}

void SqsDriver::AskForUrl(const Turn& turn) {
  const BrokerMessage& message = turn.item.message();
  HttpCall call = QueueUrlCall(*message.account, message.destination, clock_->WallNow());
  call.timeout = std::min(TimeLeft(turn.item), kUrlTimeout);
  client_.Send(std::move(call), [this, turn](const HttpAnswer& answer) { OnUrl(turn, answer); });
}

void SqsDriver::OnUrl(const Turn& turn, const HttpAnswer& answer) {
  QueueUrlAnswer read;
  if (answer.transport.ok()) {
    read = ReadQueueUrlAnswer(answer, clock_->WallNow());
  } else {
    read.failure = UnansweredAttempt(answer.transport);
  }
  std::vector<Item> waiting;
  bool asks_again = false;
  {
    base::MutexLock lock(&mu_);
    std::map<std::string, NamedQueue>& queues = turn.account->queues;
    const auto queue = queues.find(turn.item.message().destination);
    waiting.swap(queue->second.waiting);
    queue->second.url = read.url;
    if (read.url.empty()) queues.erase(queue);
    // Those who waited go on as if they came now. If no answer came in time, the next one asks.
    const bool ask_anew = absl::IsDeadlineExceeded(answer.transport);
    if (!read.url.empty() || ask_anew) {
      turn.account->waiting.insert(turn.account->waiting.begin(), waiting.begin(), waiting.end());
      waiting.clear();
    }
    asks_again = ask_anew && !turn.item.flight->ended() && TimeLeft(turn.item) > 1;
    if (asks_again) turn.account->waiting.push_back(turn.item);
  }
  for (const Item& item : waiting) item.flight->Finish(read.failure);
  if (!read.url.empty() && !turn.item.flight->ended()) {
    SendMessage(turn, read.url);
  } else {
    if (!asks_again) turn.item.flight->Finish(read.failure);
    EndCall(turn);
  }
  Pump();
}

void SqsDriver::SendMessage(const Turn& turn, const std::string& url) {
  HttpCall call = SendMessageCall(turn.item.message(), url, clock_->WallNow());
  call.timeout = TimeLeft(turn.item);
  client_.Send(std::move(call), [this, turn](const HttpAnswer& answer) { OnSent(turn, answer); });
}

void SqsDriver::OnSent(const Turn& turn, const HttpAnswer& answer) {
  const BrokerMessage& message = turn.item.message();
  AttemptResult result = answer.transport.ok()
                             ? ReadSendMessageAnswer(message, answer, clock_->WallNow())
                             : UnansweredAttempt(answer.transport);
  if (result.error != nullptr && result.error->code == core::failure::kNotFound) {
    // A queue may be deleted and made anew.
    base::MutexLock lock(&mu_);
    const auto queue = turn.account->queues.find(message.destination);
    if (queue != turn.account->queues.end() && !queue->second.url.empty()) {
      turn.account->queues.erase(queue);
    }
  }
  turn.item.flight->Finish(std::move(result));
  EndCall(turn);
  Pump();
}

base::Millis SqsDriver::TimeLeft(const Item& item) const {
  const int64_t gone = (clock_->MonoNanos() - item.since_nanos) / kNanosPerMilli;
  return std::max<base::Millis>(1, item.flight->attempt_timeout() - gone);
}

void SqsDriver::Shutdown() {
  std::map<std::string, AccountPtr> accounts;
  {
    base::MutexLock lock(&mu_);
    stopped_ = true;
    accounts.swap(accounts_);
  }
  client_.Shutdown();
}

}  // namespace

std::unique_ptr<BrokerDriver> NewSqsDriver(const BrokerOptions& options, const EgressPolicy* egress,
                                           const base::Clock* clock) {
  return std::make_unique<SqsDriver>(options, egress, clock);
}

}  // namespace scheduler::dispatch
