#include "scheduler/dispatch/grpc_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

namespace scheduler::dispatch {
namespace {

namespace pb = google::protobuf;

pb::FileDescriptorProto File(const std::string& text) {
  pb::FileDescriptorProto file;
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, &file)) << text;
  return file;
}

// A service whose message types stand in `messages`, in text form.
pb::FileDescriptorProto Service(const std::string& messages, const std::string& more = "") {
  return File(absl::StrCat("name: 'test.proto' package: 'test' syntax: 'proto3' ", messages, more,
                           " service { name: 'Echo'"
                           " method { name: 'Say' input_type: '.test.In' output_type: '.test.Out' }"
                           " method { name: 'Up' input_type: '.test.In' output_type: '.test.Out' "
                           "client_streaming: true }"
                           " method { name: 'Down' input_type: '.test.In' output_type: '.test.Out' "
                           "server_streaming: true"
                           " } }"));
}

constexpr char kMessages[] =
    "message_type { name: 'In'"
    " field { name: 'some_text' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }"
    " field { name: 'count' number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL } }"
    " message_type { name: 'Out'"
    " field { name: 'some_text' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }"
    " field { name: 'out' number: 2 type: TYPE_MESSAGE type_name: '.test.Out' label: "
    "LABEL_REPEATED }"
    " }";

std::shared_ptr<const GrpcService> Make(const std::vector<pb::FileDescriptorProto>& files) {
  auto service = GrpcService::Create("test.Echo", files);
  EXPECT_TRUE(service.ok()) << service.status();
  return service.ok() ? *service : nullptr;
}

absl::StatusOr<core::RunOutput> Output(const GrpcService& service, const std::string& bytes) {
  pb::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  return service.OutputFromReply(service.FindMethod("Say").value(), &stream);
}

TEST(GrpcServiceTest, FindsUnaryMethodsOnly) {
  const auto service = Make({Service(kMessages)});
  EXPECT_EQ(service->FindMethod("Say")->path, "/test.Echo/Say");
  EXPECT_EQ(std::string(service->FindMethod("Nope").status().message()),
            "the target's service test.Echo has no method Nope");
  for (const char* name : {"Up", "Down"}) {
    EXPECT_EQ(std::string(service->FindMethod(name).status().message()),
              absl::StrCat("the method ", name, " is streaming; only unary methods can be called"));
  }
}

TEST(GrpcServiceTest, ConvertsThereAndBack) {
  const auto service = Make({Service(kMessages)});
  const auto method = service->FindMethod("Say").value();
  const auto request = service->RequestFromJson(method, R"({"someText":"hi","count":7})");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(*request, std::string("\x0a\x02hi\x10\x07"));
  EXPECT_EQ(*service->RequestFromJson(method, "{}"), "");
  const auto output = Output(*service, "\x0a\x02hi");
  EXPECT_EQ(output->output, R"({"someText":"hi"})");
  EXPECT_FALSE(output->truncated);
  EXPECT_EQ(Output(*service, "")->output, "{}");
}

TEST(GrpcServiceTest, JsonThatDoesNotFitIsRefused) {
  const auto service = Make({Service(kMessages)});
  const auto method = service->FindMethod("Say").value();
  for (const std::string& json :
       {std::string(R"({"other":1})"), std::string(R"({"count":"x"})"), std::string("{"),
        std::string("[]"), std::string("null, 1"), std::string(R"({"count":2147483648})"),
        std::string(100'000, '['), std::string(5000, '{')}) {
    EXPECT_EQ(service->RequestFromJson(method, json).status().code(),
              absl::StatusCode::kInvalidArgument)
        << json.substr(0, 50);
  }
}

TEST(GrpcServiceTest, RepliesThatDoNotFitAreRefused) {
  const auto service = Make({Service(kMessages)});
  std::string deep;
  for (int i = 0; i < 200; ++i) {
    std::string outer = "\x12";
    // Lengths above 127 take two bytes.
    if (deep.size() > 127) {
      outer.push_back(static_cast<char>((deep.size() & 0x7f) | 0x80));
      outer.push_back(static_cast<char>(deep.size() >> 7));
    } else {
      outer.push_back(static_cast<char>(deep.size()));
    }
    deep = outer + deep;
  }
  EXPECT_FALSE(Output(*service, deep).ok());
}

TEST(GrpcServiceTest, LongRepliesAreCut) {
  const auto service = Make({Service(kMessages)});
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += std::string("\x12\x00", 2);
  const auto output = Output(*service, many);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
  EXPECT_TRUE(output->truncated);
}

TEST(GrpcServiceTest, AHugeFieldNameDoesNotMultiply) {
  // 100,000 elements of two bytes whose name has 60,000: 6 GB of text if it were written.
  const std::string name(60'000, 'n');
  const auto service = Make({Service(
      absl::StrCat("message_type { name: 'In' } message_type { name: 'Out' field { name: '", name,
                   "' number: 2 type: TYPE_MESSAGE type_name: '.test.Mid' label: LABEL_REPEATED } }"
                   " message_type { name: 'Mid' field { name: '",
                   name, "' number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL } }"))});
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += std::string("\x12\x02\x10\x01", 4);
  const auto output = Output(*service, many);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_TRUE(output->truncated);
  EXPECT_LE(output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
}

TEST(GrpcServiceTest, FieldsOfAMessageAreBounded) {
  for (const int count : {1000, 1001}) {
    std::string fields;
    for (int i = 1; i <= count; ++i) {
      absl::StrAppend(&fields, " field { name: 'f", i, "' number: ", i,
                      " type: TYPE_INT32 label: LABEL_OPTIONAL }");
    }
    const auto service = GrpcService::Create(
        "test.Echo", {Service(absl::StrCat("message_type { name: 'In' } message_type { name: 'Out'"
                                           " nested_type { name: 'Large' ",
                                           fields, " } ", fields, " }"))});
    EXPECT_EQ(service.ok(), count == 1000) << service.status();
    if (!service.ok()) continue;
    // The slowest reply there is: fields that are in none of the thousand.
    std::string unknown;
    while (unknown.size() < 1024 * 1024) unknown += std::string("\xc8\x3f\x01\xd0\x3f\x01", 6);
    EXPECT_TRUE(Output(**service, unknown).ok());
  }
}

TEST(GrpcServiceTest, BrokenDescriptorsAreRefusedWithTheReason) {
  const std::pair<std::vector<pb::FileDescriptorProto>, const char*> broken[] = {
      {{}, "the service is not among them"},
      {{File("name: 'other.proto' package: 'test' message_type { name: 'In' }")},
       "the service is not among them"},
      {{Service("message_type { name: 'In' }")}, "\".test.Out\" is not defined"},
      {{Service(kMessages, " dependency: 'missing.proto'")}, "missing.proto"},
      {{Service(kMessages, " dependency: 'test.proto'")}, "recursively imports itself"},
      {{Service(kMessages, " message_type { name: 'In' }")}, "the service is not among them"},
      {{Service("message_type { name: 'In' field { name: 'x' number: 0 type: TYPE_INT32"
                " label: LABEL_OPTIONAL } } message_type { name: 'Out' }")},
       "positive integers"},
  };
  for (const auto& [files, reason] : broken) {
    const auto service = GrpcService::Create("test.Echo", files);
    ASSERT_EQ(service.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(service.status().message()).find(reason), std::string::npos)
        << service.status();
  }
}

TEST(GrpcServiceTest, WellKnownTypesAreOurOwn) {
  // A Timestamp with other fields, which the JSON mapping would read as seconds and nanos.
  const auto evil = File(
      "name: 'google/protobuf/timestamp.proto' package: 'google.protobuf' syntax: 'proto3'"
      " message_type { name: 'Timestamp' field { name: 'seconds' number: 1 type: TYPE_STRING"
      " label: LABEL_OPTIONAL } }");
  const auto service = Make(
      {evil, Service("message_type { name: 'In' field { name: 'at' number: 1 type: TYPE_MESSAGE"
                     " type_name: '.google.protobuf.Timestamp' label: LABEL_OPTIONAL } }"
                     " message_type { name: 'Out' }",
                     " dependency: 'google/protobuf/timestamp.proto'")});
  const auto request = service->RequestFromJson(service->FindMethod("Say").value(),
                                                R"({"at":"1970-01-01T00:00:05Z"})");
  EXPECT_EQ(*request, std::string("\x0a\x04\x08\x05\x10\x00", 6));

  const auto stranger = File(
      "name: 'evil.proto' package: 'google.protobuf' syntax: 'proto3'"
      " message_type { name: 'Timestamp' }");
  EXPECT_EQ(GrpcService::Create("test.Echo", {stranger, Service(kMessages)}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(GrpcServiceTest, AnyOfAnUnknownTypeIsNoCrash) {
  pb::FileDescriptorProto any;
  pb::Any::descriptor()->file()->CopyTo(&any);
  const auto service = Make(
      {any, Service("message_type { name: 'In' } message_type { name: 'Out' field { name: 'any'"
                    " number: 1 type: TYPE_MESSAGE type_name: '.google.protobuf.Any'"
                    " label: LABEL_OPTIONAL } }",
                    " dependency: 'google/protobuf/any.proto'")});
  pb::Any value;
  value.set_type_url("type.googleapis.com/not.here.Type");
  value.set_value("\x08\x01");
  const std::string inner = value.SerializeAsString();
  EXPECT_FALSE(
      Output(*service, absl::StrCat("\x0a", std::string(1, static_cast<char>(inner.size())), inner))
          .ok());
}

TEST(GrpcServiceTest, DamagedDescriptorsAndRepliesAreNoCrash) {
  const pb::LogSilencer silence;
  pb::FileDescriptorProto any;
  pb::Any::descriptor()->file()->CopyTo(&any);
  const std::string whole = Service(kMessages).SerializeAsString();
  base::Random random(20250102);
  int usable = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (uint64_t i = 0; i <= random.Below(4); ++i) {
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Next());
    }
    pb::FileDescriptorProto file;
    if (!file.ParseFromString(bytes)) continue;
    const auto service = GrpcService::Create("test.Echo", {any, file});
    if (!service.ok()) continue;
    const auto method = (*service)->FindMethod("Say");
    if (!method.ok()) continue;
    ++usable;
    std::string reply;
    for (uint64_t i = 0; i < random.Below(64); ++i) {
      reply.push_back(static_cast<char>(random.Below(4) == 0 ? random.Next() : random.Below(24)));
    }
    Output(**service, reply).status().IgnoreError();
    (*service)->RequestFromJson(*method, R"({"someText":"hi","count":7})").status().IgnoreError();
  }
  EXPECT_GT(usable, 100);
}

}  // namespace
}  // namespace scheduler::dispatch
