#include "scheduler/core/notification/mail_address.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

MailAddress Parsed(const std::string& text) {
  const absl::StatusOr<MailAddress> address = ParseMailAddress(text);
  EXPECT_TRUE(address.ok()) << text << ": " << address.status();
  return address.ok() ? *address : MailAddress();
}

TEST(MailAddressTest, ReadsEachForm) {
  EXPECT_EQ(Parsed("ops@example.com"), (MailAddress{"", "ops@example.com"}));
  EXPECT_EQ(Parsed(" <ops@example.com> "), (MailAddress{"", "ops@example.com"}));
  EXPECT_EQ(Parsed("Ops  Team <ops@example.com>"), (MailAddress{"Ops  Team", "ops@example.com"}));
  EXPECT_EQ(Parsed("Bücher & Söhne <b@xn--bcher-kva.example>"),
            (MailAddress{"Bücher & Söhne", "b@xn--bcher-kva.example"}));
  EXPECT_EQ(Parsed(R"("Ops, \"night\" <x>" <a.b+c=d@localhost>)"),
            (MailAddress{"Ops, \"night\" <x>", "a.b+c=d@localhost"}));
  EXPECT_EQ(Parsed("J. Doe <o'neill!#$%&*+-/=?^_`{|}~@1.example>").name, "J. Doe");
}

TEST(MailAddressTest, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "ops",
                           "@example.com",
                           "ops@",
                           "a b@example.com",
                           "a@b@example.com",
                           ".a@example.com",
                           "a..b@example.com",
                           "a.@example.com",
                           "a@-b.example",
                           "a@b-.example",
                           "a@b..example",
                           "a@b_c.example",
                           "a@[127.0.0.1]",
                           "ä@example.com",
                           "a@bücher.example",
                           "a@example.com, b@example.com",
                           "A, B <a@example.com>",
                           "<a@example.com> x",
                           "A <a@example.com",
                           "\"A <a@example.com>",
                           "\"A\" a@example.com",
                           "a@example.com\r\nBcc: b@example.com",
                           "A\nB <a@example.com>",
                           "<<a@example.com>>"}) {
    EXPECT_FALSE(ParseMailAddress(text).ok()) << text;
  }
}

TEST(MailAddressTest, RefusesWhatIsTooLong) {
  const auto repeated = [](size_t count, const char* end) {
    return std::string(count, 'a').append(end);
  };
  EXPECT_TRUE(ParseMailAddress(repeated(64, "@example.com")).ok());
  EXPECT_FALSE(ParseMailAddress(repeated(65, "@example.com")).ok());
  EXPECT_FALSE(ParseMailAddress(repeated(257, " <a@example.com>")).ok());
  std::string domain = "a@";
  EXPECT_FALSE(ParseMailAddress(domain.append(64, 'a').append(".example")).ok());
  std::string many = "a@";
  for (int i = 0; i < 130; ++i) many.append("b.");
  EXPECT_FALSE(ParseMailAddress(many.append("example")).ok());
}

}  // namespace
}  // namespace scheduler::core
