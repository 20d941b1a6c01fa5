#include "client/jobctl/shell/typed_line.h"

#include "CLI/CLI.hpp"
#include "client/jobctl/globals.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// `tool [-o,--output WORD] [--quiet] job get [--wait] [--label TEXT]... TAG TIME`
class TypedLineTest : public testing::Test {
 protected:
  TypedLineTest() {
    output_ = app_.add_option("-o,--output", text_)->group(kGlobalGroup);
    quiet_ = app_.add_flag("--quiet", on_)->group(kGlobalGroup);
    job_ = app_.add_subcommand("job");
    get_ = job_->add_subcommand("get");
    wait_ = get_->add_flag("--wait", on_);
    label_ = get_->add_option("--label", texts_)->expected(-1)->allow_extra_args(false);
    tag_ = get_->add_option("tag", text_);
    time_ = get_->add_option("time", text_);
  }

  CLI::App app_{"A tool", "tool"};
  std::string text_;
  std::vector<std::string> texts_;
  bool on_ = false;
  CLI::Option* output_;
  CLI::Option* quiet_;
  CLI::App* job_;
  CLI::App* get_;
  CLI::Option* wait_;
  CLI::Option* label_;
  CLI::Option* tag_;
  CLI::Option* time_;
};

TEST_F(TypedLineTest, WordsNameCommandsAndThenArguments) {
  TypedLine line = ReadTypedLine(app_, {""});
  EXPECT_EQ(line.command, &app_);
  EXPECT_EQ(line.option, nullptr);
  EXPECT_EQ(line.typed, "");
  line = ReadTypedLine(app_, {"job", "g"});
  EXPECT_EQ(line.command, job_);
  EXPECT_EQ(line.typed, "g");
  line = ReadTypedLine(app_, {"job", "get", "a"});
  EXPECT_EQ(line.command, get_);
  EXPECT_EQ(line.option, tag_);
  EXPECT_EQ(line.typed, "a");
  // A tag that is called like a command is a tag.
  line = ReadTypedLine(app_, {"job", "get", "job", ""});
  EXPECT_EQ(line.command, get_);
  EXPECT_EQ(line.option, time_);
  line = ReadTypedLine(app_, {"job", "get", "a", "b", ""});
  EXPECT_EQ(line.option, nullptr);
  EXPECT_EQ(ReadTypedLine(app_, {}).command, &app_);
}

TEST_F(TypedLineTest, AFlagsValueIsTheNextWordOrPartOfItsOwn) {
  TypedLine line = ReadTypedLine(app_, {"job", "get", "--label", "a"});
  EXPECT_EQ(line.option, label_);
  EXPECT_EQ(line.prefix, "");
  EXPECT_EQ(line.typed, "a");
  line = ReadTypedLine(app_, {"job", "get", "--output=js"});
  EXPECT_EQ(line.option, output_);
  EXPECT_EQ(line.prefix, "--output=");
  EXPECT_EQ(line.typed, "js");
  // As bash has it.
  EXPECT_EQ(ReadTypedLine(app_, {"job", "get", "--output", "="}).typed, "");
  line = ReadTypedLine(app_, {"job", "get", "--output", "=", "js"});
  EXPECT_EQ(line.option, output_);
  EXPECT_EQ(line.prefix, "");
  EXPECT_EQ(line.typed, "js");
  // What came before is no argument.
  EXPECT_EQ(ReadTypedLine(app_, {"-o", "json", "job", "get", "--wait", ""}).option, tag_);
  EXPECT_EQ(ReadTypedLine(app_, {"job", "get", "--output", "=", "json", ""}).option, tag_);
}

TEST_F(TypedLineTest, ItNotesWhatIsGiven) {
  TypedLine line =
      ReadTypedLine(app_, {"--quiet", "-o", "json", "job", "get", "--wait", "--label=x", "--w"});
  EXPECT_THAT(line.given, ElementsAre(quiet_, output_, wait_, label_));
  EXPECT_THAT(line.global_words, ElementsAre("--quiet", "--output=json"));
  EXPECT_THAT(ReadTypedLine(app_, {"--help", "j"}).global_words, IsEmpty());
  EXPECT_EQ(line.option, nullptr);
  EXPECT_EQ(line.typed, "--w");
}

TEST_F(TypedLineTest, UnknownWordsArePassedOver) {
  const TypedLine line = ReadTypedLine(app_, {"job", "--what", "get", "--how=so", "x"});
  EXPECT_EQ(line.command, get_);
  EXPECT_EQ(line.option, tag_);
  EXPECT_THAT(line.given, IsEmpty());
}

}  // namespace
}  // namespace jobctl
