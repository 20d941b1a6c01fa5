#include "server/converters/target_converter.h"

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

template <typename Target>
struct Case {
  std::string fault;
  std::function<void(Target*)> change;
};

v1::HttpTarget ExampleHttp() {
  v1::HttpTarget target;
  target.set_url("http://127.0.0.1:8080/ping");
  return target;
}

void ExpectHttp(const std::vector<Case<v1::HttpTarget>>& cases) {
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::HttpTarget target = ExampleHttp();
    cases[i].change(&target);
    EXPECT_EQ(Fault(ToHttpTarget("event.http", target)), cases[i].fault) << i;
  }
}

TEST(HttpTargetTest, ChecksMethodUrlAndBody) {
  ExpectHttp({
      {"OK", [](v1::HttpTarget*) {}},
      {"OK", [](v1::HttpTarget* t) { t->set_method(v1::HttpTarget::HEAD); }},
      {"FIELD_INVALID event.http.method",
       [](v1::HttpTarget* t) { t->set_method(static_cast<v1::HttpTarget::Method>(7)); }},
      {"FIELD_REQUIRED event.http.url", [](v1::HttpTarget* t) { t->clear_url(); }},
      {"FIELD_INVALID event.http.url", [](v1::HttpTarget* t) { t->set_url("http://h/\r\n"); }},
      {"OK", [](v1::HttpTarget* t) { t->set_body(std::string(65'536, 'b')); }},
      {"FIELD_TOO_LARGE event.http.body",
       [](v1::HttpTarget* t) { t->set_body(std::string(65'537, 'b')); }},
      {"FIELD_INVALID event.http.body",
       [](v1::HttpTarget* t) {
         t->set_method(v1::HttpTarget::GET);
         t->set_body("b");
       }},
  });
}

TEST(HttpTargetTest, AConnectionAllowsPaths) {
  const auto with = [](const std::string& connection, const std::string& url) {
    return [connection, url](v1::HttpTarget* t) {
      t->set_connection(connection);
      t->set_url(url);
    };
  };
  ExpectHttp({
      {"OK", with("billing", "")},
      {"OK", with("billing", "/orders?a=b")},
      {"OK", with("billing", "?a=b")},
      {"OK", with("billing", "http://h/orders")},
      {"FIELD_INVALID event.http.url", with("billing", "orders")},
      {"FIELD_INVALID event.http.url", with("billing", "/a b")},
      {"FIELD_INVALID event.http.url", with("billing", "/a#b")},
      {"FIELD_TOO_LARGE event.http.url", with("billing", "/" + std::string(2048, 'a'))},
      {"FIELD_INVALID event.http.path_params", with("billing", "/orders/:id")},
      {"FIELD_INVALID event.http.connection", with("a/b", "/orders")},
      {"FIELD_INVALID event.http.url", with("", "/orders")},
      {"FIELD_REQUIRED event.http.url", with("", "")},
  });
  v1::HttpTarget target;
  with("billing", "/orders")(&target);
  const auto converted = ToHttpTarget("event.http", target);
  ASSERT_TRUE(converted.ok());
  EXPECT_EQ(converted->connection, "billing");
  v1::Event event;
  TargetToProto(*converted, &event);
  EXPECT_EQ(event.http().connection(), "billing");
  EXPECT_EQ(event.http().url(), "/orders");
}

TEST(HttpTargetTest, PathParametersAndSegmentsBelongTogether) {
  ExpectHttp({
      {"OK",
       [](v1::HttpTarget* t) {
         t->set_url("http://h/users/:id");
         (*t->mutable_path_params())["id"] = "a/b";
       }},
      {"FIELD_INVALID event.http.path_params",
       [](v1::HttpTarget* t) { t->set_url("http://h/users/:id"); }},
      {"FIELD_INVALID event.http.path_params",
       [](v1::HttpTarget* t) { (*t->mutable_path_params())["id"] = "1"; }},
      {"FIELD_INVALID event.http.path_params[id]",
       [](v1::HttpTarget* t) {
         t->set_url("http://h/users/:id");
         (*t->mutable_path_params())["id"] = "..";
       }},
      {"FIELD_INVALID event.http.path_params[id]",
       [](v1::HttpTarget* t) {
         t->set_url("http://h/users/:id");
         (*t->mutable_path_params())["id"] = "";
       }},
  });
}

TEST(HttpTargetTest, HeadersCannotSmuggle) {
  ExpectHttp({
      {"OK", [](v1::HttpTarget* t) { (*t->mutable_headers())["X-Key"] = "a\tb \xC3\xA9"; }},
      {"OK", [](v1::HttpTarget* t) { (*t->mutable_headers())["Content-Type"] = "text/plain"; }},
      {"FIELD_INVALID event.http.headers[X-Key]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X-Key"] = "a\r\nEvil: 1"; }},
      {"FIELD_INVALID event.http.headers[X-Key]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X-Key"] = std::string("a\0", 2); }},
      {"FIELD_INVALID event.http.headers",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X Key"] = "a"; }},
      {"FIELD_INVALID event.http.headers",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X-Key:"] = "a"; }},
      {"FIELD_INVALID event.http.headers",
       [](v1::HttpTarget* t) { (*t->mutable_headers())[""] = "a"; }},
      {"FIELD_INVALID event.http.headers[IDEMPOTENCY-key]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["IDEMPOTENCY-key"] = "a"; }},
      {"FIELD_INVALID event.http.headers[Host]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["Host"] = "a"; }},
      {"FIELD_INVALID event.http.headers[Ductape-Anything]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["Ductape-Anything"] = "a"; }},
      {"FIELD_INVALID event.http.headers[Expect]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["Expect"] = "100-continue"; }},
      {"FIELD_INVALID event.http.headers[Transfer-Encoding]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["Transfer-Encoding"] = "chunked"; }},
      {"FIELD_INVALID event.http.headers[x-key]",
       [](v1::HttpTarget* t) {
         (*t->mutable_headers())["X-Key"] = "a";
         (*t->mutable_headers())["x-key"] = "b";
       }},
      {"FIELD_TOO_LARGE event.http.headers",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X"] = std::string(8193, 'a'); }},
      {"FIELD_TOO_LARGE event.http.headers",
       [](v1::HttpTarget* t) {
         for (int i = 0; i < 65; ++i) (*t->mutable_headers())["X" + std::to_string(i)] = "a";
       }},
  });
}

TEST(HttpTargetTest, SuccessCodesAreStatusesClassesOrRanges) {
  for (const char* good : {"204", "2xx", "200-204", "100", "599", "404-404"}) {
    ExpectHttp({{"OK", [good](v1::HttpTarget* t) { t->add_success_codes(good); }}});
  }
  for (const char* bad : {"", "2", "99", "600", "6xx", "0xx", "xx2", "2XX", "204-200", "200-", "-2",
                          "200-600", "2xx-3xx", "20x", "200 ", "+20", "200,201"}) {
    ExpectHttp({{"FIELD_INVALID event.http.success_codes[0]",
                 [bad](v1::HttpTarget* t) { t->add_success_codes(bad); }}});
  }
  ExpectHttp({{"FIELD_TOO_LARGE event.http.success_codes", [](v1::HttpTarget* t) {
                 for (int i = 0; i < 17; ++i) t->add_success_codes("200");
               }}});
}

TEST(HttpTargetTest, TemplatesStandInValues) {
  ExpectHttp({
      {"OK", [](v1::HttpTarget* t) { t->set_url("http://h/{{id}}/x?y={{job.tag}}"); }},
      {"OK", [](v1::HttpTarget* t) { t->set_url("http://h/{{#a}}{{a}}{{/a}}{{^a}}none{{/a}}"); }},
      {"OK", [](v1::HttpTarget* t) { t->set_url("http://h?to=http://{{a}}/"); }},
      {"OK",
       [](v1::HttpTarget* t) {
         t->set_connection("c");
         t->set_url("{{#a}}/{{a}}{{/a}}");
       }},
      {"FIELD_INVALID event.http.url", [](v1::HttpTarget* t) { t->set_url("http://{{host}}/"); }},
      {"FIELD_INVALID event.http.url",
       [](v1::HttpTarget* t) { t->set_url("http://h:{{port}}/x"); }},
      {"FIELD_INVALID event.http.url",
       [](v1::HttpTarget* t) { t->set_url("{{#a}}http://h/{{/a}}"); }},
      {"OK", [](v1::HttpTarget* t) { (*t->mutable_headers())["X"] = "{{a}}"; }},
      {"OK", [](v1::HttpTarget* t) { (*t->mutable_query())["k"] = "{{a.b}}"; }},
      {"OK", [](v1::HttpTarget* t) { t->set_body("{\"a\":{{a}}}"); }},
      {"OK",
       [](v1::HttpTarget* t) {
         t->set_url("http://h/:id");
         (*t->mutable_path_params())["id"] = "{{run.id}}";
       }},
      {"TEMPLATE_INVALID event.http.url", [](v1::HttpTarget* t) { t->set_url("http://h/{{id"); }},
      {"TEMPLATE_INVALID event.http.url",
       [](v1::HttpTarget* t) { t->set_url("http://h/{{job.nosuch}}"); }},
      {"FIELD_INVALID event.http.url", [](v1::HttpTarget* t) { t->set_url("{{scheme}}://h/"); }},
      {"FIELD_INVALID event.http.url", [](v1::HttpTarget* t) { t->set_url("http://h/{{a}} b"); }},
      {"FIELD_INVALID event.http.path_params",
       [](v1::HttpTarget* t) { t->set_url("http://h/:{{a}}"); }},
      {"FIELD_TOO_LARGE event.http.url",
       [](v1::HttpTarget* t) { t->set_url("http://h/{{! " + std::string(2048, 'c') + "}}"); }},
      {"TEMPLATE_INVALID event.http.body", [](v1::HttpTarget* t) { t->set_body("{{#a}}"); }},
      {"TEMPLATE_INVALID event.http.body",
       [](v1::HttpTarget* t) { t->set_body("{\"a\":\"\\{{b}}\"}"); }},
      {"OK",
       [](v1::HttpTarget* t) {
         t->set_body("{\"a\":\"\\{{b}}\"}");
         (*t->mutable_headers())["content-type"] = "text/plain";
       }},
      {"TEMPLATE_INVALID event.http.body", [](v1::HttpTarget* t) { t->set_body("{{secrets.x}}"); }},
      {"OK",
       [](v1::HttpTarget* t) {
         t->set_connection("billing");
         t->set_body("{\"key\":\"{{secrets.x}}\"}");
         (*t->mutable_headers())["X-Key"] = "{{secrets.x}}";
         (*t->mutable_query())["key"] = "{{secrets.x}}";
       }},
      {"TEMPLATE_INVALID event.http.body",
       [](v1::HttpTarget* t) {
         t->set_connection("billing");
         t->set_body("{{#secrets.x}}{{/secrets.x}}");
       }},
      {"TEMPLATE_INVALID event.http.headers[X]",
       [](v1::HttpTarget* t) { (*t->mutable_headers())["X"] = "{{"; }},
      {"TEMPLATE_NOT_SUPPORTED event.http.query",
       [](v1::HttpTarget* t) { (*t->mutable_query())["{{k}}"] = "v"; }},
      {"TEMPLATE_INVALID event.http.query[k]",
       [](v1::HttpTarget* t) { (*t->mutable_query())["k"] = "a{{b"; }},
      {"TEMPLATE_NOT_SUPPORTED event.http.success_codes[0]",
       [](v1::HttpTarget* t) { t->add_success_codes("{{a}}"); }},
  });
}

v1::GrpcTarget ExampleGrpc() {
  v1::GrpcTarget target;
  target.set_address("localhost:50051");
  target.set_method("shop.v1.Reports/Send");
  return target;
}

TEST(GrpcTargetTest, ChecksItsParts) {
  const std::vector<Case<v1::GrpcTarget>> cases = {
      {"OK", [](v1::GrpcTarget*) {}},
      {"OK", [](v1::GrpcTarget* t) { t->set_address("grpcs://example.com:443"); }},
      {"OK", [](v1::GrpcTarget* t) { t->set_method("Reports/Send"); }},
      {"FIELD_REQUIRED g.method", [](v1::GrpcTarget* t) { t->clear_method(); }},
      {"FIELD_INVALID g.method", [](v1::GrpcTarget* t) { t->set_method("/a.B/C"); }},
      {"FIELD_INVALID g.method", [](v1::GrpcTarget* t) { t->set_method("a.B.C"); }},
      {"FIELD_INVALID g.method", [](v1::GrpcTarget* t) { t->set_method("a..B/C"); }},
      {"FIELD_INVALID g.method", [](v1::GrpcTarget* t) { t->set_method("a.B/C/D"); }},
      {"FIELD_INVALID g.method", [](v1::GrpcTarget* t) { t->set_method("a.B/C\n"); }},
      {"FIELD_TOO_LARGE g.method",
       [](v1::GrpcTarget* t) { t->set_method("A/" + std::string(1000, 'b')); }},
      {"FIELD_REQUIRED g.address", [](v1::GrpcTarget* t) { t->clear_address(); }},
      {"FIELD_INVALID g.address", [](v1::GrpcTarget* t) { t->set_connection("shop"); }},
      {"OK",
       [](v1::GrpcTarget* t) {
         t->set_connection("shop");
         t->clear_address();
       }},
      {"FIELD_INVALID g.connection",
       [](v1::GrpcTarget* t) {
         t->set_connection("{{a}}");
         t->clear_address();
       }},
      {"FIELD_INVALID g.address", [](v1::GrpcTarget* t) { t->set_address("localhost"); }},
      {"FIELD_INVALID g.address", [](v1::GrpcTarget* t) { t->set_address("http://h:80"); }},
      {"FIELD_INVALID g.address", [](v1::GrpcTarget* t) { t->set_address("unix:/x"); }},
      {"OK", [](v1::GrpcTarget* t) { (*t->mutable_metadata())["x-key"] = "v"; }},
      {"FIELD_INVALID g.metadata", [](v1::GrpcTarget* t) { (*t->mutable_metadata())["X"] = "v"; }},
      {"FIELD_INVALID g.metadata[grpc-timeout]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["grpc-timeout"] = "1S"; }},
      {"FIELD_INVALID g.metadata[user-agent]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["user-agent"] = "mine"; }},
      {"FIELD_INVALID g.metadata[te]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["te"] = "trailers"; }},
      {"FIELD_INVALID g.metadata[ductape-anything]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["ductape-anything"] = "v"; }},
      {"FIELD_INVALID g.metadata",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["a-bin"] = "v"; }},
      {"FIELD_INVALID g.metadata",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())[":path"] = "v"; }},
      {"FIELD_INVALID g.metadata[traceparent]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["traceparent"] = "v"; }},
      {"FIELD_INVALID g.metadata[x]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["x"] = "a\nb"; }},
      {"OK", [](v1::GrpcTarget* t) { (*t->mutable_metadata())["x"] = "{{a}}"; }},
      {"OK",
       [](v1::GrpcTarget* t) {
         (*t->mutable_message()->mutable_fields())["a"].set_string_value("{{x}}");
       }},
      {"TEMPLATE_INVALID g.metadata[x]",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["x"] = "{{a}"; }},
      {"TEMPLATE_NOT_SUPPORTED g.metadata",
       [](v1::GrpcTarget* t) { (*t->mutable_metadata())["{{x}}"] = "a"; }},
      {"TEMPLATE_INVALID g.message",
       [](v1::GrpcTarget* t) {
         (*t->mutable_message()->mutable_fields())["a"].set_string_value("{{run.nosuch}}");
       }},
      {"TEMPLATE_NOT_SUPPORTED g.method", [](v1::GrpcTarget* t) { t->set_method("{{a}}.B/C"); }},
      {"TEMPLATE_NOT_SUPPORTED g.address", [](v1::GrpcTarget* t) { t->set_address("{{h}}:1"); }},
      {"FIELD_TOO_LARGE g.message",
       [](v1::GrpcTarget* t) {
         (*t->mutable_message()->mutable_fields())["a"].set_string_value(std::string(65'536, 'x'));
       }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    v1::GrpcTarget target = ExampleGrpc();
    cases[i].change(&target);
    EXPECT_EQ(Fault(ToGrpcTarget("g", target)), cases[i].fault) << i;
  }
}

TEST(GrpcTargetTest, SecretsAreThoseOfAConnection) {
  v1::GrpcTarget target = ExampleGrpc();
  (*target.mutable_metadata())["x"] = "{{secrets.key}}";
  EXPECT_EQ(Fault(ToGrpcTarget("g", target)), "TEMPLATE_INVALID g.metadata[x]");
  target.set_connection("shop");
  target.clear_address();
  EXPECT_EQ(Fault(ToGrpcTarget("g", target)), "OK");
  (*target.mutable_message()->mutable_fields())["a"].set_string_value("{{secrets.key}}");
  EXPECT_EQ(Fault(ToGrpcTarget("g", target)), "OK");
  const core::Target read = ToGrpcTarget("g", target).value();
  v1::Event event;
  TargetToProto(read, &event);
  EXPECT_EQ(event.grpc().connection(), "shop");
}

TEST(WorkerTargetTest, QueuesHaveASyntaxOfTheirOwn) {
  v1::WorkerTarget target;
  EXPECT_EQ(Fault(ToWorkerTarget("w", target)), "OK");
  target.set_queue("ACTION/send_report");
  EXPECT_EQ(ToWorkerTarget("w", target).value().queue, "ACTION/send_report");
  for (const char* bad : {"/a", "a b", "a\n", "\xC3\xA9"}) {
    target.set_queue(bad);
    EXPECT_EQ(Fault(ToWorkerTarget("w", target)), "FIELD_INVALID w.queue") << bad;
  }
  target.set_queue(std::string(257, 'a'));
  EXPECT_EQ(Fault(ToWorkerTarget("w", target)), "FIELD_TOO_LARGE w.queue");
  target.set_queue("{{a}}");
  EXPECT_EQ(Fault(ToWorkerTarget("w", target)), "TEMPLATE_NOT_SUPPORTED w.queue");
}

TEST(TargetTest, WhatIsReadCanBeWritten) {
  v1::HttpTarget http = ExampleHttp();
  http.set_method(v1::HttpTarget::PUT);
  (*http.mutable_headers())["X"] = "v";
  (*http.mutable_query())["q"] = "v";
  http.set_body("b");
  http.add_success_codes("2xx");
  const core::Target http_target = ToHttpTarget("t", http).value();
  v1::Event event;
  TargetToProto(http_target, &event);
  EXPECT_EQ(core::Target(ToHttpTarget("t", event.http()).value()), http_target);

  v1::GrpcTarget grpc = ExampleGrpc();
  (*grpc.mutable_message()->mutable_fields())["a"].set_number_value(1);
  const core::Target grpc_target = ToGrpcTarget("t", grpc).value();
  v1::Event other;
  TargetToProto(grpc_target, &other);
  EXPECT_EQ(core::Target(ToGrpcTarget("t", other.grpc()).value()), grpc_target);
}

}  // namespace
}  // namespace server
