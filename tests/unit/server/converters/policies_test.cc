#include "server/converters/policies.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

template <typename Policy>
struct Case {
  std::string fault;
  std::function<void(Policy*)> change;
};

TEST(RetryPolicyTest, TakesItsBoundsAndNothingBeyond) {
  const std::vector<Case<v1::RetryPolicy>> cases = {
      {"OK", [](auto* p) { p->set_max_retries(0); }},
      {"OK", [](auto* p) { p->set_max_retries(100); }},
      {"FIELD_OUT_OF_RANGE r.max_retries", [](auto* p) { p->set_max_retries(-1); }},
      {"FIELD_OUT_OF_RANGE r.max_retries", [](auto* p) { p->set_max_retries(101); }},
      {"FIELD_OUT_OF_RANGE r.initial_backoff", [](auto* p) { p->mutable_initial_backoff(); }},
      {"OK", [](auto* p) { p->mutable_initial_backoff()->set_seconds(86'400); }},
      {"FIELD_OUT_OF_RANGE r.initial_backoff",
       [](auto* p) { p->mutable_initial_backoff()->set_seconds(86'401); }},
      {"OK",  // below the default initial backoff, which gives way
       [](auto* p) { p->mutable_max_backoff()->set_nanos(1); }},
      {"FIELD_OUT_OF_RANGE r.max_backoff", [](auto* p) { p->mutable_max_backoff(); }},
      {"FIELD_OUT_OF_RANGE r.max_backoff",
       [](auto* p) { p->mutable_max_backoff()->set_seconds(86'401); }},
      {"OK",
       [](auto* p) {
         p->mutable_initial_backoff()->set_seconds(2);
         p->mutable_max_backoff()->set_seconds(2);
       }},
      {"FIELD_INVALID r.max_backoff",
       [](auto* p) {
         p->mutable_initial_backoff()->set_seconds(2);
         p->mutable_max_backoff()->set_seconds(1);
         p->mutable_max_backoff()->set_nanos(999'000'000);
       }},
      {"OK",  // above the default max_backoff, which gives way
       [](auto* p) { p->mutable_initial_backoff()->set_seconds(3600); }},
      {"OK", [](auto* p) { p->set_multiplier(1); }},
      {"OK", [](auto* p) { p->set_multiplier(100); }},
      {"FIELD_OUT_OF_RANGE r.multiplier", [](auto* p) { p->set_multiplier(0.5); }},
      {"FIELD_OUT_OF_RANGE r.multiplier", [](auto* p) { p->set_multiplier(-1); }},
      {"FIELD_OUT_OF_RANGE r.multiplier", [](auto* p) { p->set_multiplier(std::nan("")); }},
      {"FIELD_OUT_OF_RANGE r.multiplier",
       [](auto* p) { p->set_multiplier(std::numeric_limits<double>::infinity()); }},
      {"OK", [](auto* p) { p->mutable_max_elapsed(); }},
      {"FIELD_OUT_OF_RANGE r.max_elapsed",
       [](auto* p) { p->mutable_max_elapsed()->set_seconds(-1); }},
      {"OK", [](auto* p) { p->add_retryable_codes("MY_CODE_2"); }},
      {"FIELD_INVALID r.retryable_codes[1]",
       [](auto* p) {
         p->add_retryable_codes("A");
         p->add_retryable_codes("lower");
       }},
      {"FIELD_INVALID r.non_retryable_codes[0]", [](auto* p) { p->add_non_retryable_codes(""); }},
      {"FIELD_INVALID r.non_retryable_codes[0]",
       [](auto* p) { p->add_non_retryable_codes(std::string(65, 'A')); }},
      {"FIELD_TOO_LARGE r.retryable_codes",
       [](auto* p) {
         for (int i = 0; i < 65; ++i) p->add_retryable_codes("A");
       }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::RetryPolicy policy;
    cases[i].change(&policy);
    EXPECT_EQ(Fault(ToRetryPolicy("r", policy)), cases[i].fault) << i;
  }
}

TEST(RetryPolicyTest, NamesBothBackoffsThatContradict) {
  v1::RetryPolicy policy;
  policy.mutable_initial_backoff()->set_seconds(2);
  policy.mutable_max_backoff()->set_seconds(1);
  const std::string message(ToRetryPolicy("r", policy).status().message());
  EXPECT_NE(message.find("r.max_backoff"), std::string::npos) << message;
  EXPECT_NE(message.find("r.initial_backoff, which is 2000 ms"), std::string::npos) << message;
}

TEST(RetryPolicyTest, KeepsWhatIsUnsetApart) {
  v1::RetryPolicy policy;
  policy.mutable_initial_backoff()->set_nanos(1'500'000);
  const core::RetryPolicy converted = ToRetryPolicy("r", policy).value();
  EXPECT_FALSE(converted.max_retries.has_value());
  EXPECT_EQ(converted.initial_backoff, 2);
  EXPECT_EQ(converted.max_backoff, 0);
  v1::RetryPolicy back;
  RetryPolicyToProto(converted, &back);
  EXPECT_FALSE(back.has_max_retries());
  EXPECT_TRUE(back.has_initial_backoff());
  EXPECT_FALSE(back.has_max_backoff());
  EXPECT_EQ(ToRetryPolicy("r", back).value(), converted);
}

TEST(OverlapPolicyTest, LimitBelongsToAllow) {
  const std::vector<Case<v1::OverlapPolicy>> cases = {
      {"OK", [](auto*) {}},
      {"OK", [](auto* p) { p->set_mode(v1::OverlapPolicy::BUFFER_ONE); }},
      {"OK",
       [](auto* p) {
         p->set_mode(v1::OverlapPolicy::ALLOW);
         p->set_limit(1000);
       }},
      {"FIELD_OUT_OF_RANGE o.limit",
       [](auto* p) {
         p->set_mode(v1::OverlapPolicy::ALLOW);
         p->set_limit(1001);
       }},
      {"FIELD_OUT_OF_RANGE o.limit",
       [](auto* p) {
         p->set_mode(v1::OverlapPolicy::ALLOW);
         p->set_limit(-1);
       }},
      {"FIELD_INVALID o.limit", [](auto* p) { p->set_limit(5); }},
      {"FIELD_INVALID o.mode",
       [](auto* p) { p->set_mode(static_cast<v1::OverlapPolicy::Mode>(5)); }},
      {"FIELD_INVALID o.mode",
       [](auto* p) { p->set_mode(static_cast<v1::OverlapPolicy::Mode>(-7)); }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::OverlapPolicy policy;
    cases[i].change(&policy);
    EXPECT_EQ(Fault(ToOverlapPolicy("o", policy)), cases[i].fault) << i;
  }
  EXPECT_EQ(ToOverlapPolicy("o", {}).value(), core::OverlapPolicy());
}

TEST(CatchupPolicyTest, WindowAndLimitBelongToAll) {
  const std::vector<Case<v1::CatchupPolicy>> cases = {
      {"OK", [](auto*) {}},
      {"OK",
       [](auto* p) {
         p->set_mode(v1::CatchupPolicy::ALL);
         p->mutable_window()->set_seconds(1);
         p->set_limit(1000);
       }},
      {"FIELD_OUT_OF_RANGE c.window",
       [](auto* p) {
         p->set_mode(v1::CatchupPolicy::ALL);
         p->mutable_window()->set_nanos(999'000'000);
       }},
      {"FIELD_OUT_OF_RANGE c.window",
       [](auto* p) {
         p->set_mode(v1::CatchupPolicy::ALL);
         p->mutable_window()->set_seconds(366 * 86'400 + 1);
       }},
      {"FIELD_OUT_OF_RANGE c.limit",
       [](auto* p) {
         p->set_mode(v1::CatchupPolicy::ALL);
         p->set_limit(1001);
       }},
      {"FIELD_INVALID c.window", [](auto* p) { p->mutable_window()->set_seconds(5); }},
      {"FIELD_INVALID c.limit",
       [](auto* p) {
         p->set_mode(v1::CatchupPolicy::NONE);
         p->set_limit(1);
       }},
      {"FIELD_INVALID c.mode",
       [](auto* p) { p->set_mode(static_cast<v1::CatchupPolicy::Mode>(4)); }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::CatchupPolicy policy;
    cases[i].change(&policy);
    EXPECT_EQ(Fault(ToCatchupPolicy("c", policy)), cases[i].fault) << i;
  }
}

TEST(PolicyTest, WhatIsReadCanBeWritten) {
  for (const auto mode :
       {core::OverlapMode::kSkip, core::OverlapMode::kAllow, core::OverlapMode::kBufferOne}) {
    core::OverlapPolicy policy;
    policy.mode = mode;
    v1::OverlapPolicy proto;
    OverlapPolicyToProto(policy, &proto);
    EXPECT_EQ(ToOverlapPolicy("o", proto).value(), policy);
  }
  for (const auto mode :
       {core::CatchupMode::kLatest, core::CatchupMode::kAll, core::CatchupMode::kNone}) {
    core::CatchupPolicy policy;
    policy.mode = mode;
    v1::CatchupPolicy proto;
    CatchupPolicyToProto(policy, &proto);
    EXPECT_EQ(ToCatchupPolicy("c", proto).value(), policy);
  }
}

}  // namespace
}  // namespace server
