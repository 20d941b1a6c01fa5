#include "scheduler/dispatch/grpc_target.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(GrpcTargetTest, ReadsAddresses) {
  const auto plain = ParseGrpcAddress("example.com:50051");
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "example.com");
  EXPECT_EQ(plain->port, 50051);
  EXPECT_EQ(plain->Authority(), "example.com:50051");

  const auto tls = ParseGrpcAddress("grpcs://[2001:db8::1]:443");
  ASSERT_TRUE(tls.ok());
  EXPECT_TRUE(tls->tls);
  EXPECT_EQ(tls->host, "2001:db8::1");
  EXPECT_EQ(tls->Authority(), "[2001:db8::1]:443");
}

TEST(GrpcTargetTest, RefusesOtherAddresses) {
  for (const char* text : {"",
                           ":50051",
                           "host",
                           "host:",
                           "host:0",
                           "host:65536",
                           "host:-1",
                           "host:1x",
                           "http://h:1",
                           "grpc://h:1",
                           "unix:/tmp/socket",
                           "dns:///h:1",
                           "h:1/x",
                           "a,b:1",
                           "::1:50051",
                           "[::1]",
                           "[]:1",
                           "[zz]:1",
                           "user@h:1",
                           "h h:1",
                           "ipv4:1.2.3.4:5",
                           "grpcs://"}) {
    const auto address = ParseGrpcAddress(text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ParseGrpcAddress(absl::StrCat(std::string(300, 'a'), ":1")).ok());
  EXPECT_FALSE(ParseGrpcAddress(std::string("h\0:1", 4)).ok());
}

TEST(GrpcTargetTest, ReadsMethods) {
  for (const char* text : {"a.b_c.Service9/Do_It", "/a.b_c.Service9/Do_It"}) {
    const auto name = ParseGrpcMethod(text);
    ASSERT_TRUE(name.ok()) << text;
    EXPECT_EQ(name->service, "a.b_c.Service9");
    EXPECT_EQ(name->method, "Do_It");
  }
  EXPECT_TRUE(ParseGrpcMethod("Service/M").ok());
}

TEST(GrpcTargetTest, RefusesOtherMethods) {
  for (const char* text : {"", "/", "a.B", "a.B/", "/M", "a..B/M", ".B/M", "a.B./M", "a.B/M/N",
                           "a.9B/M", "a.B/M N", "a-b.C/M", "//a.B/M", "a.B/M\n"}) {
    EXPECT_EQ(ParseGrpcMethod(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ParseGrpcMethod(absl::StrCat(std::string(2000, 'a'), "/M")).ok());
}

TEST(GrpcTargetTest, ChecksMetadata) {
  EXPECT_TRUE(CheckGrpcMetadata("authorization", "Bearer abc ~").ok());
  EXPECT_TRUE(CheckGrpcMetadata("x.y_z-9", "").ok());
  for (const char* key : {"", "Upper", "with space", "x:", ":path", "x\n", "caf\xC3\xA9",
                          "data-bin", "-bin", "grpc-timeout", "GRPC-x"}) {
    EXPECT_FALSE(CheckGrpcMetadata(key, "v").ok()) << key;
  }
  for (const char* key : {"idempotency-key", "ductape-job", "ductape-other", "traceparent", "host",
                          "user-agent", "grpc-timeout"}) {
    EXPECT_EQ(std::string(CheckGrpcMetadata(key, "v").message()),
              absl::StrCat("metadata ", key, " is set by the service"));
  }
  for (const std::string& value :
       {std::string("a\r\nb"), std::string("a\0b", 3), std::string("\x7f"), std::string("\xC3\xA9"),
        std::string("\t")}) {
    EXPECT_FALSE(CheckGrpcMetadata("key", value).ok());
  }
}

}  // namespace
}  // namespace scheduler::dispatch
