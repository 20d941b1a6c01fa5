#include "server/converters/connection_secrets.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/secrets/aead_box.h"

namespace server {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace secrets = scheduler::secrets;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

constexpr char kPlace[] = "env[].http.auth.bearer.token";
constexpr char kKeys[] = "k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
constexpr char kRotated[] =
    "k2 YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=;"
    "k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

ConnectionDraft DraftOf(const core::Secret& token) {
  ConnectionDraft draft;
  draft.spec.product = "p";
  draft.spec.tag = "billing";
  std::get<core::HttpSettings>(draft.spec.env[""]).auth = core::BearerAuth{token};
  return draft;
}

ConnectionDraft WithValue(const std::string& value) {
  ConnectionDraft draft = DraftOf({Source::kStored, "", {}});
  draft.values[kPlace] = base::SecretText(value);
  return draft;
}

ConnectionDraft Keeping() {
  ConnectionDraft draft = DraftOf({});
  draft.kept.insert(kPlace);
  return draft;
}

core::Secret TokenOf(const core::ConnectionSpec& spec) {
  return std::get<core::BearerAuth>(std::get<core::HttpSettings>(spec.env.at("")).auth).token;
}

class ConnectionSecretsTest : public testing::Test {
 protected:
  absl::StatusOr<core::ConnectionSpec> Settle(const ConnectionDraft& draft,
                                              const core::ConnectionSpec* before,
                                              const secrets::SecretBox& box) {
    core::ConnectionSpec spec = draft.spec;
    const absl::Status status = SettleSecrets(draft, before, box, &spec);
    if (!status.ok()) return status;
    return spec;
  }
  std::string Opened(const core::ConnectionSpec& spec, const secrets::SecretBox& box) {
    const auto text = box.Open(secrets::PlaceOf(spec, kPlace), TokenOf(spec).sealed);
    return text.ok() ? std::string(text->view()) : text.status().ToString();
  }

  const secrets::AeadBox box_{secrets::KeyRing::Parse(kKeys).value()};
  const secrets::AeadBox rotated_{secrets::KeyRing::Parse(kRotated).value()};
};

TEST_F(ConnectionSecretsTest, ValuesAreSealed) {
  const auto spec = Settle(WithValue("hunter2"), nullptr, box_);
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(TokenOf(*spec).source, Source::kStored);
  EXPECT_EQ(Opened(*spec, box_), "hunter2");
}

TEST_F(ConnectionSecretsTest, WhatComesWithoutASourceIsKept) {
  const auto before = Settle(WithValue("hunter2"), nullptr, box_);
  ASSERT_TRUE(before.ok());
  const auto kept = Settle(Keeping(), &*before, box_);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(*kept, *before);
  EXPECT_EQ(base::errors::ReasonOf(Settle(Keeping(), nullptr, box_).status()), "FIELD_REQUIRED");
  const ConnectionDraft file = DraftOf({Source::kFile, "/f", {}});
  EXPECT_EQ(TokenOf(*Settle(Keeping(), &file.spec, box_)), TokenOf(file.spec));
}

TEST_F(ConnectionSecretsTest, AValueThatIsStoredAlreadyChangesNothing) {
  const auto before = Settle(WithValue("hunter2"), nullptr, box_);
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(*Settle(WithValue("hunter2"), &*before, box_), *before);
  const auto other = Settle(WithValue("other"), &*before, box_);
  EXPECT_EQ(Opened(*other, box_), "other");
}

TEST_F(ConnectionSecretsTest, AValueUnderAnOlderKeyIsSealedAnew) {
  const auto before = Settle(WithValue("hunter2"), nullptr, box_);
  const auto after = Settle(WithValue("hunter2"), &*before, rotated_);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(TokenOf(*after).sealed.key_id, "k2");
  EXPECT_EQ(Opened(*after, rotated_), "hunter2");
}

TEST_F(ConnectionSecretsTest, WhatIsKeptIsSealedAnewUnderANewKey) {
  const auto before = Settle(WithValue("hunter2"), nullptr, box_);
  EXPECT_EQ(*Settle(Keeping(), &*before, box_), *before);
  const auto after = Settle(Keeping(), &*before, rotated_);
  EXPECT_EQ(TokenOf(*after).sealed.key_id, "k2");
  EXPECT_EQ(Opened(*after, rotated_), "hunter2");
  // Without a key, or without that key, it stays as it is.
  EXPECT_EQ(*Settle(Keeping(), &*before, secrets::AeadBox(secrets::KeyRing())), *before);
}

TEST_F(ConnectionSecretsTest, TellsWhatTheServerCannotTake) {
  const secrets::AeadBox none{secrets::KeyRing()};
  const secrets::SecretPolicy strict{{{"/run/secrets"}, {}, {}}};
  using base::errors::ReasonOf;
  EXPECT_EQ(ReasonOf(CheckSecrets(WithValue("x"), none, strict)), "SECRETS_KEY_MISSING");
  EXPECT_EQ(ReasonOf(CheckSecrets(WithValue("x"), box_, strict)), "");
  EXPECT_EQ(ReasonOf(CheckSecrets(DraftOf({Source::kFile, "/etc/x", {}}), none, strict)),
            "SECRET_SOURCE_DENIED");
  EXPECT_EQ(ReasonOf(CheckSecrets(DraftOf({Source::kFile, "/run/secrets/x", {}}), none, strict)),
            "");
  EXPECT_EQ(ReasonOf(CheckSecrets(DraftOf({Source::kEnvVar, "X", {}}), none, strict)),
            "SECRET_SOURCE_DENIED");
}

TEST_F(ConnectionSecretsTest, FingerprintsStandForValues) {
  v1::Connection connection;
  v1::Secret* const secret = (*connection.mutable_env())[""]
                                 .mutable_http()
                                 ->mutable_auth()
                                 ->mutable_bearer()
                                 ->mutable_token();
  (*connection.mutable_env())["none"].mutable_http();
  secret->set_value("hunter2");
  FingerprintSecrets(box_, &connection);
  EXPECT_EQ(secret->value().size(), 64U);
  const std::string first = secret->value();
  secret->set_value("hunter3");
  FingerprintSecrets(box_, &connection);
  EXPECT_NE(secret->value(), first);
  secret->set_file("/f");
  FingerprintSecrets(box_, &connection);
  EXPECT_EQ(secret->file(), "/f");
}

}  // namespace
}  // namespace server
