#ifndef SERVER_EXECUTORS_H_
#define SERVER_EXECUTORS_H_

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/dispatcher.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/secrets/secret_source.h"
#include "server/descriptor_budget.h"

namespace server {

// Adds the executor of each kind of target to the dispatcher. All pointers outlive it.
void AddExecutors(const DescriptorBudget& descriptors,
                  const scheduler::dispatch::EgressPolicy* egress,
                  const scheduler::base::Clock* clock, scheduler::secrets::SecretSource* secrets,
                  scheduler::dispatch::Dispatcher* dispatcher);

}  // namespace server

#endif  // SERVER_EXECUTORS_H_
