#include "client/cpp/internal/text.h"

#include <string>

#include "gtest/gtest.h"

namespace ductape::jobs::internal {
namespace {

TEST(FitTextTest, KeepsWhatIsValid) {
  for (const std::string text : {"", "plain", "\u00e9\u20ac\U0001F600"}) {
    EXPECT_EQ(FitText(text, 100), text);
  }
}

TEST(FitTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(FitText("abcdef", 3), "abc");
  EXPECT_EQ(FitText("ab\u20ac", 4), "ab");
  EXPECT_EQ(FitText("ab\u20ac", 5), "ab\u20ac");
}

TEST(FitTextTest, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(FitText("a\x80z", 9), "a?z");
  EXPECT_EQ(FitText("\xff\xfe", 9), "??");
  EXPECT_EQ(FitText("\xe2\x82", 9), "??") << "the end is missing";
  EXPECT_EQ(FitText("\xc0\x80", 9), "??") << "overlong";
  EXPECT_EQ(FitText("\xe0\x80\x80", 9), "???") << "overlong";
  EXPECT_EQ(FitText("\xed\xa0\x80", 9), "???") << "a surrogate";
  EXPECT_EQ(FitText("\xf4\x90\x80\x80", 9), "????") << "above U+10FFFF";
}

}  // namespace
}  // namespace ductape::jobs::internal
