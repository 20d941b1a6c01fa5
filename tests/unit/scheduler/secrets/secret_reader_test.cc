#include "scheduler/secrets/secret_reader.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/secrets/aead_box.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace scheduler::secrets {
namespace {

using testing::HasSubstr;
using testing::Not;
using Source = core::Secret::Source;

constexpr char kPlace[] = "env[].http.auth.bearer.token";

class SecretReaderTest : public testing::Test {
 protected:
  SecretReaderTest() {
    connection_.product = "p";
    connection_.tag = "billing";
    options_.dirs = {"/"};
    options_.env_prefixes = {"TOKEN", "NONE", "DUCTAPE"};
  }
  std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name), std::ios::binary | std::ios::trunc) << text;
  }
  // The secret, or "error: …".
  std::string Read(const core::Secret& secret) {
    if (reader_ == nullptr) {
      policy_ = std::make_unique<SecretPolicy>(options_);
      reader_ = std::make_unique<SecretReader>(
          &box_, policy_.get(), &clock_,
          [this](const std::string& name) -> std::optional<std::string> {
            const auto found = env_.find(name);
            if (found == env_.end()) return std::nullopt;
            return found->second;
          });
    }
    const auto text = reader_->Read(connection_, kPlace, secret);
    if (text.ok()) return std::string(text->view());
    EXPECT_EQ(text.status().code(), absl::StatusCode::kUnavailable);
    return "error: " + std::string(text.status().message());
  }
  std::string ReadFile(const std::string& name) { return Read({Source::kFile, Path(name), {}}); }

  tests::TempDir dir_;
  base::ManualClock clock_{1'700'000'000'000, 1'000'000'000};
  const AeadBox box_{KeyRing::Parse("k1 YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=").value()};
  SecretPolicyOptions options_;
  std::unique_ptr<SecretPolicy> policy_;
  std::unique_ptr<SecretReader> reader_;
  std::map<std::string, std::string> env_;
  core::ConnectionSpec connection_;
};

TEST_F(SecretReaderTest, OpensWhatIsStored) {
  core::Secret secret{Source::kStored, "", *box_.Seal(PlaceOf(connection_, kPlace), "hunter2")};
  EXPECT_EQ(Read(secret), "hunter2");
  secret.sealed.key_id = "k0";
  EXPECT_THAT(Read(secret), testing::AllOf(HasSubstr("connection \"billing\""), HasSubstr(kPlace),
                                           HasSubstr("\"k0\"")));
  secret.sealed = *box_.Seal("elsewhere", "hunter2");
  EXPECT_THAT(Read(secret), HasSubstr("cannot be decrypted"));
  EXPECT_THAT(Read({}), HasSubstr("no source"));
}

TEST_F(SecretReaderTest, ReadsAFileAgainAfterASecond) {
  Write("a", "first\n");
  EXPECT_EQ(ReadFile("a"), "first");
  Write("a", "second\r\n");
  EXPECT_EQ(ReadFile("a"), "first");
  clock_.Advance(1000);
  EXPECT_EQ(ReadFile("a"), "second");
  std::filesystem::remove(Path("a"));
  clock_.Advance(1000);
  EXPECT_THAT(ReadFile("a"), HasSubstr("cannot be opened"));
  Write("a", "third\nline");
  EXPECT_THAT(ReadFile("a"), HasSubstr("cannot be opened"));
  clock_.Advance(1000);
  EXPECT_EQ(ReadFile("a"), "third\nline");
}

TEST_F(SecretReaderTest, SaysOfAFileWhatIsWrongAndNotWhatItHolds) {
  for (const std::string& text :
       {std::string("hunter2\1more"), std::string(70'000, 'h'), std::string("\n"), std::string()}) {
    clock_.Advance(1000);
    Write("bad", text);
    const std::string error = ReadFile("bad");
    EXPECT_THAT(error, HasSubstr(Path("bad")));
    EXPECT_THAT(error, Not(HasSubstr("hunter2")));
    EXPECT_THAT(error, Not(HasSubstr("hhhh")));
  }
  EXPECT_EQ(Read({Source::kFile, dir_.path(), {}}).find("error: "), 0U);
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadFile("fifo"), HasSubstr("no regular file"));
}

TEST_F(SecretReaderTest, LinksLeadNowhereElse) {
  std::filesystem::create_directory(Path("allowed"));
  std::filesystem::create_directory(Path("allowed/data"));
  Write("outside", "hunter2");
  Write("allowed/data/token", "fine");
  std::filesystem::create_symlink(Path("outside"), Path("allowed/out"));
  std::filesystem::create_symlink("data/token", Path("allowed/in"));
  options_.dirs = {Path("allowed")};
  EXPECT_EQ(ReadFile("allowed/in"), "fine");
  EXPECT_THAT(ReadFile("allowed/out"), HasSubstr("may not be read"));
  EXPECT_THAT(ReadFile("outside"), HasSubstr("may not be read"));
}

TEST_F(SecretReaderTest, TheServersOwnFilesAreNotReadByAnyLink) {
  Write("keys", "hunter2");
  std::filesystem::create_symlink(Path("keys"), Path("link"));
  options_.denied = {Path("keys")};
  EXPECT_THAT(ReadFile("keys"), HasSubstr("may not be read"));
  EXPECT_THAT(ReadFile("link"), HasSubstr("may not be read"));
}

TEST_F(SecretReaderTest, ReadsEnvironmentVariablesEachTime) {
  env_["TOKEN"] = "one";
  EXPECT_EQ(Read({Source::kEnvVar, "TOKEN", {}}), "one");
  env_["TOKEN"] = "two";
  EXPECT_EQ(Read({Source::kEnvVar, "TOKEN", {}}), "two");
  env_["TOKEN"] = "a\1b";
  EXPECT_THAT(Read({Source::kEnvVar, "TOKEN", {}}), HasSubstr("control character"));
  EXPECT_THAT(Read({Source::kEnvVar, "NONE", {}}), HasSubstr("\"NONE\" is not set"));
  env_["DUCTAPE_JOBS_SECRETS_KEYS"] = "k";
  EXPECT_THAT(Read({Source::kEnvVar, "DUCTAPE_JOBS_SECRETS_KEYS", {}}),
              HasSubstr("may not be read"));
}

TEST_F(SecretReaderTest, AFileIsAtHandWhileItIsHeld) {
  const core::Secret secret{Source::kFile, Path("a"), {}};
  Write("a", "first");
  EXPECT_EQ(ReadFile("a"), "first");
  EXPECT_TRUE(reader_->IsAtHand(secret));
  clock_.Advance(1000);
  EXPECT_FALSE(reader_->IsAtHand(secret));
  EXPECT_TRUE(reader_->IsAtHand({Source::kEnvVar, "TOKEN", {}}));
}

}  // namespace
}  // namespace scheduler::secrets
