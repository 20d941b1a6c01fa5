#include <vector>

#include "tests/crash/server/fault.h"

namespace tests::crash {

const std::vector<FaultEntry>& Faults() {
  static const auto* const faults = new std::vector<FaultEntry>{
      {"acknowledge_before_sync", AcknowledgeBeforeSync},
      {"count_after_dispatch", CountAfterDispatch},
      {"forget_timers", ForgetTimers},
      {"drop_last_entry", DropLastEntry},
      {"resend_acknowledged", ResendAcknowledged},
      {"run_after_delete", RunAfterDelete},
      {"early_fire", EarlyFire},
      {"lost_update", LostUpdate},
      {"double_number", DoubleNumber},
      {"forgotten_catchup", ForgottenCatchup},
      {"accept_stale_token", AcceptStaleToken},
      {"count_retry", CountRetry},
  };
  return *faults;
}

}  // namespace tests::crash
