#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EventCommandsTest : public JobctlTest {
 protected:
  void SetUp() override {
    server_.create_event.Answer(
        [](const v1::CreateEventRequest& request) { return request.event(); });
    server_.update_event.Answer(
        [](const v1::UpdateEventRequest& request) { return request.event(); });
  }

  v1::Event Created(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"event", "create"});
    EXPECT_EQ(Jobctl(arguments, in), 0) << err;
    const auto requests = server_.create_event.requests();
    return requests.empty() ? v1::Event() : requests.back().event();
  }
};

TEST_F(EventCommandsTest, CreateAsInTheQuickstart) {
  const v1::Event event = Created(
      {"action_tag", "--type", "ACTION", "--name", "Ping", "--url", "http://127.0.0.1:8080/ping"});
  EXPECT_EQ(event.event_type(), v1::Event::ACTION);
  EXPECT_EQ(event.tag(), "action_tag");
  EXPECT_EQ(event.name(), "Ping");
  EXPECT_EQ(event.http().url(), "http://127.0.0.1:8080/ping");
  EXPECT_EQ(event.http().method(), v1::HttpTarget::METHOD_UNSPECIFIED);
}

TEST_F(EventCommandsTest, CreateAnHttpTarget) {
  const v1::Event event = Created({"ACTION/e",
                                   "--url",
                                   "http://x/:id",
                                   "--method",
                                   "delete",
                                   "--header",
                                   "A=b",
                                   "--header",
                                   "C=d=e",
                                   "--query",
                                   "q=1",
                                   "--path-param",
                                   "id=7",
                                   "--body",
                                   "[1,2]",
                                   "--success-code",
                                   "204",
                                   "--success-code",
                                   "3xx",
                                   "--max-retries",
                                   "2",
                                   "--attempt-timeout",
                                   "5s",
                                   "--max-in-flight",
                                   "5",
                                   "--max-per-second",
                                   "0.5",
                                   "-l",
                                   "k=v"});
  EXPECT_EQ(event.http().method(), v1::HttpTarget::DELETE_METHOD);
  EXPECT_EQ(event.http().headers().at("C"), "d=e");
  EXPECT_EQ(event.http().query().at("q"), "1");
  EXPECT_EQ(event.http().path_params().at("id"), "7");
  EXPECT_EQ(event.http().body(), "[1,2]");
  EXPECT_THAT(event.http().success_codes(), ElementsAre("204", "3xx"));
  EXPECT_EQ(event.retry_policy().max_retries(), 2);
  EXPECT_EQ(event.attempt_timeout().seconds(), 5);
  EXPECT_EQ(event.limits().max_in_flight(), 5);
  EXPECT_EQ(event.limits().max_per_second(), 0.5);
  EXPECT_EQ(event.labels().at("k"), "v");
}

TEST_F(EventCommandsTest, CreateGrpcAndWorkerTargets) {
  v1::Event event = Created({"function/e", "--grpc-address", "h:1", "--grpc-method", "a.B/C",
                             "--grpc-message", R"({"k":1})", "--metadata", "m=1"});
  EXPECT_EQ(event.grpc().address(), "h:1");
  EXPECT_EQ(event.grpc().method(), "a.B/C");
  EXPECT_EQ(event.grpc().message().fields_size(), 1);
  EXPECT_EQ(event.grpc().metadata().at("m"), "1");
  event = Created({"ACTION/e", "--grpc-connection", "shop", "--grpc-method", "a.B/C"});
  EXPECT_EQ(event.grpc().connection(), "shop");
  event = Created({"ACTION/e", "--queue", "images"});
  EXPECT_EQ(event.worker().queue(), "images");
  event = Created({"ACTION/e", "--queue", ""});
  EXPECT_TRUE(event.has_worker());
}

TEST_F(EventCommandsTest, CreateFromAFile) {
  EXPECT_EQ(Created({"-f", "-"}, "event_type: ACTION\ntag: e\nworker: {}\n").tag(), "e");
  EXPECT_EQ(Created({"FUNCTION/x", "-f", "-"}, "event_type: ACTION\ntag: e\n").event_type(),
            v1::Event::FUNCTION);
  EXPECT_EQ(Created({"-f", "-", "--type", "FUNCTION"}, "tag: e\n").event_type(),
            v1::Event::FUNCTION);
}

TEST_F(EventCommandsTest, WrongUsage) {
  EXPECT_EQ(Jobctl({"event", "create", "e", "--url", "http://x/"}), 2);
  EXPECT_THAT(err, HasSubstr("TYPE/TAG"));
  EXPECT_EQ(Jobctl({"event", "create", "WHATEVER/e", "--url", "http://x/"}), 2);
  EXPECT_THAT(err, HasSubstr("action, notification"));
  EXPECT_EQ(Jobctl({"event", "create", "ACTION/e", "--url", "http://x/", "--queue", "q"}), 2);
  EXPECT_THAT(err, HasSubstr("--queue: an event has one target"));
  EXPECT_EQ(Jobctl({"event", "create", "ACTION/e", "--url", "http://x/", "--metadata", "a=b"}), 2);
  EXPECT_EQ(Jobctl({"event", "create", "ACTION/e", "--method", "FETCH"}), 2);
  EXPECT_EQ(Jobctl({"event", "create", "ACTION/e", "--max-per-second", "many"}), 2);
  EXPECT_THAT(err, HasSubstr("--max-per-second: \"many\" is no number"));
  EXPECT_EQ(Jobctl({"event", "create"}), 2);
  EXPECT_EQ(Jobctl({"event", "update", "ACTION/e"}), 2);
  EXPECT_EQ(Jobctl({"event", "get", "e"}), 2);
  EXPECT_EQ(Jobctl({"event", "delete", "e"}), 2);
  EXPECT_EQ(server_.create_event.calls(), 0U);
}

TEST_F(EventCommandsTest, UpdateNamesWhatFlagsSet) {
  EXPECT_EQ(Jobctl({"event", "update", "ACTION/e", "--name", "n", "--queue", "q", "--clear",
                    "retry_policy", "--etag", "t", "--dry-run"}),
            0);
  const v1::UpdateEventRequest request = server_.update_event.requests()[0];
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("name", "worker", "retry_policy"));
  EXPECT_EQ(request.event().etag(), "t");
  EXPECT_TRUE(request.validate_only());
}

TEST_F(EventCommandsTest, GetListDelete) {
  EXPECT_EQ(Jobctl({"event", "get", "action/e"}), 0);
  EXPECT_EQ(server_.get_event.requests()[0].event_type(), v1::Event::ACTION);
  EXPECT_EQ(server_.get_event.requests()[0].tag(), "e");
  v1::ListEventsResponse page;
  page.add_events()->set_tag("e");
  page.mutable_events(0)->set_event_type(v1::Event::ACTION);
  server_.list_events.Answer(page);
  EXPECT_EQ(Jobctl({"event", "list", "-o", "name"}), 0);
  EXPECT_EQ(out, "ACTION/e\n");
  EXPECT_EQ(Jobctl({"event", "delete", "e", "--type", "ACTION", "--force"}), 0);
  EXPECT_TRUE(server_.delete_event.requests()[0].force());
  EXPECT_EQ(err, "deleted event ACTION/e\n");
}

}  // namespace
}  // namespace jobctl
