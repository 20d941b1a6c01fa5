#include "client/jobctl/parse/member.h"

#include <sstream>
#include <string>

#include "ductape/jobs/v1/connection.pb.h"
#include "ductape/jobs/v1/event.pb.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::DatabaseTarget;
using ductape::jobs::v1::NotificationTarget;
using ductape::jobs::v1::SqlSettings;

template <class Message>
std::string Set(const std::string& text, Message* message) {
  std::istringstream in("from-stdin");
  return std::string(SetMember(text, in, message).message());
}

TEST(MemberTest, SetsMembersOfEachType) {
  SqlSettings sql;
  EXPECT_EQ(Set("address=h:1=2", &sql), "");
  EXPECT_EQ(Set("engine=mysql", &sql), "");
  EXPECT_EQ(Set("max_connections=7", &sql), "");
  EXPECT_EQ(Set("read_only=true", &sql), "");
  EXPECT_EQ(Set("tls.mode=required", &sql), "");
  EXPECT_EQ(Set("tls.ca_certificates=file:/ca.pem", &sql), "");
  EXPECT_EQ(Set("password=@-", &sql), "");
  EXPECT_EQ(sql.address(), "h:1=2");
  EXPECT_EQ(sql.engine(), SqlSettings::MYSQL);
  EXPECT_EQ(sql.max_connections(), 7);
  EXPECT_TRUE(sql.read_only());
  EXPECT_EQ(sql.tls().ca_certificates().file(), "/ca.pem");
  EXPECT_EQ(sql.password().value(), "from-stdin");
}

TEST(MemberTest, AddsToListsAndMaps) {
  NotificationTarget target;
  EXPECT_EQ(Set("channels[0].email.to=a@b.example", &target), "");
  EXPECT_EQ(Set("channels[0].email.to=c@d.example", &target), "");
  EXPECT_EQ(Set("channels[1].push.data.a.b=1", &target), "");
  EXPECT_EQ(target.channels(0).email().to_size(), 2);
  EXPECT_EQ(target.channels(1).push().data().at("a.b"), "1");
  EXPECT_EQ(Set("channels[1].push.data.a.b=2", &target), "data.a.b is given twice");
  EXPECT_EQ(Set("channels[3].connection=x", &target), "the next item is channels[2]");
  EXPECT_EQ(Set("channels.connection=x", &target), "channels is a list: NAME[0], NAME[1], …");
}

TEST(MemberTest, AddsSecretsToAMap) {
  ductape::jobs::v1::HttpSettings http;
  EXPECT_EQ(Set("secrets.key=@-", &http), "");
  EXPECT_EQ(http.secrets().at("key").value(), "from-stdin");
  EXPECT_EQ(Set("secrets.key=env:KEY", &http), "secrets.key is given twice");
}

TEST(MemberTest, MembersOfAChoiceExcludeEachOther) {
  NotificationTarget target;
  EXPECT_EQ(Set("channels[0].sms.text=a", &target), "");
  EXPECT_EQ(Set("channels[0].sms.from=b", &target), "");
  EXPECT_EQ(Set("channels[0].push.title=c", &target), "push and sms exclude each other");
  EXPECT_EQ(target.channels(0).sms().text(), "a");
}

TEST(MemberTest, ReadsJsonObjects) {
  DatabaseTarget target;
  EXPECT_EQ(Set(R"(document={"filter":{"a":1}})", &target), "");
  EXPECT_EQ(target.document().fields().count("filter"), 1U);
  DatabaseTarget broken;
  EXPECT_NE(Set("document={", &broken), "");
}

TEST(MemberTest, SaysWhatIsWrong) {
  SqlSettings sql;
  EXPECT_EQ(Set("address", &sql), "\"address\" is not PATH=VALUE");
  EXPECT_EQ(Set("adress=h", &sql),
            "there is no member \"adress\" but engine, address, database, username, password, tls, "
            "max_connections, read_only");
  EXPECT_EQ(Set("max_connections=many", &sql), "\"many\" is no whole number");
  EXPECT_EQ(Set("read_only=perhaps", &sql), "\"perhaps\" is neither true nor false");
  EXPECT_EQ(Set("tls=required", &sql), "tls has members: tls.NAME=VALUE");
  EXPECT_EQ(Set("address.host=h", &sql), "address has no members");
  EXPECT_EQ(Set("tls[0].mode=required", &sql), "tls is no list");
  EXPECT_EQ(Set("tls[x].mode=required", &sql), "\"tls[x]\" is not NAME[NUMBER]");
  EXPECT_EQ(Set("engine=oracle", &sql), "\"oracle\" is none of postgresql, mysql");
  EXPECT_EQ(Set("address=a", &sql), "");
  EXPECT_EQ(Set("address=b", &sql), "address is given twice");
  EXPECT_EQ(Set("password=hunter2", &sql).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace jobctl
