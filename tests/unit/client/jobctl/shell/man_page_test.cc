#include "client/jobctl/shell/man_page.h"

#include "CLI/CLI.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ManPageTest, HoldsCommandsFlagsAndExamples) {
  CLI::App app("tool - does things\n\nMuch could be said.\n.hidden\n  tool get x\n  tool --y",
               "tool");
  std::string text;
  std::vector<std::string> texts;
  bool on = false;
  app.footer("Exit codes: 0");
  app.add_option("-o,--output", text, "How to print")->envname("TOOL_OUTPUT")->type_name("FORMAT");
  CLI::App* get = app.add_subcommand("get", "Get one");
  get->add_flag("--wait", on, "Wait for C:\\it");
  get->add_option("tag", texts, "The \"tag\"")->type_name("TAG")->required();
  app.add_subcommand("gone", "Hidden")->group("");
  const std::string page = ManPage(app);
  EXPECT_THAT(page, HasSubstr(".TH JOBCTL 1"));
  EXPECT_THAT(page, HasSubstr(".SH NAME\ntool \\- does things\n"));
  EXPECT_THAT(page,
              HasSubstr("\n\\&.hidden\n.PP\n.nf\n.RS 4\ntool get x\ntool \\-\\-y\n.RE\n.fi\n"));
  EXPECT_THAT(
      page,
      HasSubstr(".SS jobctl get\n\\fBjobctl get\\fR [\\fIflags\\fR] \\fITAG\\fR .\\|.\\|.\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-wait\\fR\nWait for C:\\eit\n"));
  EXPECT_THAT(page, HasSubstr("The \\(dqtag\\(dq"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIFORMAT\\fR\nHow to print. "
                              "Variable: TOOL_OUTPUT\n"));
  EXPECT_THAT(page, HasSubstr("Exit codes: 0"));
  EXPECT_THAT(page, Not(HasSubstr("Hidden")));
}

}  // namespace
}  // namespace jobctl
