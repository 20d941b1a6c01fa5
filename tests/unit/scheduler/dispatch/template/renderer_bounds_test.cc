// What a template can cost, whatever it and the input say.

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {
namespace {

namespace limits = base::limits;

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.append(text);
  return out;
}

absl::StatusOr<std::string> Render(std::string input, const std::string& text,
                                   Landing landing = Landing::kText) {
  core::ClaimedRun run;
  run.input_json = std::move(input);
  return Renderer(run).Render("body", text, landing);
}

std::string List(size_t count) { return R"({"l":[0)" + Repeat(",0", count - 1) + "]}"; }

TEST(RendererBoundsTest, SizeIsBounded) {
  const std::string value(limits::kMaxRenderedBytes / 4, 'x');
  const std::string input = R"({"v":")" + value + R"("})";
  EXPECT_EQ(Render(input, "{{v}}{{v}}{{v}}{{v}}").value().size(), limits::kMaxRenderedBytes);
  EXPECT_EQ(
      Render(input, "{{v}}{{v}}{{v}}{{v}}!").status().message(),
      "the template of body: at character 21, the target's texts become larger than 262144 bytes");
  EXPECT_FALSE(Render(input, "{{v}}{{v}}{{v}}!{{v}}").ok());
  // By what it is escaped to.
  EXPECT_FALSE(Render(R"({"v":")" + Repeat("&", 60'000) + R"("})", "{{v}}", Landing::kHtml).ok());
}

TEST(RendererBoundsTest, TheTextsOfATargetShareTheBounds) {
  core::ClaimedRun run;
  run.input_json = List(10'000);
  const Renderer renderer(run);
  int passed = 0;
  while (passed < 10 && renderer.Render("f", "{{#l}}{{.}}{{/l}}", Landing::kText).ok()) ++passed;
  EXPECT_EQ(passed, 4);
  EXPECT_TRUE(Renderer(run).Render("f", "{{#l}}{{.}}{{/l}}", Landing::kText).ok());

  run.input_json = R"({"v":")" + std::string(limits::kMaxRenderedBytes / 2, 'x') + R"("})";
  const Renderer half(run);
  EXPECT_TRUE(half.Render("a", "{{v}}", Landing::kText).ok());
  EXPECT_TRUE(half.Render("b", "{{v}}", Landing::kText).ok());
  EXPECT_FALSE(half.Render("c", "{{v}}", Landing::kText).ok());
  EXPECT_TRUE(half.Render("d", "as it is", Landing::kText).ok());
}

TEST(RendererBoundsTest, WorkIsBounded) {
  // 10,000 passes of two tags each.
  EXPECT_TRUE(Render(List(10'000), "{{#l}}{{.}}-{{/l}}").ok());
  const auto status = Render(List(400), "{{#l}}{{#l}}{{.}}{{/l}}{{/l}}").status();
  EXPECT_EQ(
      status.message(),
      "the template of body: at character 13, there is more to do than 100000 tags and passes "
      "through sections");
  // Nothing is written, and there is no end to it otherwise.
  EXPECT_FALSE(Render(List(1'000), Repeat("{{#l}}", 16) + Repeat("{{/l}}", 16)).ok());
  EXPECT_FALSE(
      Render(List(1'000), Repeat("{{#l}}", 15) + "{{^l}}{{/l}}" + Repeat("{{/l}}", 15)).ok());
  EXPECT_TRUE(Render(List(2), Repeat("{{#l}}", 8) + Repeat("{{/l}}", 8)).ok());
}

}  // namespace
}  // namespace scheduler::dispatch
