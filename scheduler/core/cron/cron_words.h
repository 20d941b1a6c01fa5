#ifndef SCHEDULER_CORE_CRON_CRON_WORDS_H_
#define SCHEDULER_CORE_CRON_CRON_WORDS_H_

#include <string>

#include "scheduler/core/cron/cron_pattern.h"

// Cron patterns in words.
namespace scheduler::core {

// The pattern in English, for people: "at 09:00 on weekdays", "every 15 minutes", "at 00:00 on the
// last day of the month". Says all that the pattern says, in one phrase without a capital and
// without a full stop; patterns that look wild give long phrases. No time zone: the caller has it.
std::string Describe(const CronPattern& pattern);

// Its two halves. The time of day: "at 09:00", "every 15 minutes from 09:00 to 17:45".
std::string DescribeTime(const CronPattern& pattern);
// The days: "on weekdays in March", "every day"; empty where the pattern names every day and its
// time of day has said "every" already.
std::string DescribeDays(const CronPattern& pattern);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_WORDS_H_
