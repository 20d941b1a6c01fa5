#include "server/converters/url_check.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

std::string Check(const std::string& url) {
  std::set<std::string> parameters;
  return Fault(CheckUrl("url", url, &parameters));
}

TEST(UrlTest, TakesAbsoluteHttpUrls) {
  for (const char* url :
       {"http://127.0.0.1:8080/ping", "https://example.com", "HTTP://Example.com/a?b=c&d=%20",
        "http://[::1]:80/", "http://host_name/a%2Fb", "http://h/\xC3\xA9", "http://h?x=1"}) {
    EXPECT_EQ(Check(url), "OK") << url;
  }
}

TEST(UrlTest, RefusesEverythingElse) {
  EXPECT_EQ(Check(""), "FIELD_REQUIRED url");
  EXPECT_EQ(Check("http://h/" + std::string(2048, 'a')), "FIELD_TOO_LARGE url");
  for (const std::string url : {"ftp://h/",
                                "//h/",
                                "h/a",
                                "http:/h",
                                "http://",
                                "http:///a",
                                "http://user@h/",
                                "http://u:p@h/",
                                "http://h/#f",
                                "http://h:0/",
                                "http://h:65536/",
                                "http://h:/",
                                "http://h:8o/",
                                "http://h h/",
                                "http://h/a b",
                                "http://h/a\nb",
                                "http://h/\x7F",
                                "http://h/%",
                                "http://h/%2",
                                "http://h/%zz",
                                "http://[::1/",
                                "http://[::1]a/",
                                "http://[zz]/",
                                "http://h\\a/",
                                "http://h/\"",
                                "http://h/<a>",
                                "http://h/{a}",
                                "http://\xC3\xA9/",
                                "http://h/\xFF",
                                "javascript:alert(1)",
                                "file:///etc/passwd"}) {
    EXPECT_EQ(Check(url), "FIELD_INVALID url") << url;
  }
  EXPECT_EQ(Check(std::string("http://h/a\0b", 12)), "FIELD_INVALID url");
}

TEST(UrlTest, NamesThePathsParameters) {
  std::set<std::string> parameters;
  ASSERT_EQ(Fault(CheckUrl("url", "http://h:80/users/:id/items/:item?x=:no&y=/:no", &parameters)),
            "OK");
  EXPECT_EQ(parameters, (std::set<std::string>{"id", "item"}));
  ASSERT_EQ(Fault(CheckUrl("url", "http://h/a:b/:", &parameters)), "OK");
  EXPECT_TRUE(parameters.empty());
}

TEST(AddressTest, IsHostAndPort) {
  for (const char* good : {"localhost:80", "10.0.0.1:50051", "[::1]:443", "a-b.c_d:1"}) {
    EXPECT_TRUE(IsHostAndPort(good)) << good;
  }
  for (const char* bad : {"", "localhost", "localhost:", ":80", "h:0", "h:65536", "h:80/a",
                          "http://h:80", "a b:80", "::1:80", "[::1]", "h:80:80"}) {
    EXPECT_FALSE(IsHostAndPort(bad)) << bad;
  }
}

}  // namespace
}  // namespace server
