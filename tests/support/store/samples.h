#ifndef TESTS_SUPPORT_STORE_SAMPLES_H_
#define TESTS_SUPPORT_STORE_SAMPLES_H_

#include <string>

#include "scheduler/base/random.h"
#include "scheduler/core/model.h"
#include "scheduler/core/snapshot.h"
#include "scheduler/core/transitions.h"

// Random values of everything that is stored, from a seed, and their members as text: two values
// are equal if their texts are, and where they are not the texts say what differs.
namespace tests {

using scheduler::base::Random;

scheduler::core::RunError RandomError(Random* random);
scheduler::core::RunOrigin RandomOrigin(Random* random);
scheduler::core::AttemptRecord RandomAttempt(Random* random, int32_t attempt);
scheduler::core::JobSpec RandomSpec(Random* random);
scheduler::core::Event RandomEvent(Random* random);
scheduler::core::JobDefined RandomDefinition(Random* random);
// Of every kind; ordinary values and extreme ones.
scheduler::core::Transition RandomTransition(Random* random);
scheduler::core::Transitions RandomTransitions(Random* random, size_t count);
scheduler::core::JobSnapshot RandomSnapshot(Random* random);
scheduler::core::TerminalRun RandomTerminalRun(Random* random);

// `runs` creates, each followed later by its end, as a loop makes them at `now`: the ordinary
// content of an entry, for measures of size and speed.
scheduler::core::Transitions OrdinaryTransitions(size_t runs, scheduler::base::Millis now);

std::string ToText(const scheduler::core::JobSpec& spec);
std::string ToText(const scheduler::core::Event& event);
std::string ToText(const scheduler::core::Transition& transition);
std::string ToText(const scheduler::core::Transitions& transitions);
std::string ToText(const scheduler::core::JobSnapshot& job);
std::string ToText(const scheduler::core::Run& run);

}  // namespace tests

#endif  // TESTS_SUPPORT_STORE_SAMPLES_H_
