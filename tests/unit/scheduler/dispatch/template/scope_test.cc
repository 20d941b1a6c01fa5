#include "scheduler/dispatch/template/scope.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/core/ids.h"

namespace scheduler::dispatch {
namespace {

core::ClaimedRun ExampleRun() {
  core::ClaimedRun run;
  run.key = {core::MakeUid(5, 1), 7};
  run.attempt = 2;
  run.scheduled_time = 1'735'787'045'678;
  run.trigger = core::Trigger::kManual;
  run.product = "shop";
  run.job_tag = "invoices";
  run.job_name = "Invoices";
  run.env = "prd";
  run.input_json = R"({"id":3,"none":null,"job":"mine","list":[{"n":"x"}],"o":{"p":{"q":true}}})";
  return run;
}

std::string Found(const Scope& scope, std::string_view name) {
  const auto value = scope.Find(name);
  return value.ok() ? value->dump() : std::string(value.status().message());
}

TEST(ScopeTest, HasTheInputTheJobAndTheRun) {
  const core::ClaimedRun run = ExampleRun();
  const Scope scope(run);
  EXPECT_EQ(Found(scope, "id"), "3");
  EXPECT_EQ(Found(scope, "none"), "null");
  EXPECT_EQ(Found(scope, "o.p.q"), "true");
  EXPECT_EQ(Found(scope, "list.0.n"), "\"x\"");
  EXPECT_EQ(Found(scope, "input.job"), "\"mine\"");
  EXPECT_EQ(Found(scope, "job.tag"), "\"invoices\"");
  EXPECT_EQ(Found(scope, "job.name"), "\"Invoices\"");
  EXPECT_EQ(Found(scope, "job.product"), "\"shop\"");
  EXPECT_EQ(Found(scope, "job.env"), "\"prd\"");
  EXPECT_EQ(Found(scope, "run.id"), "\"" + core::FormatRunId(run.key) + "\"");
  EXPECT_EQ(Found(scope, "run.number"), "7");
  EXPECT_EQ(Found(scope, "run.attempt"), "2");
  EXPECT_EQ(Found(scope, "run.scheduled_time"), "\"2025-01-02T03:04:05.678Z\"");
  EXPECT_EQ(Found(scope, "run.trigger"), "\"MANUAL\"");
}

TEST(ScopeTest, WhatIsNotThereIsNotFound) {
  const core::ClaimedRun run = ExampleRun();
  const Scope scope(run);
  for (const char* name :
       {"nope", "id.x", "list.1", "list.x", "list.-1", "o.p.q.r", "input.nope"}) {
    EXPECT_TRUE(absl::IsNotFound(scope.Find(name).status())) << name;
    EXPECT_EQ(scope.Peek(name), nullptr) << name;
  }
  EXPECT_EQ(Found(scope, "nope"), "\"nope\" is not defined: the run's input has no such member");
  EXPECT_EQ(Found(scope, "job.nosuch"),
            "\"job.nosuch\" is not defined: there are job.tag, job.name, job.product, job.env, and "
            "input.job for the input's member");
  EXPECT_TRUE(absl::IsNotFound(scope.Find("secrets.x").status()));
}

TEST(ScopeTest, KnowsWhatNoRunHas) {
  for (const char* good : {"a", "a.b.c", "input", "input.x", "job", "job.env", "run", "run.id",
                           "secrets.x", "jobs.x", "runs"}) {
    EXPECT_FALSE(Scope::FaultOf(good).has_value()) << good;
  }
  for (const char* bad :
       {"job.nosuch", "job.tag.x", "run.nosuch", "run.id.0", "secrets", "secrets.a.b"}) {
    EXPECT_TRUE(Scope::FaultOf(bad).has_value()) << bad;
  }
}

TEST(ScopeTest, InputThatIsNoObjectIsNone) {
  core::ClaimedRun run = ExampleRun();
  run.input_json = "";
  EXPECT_EQ(Found(Scope(run), "input"), "{}");
  run.input_json = "{broken";
  EXPECT_EQ(Found(Scope(run), "input"), "{}");
}

}  // namespace
}  // namespace scheduler::dispatch
