#include "server/handlers/wire_format.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "google/protobuf/io/coded_stream.h"
#include "gtest/gtest.h"

namespace server::wire {
namespace {

using google::protobuf::io::CodedOutputStream;

TEST(WireFormatTest, VarintsAreProtobufs) {
  for (int shift = 0; shift < 64; ++shift) {
    for (const uint64_t value :
         {uint64_t{1} << shift, (uint64_t{1} << shift) - 1, (uint64_t{1} << shift) + 1}) {
      std::array<char, 16> ours{};
      std::array<uint8_t, 16> theirs{};
      Writer writer(ours.data());
      writer.Varint(value);
      const auto size = static_cast<size_t>(writer.at() - ours.data());
      const uint8_t* end = CodedOutputStream::WriteVarint64ToArray(value, theirs.data());
      ASSERT_EQ(size, static_cast<size_t>(end - theirs.data())) << value;
      EXPECT_EQ(size, VarintSize(value));
      EXPECT_EQ(std::string(ours.data(), size),
                std::string(reinterpret_cast<const char*>(theirs.data()), size));
      Reader reader(std::string_view(ours.data(), size));
      uint64_t read = 0;
      ASSERT_TRUE(reader.Varint(&read));
      EXPECT_EQ(read, value);
      EXPECT_TRUE(reader.done());
      EXPECT_TRUE(reader.ok());
    }
  }
}

TEST(WireFormatTest, FieldsReadAsTheyWereWritten) {
  std::array<char, 64> bytes{};
  Writer writer(bytes.data());
  writer.VarintField(1, 300);
  writer.Fixed64Field(2, 0x0102030405060708);
  writer.BytesField(3, "text");
  Reader reader(std::string_view(bytes.data(), static_cast<size_t>(writer.at() - bytes.data())));
  uint64_t number = 0;
  std::string_view text;
  ASSERT_TRUE(reader.Varint(&number));
  EXPECT_EQ(number, Tag(1, kVarint));
  ASSERT_TRUE(reader.Varint(&number));
  EXPECT_EQ(number, 300);
  ASSERT_TRUE(reader.Varint(&number));
  EXPECT_EQ(number, Tag(2, kFixed64));
  ASSERT_TRUE(reader.Fixed64(&number));
  EXPECT_EQ(number, 0x0102030405060708);
  ASSERT_TRUE(reader.Varint(&number));
  EXPECT_EQ(number, Tag(3, kBytes));
  ASSERT_TRUE(reader.Bytes(&text));
  EXPECT_EQ(text, "text");
  EXPECT_TRUE(reader.done());
}

TEST(WireFormatTest, NothingIsReadBeyondTheEnd) {
  uint64_t number = 0;
  std::string_view text;
  for (const std::string& bytes :
       {std::string(), std::string("\x80"), std::string(10, '\x80'), std::string("\xff\xff")}) {
    Reader reader(bytes);
    EXPECT_FALSE(reader.Varint(&number));
    EXPECT_FALSE(reader.ok());
    EXPECT_TRUE(reader.done());
    EXPECT_FALSE(reader.Varint(&number)) << "for ever after";
  }
  EXPECT_FALSE(Reader("1234567").Fixed64(&number));
  EXPECT_FALSE(Reader("\x05text").Bytes(&text));
  std::array<char, 16> huge{};
  Writer writer(huge.data());
  writer.Varint(std::numeric_limits<uint64_t>::max());
  EXPECT_FALSE(Reader(std::string_view(huge.data(), 16)).Bytes(&text));
}

}  // namespace
}  // namespace server::wire
