#include "scheduler/dispatch/egress_policy.h"

#include <cassert>
#include <charconv>
#include <string_view>
#include <utility>

#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

// A whole decimal number in [0, max].
std::optional<int> ParseNumber(std::string_view text, int max) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 0 || value > max) return std::nullopt;
  return value;
}

struct Split {
  std::string_view address;
  std::string_view ports;  // empty: none were given
};

// Takes "address", "address:ports" or "[address]:ports" apart. A bare IPv6 address has several
// colons and no ports.
std::optional<Split> SplitPorts(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    Split split{text.substr(1, end - 1), text.substr(end + 1)};
    if (split.ports.empty()) return split;
    if (split.ports.front() != ':' || split.ports.size() == 1) return std::nullopt;
    split.ports.remove_prefix(1);
    return split;
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon != text.rfind(':')) return Split{text, {}};
  if (colon + 1 == text.size()) return std::nullopt;
  return Split{text.substr(0, colon), text.substr(colon + 1)};
}

bool ParsePorts(std::string_view text, uint16_t* low, uint16_t* high) {
  const size_t dash = text.find('-');
  const std::optional<int> first = ParseNumber(text.substr(0, dash), 65535);
  const std::optional<int> last =
      dash == std::string_view::npos ? first : ParseNumber(text.substr(dash + 1), 65535);
  if (!first || !last || *first > *last) return false;
  *low = static_cast<uint16_t>(*first);
  *high = static_cast<uint16_t>(*last);
  return true;
}

bool ParsePrefix(std::string_view text, IpAddress* prefix, int* length) {
  const size_t slash = text.find('/');
  const std::optional<IpAddress> address = ParseIpAddress(std::string(text.substr(0, slash)));
  if (!address) return false;
  *prefix = *address;
  *length = address->bits();
  if (slash == std::string_view::npos) return true;
  const std::optional<int> bits = ParseNumber(text.substr(slash + 1), address->bits());
  if (!bits) return false;
  *length = *bits;
  return true;
}

constexpr const char* kAlwaysDenied[] = {
    "0.0.0.0/8",        // "this network"; 0.0.0.0 dials the machine itself
    "::/128",           //
    "169.254.0.0/16",   // link-local, with the metadata services of AWS, GCP, Azure and others
    "fe80::/10",        //
    "224.0.0.0/4",      // multicast
    "ff00::/8",         //
    "240.0.0.0/4",      // reserved, with broadcast
    "100.100.100.200",  // metadata of Alibaba Cloud
    "192.0.0.192",      // metadata of Oracle Cloud
    "168.63.129.16",    // Azure's host agent
    "fd00:ec2::254",    // metadata of AWS over IPv6
    "fd20:ce::254",     // metadata of Google Cloud over IPv6
};

constexpr const char* kLoopback[] = {"127.0.0.0/8", "::1"};

}  // namespace

bool EgressPolicy::Rule::Matches(const Endpoint& endpoint) const {
  return endpoint.port >= low_port && endpoint.port <= high_port &&
         SamePrefix(prefix, endpoint.address, length);
}

bool EgressPolicy::Rule::GoesBefore(const Rule& other) const {
  if (length != other.length) return length > other.length;
  if (configured != other.configured) return configured;
  return deny && !other.deny;
}

std::vector<EgressPolicy::Rule> EgressPolicy::ParseRule(const std::string& text) {
  const std::optional<Split> split = SplitPorts(text);
  if (!split) return {};
  Rule rule;
  rule.text = text;
  if (!split->ports.empty() && !ParsePorts(split->ports, &rule.low_port, &rule.high_port)) {
    return {};
  }
  if (split->address == "*") {
    Rule v4 = rule;
    v4.prefix.v4 = true;
    return {v4, rule};
  }
  if (!ParsePrefix(split->address, &rule.prefix, &rule.length)) return {};
  return {rule};
}

std::vector<EgressPolicy::Rule> EgressPolicy::BuiltIn(bool allow_loopback) {
  std::vector<Rule> rules;
  for (const char* text : kAlwaysDenied) rules.push_back(ParseRule(text).at(0));
  // Stated in both cases: ::1 is also the IPv4-compatible form of 0.0.0.1, which is denied.
  for (const char* text : kLoopback) {
    rules.push_back(ParseRule(text).at(0));
    rules.back().deny = !allow_loopback;
  }
  return rules;
}

absl::Status EgressPolicy::Add(const std::vector<std::string>& texts, bool deny,
                               EgressPolicy* policy) {
  for (size_t i = 0; i < texts.size(); ++i) {
    std::vector<Rule> rules = ParseRule(texts[i]);
    if (rules.empty()) {
      const std::string field =
          std::string(deny ? "egress.deny[" : "egress.allow[") + std::to_string(i) + "]";
      return base::errors::FieldInvalid(
          field, "an address, a CIDR or *, with an optional :PORT or :LOW-HIGH (IPv6 in brackets)");
    }
    for (Rule& rule : rules) {
      rule.deny = deny;
      rule.configured = true;
      policy->rules_.push_back(std::move(rule));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<EgressPolicy> EgressPolicy::Create(const EgressOptions& options) {
  EgressPolicy policy;
  policy.rules_ = BuiltIn(options.allow_loopback);
  absl::Status status = Add(options.allow, /*deny=*/false, &policy);
  if (status.ok()) status = Add(options.deny, /*deny=*/true, &policy);
  if (!status.ok()) return status;
  return policy;
}

const EgressPolicy::Rule* EgressPolicy::Deciding(const Endpoint& endpoint) const {
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    if (!rule.Matches(endpoint)) continue;
    if (best == nullptr || rule.GoesBefore(*best)) best = &rule;
  }
  return best;
}

std::optional<std::string> EgressPolicy::Denial(const Endpoint& endpoint) const {
  std::vector<IpAddress> forms = EmbeddedIpv4(endpoint.address);
  // Permitted by name, as ::1 is: that it also reads as an IPv4-compatible address means nothing.
  const Rule* own = Deciding(endpoint);
  if (own != nullptr && own->length == 128 && !own->deny) forms.clear();
  forms.insert(forms.begin(), endpoint.address);
  for (const IpAddress& form : forms) {
    const Rule* rule = Deciding({form, endpoint.port});
    if (rule != nullptr && rule->deny) {
      return "the egress policy denies " + FormatEndpoint(endpoint) + " (rule " + rule->text + ")";
    }
  }
  return std::nullopt;
}

}  // namespace scheduler::dispatch
