#include "client/jobctl/print/printer.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Event;

google::protobuf::RepeatedPtrField<Event> Page(std::initializer_list<const char*> tags) {
  google::protobuf::RepeatedPtrField<Event> page;
  for (const char* tag : tags) {
    Event& event = *page.Add();
    event.set_event_type(Event::ACTION);
    event.set_tag(tag);
  }
  return page;
}

std::string List(Format format,
                 const std::vector<google::protobuf::RepeatedPtrField<Event>>& pages) {
  std::ostringstream out;
  ListPrinter<Event> printer(Printer{format, false, absl::UnixEpoch(), out});
  for (const auto& page : pages) printer.Add(page);
  printer.End();
  return out.str();
}

TEST(PrinterTest, OneResourceInEachFormat) {
  const auto print = [](Format format) {
    std::ostringstream out;
    PrintOne(Printer{format, false, absl::UnixEpoch(), out}, Page({"x"})[0]);
    return out.str();
  };
  EXPECT_EQ(print(Format::kJson), "{\n  \"event_type\": \"ACTION\",\n  \"tag\": \"x\"\n}\n");
  EXPECT_EQ(print(Format::kJsonl), "{\"event_type\":\"ACTION\",\"tag\":\"x\"}\n");
  EXPECT_EQ(print(Format::kYaml), "event_type: ACTION\ntag: x\n");
  EXPECT_EQ(print(Format::kName), "ACTION/x\n");
  EXPECT_EQ(print(Format::kTable).substr(0, 6), "Event ");
}

TEST(PrinterTest, AListIsOneAcrossItsPages) {
  const std::vector<google::protobuf::RepeatedPtrField<Event>> pages = {Page({"a", "b"}), Page({}),
                                                                        Page({"c"})};
  EXPECT_EQ(List(Format::kJson, pages),
            "[\n{\"event_type\":\"ACTION\",\"tag\":\"a\"},\n"
            "{\"event_type\":\"ACTION\",\"tag\":\"b\"},\n"
            "{\"event_type\":\"ACTION\",\"tag\":\"c\"}\n]\n");
  EXPECT_EQ(List(Format::kName, pages), "ACTION/a\nACTION/b\nACTION/c\n");
  EXPECT_EQ(List(Format::kYaml, {Page({"a"}), Page({"b"})}),
            "- event_type: ACTION\n  tag: a\n- event_type: ACTION\n  tag: b\n");
  EXPECT_EQ(
      List(Format::kJsonl, {Page({"a"}), Page({"b"})}),
      "{\"event_type\":\"ACTION\",\"tag\":\"a\"}\n{\"event_type\":\"ACTION\",\"tag\":\"b\"}\n");
}

TEST(PrinterTest, AnEmptyList) {
  EXPECT_EQ(List(Format::kJson, {}), "[]\n");
  EXPECT_EQ(List(Format::kJson, {Page({})}), "[]\n");
  EXPECT_EQ(List(Format::kYaml, {}), "[]\n");
  EXPECT_EQ(List(Format::kJsonl, {}), "");
  EXPECT_EQ(List(Format::kName, {}), "");
  EXPECT_EQ(List(Format::kTable, {}), "EVENT  NAME  TARGET  JOBS  UPDATED\n");
}

TEST(FormatTest, KnowsItsNames) {
  EXPECT_EQ(ParseFormat("table").value(), Format::kTable);
  EXPECT_EQ(ParseFormat("json").value(), Format::kJson);
  EXPECT_EQ(ParseFormat("jsonl").value(), Format::kJsonl);
  EXPECT_EQ(ParseFormat("yaml").value(), Format::kYaml);
  EXPECT_EQ(ParseFormat("name").value(), Format::kName);
  EXPECT_FALSE(ParseFormat("JSON").ok());
  EXPECT_FALSE(ParseFormat("").ok());
}

}  // namespace
}  // namespace jobctl
