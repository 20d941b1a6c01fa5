#ifndef SCHEDULER_DISPATCH_EGRESS_POLICY_H_
#define SCHEDULER_DISPATCH_EGRESS_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/dispatch/ip_address.h"

namespace scheduler::dispatch {

struct EgressOptions {
  // Whether targets may be on this machine. The server says true while it listens on loopback or
  // unix sockets only, since then whoever can create a target can reach those services anyway.
  bool allow_loopback = true;
  // Rules of the operator: ADDRESS, CIDR, "*" (every address), each with an optional ":PORT" or
  // ":LOW-HIGH"; IPv6 stands in brackets where a port follows.
  //   10.0.0.0/8   192.168.1.7:5432   [fd00::/8]:8000-8999   *:25
  std::vector<std::string> allow;
  std::vector<std::string> deny;
};

// Which addresses targets may have. Names mean nothing to it: it is asked with the address that is
// about to be dialled, so that no notation and no answer of a name server goes around it.
//
// The rule with the longest matching prefix decides; of equally long ones the operator's goes
// before a built-in one and a denial before a permission. An address without a rule is allowed. An
// IPv6 address that leads to IPv4 ones (see EmbeddedIpv4) is allowed only if all of these are.
//
// Denied by the built-in rules: unspecified and "this network" (0.0.0.0/8, ::), link-local
// (169.254.0.0/16, fe80::/10), multicast, 240.0.0.0/4 with broadcast, the metadata services of
// clouds that stand elsewhere, and, on request, loopback. Private ranges are the operator's choice.
//
// Immutable, so thread-safe.
class EgressPolicy {
 public:
  // INVALID_ARGUMENT with the field ("egress.deny[2]") of a rule that cannot be read.
  static absl::StatusOr<EgressPolicy> Create(const EgressOptions& options);

  // Nothing if the endpoint may be dialled; else why not, as a sentence for the run's error.
  std::optional<std::string> Denial(const Endpoint& endpoint) const;

 private:
  struct Rule {
    IpAddress prefix;
    int length = 0;
    uint16_t low_port = 0;
    uint16_t high_port = 65535;
    bool deny = true;
    bool configured = false;
    std::string text;  // as it was written

    bool Matches(const Endpoint& endpoint) const;
    bool GoesBefore(const Rule& other) const;
  };

  static std::vector<Rule> BuiltIn(bool allow_loopback);
  // The rules that `text` stands for: "*" gives one a family. Empty if it cannot be read.
  static std::vector<Rule> ParseRule(const std::string& text);
  static absl::Status Add(const std::vector<std::string>& texts, bool deny, EgressPolicy* policy);

  // The rule that decides about exactly this address; null if there is none.
  const Rule* Deciding(const Endpoint& endpoint) const;

  std::vector<Rule> rules_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_EGRESS_POLICY_H_
