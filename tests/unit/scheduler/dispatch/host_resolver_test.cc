#include "scheduler/dispatch/host_resolver.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/mutex.h"

namespace scheduler::dispatch {
namespace {

using Addresses = absl::StatusOr<std::vector<IpAddress>>;

std::future<Addresses> Resolve(HostResolver* resolver, const std::string& host) {
  auto promise = std::make_shared<std::promise<Addresses>>();
  resolver->Resolve(host, [promise](Addresses found) { promise->set_value(std::move(found)); });
  return promise->get_future();
}

// Look-ups that wait until the test lets them go; outlives the resolver's threads.
class Gate {
 public:
  void Open() {
    base::MutexLock lock(&mu_);
    open_ = true;
    opened_.SignalAll();
  }
  void Pass() {
    base::MutexLock lock(&mu_);
    ++inside_;
    most_ = std::max(most_, inside_);
    while (!open_) opened_.Wait(&mu_);
    --inside_;
  }
  int inside() {
    base::MutexLock lock(&mu_);
    return inside_;
  }
  int most() {
    base::MutexLock lock(&mu_);
    return most_;
  }

 private:
  base::Mutex mu_;
  base::CondVar opened_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  int inside_ ABSL_GUARDED_BY(mu_) = 0;
  int most_ ABSL_GUARDED_BY(mu_) = 0;
};

HostResolver::LookUp Behind(const std::shared_ptr<Gate>& gate) {
  return [gate](const std::string& host) -> Addresses {
    gate->Pass();
    if (host == "bad") return absl::UnavailableError("no such host");
    return std::vector<IpAddress>{ParseIpAddress("192.0.2.1").value()};
  };
}

TEST(HostResolverTest, AddressesNeedNoLookUp) {
  HostResolver resolver([](const std::string&) -> Addresses {
    ADD_FAILURE() << "looked up";
    return absl::UnavailableError("");
  });
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto found = Resolve(&resolver, host);
    EXPECT_EQ(FormatIpAddress(found.get()->at(0)), host);
  }
}

TEST(HostResolverTest, LooksUpOnAnotherThread) {
  const auto gate = std::make_shared<Gate>();
  HostResolver resolver(Behind(gate));
  auto good = Resolve(&resolver, "good");
  auto bad = Resolve(&resolver, "bad");
  gate->Open();
  EXPECT_EQ(FormatIpAddress(good.get()->at(0)), "192.0.2.1");
  EXPECT_EQ(bad.get().status().code(), absl::StatusCode::kUnavailable);
}

TEST(HostResolverTest, ThreadsAreBoundedAndTheRestWaits) {
  const auto gate = std::make_shared<Gate>();
  HostResolver resolver(Behind(gate), /*max_threads=*/2);
  std::vector<std::future<Addresses>> found;
  found.reserve(6);
  for (int i = 0; i < 6; ++i) found.push_back(Resolve(&resolver, "host-" + std::to_string(i)));
  while (gate->inside() < 2) std::this_thread::yield();
  gate->Open();
  for (auto& one : found) EXPECT_TRUE(one.get().ok());
  EXPECT_LE(gate->most(), 2);
}

TEST(HostResolverTest, AHostThatHangsHasOneThreadHoweverOftenItIsAskedFor) {
  const auto gate = std::make_shared<Gate>();
  std::atomic<int> look_ups{0};
  HostResolver resolver(
      [&, gate](const std::string& host) -> Addresses {
        ++look_ups;
        if (host == "hangs") gate->Pass();
        return std::vector<IpAddress>{ParseIpAddress("192.0.2.1").value()};
      },
      /*max_threads=*/2);
  std::vector<std::future<Addresses>> hanging;
  for (int i = 0; i < 6; ++i) hanging.push_back(Resolve(&resolver, "hangs"));
  EXPECT_TRUE(Resolve(&resolver, "works").get().ok());
  gate->Open();
  for (auto& one : hanging) EXPECT_TRUE(one.get().ok());
  EXPECT_EQ(look_ups, 2);
  // Nothing is kept.
  EXPECT_TRUE(Resolve(&resolver, "hangs").get().ok());
  EXPECT_EQ(look_ups, 3);
}

TEST(HostResolverTest, StopCallsBackAndDoesNotWaitForLookUps) {
  const auto gate = std::make_shared<Gate>();
  HostResolver resolver(Behind(gate), /*max_threads=*/1);
  auto hanging = Resolve(&resolver, "one");
  auto waiting = Resolve(&resolver, "two");
  while (gate->inside() < 1) std::this_thread::yield();
  resolver.Stop();
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(waiting.get().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Resolve(&resolver, "three").get().status().code(), absl::StatusCode::kCancelled);
  resolver.Stop();
  gate->Open();  // the thread finds nobody to tell
}

TEST(HostResolverTest, SystemLookUpKnowsLocalhost) {
  const Addresses found = LookUpHost("localhost");
  ASSERT_TRUE(found.ok()) << found.status();
  for (const IpAddress& address : *found) {
    const std::string text = FormatIpAddress(address);
    EXPECT_TRUE(text == "::1" || text.rfind("127.", 0) == 0) << text;
  }
}

TEST(HostResolverTest, SystemLookUpReadsOtherNotationsAndFailsInWords) {
  EXPECT_EQ(FormatIpAddress(LookUpHost("0x7f.1")->at(0)), "127.0.0.1");
  const Addresses found = LookUpHost("no-such-host.invalid");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(std::string(found.status().message()).rfind("cannot resolve no-such-host.invalid: ", 0),
            0u);
}

}  // namespace
}  // namespace scheduler::dispatch
