#include "scheduler/store/rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "ductape/jobs/store/v1/catalog.pb.h"
#include "ductape/jobs/store/v1/connection.pb.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/store/samples.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

TEST(RowsTest, JobsRoundTrip) {
  tests::Random random(1);
  for (int i = 0; i < 300; ++i) {
    core::Job job;
    job.spec = tests::RandomSpec(&random);
    job.uid = random.Next();
    job.generation = 3;
    job.create_time = 1'764'000'000'000;
    job.update_time = 1'764'000'001'000;
    const absl::StatusOr<core::Job> decoded = DecodeJob(EncodeJob(job));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(tests::ToText(decoded->spec), tests::ToText(job.spec));
    EXPECT_EQ(decoded->spec, job.spec);
    EXPECT_EQ(decoded->uid, job.uid);
    EXPECT_EQ(decoded->generation, job.generation);
    EXPECT_EQ(decoded->create_time, job.create_time);
    EXPECT_EQ(decoded->update_time, job.update_time);
  }
}

TEST(RowsTest, EventsRoundTrip) {
  tests::Random random(2);
  for (int i = 0; i < 300; ++i) {
    const core::Event event = tests::RandomEvent(&random);
    const absl::StatusOr<core::Event> decoded = DecodeEvent(EncodeEvent(event));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(tests::ToText(*decoded), tests::ToText(event));
  }
}

TEST(RowsTest, RequestsRoundTrip) {
  const RequestRecord record{0xfeedfacecafebeef, core::MakeUid(7, 3), 12, 1'764'000'000'000};
  const absl::StatusOr<RequestRecord> decoded = DecodeRequest(EncodeRequest(record));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->body_hash, record.body_hash);
  EXPECT_EQ(decoded->uid, record.uid);
  EXPECT_EQ(decoded->number, record.number);
  EXPECT_EQ(decoded->at, record.at);
}

TEST(RowsTest, DeletedJobsRoundTrip) {
  const DeletedJob job{core::MakeUid(7, 3), "default", "nightly", 1'764'000'000'000};
  const absl::StatusOr<DeletedJob> decoded = DecodeDeletedJob(EncodeDeletedJob(job));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->uid, job.uid);
  EXPECT_EQ(decoded->product, job.product);
  EXPECT_EQ(decoded->tag, job.tag);
  EXPECT_EQ(decoded->at, job.at);
}

TEST(RowsTest, ChangesOfCalendarsAreReadBack) {
  CalendarChange change{"shop", "holidays", 1'700'000'000'000, {}};
  auto decoded = DecodeCalendarChange(EncodeCalendarChange(change));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->product, "shop");
  EXPECT_EQ(decoded->tag, "holidays");
  EXPECT_EQ(decoded->at, change.at);
  EXPECT_FALSE(decoded->before.has_value());
  change.before.emplace();
  change.before->dates = {absl::CivilDay(2026, 12, 24)};
  decoded = DecodeCalendarChange(EncodeCalendarChange(change));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->before, change.before);
  EXPECT_EQ(CalendarChangeKey("shop", "holidays"),
            std::string("calendar_change\0shop\0holidays", 29));
  pb::CalendarChange row;
  row.set_min_reader(1000);
  EXPECT_EQ(base::errors::ReasonOf(DecodeCalendarChange(row.SerializeAsString()).status()),
            "STORE_TOO_NEW");
}

TEST(RowsTest, CalendarsAreReadBack) {
  core::StoredCalendar calendar;
  calendar.spec.product = "shop";
  calendar.spec.tag = "holidays";
  calendar.spec.name = "Holidays";
  calendar.spec.time_zone = "Europe/Berlin";
  calendar.spec.dates = {absl::CivilDay(1970, 1, 1), absl::CivilDay(2199, 12, 31)};
  calendar.spec.date_ranges = {{absl::CivilDay(2026, 12, 24), absl::CivilDay(2027, 1, 6)}};
  calendar.spec.yearly_dates = {{2, 29}, {12, 25}};
  calendar.spec.weekly_hours = {{0x60, 0, core::kDayMinutes}, {1, 540, 600}};
  calendar.spec.icalendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  calendar.spec.labels = {{"a", "b"}};
  calendar.uid = core::MakeUid(7, 0);
  calendar.generation = 3;
  calendar.create_time = 1'700'000'000'000;
  calendar.update_time = 1'700'000'000'005;
  const auto decoded = DecodeCalendar(EncodeCalendar(calendar));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->spec, calendar.spec);
  EXPECT_EQ(decoded->uid, calendar.uid);
  EXPECT_EQ(decoded->generation, calendar.generation);
  EXPECT_EQ(decoded->create_time, calendar.create_time);
  EXPECT_EQ(decoded->update_time, calendar.update_time);
  pb::Calendar row;
  row.add_range_first(5);
  EXPECT_EQ(base::errors::ReasonOf(DecodeCalendar(row.SerializeAsString()).status()),
            "STORE_CORRUPT");
}

core::StoredConnection ExampleConnection() {
  using Source = core::Secret::Source;
  core::StoredConnection connection;
  connection.spec.product = "shop";
  connection.spec.tag = "billing";
  connection.spec.name = "Billing";
  connection.spec.labels = {{"a", "b"}};
  core::HttpSettings& main = std::get<core::HttpSettings>(connection.spec.env[""]);
  main.base_url = "https://billing.example.com";
  main.headers = {{"X-A", "1"}, {"X-B", ""}};
  main.auth = core::BasicAuth{"jobs", {Source::kStored, "", {"k1", "nonce", "cipher"}}};
  std::get<core::HttpSettings>(connection.spec.env["bearer"]).auth =
      core::BearerAuth{{Source::kFile, "/run/secrets/token", {}}};
  std::get<core::HttpSettings>(connection.spec.env["header"]).auth =
      core::ApiKeyAuth{false, "X-Key", {Source::kEnvVar, "KEY", {}}};
  std::get<core::HttpSettings>(connection.spec.env["query"]).auth =
      core::ApiKeyAuth{true, "key", {Source::kEnvVar, "KEY", {}}};
  const core::Secret secret{Source::kEnvVar, "KEY", {}};
  std::get<core::HttpSettings>(connection.spec.env["oauth2"]).auth = core::Oauth2Auth{
      "https://id.example.com/token", "jobs", secret, {"read", "write"}, "api", true};
  std::get<core::HttpSettings>(connection.spec.env["login"]).auth =
      core::LoginAuth{core::HttpMethod::kPut,
                      "https://example.com/login",
                      {{"X-A", "1"}},
                      {{"user", "jobs"}},
                      true,
                      "password",
                      secret,
                      "/token",
                      "X-Token",
                      "Token",
                      5000};
  std::get<core::HttpSettings>(connection.spec.env["sigv4"]).auth =
      core::SigV4Auth{"AKID", secret, secret, "eu-central-1", "execute-api"};
  core::HttpSettings& tls = std::get<core::HttpSettings>(connection.spec.env["tls"]);
  tls.tls = {core::TlsSettings::Mode::kDefault, secret, secret, secret, "example.com", true};
  tls.proxy = "http://proxy:3128";
  tls.secrets = {{"a", secret}, {"b", secret}};
  connection.spec.env["plain"];
  connection.uid = core::MakeUid(7, 0);
  connection.generation = 3;
  connection.create_time = 1'700'000'000'000;
  connection.update_time = 1'700'000'000'005;
  return connection;
}

TEST(RowsTest, ConnectionsAreReadBack) {
  const core::StoredConnection connection = ExampleConnection();
  const auto decoded = DecodeConnection(EncodeConnection(connection));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->spec, connection.spec);
  EXPECT_EQ(decoded->uid, connection.uid);
  EXPECT_EQ(decoded->generation, connection.generation);
  EXPECT_EQ(decoded->create_time, connection.create_time);
  EXPECT_EQ(decoded->update_time, connection.update_time);
}

// Settings of one kind, every member another than its default.
core::TlsSettings ExampleTls() {
  using Source = core::Secret::Source;
  core::TlsSettings tls;
  tls.mode = core::TlsSettings::Mode::kRequired;
  tls.ca_certificates = {Source::kFile, "/etc/ca.pem", {}};
  tls.client_certificate = {Source::kFile, "/etc/client.pem", {}};
  tls.client_key = {Source::kStored, "", {"k1", "nonce", "cipher"}};
  tls.server_name = "db.internal";
  tls.insecure_skip_verify = true;
  return tls;
}

std::vector<core::Settings> ExamplesOfEachKind() {
  const core::Secret secret{core::Secret::Source::kEnvVar, "SECRET", {}};
  const core::TlsSettings tls = ExampleTls();
  const core::NamedSecrets named{{"signing", secret}};
  using Sms = core::SmsSettings;
  return {
      core::HttpSettings(),
      core::SmtpSettings{"mail:587", core::SmtpSettings::Security::kTls, "u", secret, "a@b", tls,
                         named},
      core::SqlSettings{core::SqlSettings::Engine::kMysql, "db:3306", "d", "u", secret, tls, 7,
                        true},
      core::MongoSettings{"mongodb://h", "d", "u", secret, "admin", tls, 7, true},
      core::KafkaSettings{
          {"a:1", "b:2"}, core::KafkaSettings::Mechanism::kScramSha512, "u", secret, tls, named},
      core::RabbitmqSettings{"mq:5671", "/v", "u", secret, tls, named},
      core::RedisSettings{"redis:6379", 3, "u", secret, tls, named},
      core::NatsSettings{{"a:4222"}, "u", secret, secret, secret, tls, named},
      core::PubsubSettings{"project", secret, "localhost:8085", named},
      core::PushSettings{core::PushSettings::Provider::kFcm, secret, secret, "http://push", named},
      Sms{Sms::Provider::kPlivo, "account", secret, "+49", "http://sms", named},
      core::AwsSettings{"eu-central-1", "http://aws", "AKID", secret, secret, named},
      core::GrpcSettings{
          "grpcs://api:443", {{"x-team", "jobs"}}, core::BearerAuth{secret}, tls, named}};
}

TEST(RowsTest, SettingsOfEachKindAreReadBack) {
  const std::vector<core::Settings> examples = ExamplesOfEachKind();
  ASSERT_EQ(examples.size(), std::variant_size_v<core::Settings>);
  core::StoredConnection connection;
  for (const core::Settings& example : examples) {
    connection.spec.env[std::string(core::KindOf(example))] = example;
  }
  ASSERT_EQ(connection.spec.env.size(), examples.size());
  const auto decoded = DecodeConnection(EncodeConnection(connection));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->spec, connection.spec);
}

TEST(RowsTest, DefaultsOfEachKindAreReadBack) {
  core::StoredConnection connection;
  for (core::Settings example : ExamplesOfEachKind()) {
    std::visit([](auto& kind) { kind = {}; }, example);
    connection.spec.env[std::string(core::KindOf(example))] = example;
  }
  const auto decoded = DecodeConnection(EncodeConnection(connection));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->spec, connection.spec);
}

TEST(RowsTest, ConnectionsOfKindsToComeAreRefused) {
  pb::Connection row;
  row.add_settings()->set_env("x");
  EXPECT_EQ(base::errors::ReasonOf(DecodeConnection(row.SerializeAsString()).status()),
            "STORE_CORRUPT");
  row.mutable_settings(0)->mutable_http()->mutable_auth();
  EXPECT_EQ(base::errors::ReasonOf(DecodeConnection(row.SerializeAsString()).status()),
            "STORE_CORRUPT");
}

TEST(RowsTest, EventsThatNameAConnectionNeedAReaderThatKnowsIt) {
  core::Event event;
  event.target = core::HttpTarget{};
  pb::Event row;
  ASSERT_TRUE(row.ParseFromString(EncodeEvent(event)));
  EXPECT_EQ(row.min_reader(), 0U);
  std::get<core::HttpTarget>(event.target).connection = "billing";
  std::get<core::HttpTarget>(event.target).url = "/orders";
  ASSERT_TRUE(row.ParseFromString(EncodeEvent(event)));
  EXPECT_EQ(row.min_reader(), 4U);
  const auto decoded = DecodeEvent(EncodeEvent(event));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->target, event.target);
  // Readers of format 4 know no connection of a gRPC target.
  core::GrpcTarget grpc;
  event.target = grpc;
  ASSERT_TRUE(row.ParseFromString(EncodeEvent(event)));
  EXPECT_EQ(row.min_reader(), 0U);
  grpc.connection = "greeter";
  event.target = grpc;
  ASSERT_TRUE(row.ParseFromString(EncodeEvent(event)));
  EXPECT_EQ(row.min_reader(), 5U);
}

TEST(RowsTest, ConnectionsNeedAReaderThatKnowsTheirKindAndSecrets) {
  const auto min_reader = [](const core::Settings& settings) {
    core::StoredConnection connection;
    connection.spec.env[""] = settings;
    pb::Connection row;
    EXPECT_TRUE(row.ParseFromString(EncodeConnection(connection)));
    return row.min_reader();
  };
  const core::NamedSecrets named{{"signing", {core::Secret::Source::kEnvVar, "SECRET", {}}}};
  core::HttpSettings http;
  http.secrets = named;
  EXPECT_EQ(min_reader(http), 0U);  // format 4 had those
  core::RedisSettings redis;
  EXPECT_EQ(min_reader(redis), 0U);
  redis.secrets = named;
  EXPECT_EQ(min_reader(redis), 5U);
  EXPECT_EQ(min_reader(core::GrpcSettings()), 5U);
}

TEST(RowsTest, EqualValuesHaveEqualBytes) {
  core::Job job;
  job.spec.labels = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  core::Job other;
  other.spec.labels = {{"c", "3"}, {"b", "2"}, {"a", "1"}};
  EXPECT_EQ(EncodeJob(job), EncodeJob(other));
}

TEST(RowsTest, WhatAnOlderFormatWouldMisreadNeedsANewerOne) {
  const auto min_reader = [](const core::Job& job) {
    pb::Job row;
    EXPECT_TRUE(row.ParseFromString(EncodeJob(job)));
    return row.min_reader();
  };
  core::Job job;
  job.spec.timing.interval = 1000;
  EXPECT_EQ(min_reader(job), 0u);
  job.spec.jitter = 5;
  EXPECT_EQ(min_reader(job), 2u);
  job.spec.jitter = 0;
  job.spec.exclude = {1};
  EXPECT_EQ(min_reader(job), 2u);
  job.spec.exclude.clear();
  job.spec.timing = {};
  job.spec.timing.cron = "@daily";
  EXPECT_EQ(min_reader(job), 2u);
  job.spec.exclude_calendars = {"holidays"};
  EXPECT_EQ(min_reader(job), 3u);
}

TEST(RowsTest, ARowThatNeedsANewerReaderIsRefused) {
  pb::Job row;
  row.set_min_reader(6);
  EXPECT_EQ(base::errors::ReasonOf(DecodeJob(row.SerializeAsString()).status()), "STORE_TOO_NEW");
  pb::Request request;
  request.set_min_reader(6);
  EXPECT_EQ(base::errors::ReasonOf(DecodeRequest(request.SerializeAsString()).status()),
            "STORE_TOO_NEW");
}

TEST(RowsTest, FieldsOfALaterFormatAreSkipped) {
  core::Job job;
  job.spec.tag = "nightly";
  pb::Job row;
  ASSERT_TRUE(row.ParseFromString(EncodeJob(job)));
  row.GetReflection()->MutableUnknownFields(&row)->AddVarint(77, 5);
  pb::JobSpec* spec = row.mutable_spec();
  spec->GetReflection()->MutableUnknownFields(spec)->AddLengthDelimited(9)->assign("0 0 * * *");
  const absl::StatusOr<core::Job> decoded = DecodeJob(row.SerializeAsString());
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->spec.tag, "nightly");
}

TEST(RowsTest, UnknownEnumValuesAreDataLoss) {
  pb::Job row;
  row.mutable_spec()->set_overlap_mode(static_cast<pb::JobSpec::OverlapMode>(50));
  EXPECT_EQ(DecodeJob(row.SerializeAsString()).status().code(), absl::StatusCode::kDataLoss);
  pb::Event event;
  event.mutable_http()->set_method(static_cast<pb::HttpTarget::Method>(50));
  EXPECT_EQ(DecodeEvent(event.SerializeAsString()).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeEvent("").status().code(), absl::StatusCode::kDataLoss) << "no target";
  // A kind of timing that a later format has is no timing here.
  EXPECT_EQ(DecodeJob("").status().code(), absl::StatusCode::kDataLoss);
}

TEST(RowsTest, TheDefaultsOfTheFormatAreConstants) {
  // Absent members have these values for ever, whatever limits.h says.
  pb::Job row;
  row.mutable_spec()->set_interval(1000);
  const absl::StatusOr<core::Job> job = DecodeJob(row.SerializeAsString());
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->spec.overlap.mode, core::OverlapMode::kSkip);
  EXPECT_EQ(job->spec.overlap.limit, 100);
  EXPECT_EQ(job->spec.catchup.mode, core::CatchupMode::kLatest);
  EXPECT_EQ(job->spec.catchup.window, 3'600'000);
  EXPECT_EQ(job->spec.catchup.limit, 1000);
  EXPECT_EQ(job->spec.history_limit, 100);
  EXPECT_EQ(job->spec.interval_mode, core::IntervalMode::kFixedRate);
  EXPECT_EQ(job->spec.dst, core::DstPolicy());
}

TEST(RowKeysTest, OrderIsProductThenUid) {
  const std::vector<std::string> keys = {
      JobRowKey("a", 1),   JobRowKey("a", 255), JobRowKey("a", 256), JobRowKey("a", ~0ULL),
      JobRowKey("a-b", 0), JobRowKey("a.b", 0), JobRowKey("aa", 0),  JobRowKey("b", 0)};
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(RowKeysTest, NoProductReachesIntoAnother) {
  const std::string begin = JobRowKey("a", 0);
  const std::string prefix = begin.substr(0, 2);  // "a\0"
  for (const char* other : {"a-", "a.b", "aa", "b", "A"}) {
    const std::string key = JobRowKey(other, 5);
    EXPECT_FALSE(key >= begin && key < PrefixEnd(prefix)) << other;
  }
  EXPECT_LT(JobRowKey("a", ~0ULL), PrefixEnd(prefix));
}

TEST(RowKeysTest, RequestsAreKeyedByProductAndId) {
  EXPECT_NE(RequestRowKey("a", "b-c"), RequestRowKey("a-b", "c"));
  EXPECT_EQ(RequestRowKey("a", "x"), std::string("a\0x", 3));
}

TEST(RowKeysTest, PrefixEndIsTheFirstKeyAfter) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(RowTimeTest, OnlyRequestsAndDeletedJobsAge) {
  EXPECT_EQ(RowTime(Table::kRequests, EncodeRequest({1, 2, 3, 99})), 99);
  EXPECT_EQ(RowTime(Table::kDeletedJobs, EncodeDeletedJob({1, "p", "t", 98})), 98);
  EXPECT_EQ(RowTime(Table::kRequests, "\xff\xff"), std::nullopt);
  EXPECT_EQ(RowTime(Table::kJobs, EncodeRequest({1, 2, 3, 99})), std::nullopt);
  EXPECT_TRUE(CheckAgeing(Table::kRequests).ok());
  EXPECT_EQ(CheckAgeing(Table::kJobs).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace scheduler::store
