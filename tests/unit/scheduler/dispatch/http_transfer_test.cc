#include "scheduler/dispatch/http_transfer.h"

#include <cstring>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/core/failure.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;

class HttpTransferTest : public testing::Test {
 protected:
  HttpTransferTest() {
    auto event = std::make_shared<core::Event>();
    event->target = core::HttpTarget();
    transfer_.event = event;
  }
  HttpTransfer transfer_;
};

TEST_F(HttpTransferTest, HeadersAreChainedInOrder) {
  EXPECT_EQ(transfer_.HeaderList(), nullptr);
  transfer_.request.headers = {"A: 1", "B: 2", "C;"};
  std::string seen;
  for (const curl_slist* node = transfer_.HeaderList(); node != nullptr; node = node->next) {
    seen += std::string(node->data) + "|";
  }
  EXPECT_EQ(seen, "A: 1|B: 2|C;|");
}

TEST_F(HttpTransferTest, AnAnswerIsJudgedByItsStatus) {
  EXPECT_TRUE(transfer_.ResultOf(CURLE_OK, 200, 0).completed);
  EXPECT_EQ(transfer_.ResultOf(CURLE_OK, 404, 0).error->code, failure::kNotFound);
}

TEST_F(HttpTransferTest, TooLongABodyIsJudgedByItsStatus) {
  transfer_.reply.OnBody(std::string(2 * HttpReply::kMaxReadBytes, 'x'));
  EXPECT_TRUE(transfer_.ResultOf(CURLE_WRITE_ERROR, 200, 0).completed);
  EXPECT_EQ(transfer_.ResultOf(CURLE_WRITE_ERROR, 500, 0).error->code, failure::kUnavailable);
}

TEST_F(HttpTransferTest, AnAnswerBeforeTheEndOfTheRequestIsJudgedByItsStatus) {
  EXPECT_TRUE(transfer_.ResultOf(CURLE_HTTP2_STREAM, 200, 0).completed);
  EXPECT_EQ(transfer_.ResultOf(CURLE_HTTP2_STREAM, 503, 0).error->code, failure::kUnavailable);
  std::strcpy(transfer_.curl_message, "HTTP/2 stream 1 was not closed cleanly");
  EXPECT_EQ(transfer_.ResultOf(CURLE_HTTP2_STREAM, 200, 0).error->code, failure::kConnection);
}

TEST_F(HttpTransferTest, ABrokenAnswerIsNotJudgedByItsStatus) {
  const AttemptResult cut = transfer_.ResultOf(CURLE_PARTIAL_FILE, 200, 0);
  EXPECT_FALSE(cut.completed);
  EXPECT_EQ(cut.error->code, failure::kConnection);
  EXPECT_EQ(cut.error->status, 0);
  EXPECT_EQ(transfer_.ResultOf(CURLE_OPERATION_TIMEDOUT, 200, 0).error->code, failure::kTimeout);
}

TEST_F(HttpTransferTest, ClassesOfTransportFailures) {
  EXPECT_EQ(ClassOfCurlCode(CURLE_OPERATION_TIMEDOUT), failure::kTimeout);
  for (const CURLcode code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_RECV_ERROR,
                              CURLE_GOT_NOTHING, CURLE_PEER_FAILED_VERIFICATION, CURLE_HTTP2}) {
    EXPECT_EQ(ClassOfCurlCode(code), failure::kConnection) << code;
  }
  EXPECT_EQ(ClassOfCurlCode(CURLE_URL_MALFORMAT), failure::kValidation);
  EXPECT_EQ(ClassOfCurlCode(CURLE_WEIRD_SERVER_REPLY), failure::kUnavailable);
  EXPECT_EQ(ClassOfCurlCode(CURLE_OUT_OF_MEMORY), failure::kUnavailable);
}

TEST_F(HttpTransferTest, MessageIsTheLibrarysOrTheCodes) {
  EXPECT_FALSE(transfer_.ResultOf(CURLE_COULDNT_CONNECT, 0, 0).error->message.empty());
  std::strncpy(transfer_.curl_message, "refused\nby h", CURL_ERROR_SIZE - 1);
  EXPECT_EQ(transfer_.ResultOf(CURLE_COULDNT_CONNECT, 0, 0).error->message, "refused by h");
}

TEST_F(HttpTransferTest, DenialCountsUnlessAnAddressWasAllowed) {
  transfer_.denial = "the egress policy denies 169.254.169.254:80";
  EXPECT_EQ(transfer_.ResultOf(CURLE_COULDNT_CONNECT, 0, 0).error->code, failure::kEgressDenied);
  EXPECT_EQ(transfer_.ResultOf(CURLE_COULDNT_CONNECT, 0, 0).error->message, transfer_.denial);
  transfer_.dialled = true;
  EXPECT_EQ(transfer_.ResultOf(CURLE_COULDNT_CONNECT, 0, 0).error->code, failure::kConnection);
  EXPECT_TRUE(transfer_.ResultOf(CURLE_OK, 200, 0).completed);
}

TEST_F(HttpTransferTest, AProbeTellsTheStatusLine) {
  transfer_.probe = true;
  transfer_.OnHeader("HTTP/1.1 100 Continue\r\n");
  transfer_.OnHeader("HTTP/1.1 204 No Content\r\n");
  transfer_.OnHeader("Server: x\r\n");
  transfer_.OnBody("what a HEAD does not have");
  EXPECT_EQ(transfer_.ResultOf(CURLE_OK, 204, 0).output->output, "HTTP/1.1 204 No Content");
  EXPECT_EQ(transfer_.ResultOf(CURLE_OK, 401, 0).error->code, failure::kUnauthenticated);
}

}  // namespace
}  // namespace scheduler::dispatch
