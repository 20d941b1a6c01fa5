#ifndef SCHEDULER_CORE_NOTIFICATION_PHONE_NUMBER_H_
#define SCHEDULER_CORE_NOTIFICATION_PHONE_NUMBER_H_

#include <string_view>

namespace scheduler::core {

// Whether `text` is an international telephone number as ITU-T E.164 has them: "+", then 7 to 15 digits of
// which the first is not 0. "+4915123456789".
bool IsPhoneNumber(std::string_view text);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_NOTIFICATION_PHONE_NUMBER_H_
