#include "client/jobctl/shell/completion.h"

#include "CLI/CLI.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    app_.add_option("--output", text_, "How to print")
        ->type_name("table|json")
        ->group("Global flags");
    app_.set_version_flag("--version", "1");
    CLI::App* get = app_.add_subcommand("get", "Get one\n  tool get x");
    get->add_option("job", text_)->type_name("JOB");
    get->add_option("--label", texts_, "A label")->expected(-1)->allow_extra_args(false);
    get->add_flag("--wait", on_, "Wait");
    app_.add_subcommand("give", "Give one");
    app_.add_subcommand("gone", "Hidden")->group("");
  }

  std::vector<std::string> Texts(const std::vector<std::string>& words) {
    std::vector<std::string> texts;
    for (const Candidate& candidate : CandidatesOf(ReadTypedLine(app_, words))) {
      texts.push_back(candidate.text);
    }
    return texts;
  }

  CLI::App app_{"A tool", "tool"};
  std::string text_;
  std::vector<std::string> texts_;
  bool on_ = false;
};

TEST_F(CompletionTest, CommandsThatAreNotHidden) {
  EXPECT_THAT(Texts({""}), ElementsAre("get", "give"));
  EXPECT_THAT(Texts({"ge"}), ElementsAre("get"));
  EXPECT_THAT(Texts({"x"}), IsEmpty());
  EXPECT_EQ(CandidatesOf(ReadTypedLine(app_, {"ge"})).front().help, "Get one");
}

TEST_F(CompletionTest, FlagsThatAreNotGivenOrMayBeGivenAgain) {
  EXPECT_THAT(Texts({"get", "--"}), ElementsAre("--help", "--label", "--wait", "--output"));
  EXPECT_THAT(Texts({"get", "--wait", "--label", "x", "--output=json", "--"}),
              ElementsAre("--help", "--label"));
  EXPECT_THAT(Texts({"get", "--w"}), ElementsAre("--wait"));
  EXPECT_THAT(Texts({"--v"}), ElementsAre("--version"));
}

TEST_F(CompletionTest, WordsToChooseFrom) {
  EXPECT_THAT(Texts({"--output", ""}), ElementsAre("table", "json"));
  EXPECT_THAT(Texts({"get", "--output=j"}), ElementsAre("--output=json"));
  EXPECT_THAT(Texts({"get", ""}), IsEmpty());
}

TEST_F(CompletionTest, TypesTellWhatAValueNames) {
  const auto kind_of = [this](const std::string& type) {
    return KindOf(*app_.get_option("--output")->type_name(type));
  };
  EXPECT_EQ(kind_of("FILE"), ValueKind::kFile);
  EXPECT_EQ(kind_of("JOB"), ValueKind::kJob);
  EXPECT_EQ(kind_of("RUN"), ValueKind::kRun);
  EXPECT_EQ(kind_of("skip|buffer_one"), ValueKind::kChoice);
  EXPECT_EQ(kind_of("JSON|@FILE"), ValueKind::kOther);
  EXPECT_EQ(kind_of("TAG"), ValueKind::kOther);
}

TEST_F(CompletionTest, FirstLineOfWhatIsSaid) {
  EXPECT_EQ(FirstLine("One\n  two"), "One");
  EXPECT_EQ(FirstLine("One"), "One");
}

}  // namespace
}  // namespace jobctl
