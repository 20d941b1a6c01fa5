#include "scheduler/engine/connection_commands.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using tests::EventKeyOf;
using tests::Every;
using tests::HttpEvent;
using tests::kProduct;

core::ConnectionSpec Spec(const std::string& url, const std::string& tag = "billing") {
  core::ConnectionSpec spec;
  spec.product = kProduct;
  spec.tag = tag;
  core::HttpSettings settings;
  settings.base_url = url;
  settings.auth = core::BearerAuth{{core::Secret::Source::kStored, "", {"k", "n", "c"}}};
  spec.env[""] = settings;
  return spec;
}

core::Event EventWith(const std::string& connection, const std::string& tag = "a") {
  core::Event event = HttpEvent(tag);
  std::get<core::HttpTarget>(event.target).connection = connection;
  return event;
}

class ConnectionCommandsTest : public testing::Test {
 protected:
  absl::StatusOr<ConnectionView> Create(core::ConnectionSpec spec, RequestId request = {}) {
    return h_.Await<ConnectionView>([&](Reply<ConnectionView> reply) {
      h_.service().Create(CreateConnection{std::move(spec), std::move(request), false},
                          std::move(reply));
    });
  }
  absl::StatusOr<ConnectionView> Update(const core::ConnectionSpec& spec, std::string etag = "",
                                        bool validate_only = false) {
    return h_.Await<ConnectionView>([&](Reply<ConnectionView> reply) {
      UpdateConnection command;
      command.product = spec.product;
      command.tag = spec.tag;
      command.etag = std::move(etag);
      command.validate_only = validate_only;
      command.patch = [spec](core::ConnectionSpec* out) {
        *out = spec;
        return absl::OkStatus();
      };
      h_.service().Update(std::move(command), std::move(reply));
    });
  }
  absl::StatusOr<Done> Delete(bool force, const std::string& tag = "billing") {
    return h_.Await<Done>([&](Reply<Done> reply) {
      h_.service().Delete(DeleteConnection{kProduct, tag, "", force, false, {}}, std::move(reply));
    });
  }
  absl::StatusOr<ConnectionView> Get(const std::string& tag = "billing") {
    return h_.Await<ConnectionView>([&](Reply<ConnectionView> reply) {
      h_.service().GetConnection(kProduct, tag, std::move(reply));
    });
  }
  absl::StatusOr<EventView> UpdateEventTo(const std::string& tag, const std::string& connection) {
    return h_.Await<EventView>([&](Reply<EventView> reply) {
      UpdateEvent command;
      command.product = kProduct;
      command.key = EventKeyOf(tag);
      command.patch = [connection](core::Event* event) {
        std::get<core::HttpTarget>(event->target).connection = connection;
        event->name = "changed";
        return absl::OkStatus();
      };
      h_.service().Update(std::move(command), std::move(reply));
    });
  }

  tests::EngineHarness h_;
};

TEST_F(ConnectionCommandsTest, CreatesAndReadsAlsoAfterARestart) {
  const auto created = Create(Spec("https://a"));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->connection.generation, 1);
  EXPECT_EQ(ReasonOf(Create(Spec("https://b")).status()), "CONNECTION_ALREADY_EXISTS");
  for (int i = 0; i < 2; ++i) {
    const auto read = Get();
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->connection.spec, Spec("https://a"));
    EXPECT_EQ(EtagOf(read->connection), EtagOf(created->connection));
    h_.Restart();
  }
  // Uids are not given out again.
  ASSERT_TRUE(Delete(false).ok());
  h_.Restart();
  const auto again = Create(Spec("https://a"));
  ASSERT_TRUE(again.ok());
  EXPECT_GT(again->connection.uid, created->connection.uid);
}

TEST_F(ConnectionCommandsTest, AnUpdateCountsOnlyIfItChangesSomething) {
  const auto created = Create(Spec("https://a"));
  ASSERT_TRUE(created.ok());
  h_.Advance(5);
  const auto same = Update(Spec("https://a"));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(EtagOf(same->connection), EtagOf(created->connection));
  EXPECT_EQ(Update(Spec("https://b"), "", true)->connection.generation, 2);
  EXPECT_EQ(Get()->connection.generation, 1);
  const auto updated = Update(Spec("https://b"), EtagOf(created->connection));
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->connection.generation, 2);
  EXPECT_EQ(updated->connection.create_time + 5, updated->connection.update_time);
  EXPECT_EQ(ReasonOf(Update(Spec("https://c"), EtagOf(created->connection)).status()),
            "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Update(Spec("https://c", "other")).status()), "CONNECTION_NOT_FOUND");
  h_.Restart();
  EXPECT_EQ(Get()->connection.spec, Spec("https://b"));
}

TEST_F(ConnectionCommandsTest, ARepeatedCreateAnswersTheSameConnection) {
  const auto first = Create(Spec("https://a"), {"r1", 7});
  const auto second = Create(Spec("https://a"), {"r1", 7});
  ASSERT_TRUE(first.ok() && second.ok()) << second.status();
  EXPECT_EQ(first->connection.uid, second->connection.uid);
  EXPECT_EQ(ReasonOf(Create(Spec("https://a"), {"r1", 8}).status()), "REQUEST_ID_REUSED");
  ASSERT_TRUE(Delete(false).ok());
  ASSERT_TRUE(Create(Spec("https://a")).ok());
  EXPECT_EQ(ReasonOf(Create(Spec("https://a"), {"r1", 7}).status()), "CONNECTION_NOT_FOUND");
}

TEST_F(ConnectionCommandsTest, AnEventNamesAConnectionThatExists) {
  const absl::Status missing = h_.CreateEvent(EventWith("billing")).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(missing), "CONNECTION_NOT_FOUND");
  ASSERT_TRUE(Create(Spec("https://a")).ok());
  ASSERT_TRUE(h_.CreateEvent(EventWith("billing")).ok());
  EXPECT_EQ(ReasonOf(UpdateEventTo("a", "other").status()), "CONNECTION_NOT_FOUND");
  EXPECT_EQ(Get()->event_count, 1);
}

TEST_F(ConnectionCommandsTest, WhatEventsUseIsNotDeletedWithoutForce) {
  ASSERT_TRUE(Create(Spec("https://a")).ok());
  ASSERT_TRUE(Create(Spec("https://a", "other")).ok());
  ASSERT_TRUE(h_.CreateEvent(EventWith("billing", "a")).ok());
  ASSERT_TRUE(h_.CreateEvent(EventWith("billing", "b")).ok());
  h_.Restart();
  EXPECT_EQ(Get()->event_count, 2);
  EXPECT_EQ(ReasonOf(Delete(false).status()), "CONNECTION_IN_USE");
  ASSERT_TRUE(h_.DeleteEvent("b", false).ok());
  ASSERT_TRUE(UpdateEventTo("a", "other").ok());
  EXPECT_EQ(Get()->event_count, 0);
  EXPECT_EQ(Get("other")->event_count, 1);
  EXPECT_TRUE(Delete(false).ok());
  EXPECT_TRUE(Delete(true, "other").ok());
  // What it names already is not checked again.
  EXPECT_TRUE(UpdateEventTo("a", "other").ok());
  h_.Restart();
  ASSERT_TRUE(Create(Spec("https://a", "other")).ok());
  EXPECT_EQ(Get("other")->event_count, 1);
}

TEST_F(ConnectionCommandsTest, EachAttemptHasTheConnectionAsItIsThen) {
  ASSERT_TRUE(Create(Spec("https://a")).ok());
  core::Event event = EventWith("billing");
  event.retry = core::RetryPolicy();
  event.retry->max_retries = 5;
  event.retry->retryable_codes = {"CONNECTION_NOT_FOUND"};
  ASSERT_TRUE(h_.CreateEvent(event).ok());
  core::JobSpec job = Every(base::kDay);
  job.event = EventKeyOf("a");
  ASSERT_TRUE(h_.Create(job).ok());
  core::ClaimedRun first = h_.ClaimOne();
  ASSERT_EQ(first.connections.size(), 1U);
  EXPECT_EQ(first.connections[0]->spec, Spec("https://a"));
  h_.Fail(first, "TIMEOUT");
  ASSERT_TRUE(Update(Spec("https://b")).ok());
  h_.Advance(base::kHour);
  core::ClaimedRun second = h_.ClaimOne();
  ASSERT_EQ(second.connections.size(), 1U);
  EXPECT_EQ(second.connections[0]->spec, Spec("https://b"));
  ASSERT_TRUE(Delete(true).ok());
  h_.Fail(second, "TIMEOUT");
  h_.Advance(base::kHour);
  EXPECT_TRUE(h_.ClaimOne().connections.empty());
}

TEST_F(ConnectionCommandsTest, ConnectionsAreListedInPages) {
  for (const char* tag : {"c", "a", "b"}) ASSERT_TRUE(Create(Spec("https://a", tag)).ok());
  ListConnections query;
  query.product = kProduct;
  query.page_size = 2;
  std::string tags;
  do {
    const auto page = h_.Await<ConnectionPage>(
        [&](Reply<ConnectionPage> reply) { h_.service().List(query, std::move(reply)); });
    ASSERT_TRUE(page.ok());
    for (const ConnectionView& view : page->connections) tags += view.connection.spec.tag;
    query.after = page->next_after;
  } while (query.after != 0);
  EXPECT_EQ(tags, "cab");
}

}  // namespace
}  // namespace scheduler::engine
