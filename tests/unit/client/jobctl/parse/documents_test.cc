#include "client/jobctl/parse/documents.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DocumentsTest, ReadsJson) {
  EXPECT_THAT(ParseDocuments(R"( {"b": [1, 2.5, "x"], "a": null} )").value(),
              ElementsAre(R"({"b":[1,2.5,"x"],"a":null})"));
}

TEST(DocumentsTest, ReadsJsonLinesAndLists) {
  EXPECT_THAT(ParseDocuments("{\"a\":1}\n{\"a\":2}\n\n").value(),
              ElementsAre(R"({"a":1})", R"({"a":2})"));
  EXPECT_THAT(ParseDocuments(R"([{"a":1}, {"a":2}])").value(),
              ElementsAre(R"({"a":1})", R"({"a":2})"));
}

TEST(DocumentsTest, KeepsNumbersAndEscapes) {
  EXPECT_THAT(ParseDocuments(R"({"n": 9223372036854775807, "s": "\ud83d\ude00 \/"})").value(),
              ElementsAre("{\"n\":9223372036854775807,\"s\":\"\xF0\x9F\x98\x80 /\"}"));
}

TEST(DocumentsTest, ReadsYaml) {
  EXPECT_THAT(ParseDocuments("tag: x\ntimes: {at: [2024-05-01T10:00:00Z]}\n"
                             "input:\n  - yes\n  - true\n  - ~\n  - 007\n  - 7\n  - '7'\n")
                  .value(),
              ElementsAre(R"({"tag":"x","times":{"at":["2024-05-01T10:00:00Z"]},)"
                          R"("input":["yes",true,null,"007",7,"7"]})"));
}

TEST(DocumentsTest, ReadsYamlInBracesThatIsNoJson) {
  EXPECT_THAT(ParseDocuments("{tag: x, n: 1}").value(), ElementsAre(R"({"tag":"x","n":1})"));
}

TEST(DocumentsTest, ReadsSeveralYamlDocuments) {
  EXPECT_THAT(ParseDocuments("---\na: 1\n---\n---\na: 2\n").value(),
              ElementsAre(R"({"a":1})", R"({"a":2})"));
  EXPECT_THAT(ParseDocuments("- a: 1\n- a: 2\n").value(), ElementsAre(R"({"a":1})", R"({"a":2})"));
}

TEST(DocumentsTest, NothingIsNoDocument) {
  EXPECT_THAT(ParseDocuments("").value(), IsEmpty());
  EXPECT_THAT(ParseDocuments(" \n").value(), IsEmpty());
  EXPECT_THAT(ParseDocuments("# nothing\n").value(), IsEmpty());
}

TEST(DocumentsTest, NamesThePlaceOfAnError) {
  EXPECT_THAT(std::string(ParseDocuments("{\"a\": ]").status().message()), HasSubstr("JSON"));
  EXPECT_THAT(std::string(ParseDocuments("a: 1\nb: [\n").status().message()), HasSubstr("line"));
}

TEST(DocumentsTest, RefusesKeysThatStandTwiceOrAreNoScalars) {
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDocuments("a: 1\na: 2\n").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDocuments("? [a]\n: 1\n").status()));
}

TEST(DocumentsTest, RefusesWhatAliasesBlowUp) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = absl::StrCat("*a", i - 1);
    absl::StrAppend(&text, "a", i, ": &a", i, " [", alias);
    for (int k = 1; k < 10; ++k) absl::StrAppend(&text, ", ", alias);
    absl::StrAppend(&text, "]\n");
  }
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDocuments(text).status()));
}

TEST(DocumentsTest, RefusesYamlThatIsTooDeep) {
  std::string text;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&text, std::string(i, ' '), "a:\n");
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDocuments(text).status()));
}

}  // namespace
}  // namespace jobctl
