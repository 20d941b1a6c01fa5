// What targets receive of templates: a real HTTP server says what came.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;

constexpr char kInput[] =
    R"({"id":"a/b c","note":"say \"hi\"\n","n":3,"items":[{"sku":"A"},{"sku":"B"}],"evil":"x\r\nY: z"})";

class TemplatesExecutorTest : public testing::Test {
 protected:
  TemplatesExecutorTest() { target_.url = server_.url("/"); }

  AttemptResult Run() {
    core::ClaimedRun run = ClaimedRunOf(target_);
    run.input_json = kInput;
    run.connections = connections_;
    return Attempt(&executor_, std::move(run)).Wait();
  }

  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::HttpServer server_{
      [](const support::HttpServerRequest&) { return support::HttpServerAnswer(); }};
  HttpExecutor executor_{HttpOptions(), &egress_, &clock_};
  core::HttpTarget target_;
  std::vector<std::shared_ptr<const core::StoredConnection>> connections_;
};

TEST_F(TemplatesExecutorTest, ValuesArriveInPathQueryHeaderAndBody) {
  target_.url = server_.url("/jobs/{{job.tag}}/:id?n={{n}}");
  target_.path_params["id"] = "{{id}}";
  target_.query["note"] = "{{note}}";
  target_.headers["X-Run"] = "{{run.id}} {{run.attempt}}";
  target_.body =
      R"({"n":{{n}},"note":"{{note}}","skus":[{{#items}}{{sku}},{{/items}}null]{{#nosuch}},"x":{{nosuch}}{{/nosuch}}})";
  const AttemptResult result = Run();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  const support::HttpServerRequest seen = server_.requests().at(0);
  EXPECT_EQ(seen.target, "/jobs/example_job/a%2Fb%20c?n=3&note=say%20%22hi%22%0A");
  EXPECT_EQ(seen.Header("x-run"), seen.Header("idempotency-key") + " 1");
  EXPECT_EQ(seen.Header("content-type"), "application/json");
  EXPECT_EQ(seen.body, R"({"n":3,"note":"say \"hi\"\n","skus":["A","B",null]})");
}

TEST_F(TemplatesExecutorTest, WhatCannotBeFilledInIsNotSent) {
  target_.body = R"({"a":{{nosuch}}})";
  AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), core::failure::kValidation);
  EXPECT_EQ(
      result.error->message,
      "the template of body: at character 6, \"nosuch\" is not defined: the run's input has no "
      "such member");
  target_.body.clear();
  target_.headers["X"] = "{{evil}}";
  result = Run();
  EXPECT_EQ(CodeOf(result), core::failure::kValidation);
  EXPECT_NE(result.error->message.find("headers[X]"), std::string::npos);
  EXPECT_EQ(server_.request_count(), 0u);
}

TEST_F(TemplatesExecutorTest, GoBeforeTheConnectionWhoseTextsAreNone) {
  core::HttpSettings settings;
  settings.base_url = server_.url("/base");
  settings.headers["X-Team"] = "{{n}}";
  auto stored = std::make_shared<core::StoredConnection>();
  stored->spec.tag = "billing";
  stored->spec.env[""] = settings;
  connections_.push_back(std::move(stored));
  target_.connection = "billing";
  target_.url = "/{{id}}";
  const AttemptResult result = Run();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  const support::HttpServerRequest seen = server_.requests().at(0);
  EXPECT_EQ(seen.target, "/base/a%2Fb%20c");
  EXPECT_EQ(seen.Header("x-team"), "{{n}}");
}

// A value chooses a path, and never another host for the connection's secrets.
TEST_F(TemplatesExecutorTest, DoNotLeadAwayFromTheBaseUrl) {
  core::HttpSettings settings;
  settings.base_url = server_.url("/base");
  auto stored = std::make_shared<core::StoredConnection>();
  stored->spec.tag = "billing";
  stored->spec.env[""] = settings;
  connections_.push_back(std::move(stored));
  target_.connection = "billing";
  target_.url = "http://{{#items}}{{sku}}{{/items}}/x";
  const AttemptResult result = Run();
  EXPECT_EQ(CodeOf(result), core::failure::kValidation);
  EXPECT_EQ(server_.request_count(), 0u);
}

}  // namespace
}  // namespace scheduler::dispatch
