#include "scheduler/secrets/aead_box.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace scheduler::secrets {
namespace {

constexpr char kOne[] = "k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
constexpr char kTwoOne[] =
    "k2 YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=;"
    "k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

AeadBox Box(const std::string& keys) { return AeadBox(KeyRing::Parse(keys).value()); }

TEST(AeadBoxTest, OpensWhatItSealed) {
  const AeadBox box = Box(kOne);
  EXPECT_EQ(box.active_key(), "k1");
  for (const std::string& text :
       {std::string("x"), std::string("hunter2"), std::string(8192, 'y')}) {
    const auto sealed = box.Seal("place", text);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
    EXPECT_EQ(sealed->key_id, "k1");
    EXPECT_EQ(sealed->nonce.size(), 12U);
    EXPECT_EQ(sealed->ciphertext.size(), text.size() + 16);
    if (text.size() > 1) {
      EXPECT_EQ(sealed->ciphertext.find(text), std::string::npos);
    }
    const auto opened = box.Open("place", *sealed);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->view(), text);
  }
}

TEST(AeadBoxTest, NoncesDiffer) {
  const AeadBox box = Box(kOne);
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) nonces.insert(box.Seal("place", "x")->nonce);
  EXPECT_EQ(nonces.size(), 100U);
}

TEST(AeadBoxTest, AnyChangeIsFound) {
  const AeadBox box = Box(kOne);
  const core::SealedText sealed = *box.Seal("place", "hunter2");
  EXPECT_EQ(box.Open("other", sealed).status().code(), absl::StatusCode::kDataLoss);
  for (size_t i = 0; i < sealed.ciphertext.size(); ++i) {
    core::SealedText changed = sealed;
    changed.ciphertext[i] ^= 1;
    EXPECT_EQ(box.Open("place", changed).status().code(), absl::StatusCode::kDataLoss);
  }
  core::SealedText changed = sealed;
  changed.nonce[3] ^= 1;
  EXPECT_EQ(box.Open("place", changed).status().code(), absl::StatusCode::kDataLoss);
  changed = sealed;
  changed.ciphertext.resize(15);
  EXPECT_EQ(box.Open("place", changed).status().code(), absl::StatusCode::kDataLoss);
  changed = sealed;
  changed.nonce.clear();
  EXPECT_EQ(box.Open("place", changed).status().code(), absl::StatusCode::kDataLoss);
}

TEST(AeadBoxTest, OlderKeysStillOpenAndOthersDoNot) {
  const core::SealedText old = *Box(kOne).Seal("place", "hunter2");
  const AeadBox rotated = Box(kTwoOne);
  EXPECT_EQ(rotated.active_key(), "k2");
  EXPECT_EQ(rotated.Open("place", old)->view(), "hunter2");
  const core::SealedText recent = *rotated.Seal("place", "hunter2");
  EXPECT_EQ(recent.key_id, "k2");
  const absl::Status missing = Box(kOne).Open("place", recent).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(missing.message().find("k2"), absl::string_view::npos);
}

TEST(AeadBoxTest, WithoutAKeyNothingIsSealed) {
  const AeadBox box{KeyRing()};
  EXPECT_EQ(box.active_key(), "");
  EXPECT_EQ(box.Seal("place", "x").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(AeadBoxTest, FingerprintsTellTextsApartAndDependOnTheKey) {
  const AeadBox box = Box(kOne);
  EXPECT_EQ(box.Fingerprint("a"), box.Fingerprint("a"));
  EXPECT_NE(box.Fingerprint("a"), box.Fingerprint("b"));
  EXPECT_NE(box.Fingerprint("a"), Box(kTwoOne).Fingerprint("a"));
  const AeadBox none{KeyRing()};
  EXPECT_EQ(none.Fingerprint("a"), none.Fingerprint("b"));
}

TEST(AeadBoxTest, APlaceIsOfOneConnection) {
  core::ConnectionSpec a;
  a.product = "p";
  a.tag = "t";
  core::ConnectionSpec b = a;
  b.tag = "u";
  EXPECT_NE(PlaceOf(a, "x"), PlaceOf(b, "x"));
  EXPECT_EQ(PlaceOf(a, "x"), std::string("p\0t\0x", 5));
}

}  // namespace
}  // namespace scheduler::secrets
