#include "client/jobctl/apply/documents_to_apply.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace jobctl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DocumentsToApplyTest : public testing::Test {
 protected:
  DocumentsToApply Read(const std::string& text, const std::string& default_kind = "") {
    std::istringstream in(text);
    return ReadDocumentsToApply({"-"}, default_kind, in);
  }

  std::string Write(const std::string& name, const std::string& text) {
    std::string path = dir_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  tests::TempDir dir_;
};

TEST_F(DocumentsToApplyTest, KindsOfSeveralDocuments) {
  const DocumentsToApply read = Read(
      "kind: job\ntag: j\nintervals: 60000\n---\nkind: event\nevent_type: ACTION\ntag: e\n"
      "---\n# nothing\n---\n[{kind: calendar, tag: c, dates: [2026-12-25]}]\n");
  EXPECT_THAT(read.errors, IsEmpty());
  ASSERT_THAT(read.documents, SizeIs(3));
  EXPECT_EQ(ResourceText(read.documents[0].resource), "job j");
  EXPECT_EQ(ResourceText(read.documents[1].resource), "event ACTION/e");
  EXPECT_EQ(ResourceText(read.documents[2].resource), "calendar c");
  EXPECT_EQ(read.documents[2].place, "stdin, document 3");
  EXPECT_EQ(std::get<ductape::jobs::v1::Job>(read.documents[0].resource).intervals(), 60000);
}

TEST_F(DocumentsToApplyTest, JsonAndADefaultKind) {
  const DocumentsToApply read = Read(R"({"tag": "a"} {"tag": "b", "kind": "calendar"})", "job");
  EXPECT_THAT(read.errors, IsEmpty());
  ASSERT_THAT(read.documents, SizeIs(2));
  EXPECT_EQ(ResourceText(read.documents[0].resource), "job a");
  EXPECT_EQ(ResourceText(read.documents[1].resource), "calendar b");
  EXPECT_EQ(Read("{tag: a}", "job").documents.front().place, "stdin");
}

TEST_F(DocumentsToApplyTest, AFolderStandsForItsFiles) {
  Write("b.yaml", "{kind: job, tag: b}");
  Write("a.json", R"({"kind": "job", "tag": "a"})");
  Write("c.txt", "no document");
  std::filesystem::create_directory(dir_.path() + "/d.yaml");
  const std::string single = Write("z.yml", "{kind: job, tag: z}");
  std::istringstream in;
  const DocumentsToApply read = ReadDocumentsToApply({single, dir_.path()}, "", in);
  EXPECT_THAT(read.errors, IsEmpty());
  std::vector<std::string> names;
  for (const Document& document : read.documents) names.push_back(ResourceText(document.resource));
  EXPECT_THAT(names, ElementsAre("job z", "job a", "job b", "job z"));
  EXPECT_EQ(read.documents[1].place, dir_.path() + "/a.json");
}

TEST_F(DocumentsToApplyTest, EveryErrorNamesFileDocumentAndField) {
  const std::string bad = Write("bad.yaml",
                                "kind: job\ntag: a\nintervalls: 5\n---\nkind: jobs\ntag: b\n---\n"
                                "tag: c\n---\nkind: event\ntag: d\n---\nkind: job\n---\njust text\n"
                                "---\nkind: job\ntag: good\n");
  const std::string broken = Write("broken.yaml", "{");
  std::istringstream in;
  const DocumentsToApply read =
      ReadDocumentsToApply({bad, broken, dir_.path() + "/missing"}, "", in);
  EXPECT_THAT(
      read.errors,
      ElementsAre(
          AllOf(HasSubstr("bad.yaml, document 1: "), HasSubstr("intervalls")),
          HasSubstr("document 2: kind: \"jobs\" is none of connection, event, calendar, job"),
          HasSubstr("document 3: kind: is missing"),
          HasSubstr("document 4: event_type: is missing"), HasSubstr("document 5: tag: is missing"),
          HasSubstr("document 6: is no object"), HasSubstr("broken.yaml: "),
          HasSubstr("/missing: cannot be opened")));
  EXPECT_THAT(read.documents, SizeIs(1));
}

TEST_F(DocumentsToApplyTest, AFolderWithoutDocumentsIsAnError) {
  std::istringstream in;
  EXPECT_THAT(ReadDocumentsToApply({dir_.path()}, "", in).errors,
              ElementsAre(HasSubstr("holds no .yaml")));
}

}  // namespace
}  // namespace jobctl
