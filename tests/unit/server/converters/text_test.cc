#include "server/converters/text.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

TEST(Utf8Test, CountsCharactersAndRefusesWhatIsMalformed) {
  EXPECT_EQ(CountCharacters(""), 0u);
  EXPECT_EQ(CountCharacters("abc"), 3u);
  EXPECT_EQ(CountCharacters("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 3u);  // é € 😀
  for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xE2\x82", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(CountCharacters(bad).has_value()) << bad;
  }
}

TEST(Utf8Test, ReplacesWhatIsMalformed) {
  EXPECT_EQ(ToValidUtf8("plain \xE2\x82\xAC"), "plain \xE2\x82\xAC");
  EXPECT_EQ(ToValidUtf8("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ToValidUtf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut in a character
}

TEST(TextTest, FindsControlCharacters) {
  EXPECT_FALSE(HasControlCharacter("a b\xC2\xA0"));
  EXPECT_TRUE(HasControlCharacter("a\tb"));
  EXPECT_TRUE(HasControlCharacter(std::string("a\0b", 3)));
  EXPECT_TRUE(HasControlCharacter("\x7F"));
  EXPECT_TRUE(HasControlCharacter("\xC2\x85"));  // NEL
}

TEST(TagTest, HasOneSyntax) {
  for (const char* good : {"a", "0", "example_job", "A.b_c:d-e", "9-9"}) {
    EXPECT_EQ(Fault(CheckTag("tag", good)), "OK") << good;
  }
  EXPECT_EQ(Fault(CheckTag("tag", std::string(128, 'x'))), "OK");
  EXPECT_EQ(Fault(CheckTag("tag", "")), "FIELD_REQUIRED tag");
  EXPECT_EQ(Fault(CheckTag("tag", std::string(129, 'x'))), "FIELD_TOO_LARGE tag");
  EXPECT_EQ(Fault(CheckTag("tag", std::string(1 << 20, 'x'))), "FIELD_TOO_LARGE tag");
  for (const std::string bad : {"-a", ".a", "_a", ":a", "a/b", "a%2Fb", "a b", "a\n", "\xC3\xA9",
                                "\xE2\x80\xAE"
                                "abc",
                                "..", "a\x7F"}) {
    EXPECT_EQ(Fault(CheckTag("tag", bad)), "FIELD_INVALID tag") << bad;
  }
  EXPECT_EQ(Fault(CheckTag("tag", std::string("a\0b", 3))), "FIELD_INVALID tag");
}

TEST(ProductTest, DefaultsOnlyWhenEmpty) {
  EXPECT_EQ(ResolveProduct("product", "", "default").value(), "default");
  EXPECT_EQ(ResolveProduct("product", "Shop", "default").value(), "Shop");
  EXPECT_EQ(Fault(ResolveProduct("product", "a/b", "default")), "FIELD_INVALID product");
}

TEST(TextTest, IsBoundedInCharactersNotBytes) {
  std::string euros;
  for (int i = 0; i < 4; ++i) euros += "\xE2\x82\xAC";
  EXPECT_EQ(Fault(CheckText("name", euros, 4)), "OK");
  EXPECT_EQ(Fault(CheckText("name", euros, 3)), "FIELD_TOO_LARGE name");
  EXPECT_EQ(Fault(CheckText("name", "", 3)), "OK");
  EXPECT_EQ(Fault(CheckText("name", std::string(1 << 20, 'x'), 256)), "FIELD_TOO_LARGE name");
  EXPECT_EQ(Fault(CheckText("name", "a\r\nb", 256)), "FIELD_INVALID name");
  EXPECT_EQ(Fault(CheckText("name", "a\xFF", 256)), "FIELD_INVALID name");
  // Right-to-left text is text.
  EXPECT_EQ(Fault(CheckText("name", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", 256)), "OK");
}

TEST(EnvTest, IsAShortTagOrEmpty) {
  EXPECT_EQ(Fault(CheckEnv("env", "")), "OK");
  EXPECT_EQ(Fault(CheckEnv("env", "prd")), "OK");
  EXPECT_EQ(Fault(CheckEnv("env", std::string(65, 'e'))), "FIELD_TOO_LARGE env");
  EXPECT_EQ(Fault(CheckEnv("env", "a b")), "FIELD_INVALID env");
}

TEST(LabelsTest, AreBoundedInNumberKeysAndValues) {
  google::protobuf::Map<std::string, std::string> labels;
  for (int i = 0; i < 64; ++i) labels["k" + std::to_string(i)] = "v";
  EXPECT_EQ(ToLabels("labels", labels).value().size(), 64u);
  labels["one.more"] = "v";
  EXPECT_EQ(Fault(ToLabels("labels", labels)), "FIELD_TOO_LARGE labels");
  labels.clear();
  labels["bad key"] = "v";
  EXPECT_EQ(Fault(ToLabels("labels", labels)), "FIELD_INVALID labels");
  labels.clear();
  labels[""] = "v";
  EXPECT_EQ(Fault(ToLabels("labels", labels)), "FIELD_INVALID labels");
  labels.clear();
  labels["team"] = "a\nb";
  EXPECT_EQ(Fault(ToLabels("labels", labels)), "FIELD_INVALID labels[team]");
  labels["team"] = std::string(257, 'v');
  EXPECT_EQ(Fault(ToLabels("labels", labels)), "FIELD_TOO_LARGE labels[team]");
}

}  // namespace
}  // namespace server
