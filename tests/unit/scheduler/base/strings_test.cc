#include "scheduler/base/strings.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

TEST(StringsTest, StrCatTakesEveryKindOfText) {
  const std::string_view view("view-and-more", 4);
  const std::string text = "string";
  EXPECT_EQ(StrCat(view, " ", text, absl::string_view(" absl "), "literal ", 42, -1LL),
            "view string absl literal 42-1");
  EXPECT_EQ(StrCat(), "");
  EXPECT_EQ(StrCat(view), "view");
}

TEST(StringsTest, StrAppendAppends) {
  std::string out = "a";
  StrAppend(&out, std::string_view("b"), 1.5, 'c' == 'c');
  EXPECT_EQ(out, "ab1.51");
}

TEST(StringsTest, ViewsConvertBothWays) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(FromAbsl(ToAbsl(text)), text);
  EXPECT_EQ(ToAbsl(std::string_view()).size(), 0U);
}

}  // namespace
}  // namespace scheduler::base
