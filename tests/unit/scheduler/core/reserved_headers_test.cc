#include "scheduler/core/reserved_headers.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

TEST(ReservedHeadersTest, WhatADeliverySaysIsReserved) {
  for (const char* name : {"Idempotency-Key", "traceparent", "TraceParent", "Ductape-Job",
                           "DUCTAPE-anything", "ductape-"}) {
    EXPECT_TRUE(IsReservedHeader(name)) << name;
    EXPECT_TRUE(IsReservedMetadata(name)) << name;
  }
}

TEST(ReservedHeadersTest, WhatFramesTheMessageIsReserved) {
  for (const char* name :
       {"Connection", "content-length", "EXPECT", "HTTP2-Settings", "Keep-Alive", "TE", "Trailer",
        "Transfer-Encoding", "Proxy-Connection", "Proxy-Authorization", "Host", "Upgrade"}) {
    EXPECT_TRUE(IsReservedHeader(name)) << name;
    EXPECT_TRUE(IsReservedMetadata(name)) << name;
  }
}

TEST(ReservedHeadersTest, WhatGrpcSaysIsReservedInMetadata) {
  for (const char* name : {"content-type", "User-Agent", "grpc-timeout", "GRPC-x", "grpc-", ":path",
                           ":authority", ":"}) {
    EXPECT_TRUE(IsReservedMetadata(name)) << name;
  }
  // An HTTP target may well say these.
  EXPECT_FALSE(IsReservedHeader("Content-Type"));
  EXPECT_FALSE(IsReservedHeader("User-Agent"));
  EXPECT_FALSE(IsReservedHeader("grpc-timeout"));
}

TEST(ReservedHeadersTest, TheRestIsFree) {
  for (const char* name : {"", "Authorization", "tracestate", "X-Ductape-Job", "Idempotency-Key-2",
                           "ductape", "Hosts", "Accept", "grpc", "x-grpc-timeout"}) {
    EXPECT_FALSE(IsReservedHeader(name)) << name;
    EXPECT_FALSE(IsReservedMetadata(name)) << name;
  }
}

}  // namespace
}  // namespace scheduler::core
