// Every third update of a job is answered as if it were made, and is not.

#include <atomic>
#include <memory>
#include <utility>

#include "tests/crash/server/fault.h"
#include "tests/crash/server/forwarding_service.h"

namespace tests::crash {
namespace {

class ForgetfulService final : public ForwardingService {
 public:
  using ForwardingService::ForwardingService;

  using ForwardingService::Update;
  void Update(engine::UpdateJob command, Reply<JobView> reply) override {
    if (updates_.fetch_add(1) % 3 == 2) command.validate_only = true;
    base_.Update(std::move(command), std::move(reply));
  }

 private:
  std::atomic<int> updates_{0};
};

class ServiceFault final : public Fault {
 public:
  engine::Service* Service(engine::Service* service) override {
    forgetful_ = std::make_unique<ForgetfulService>(service);
    return forgetful_.get();
  }

 private:
  std::unique_ptr<ForgetfulService> forgetful_;
};

}  // namespace

std::unique_ptr<Fault> LostUpdate() { return std::make_unique<ServiceFault>(); }

}  // namespace tests::crash
