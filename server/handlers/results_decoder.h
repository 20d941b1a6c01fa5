#ifndef SERVER_HANDLERS_RESULTS_DECODER_H_
#define SERVER_HANDLERS_RESULTS_DECODER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "scheduler/core/run_port.h"

namespace server {

// A batch of results as the engine takes it.
struct DecodedResults {
  uint64_t sequence = 0;
  std::vector<scheduler::core::Outcome> outcomes;
};

// Reads `WorkRequest { results { … } }` straight from its bytes: the other half of the hottest
// path (DeliveryEncoder). It knows what clients usually send; for everything else (other
// messages, fields it does not know, invalid values) it returns false, and the bytes are to be
// parsed and checked the usual way, which also finds the words for what is wrong. What it accepts
// it understands as the usual way does: the tests compare both.
bool DecodeResults(std::string_view bytes, DecodedResults* out);

}  // namespace server

#endif  // SERVER_HANDLERS_RESULTS_DECODER_H_
