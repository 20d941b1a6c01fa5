#include "server/converters/page_token.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;

constexpr char kInvalid[] = "PAGE_TOKEN_INVALID page_token";

TEST(PageTokenTest, ComesBackForItsQuery) {
  const PageTokens tokens("key");
  EXPECT_EQ(tokens.ReadUid("q", tokens.Make("q", core::Uid{77})).value(), 77u);
  engine::RunCursor cursor{.unsuccessful = true, .key = {77, 5}, .end_time = 1234567890123};
  const engine::RunCursor back = tokens.ReadRunCursor("q", tokens.Make("q", cursor)).value();
  EXPECT_TRUE(back.unsuccessful);
  EXPECT_EQ(back.key, cursor.key);
  EXPECT_EQ(back.end_time, cursor.end_time);
}

TEST(PageTokenTest, IsGoodForNothingElse) {
  const PageTokens tokens("key");
  const std::string token = tokens.Make("q", core::Uid{77});
  EXPECT_EQ(Fault(tokens.ReadUid("other", token)), kInvalid);
  EXPECT_EQ(Fault(PageTokens("other key").ReadUid("q", token)), kInvalid);
  EXPECT_EQ(Fault(tokens.ReadRunCursor("q", token)), kInvalid);
  EXPECT_EQ(Fault(tokens.ReadUid("q", tokens.Make("q", engine::RunCursor{}))), kInvalid);
}

TEST(PageTokenTest, CannotBeForged) {
  const PageTokens tokens("key");
  const std::string token = tokens.Make("q", engine::RunCursor{.key = {77, 5}});
  for (size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(Fault(tokens.ReadRunCursor("q", forged)), kInvalid) << i;
  }
  for (const std::string forged : {"x", "!", "====", "AAAA", " "}) {
    EXPECT_EQ(Fault(tokens.ReadUid("q", forged)), kInvalid) << forged;
  }
  EXPECT_EQ(Fault(tokens.ReadRunCursor("q", token + "=")), kInvalid);
  EXPECT_EQ(Fault(tokens.ReadRunCursor("q", token + "\n")), kInvalid);
  EXPECT_EQ(Fault(tokens.ReadUid("q", std::string(1 << 20, 'A'))), kInvalid);
}

TEST(PageTokenTest, DoesNotMixQueryAndBody) {
  const PageTokens tokens("key");
  EXPECT_NE(tokens.Make("a", core::Uid{1}), tokens.Make("b", core::Uid{1}));
}

TEST(PageSizeTest, IsDefaultedAndCoerced) {
  EXPECT_EQ(ToPageSize(0).value(), 100);
  EXPECT_EQ(ToPageSize(1).value(), 1);
  EXPECT_EQ(ToPageSize(1000).value(), 1000);
  EXPECT_EQ(ToPageSize(1001).value(), 1000);
  EXPECT_EQ(ToPageSize(INT32_MAX).value(), 1000);
  EXPECT_EQ(Fault(ToPageSize(-1)), "FIELD_OUT_OF_RANGE page_size");
}

}  // namespace
}  // namespace server
