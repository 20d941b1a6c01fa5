#include "scheduler/secrets/key_ring.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace scheduler::secrets {
namespace {

using testing::HasSubstr;
using testing::Not;

// 32 bytes of 'a' and of 'b'.
constexpr char kA[] = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
constexpr char kB[] = "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=";

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<KeyRing> ring = KeyRing::Parse(text);
  return ring.ok() ? "OK" : std::string(ring.status().message());
}

TEST(KeyRingTest, TheFirstKeyIsTheActiveOne) {
  const auto ring = KeyRing::Parse(absl::StrCat("# keys\n\n k2\t", kB, " \r\nk1 ", kA));
  ASSERT_TRUE(ring.ok()) << ring.status();
  ASSERT_EQ(ring->keys().size(), 2U);
  EXPECT_EQ(ring->keys()[0].id, "k2");
  EXPECT_EQ(ring->keys()[0].bytes.view(), std::string(32, 'b'));
  ASSERT_NE(ring->Find("k1"), nullptr);
  EXPECT_EQ(ring->Find("k1")->bytes.view(), std::string(32, 'a'));
  EXPECT_EQ(ring->Find("k3"), nullptr);
}

TEST(KeyRingTest, SemicolonsEndLinesToo) {
  const auto ring = KeyRing::Parse(absl::StrCat("k1 ", kA, ";k2 ", kB));
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_EQ(ring->keys().size(), 2U);
}

TEST(KeyRingTest, ErrorsNameTheLineAndNotTheKey) {
  EXPECT_EQ(ErrorOf(""), "there is no key");
  EXPECT_EQ(ErrorOf("# nothing"), "there is no key");
  const std::string key = kA;
  const std::vector<std::string> lines = {key,
                                          "k1",
                                          "k1 " + key.substr(1),
                                          "k1 " + key.substr(0, 43),
                                          "k1 " + key + key,
                                          "-k " + key,
                                          "k1 " + std::string(44, 'a'),
                                          "k1 " + std::string(43, '!') + "="};
  for (const std::string& bad : lines) {
    const std::string error = ErrorOf(absl::StrCat("ok ", kB, "\n", bad));
    EXPECT_THAT(error, HasSubstr("line 2")) << bad;
    EXPECT_THAT(error, Not(HasSubstr("YWFh")));
  }
  EXPECT_THAT(ErrorOf(absl::StrCat("k1 ", kA, "\nk1 ", kB)), HasSubstr("another key"));
}

TEST(KeyRingTest, FilesAreRead) {
  const tests::TempDir dir;
  const std::string path = dir.path() + "/keys";
  EXPECT_THAT(std::string(KeyRing::Load(path).status().message()), HasSubstr(path));
  std::ofstream(path) << "k1 " << kA << "\n";
  const auto ring = KeyRing::Load(path);
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_EQ(ring->keys()[0].id, "k1");
  EXPECT_FALSE(KeyRing::Load(dir.path()).ok());
}

}  // namespace
}  // namespace scheduler::secrets
