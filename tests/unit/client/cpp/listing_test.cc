#include "client/cpp/listing.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cpp/client.h"
#include "client/cpp/error.h"
#include "ductape/jobs/v1/job.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace ductape::jobs {
namespace {

using client_test::FakeJobsServer;
using client_test::ServiceError;
using ::testing::ElementsAre;

using Jobs = Listing<v1::Job>;

// Gives these pages of tags, and counts what it is asked for.
class Pages {
 public:
  explicit Pages(std::vector<std::vector<std::string>> pages) : pages_(std::move(pages)) {}

  Jobs::Fetch fetch() {
    return [this] { return Next(); };
  }
  absl::StatusOr<Jobs::Page> Next() {
    Jobs::Page page;
    for (const std::string& tag : pages_.at(fetched)) page.resources.Add()->set_tag(tag);
    page.last = ++fetched == pages_.size();
    return page;
  }

  size_t fetched = 0;

 private:
  const std::vector<std::vector<std::string>> pages_;
};

// The tags, and of an error its reason.
template <class Resource>
std::vector<std::string> Read(Listing<Resource> listing) {
  std::vector<std::string> read;
  for (const absl::StatusOr<Resource>& resource : listing) {
    read.push_back(resource.ok() ? resource->tag() : ErrorOf(resource.status()).reason);
  }
  return read;
}

TEST(ListingTest, ReadsOverAllPages) {
  Pages pages({{"a", "b"}, {}, {"c"}, {}});
  EXPECT_THAT(Read(Jobs(pages.fetch())), ElementsAre("a", "b", "c"));
  EXPECT_EQ(pages.fetched, 4);
}

TEST(ListingTest, AnEmptyListHasNone) {
  Pages pages(std::vector<std::vector<std::string>>(1));
  EXPECT_THAT(Read(Jobs(pages.fetch())), ElementsAre());
}

TEST(ListingTest, FetchesNoPageBeforeItIsWanted) {
  Pages pages({{"a", "b"}, {"c"}});
  Jobs jobs(pages.fetch());
  EXPECT_EQ(pages.fetched, 0);
  auto it = jobs.begin();
  ++it;
  EXPECT_EQ((*it)->tag(), "b");
  EXPECT_EQ(pages.fetched, 1);
  it++;
  EXPECT_EQ(it->value().tag(), "c");
  EXPECT_EQ(pages.fetched, 2);
}

class ClientListingTest : public testing::Test {
 protected:
  ClientListingTest() {
    ClientOptions options;
    options.address = server_.address();
    client_ = *Client::Create(options);
  }

  // Answers `a` with another page, whose token is "1", and `b` on that.
  template <class Response, class Method, class Add>
  static void AnswerTwoPages(Method& method, Add add) {
    method.Answer([add](const auto& request) {
      Response page;
      const bool first = request.page_token().empty();
      add(page)->set_tag(first ? "a" : "b");
      if (first) page.set_next_page_token("1");
      return page;
    });
  }

  FakeJobsServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientListingTest, EachKindIsReadOverItsPages) {
  AnswerTwoPages<v1::ListJobsResponse>(server_.list_jobs, [](auto& it) { return it.add_jobs(); });
  AnswerTwoPages<v1::ListEventsResponse>(server_.list_events,
                                         [](auto& it) { return it.add_events(); });
  AnswerTwoPages<v1::ListCalendarsResponse>(server_.list_calendars,
                                            [](auto& it) { return it.add_calendars(); });
  AnswerTwoPages<v1::ListConnectionsResponse>(server_.list_connections,
                                              [](auto& it) { return it.add_connections(); });
  EXPECT_THAT(Read(client_->AllJobs({})), ElementsAre("a", "b"));
  EXPECT_THAT(Read(client_->AllEvents({})), ElementsAre("a", "b"));
  EXPECT_THAT(Read(client_->AllCalendars({})), ElementsAre("a", "b"));
  EXPECT_THAT(Read(client_->AllConnections({})), ElementsAre("a", "b"));
}

TEST_F(ClientListingTest, EachPageHasTheRequestsOtherFields) {
  server_.list_runs.Answer([](const v1::ListRunsRequest& request) {
    v1::ListRunsResponse page;
    page.add_runs()->set_job_tag(request.tag());
    if (request.page_token() != "2") page.set_next_page_token(request.page_token() + "2");
    return page;
  });
  v1::ListRunsRequest request;
  request.set_tag("heartbeat");
  request.set_page_size(1);
  int runs = 0;
  for (const absl::StatusOr<v1::Run>& run : client_->AllRuns(request)) {
    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_EQ(run->job_tag(), "heartbeat");
    ++runs;
  }
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(server_.list_runs.requests()[1].page_size(), 1);
}

TEST_F(ClientListingTest, AnErrorIsTheLastElement) {
  server_.list_jobs.Answer([](const v1::ListJobsRequest&) {
    v1::ListJobsResponse page;
    page.add_jobs()->set_tag("a");
    page.set_next_page_token("1");
    return page;
  });
  Listing<v1::Job> jobs = client_->AllJobs({});
  auto it = jobs.begin();
  EXPECT_EQ((*it)->tag(), "a");
  server_.list_jobs.FailWith(
      ServiceError(grpc::StatusCode::INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "no such page"));
  ++it;
  EXPECT_EQ(ErrorOf(it->status()).reason, "PAGE_TOKEN_INVALID");
  ++it;
  EXPECT_TRUE(it == jobs.end());
  EXPECT_EQ(server_.list_jobs.calls(), 2);
}

}  // namespace
}  // namespace ductape::jobs
