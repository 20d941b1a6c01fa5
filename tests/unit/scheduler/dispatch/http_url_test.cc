#include "scheduler/dispatch/http_url.h"

#include <map>
#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

using Params = std::map<std::string, std::string>;

std::string Built(const std::string& url, const Params& path = {}, const Params& query = {}) {
  core::HttpTarget target;
  target.url = url;
  target.path_params = path;
  target.query = query;
  const absl::StatusOr<std::string> built = BuildUrl(target);
  return built.ok() ? *built : "error: " + std::string(built.status().message());
}

TEST(HttpUrlTest, PlainAddressesStayAsTheyAre) {
  for (const char* url :
       {"http://h", "https://h:8443/", "http://[::1]:80/a/b?c=d&e", "HTTP://h/%2F/x;y=1/@:!$"}) {
    EXPECT_EQ(Built(url), url);
  }
}

TEST(HttpUrlTest, FillsWholeSegmentsOnly) {
  const Params params = {{"id", "42"}, {"name", "a/b c?"}};
  EXPECT_EQ(Built("http://h/users/:id/files/:name", params),
            "http://h/users/42/files/a%2Fb%20c%3F");
  EXPECT_EQ(Built("http://h:80/x:id/:", params), "http://h:80/x:id/:");
  EXPECT_EQ(Built("http://h/:id?q=:id", params), "http://h/42?q=:id");
}

TEST(HttpUrlTest, ParametersCannotLeaveTheirSegment) {
  for (const char* value : {"..", ".", ""}) {
    EXPECT_EQ(Built("http://h/a/:x/b", {{"x", value}}),
              "error: the path parameter \"x\" is empty or a dot segment");
  }
  EXPECT_EQ(Built("http://h/a/:x", {{"x", "../../etc"}}), "http://h/a/..%2F..%2Fetc");
  EXPECT_EQ(Built("http://h/a/:x", {{"x", "\r\nHost: evil"}}), "http://h/a/%0D%0AHost%3A%20evil");
}

TEST(HttpUrlTest, MissingParameterIsNamed) {
  EXPECT_EQ(Built("http://h/:who"), "error: the path parameter \"who\" of the URL has no value");
}

TEST(HttpUrlTest, AppendsTheQueryEncoded) {
  const Params query = {{"a b", "1&2"}, {"z", "\xC3\xA9"}};
  EXPECT_EQ(Built("http://h", {}, query), "http://h?a%20b=1%262&z=%C3%A9");
  EXPECT_EQ(Built("http://h/p?own=1", {}, query), "http://h/p?own=1&a%20b=1%262&z=%C3%A9");
  EXPECT_EQ(Built("http://h/p?", {}, query), "http://h/p?a%20b=1%262&z=%C3%A9");
  EXPECT_EQ(Built("http://h/p#part", {}, query), "http://h/p?a%20b=1%262&z=%C3%A9");
}

TEST(HttpUrlTest, EncodesWhatIsNotAscii) {
  EXPECT_EQ(Built("http://h/\xC3\xA9?q=\xC3\xA9"), "http://h/%C3%A9?q=%C3%A9");
}

TEST(HttpUrlTest, RefusesWhatCannotBeSent) {
  EXPECT_EQ(Built("ftp://h/"), "error: the URL must begin with http:// or https://");
  EXPECT_EQ(Built("file:///etc/passwd"), "error: the URL must begin with http:// or https://");
  EXPECT_EQ(Built(""), "error: the URL must begin with http:// or https://");
  EXPECT_EQ(Built("http:///path"), "error: the URL has no host");
  EXPECT_EQ(Built("http://?q"), "error: the URL has no host");
  EXPECT_EQ(Built("http://h/a b"), "error: the URL holds a space or a control character");
  EXPECT_EQ(Built("http://h/\n"), "error: the URL holds a space or a control character");
  EXPECT_EQ(Built(std::string("http://h/\0x", 11)),
            "error: the URL holds a space or a control character");
  EXPECT_EQ(Built("http://h", {}, {{"q", std::string(20'000, 'x')}}),
            "error: the URL with its parameters exceeds 16 KiB");
}

TEST(JoinUrlTest, PutsOneSlashInBetween) {
  const auto join = [](const std::string& base, const std::string& url) {
    const absl::StatusOr<std::string> joined = JoinUrl(base, url);
    return joined.ok() ? *joined : "error";
  };
  EXPECT_EQ(join("http://h", "/a"), "http://h/a");
  EXPECT_EQ(join("http://h/", "/a"), "http://h/a");
  EXPECT_EQ(join("http://h/v1", "/a"), "http://h/v1/a");
  EXPECT_EQ(join("http://h/v1", ""), "http://h/v1");
  EXPECT_EQ(join("http://h/v1", "?a=b"), "http://h/v1?a=b");
  EXPECT_EQ(join("http://h", "//other/a"), "http://h//other/a");
  EXPECT_EQ(join("http://h", "/@other"), "http://h/@other");
  EXPECT_EQ(join("http://h", "a"), "error");
  EXPECT_EQ(join("http://h", "@other"), "error");
  EXPECT_EQ(join("", "/a"), "error");
}

TEST(JoinUrlTest, AnAbsoluteUrlStaysWhereTheSecretsBelong) {
  const auto may = [](const std::string& base, const std::string& url) {
    return JoinUrl(base, url).ok();
  };
  EXPECT_TRUE(may("", "http://any"));
  EXPECT_TRUE(may("https://H.example/v1", "https://h.example/other"));
  EXPECT_TRUE(may("https://h", "HTTPS://h:443/x"));
  EXPECT_TRUE(may("http://h:80", "http://h?x"));
  EXPECT_TRUE(may("http://[::1]:80", "http://[::1]/"));
  EXPECT_FALSE(may("https://h", "http://h"));
  EXPECT_FALSE(may("https://h", "https://h.evil"));
  EXPECT_FALSE(may("https://h", "https://h:444"));
  EXPECT_FALSE(may("http://[::1]", "http://[::2]"));
}

TEST(HasParameterTest, LooksAtNamesOnly) {
  EXPECT_TRUE(HasParameter("http://h/?a=1&key=2", "key"));
  EXPECT_TRUE(HasParameter("/x?key", "key"));
  EXPECT_TRUE(HasParameter("/x?a%20b=1", "a b"));
  EXPECT_FALSE(HasParameter("/x?a=key&keys=1", "key"));
  EXPECT_FALSE(HasParameter("/key=1", "key"));
  EXPECT_FALSE(HasParameter("/x?", "key"));
}

}  // namespace
}  // namespace scheduler::dispatch
