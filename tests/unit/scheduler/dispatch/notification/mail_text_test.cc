#include "scheduler/dispatch/notification/mail_text.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

// Holds the bound for every line; the first has `column` characters more.
void ExpectShortLines(const std::string& text, size_t column, size_t most) {
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, "\r\n"))) {
    EXPECT_LE(line.size() + column, most) << line;
    column = 0;
  }
}

// What a reader makes of base64 encoded words.
std::string Decoded(const std::string& value) {
  std::string out;
  for (const absl::string_view word :
       absl::StrSplit(absl::StrReplaceAll(value, {{"\r\n", ""}}), ' ')) {
    EXPECT_EQ(word.substr(0, 10), "=?UTF-8?B?") << value;
    EXPECT_LE(word.size(), 75u);
    std::string part;
    EXPECT_TRUE(absl::Base64Unescape(word.substr(10, word.size() - 12), &part));
    // Each word holds whole characters: it does not begin with a continuation byte.
    EXPECT_TRUE(part.empty() || (static_cast<uint8_t>(part[0]) & 0xC0) != 0x80) << value;
    out += part;
  }
  return out;
}

std::string Xs(size_t count) { return std::string(count, 'x'); }

TEST(MailTextTest, AsciiHeadersStayAsTheyAre) {
  EXPECT_EQ(EncodeHeaderText("Backup done", 9), "Backup done");
  EXPECT_EQ(EncodeHeaderText("", 9), "");
}

TEST(MailTextTest, LongAsciiHeadersAreFoldedAtSpaces) {
  std::string text = "word";
  for (int i = 0; i < 60; ++i) text += " word" + std::to_string(i);
  const std::string folded = EncodeHeaderText(text, 9);
  ExpectShortLines(folded, 9, 78);
  EXPECT_EQ(absl::StrReplaceAll(folded, {{"\r\n", ""}}), text);
}

TEST(MailTextTest, OtherHeadersBecomeEncodedWords) {
  for (const std::string& text :
       {std::string("Grüße aus Köln"), std::string("=?UTF-8?Q?not_mine?="), std::string(300, 'x'),
        std::string("日本語のとても長い件名です。") +
            std::string("ひらがなとカタカナと漢字を含みます。") + "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}) {
    const std::string encoded = EncodeHeaderText(text, 9);
    EXPECT_EQ(Decoded(encoded), text);
    ExpectShortLines(encoded, 9, 78);
  }
}

TEST(MailTextTest, FormatsAddresses) {
  EXPECT_EQ(FormatMailAddress({"", "a@b.c"}), "a@b.c");
  EXPECT_EQ(FormatMailAddress({"Ops Team", "a@b.c"}), "Ops Team <a@b.c>");
  EXPECT_EQ(FormatMailAddress({"Ops, \"night\"", "a@b.c"}), R"("Ops, \"night\"" <a@b.c>)");
  EXPECT_EQ(FormatMailAddress({"Jürgen", "a@b.c"}), "=?UTF-8?B?SsO8cmdlbg==?= <a@b.c>");
}

TEST(MailTextTest, QuotedPrintable) {
  EXPECT_EQ(EncodeQuotedPrintable("a=b"), "a=3Db\r\n");
  EXPECT_EQ(EncodeQuotedPrintable("ü\n"), "=C3=BC\r\n");
  EXPECT_EQ(EncodeQuotedPrintable("one\r\ntwo\nthree\rfour"), "one\r\ntwo\r\nthree\r\nfour\r\n");
  EXPECT_EQ(EncodeQuotedPrintable("a \nb\t"), "a=20\r\nb=09\r\n");
  EXPECT_EQ(EncodeQuotedPrintable(".\n..a.b"), "=2E\r\n=2E.a.b\r\n");
  EXPECT_EQ(EncodeQuotedPrintable(std::string(76, 'x')), Xs(76).append("\r\n"));
  EXPECT_EQ(EncodeQuotedPrintable(std::string(77, 'x')), Xs(75).append("=\r\nxx\r\n"));
  EXPECT_EQ(EncodeQuotedPrintable(Xs(75).append(".y")), Xs(75).append("=\r\n=2Ey\r\n"));
  std::string mixed;
  for (int i = 0; i < 200; ++i) mixed += i % 3 == 0 ? "é" : "x";
  ExpectShortLines(EncodeQuotedPrintable(mixed), 0, 76);
}

TEST(MailTextTest, Base64HasLinesAndCrlf) {
  EXPECT_EQ(EncodeBase64Lines("a\nb"), "YQ0KYg==\r\n");
  const std::string encoded = EncodeBase64Lines(std::string(100, 'x'));
  ExpectShortLines(encoded, 0, 76);
  EXPECT_TRUE(PrefersBase64("日本語"));
  EXPECT_FALSE(PrefersBase64("Grüße aus Köln, wo alles wie immer seinen Gang geht"));
}

}  // namespace
}  // namespace scheduler::dispatch
