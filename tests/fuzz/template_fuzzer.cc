// Any bytes as a template, filled in for any landing: an error, or a text of bounded size. Then as
// a template within a string of a JSON document, and as the values of one: what comes out is JSON
// again, and in the second case says the same.

#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/check_template.h"
#include "scheduler/dispatch/template/renderer.h"
#include "scheduler/dispatch/text.h"
#include "tests/fuzz/schedule_checks.h"

namespace dispatch = scheduler::dispatch;
using dispatch::Landing;
using nlohmann::json;

namespace {

constexpr Landing kLandings[] = {Landing::kText, Landing::kJson, Landing::kUrl, Landing::kHeader,
                                 Landing::kHtml};

constexpr char kInput[] =
    R"({"a":"q\"\\\n<&é","n":-1.5e3,"t":true,"f":false,"z":null,"e":"","l":[1,"x",{"a":"own","l":[]}],)"
    R"("o":{"p":{"q":"deep"}},"secrets":{"s":1},"job":2})";

std::string Utf8(std::string_view bytes) {
  bool cut = false;
  return dispatch::ToUtf8(bytes, 3 * bytes.size(), &cut);
}

scheduler::core::ClaimedRun RunWith(std::string input) {
  scheduler::core::ClaimedRun run;
  run.job_tag = "tag";
  run.input_json = std::move(input);
  return run;
}

void CheckAnyText(const scheduler::core::ClaimedRun& run, const std::string& text) {
  const auto parsed = dispatch::Template::Parse(text);
  for (const Landing landing : kLandings) {
    const absl::Status checked = dispatch::CheckTemplate("f", text, landing);
    fuzz::Require(!checked.ok() || parsed.ok() || !dispatch::HasTemplate(text),
                  "what is accepted is a template");
    const auto result = dispatch::Renderer(run).Render("f", text, landing);
    if (result.ok()) {
      fuzz::Require(!dispatch::HasTemplate(text) ||
                        result->size() <= scheduler::base::limits::kMaxRenderedBytes,
                    "what is rendered is bounded");
      if (landing == Landing::kJson) continue;
      // Only a place in JSON, and a secret, is found at the one time and not at the other.
      fuzz::Require(!dispatch::HasTemplate(text) || parsed.ok(), "what is rendered is a template");
    } else {
      fuzz::Require(!result.status().message().empty(), "an error says what is wrong");
    }
  }
}

// As the content of a string in a document, with nothing that would end the string but by a value.
void CheckWithinString(const scheduler::core::ClaimedRun& run, const std::string& text) {
  std::string content = Utf8(text);
  for (char& c : content) {
    if (c == '"' || c == '\\' || (c >= 0 && c < 0x20)) c = ' ';
  }
  const auto parsed = dispatch::Template::Parse(content);
  if (!parsed.ok()) return;
  for (const auto& node : parsed->nodes()) {
    if (node.kind == dispatch::Template::Kind::kRaw) return;
  }
  const auto result = dispatch::Renderer(run).Render("f", R"({"k":")" + content + R"(","v":{{o}}})",
                                                     Landing::kJson);
  fuzz::Require(!result.ok() || json::accept(*result), "a document stays one");
}

// As a string and, if it is JSON, as that.
void CheckAsValues(const std::string& text) {
  const json string = Utf8(text);
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) value = string;
  const json input = {{"s", string}, {"v", value}, {"l", {string, value}}};
  const auto run = RunWith(input.dump(-1, ' ', false, json::error_handler_t::replace));
  const dispatch::Renderer renderer(run);
  const auto result = renderer.Render(
      "f", R"({"in":"<{{s}}>","s":{{s}},"v":{{v}},"l":[{{#l}}{{.}},{{/l}}0],"t":"{{v}}"})",
      Landing::kJson);
  fuzz::Require(result.ok(), "values can be written");
  const json document = json::parse(*result, nullptr, /*allow_exceptions=*/false);
  fuzz::Require(!document.is_discarded(), "values keep a document one");
  const json said = json::parse(run.input_json);
  fuzz::Require(document["in"] == "<" + said["s"].get<std::string>() + ">" &&
                    document["s"] == said["s"] && document["v"] == said["v"],
                "values are what they were");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const scheduler::core::ClaimedRun run = RunWith(kInput);
  CheckAnyText(run, text);
  CheckWithinString(run, text);
  CheckAsValues(text);
  return 0;
}
