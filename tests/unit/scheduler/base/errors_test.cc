#include "scheduler/base/errors.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/error_payload.h"

namespace scheduler::base::errors {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::map<std::string, std::string> MetadataOf(const absl::Status& status) {
  const Detail detail = DetailOf(status);
  return {detail.metadata.begin(), detail.metadata.end()};
}

struct Case {
  absl::Status status;
  absl::StatusCode code;
  std::string reason;
  // Every dynamic value that was given; each has to stand in the metadata.
  std::vector<std::string> values;
};

// One line for each factory of the catalogue.
std::vector<Case> Catalogue() {
  using absl::StatusCode;
  constexpr StatusCode kInvalid = StatusCode::kInvalidArgument;
  constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;
  constexpr StatusCode kExhausted = StatusCode::kResourceExhausted;
  return {
      {FieldRequired("job.tag", "1 to 128"), kInvalid, "FIELD_REQUIRED", {"job.tag", "1 to 128"}},
      {FieldInvalid("job.tag", "letters"), kInvalid, "FIELD_INVALID", {"job.tag", "letters"}},
      {FieldOutOfRange("job.intervals", "0", "1 to 9"),
       kInvalid,
       "FIELD_OUT_OF_RANGE",
       {"job.intervals", "0", "1 to 9"}},
      {FieldTooLarge("job.input", 70, 64), kInvalid, "FIELD_TOO_LARGE", {"job.input", "70", "64"}},
      {FieldUnknownInMask("nmae"), kInvalid, "FIELD_UNKNOWN", {"nmae"}},
      {FieldNotUpdatable("uid"), kInvalid, "FIELD_NOT_UPDATABLE", {"uid"}},
      {TemplateNotSupported("event.http.url"),
       kInvalid,
       "TEMPLATE_NOT_SUPPORTED",
       {"event.http.url"}},
      {TemplateInvalid("event.http.body", "at character 1, {{ is not closed"),
       kInvalid,
       "TEMPLATE_INVALID",
       {"event.http.body", "at character 1, {{ is not closed"}},
      {ScheduleNeverFires("job.times", "all past"),
       kInvalid,
       "SCHEDULE_NEVER_FIRES",
       {"job.times", "all past"}},
      {PageTokenInvalid(), kInvalid, "PAGE_TOKEN_INVALID", {"page_token"}},
      {RunIdInvalid("x-1"), kInvalid, "RUN_ID_INVALID", {"run_id", "x-1"}},
      {UidInvalid("job_uid", "zz"), kInvalid, "UID_INVALID", {"job_uid", "zz"}},
      {JobNotFound("p1", "t1"), StatusCode::kNotFound, "JOB_NOT_FOUND", {"p1", "t1"}},
      {JobUidNotFound("p1", "u1"), StatusCode::kNotFound, "JOB_NOT_FOUND", {"p1", "u1"}},
      {RunNotFound("p1", "u1-7"), StatusCode::kNotFound, "RUN_NOT_FOUND", {"p1", "u1-7"}},
      {EventResourceNotFound("p1", "ACTION", "e1"),
       StatusCode::kNotFound,
       "EVENT_NOT_FOUND",
       {"p1", "ACTION", "e1"}},
      {JobAlreadyExists("p1", "t1"),
       StatusCode::kAlreadyExists,
       "JOB_ALREADY_EXISTS",
       {"p1", "t1"}},
      {EventAlreadyExists("p1", "ACTION", "e1"),
       StatusCode::kAlreadyExists,
       "EVENT_ALREADY_EXISTS",
       {"p1", "ACTION", "e1"}},
      {CalendarResourceNotFound("p1", "c1"),
       StatusCode::kNotFound,
       "CALENDAR_NOT_FOUND",
       {"p1", "c1"}},
      {CalendarAlreadyExists("p1", "c1"),
       StatusCode::kAlreadyExists,
       "CALENDAR_ALREADY_EXISTS",
       {"p1", "c1"}},
      {CalendarNotFound("p1", "c1"), kPrecondition, "CALENDAR_NOT_FOUND", {"p1", "c1"}},
      {CalendarInUse("p1", "c1", 12), kPrecondition, "CALENDAR_IN_USE", {"p1", "c1", "12"}},
      {ConnectionResourceNotFound("p1", "c1"),
       StatusCode::kNotFound,
       "CONNECTION_NOT_FOUND",
       {"p1", "c1"}},
      {ConnectionAlreadyExists("p1", "c1"),
       StatusCode::kAlreadyExists,
       "CONNECTION_ALREADY_EXISTS",
       {"p1", "c1"}},
      {ConnectionNotFound("p1", "c1"), kPrecondition, "CONNECTION_NOT_FOUND", {"p1", "c1"}},
      {ConnectionInUse("p1", "c1", 12), kPrecondition, "CONNECTION_IN_USE", {"p1", "c1", "12"}},
      {SecretsKeyMissing("f1"), kPrecondition, "SECRETS_KEY_MISSING", {"f1"}},
      {SecretSourceDenied("f1", "why"), kPrecondition, "SECRET_SOURCE_DENIED", {"f1", "why"}},
      {EventNotFound("p1", "ACTION", "e1"),
       kPrecondition,
       "EVENT_NOT_FOUND",
       {"p1", "ACTION", "e1"}},
      {EventInUse("p1", "ACTION", "e1", 12),
       kPrecondition,
       "EVENT_IN_USE",
       {"p1", "ACTION", "e1", "12"}},
      {RunActive("p1", "t1"), kPrecondition, "RUN_ACTIVE", {"p1", "t1"}},
      {RunEnded("u1-7", "FAILED"), kPrecondition, "RUN_ENDED", {"u1-7", "FAILED"}},
      {JobCompleted("p1", "t1"), kPrecondition, "JOB_COMPLETED", {"p1", "t1"}},
      {NotAnOccurrence("p1", "t1", "noon", "why"),
       kPrecondition,
       "NOT_AN_OCCURRENCE",
       {"p1", "t1", "noon", "why"}},
      {TooManySkips("p1", "t1", 100), kPrecondition, "TOO_MANY_SKIPS", {"p1", "t1", "100"}},
      {NoNominalTimes("p1", "t1"), kPrecondition, "NO_NOMINAL_TIMES", {"p1", "t1"}},
      {BackfillActive("p1", "t1", 7), kPrecondition, "BACKFILL_ACTIVE", {"p1", "t1", "7"}},
      {SessionReplaced("s1"), StatusCode::kAborted, "SESSION_REPLACED", {"s1"}},
      {LeaseExpired("s1", 30), StatusCode::kAborted, "LEASE_EXPIRED", {"s1", "30"}},
      {DeadlineExceeded(15), StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED", {"15"}},
      {RequestIdReused("r1"), kPrecondition, "REQUEST_ID_REUSED", {"r1"}},
      {SessionUnknown("s1"), kPrecondition, "SESSION_UNKNOWN", {"s1"}},
      {EtagMismatch("a", "b"), StatusCode::kAborted, "ETAG_MISMATCH", {"a", "b"}},
      {RequestInProgress("r1"), StatusCode::kAborted, "REQUEST_IN_PROGRESS", {"r1"}},
      {EpochFenced(3, 4), StatusCode::kAborted, "EPOCH_FENCED", {"3", "4"}},
      {DiskFull(5, 6), kExhausted, "DISK_FULL", {"5", "6"}},
      {OutOfDescriptors("log"), kExhausted, "OUT_OF_DESCRIPTORS", {"log"}},
      {Overloaded("journal", 70), kExhausted, "OVERLOADED", {"journal", "70"}},
      {TooManyStreams("watches", 8), kExhausted, "TOO_MANY_STREAMS", {"watches", "8"}},
      {Draining(), StatusCode::kUnavailable, "DRAINING", {}},
      {Recovering(), StatusCode::kUnavailable, "RECOVERING", {}},
      {StoreLocked("/d", "pid 7"), kPrecondition, "STORE_LOCKED", {"/d", "pid 7"}},
      {TimeZoneMissing("Mars/Phobos", "2025b", "default/job"),
       kPrecondition,
       "TIME_ZONE_MISSING",
       {"Mars/Phobos", "2025b", "default/job"}},
      {StoreTooNew("journal", 9, 2), kPrecondition, "STORE_TOO_NEW", {"journal", "9", "2"}},
      {StoreCorrupt("entry 4", "crc"), StatusCode::kDataLoss, "STORE_CORRUPT", {"entry 4", "crc"}},
      {StoreIo("open", "EIO"), StatusCode::kInternal, "STORE_IO", {"open", "EIO"}},
      {SyncFailed("EIO"), StatusCode::kDataLoss, "SYNC_FAILED", {"EIO"}},
      {Internal("oops"), StatusCode::kInternal, "INTERNAL", {"oops"}},
  };
}

TEST(ErrorsTest, EveryErrorHasItsCodeReasonAndValues) {
  for (const Case& c : Catalogue()) {
    SCOPED_TRACE(c.status.ToString());
    EXPECT_EQ(c.status.code(), c.code);
    EXPECT_EQ(ReasonOf(c.status), c.reason);
    const Detail detail = DetailOf(c.status);
    for (const std::string& value : c.values) {
      EXPECT_THAT(std::string(c.status.message()), HasSubstr(value));
      EXPECT_THAT(detail.metadata, testing::Contains(testing::Pair(testing::_, value)));
    }
  }
}

TEST(ErrorsTest, BadArgumentsAndOnlyTheyNameTheirFieldFirst) {
  for (const Case& c : Catalogue()) {
    const Detail detail = DetailOf(c.status);
    SCOPED_TRACE(c.reason);
    EXPECT_EQ(!detail.field.empty(), c.code == absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(c.status.message()), StartsWith(detail.field));
    EXPECT_FALSE(absl::EndsWith(c.status.message(), "."));
  }
}

TEST(ErrorsTest, WhatMayBeRetriedSaysWhen) {
  for (const Case& c : Catalogue()) {
    SCOPED_TRACE(c.reason);
    const bool retryable =
        c.code == absl::StatusCode::kResourceExhausted || c.code == absl::StatusCode::kUnavailable;
    EXPECT_EQ(DetailOf(c.status).retry_after.has_value(), retryable);
    if (retryable) {
      EXPECT_GT(*DetailOf(c.status).retry_after, 0);
    }
  }
  EXPECT_EQ(DetailOf(Overloaded("x", 1234)).retry_after, 1234);
}

TEST(ErrorsTest, WithFieldPrefixMovesFieldMessageAndMetadata) {
  const absl::Status inner = FieldOutOfRange("job.intervals", "0", "1 to 9");
  const absl::Status outer = WithFieldPrefix(inner, "requests[3].");
  EXPECT_EQ(outer.code(), inner.code());
  EXPECT_EQ(DetailOf(outer).field, "requests[3].job.intervals");
  EXPECT_EQ(outer.message(), absl::StrCat("requests[3].", inner.message()));
  EXPECT_EQ(MetadataOf(outer)["field"], "requests[3].job.intervals");
  EXPECT_EQ(MetadataOf(outer)["range"], "1 to 9");
}

TEST(ErrorsTest, WithFieldPrefixLeavesOtherStatusesAlone) {
  EXPECT_EQ(WithFieldPrefix(absl::OkStatus(), "a."), absl::OkStatus());
  EXPECT_EQ(WithFieldPrefix(JobNotFound("p", "t"), "a."), JobNotFound("p", "t"));
  EXPECT_EQ(WithFieldPrefix(absl::DataLossError("x"), "a."), absl::DataLossError("x"));
}

TEST(ErrorsTest, ForeignStatusesAreInternal) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
  EXPECT_EQ(ReasonOf(absl::UnknownError("x")), "INTERNAL");
  EXPECT_THAT(DetailOf(absl::UnknownError("x")).metadata, IsEmpty());
  absl::Status damaged = JobNotFound("p", "t");
  for (const char* payload : {"", "x", "9:a,", "1:a,0:,", "1:a,0:,0:,1:k,", "-1:a,", "2:a,"}) {
    damaged.SetPayload("ductape.jobs/error-detail", absl::Cord(payload));
    EXPECT_EQ(ReasonOf(damaged), "INTERNAL") << payload;
  }
}

TEST(ErrorsTest, AnyBytesAreCarried) {
  const std::string bytes("1:2,\0\n\"\xff,", 9);
  EXPECT_EQ(MetadataOf(JobNotFound(bytes, ""))["product"], bytes);
  EXPECT_EQ(MetadataOf(JobNotFound(bytes, ""))["tag"], "");
}

TEST(ErrorsTest, LongValuesAreCutBetweenCharacters) {
  const std::string whole(kMaxValueBytes, 'x');
  EXPECT_EQ(Clip(whole), whole);
  const std::string longer = whole + "x";
  EXPECT_EQ(Clip(longer).size(), kMaxValueBytes);
  EXPECT_THAT(Clip(longer), testing::EndsWith("x…"));
  // Two-byte characters: the cut does not fall inside one.
  std::string umlauts;
  for (size_t i = 0; i < kMaxValueBytes; ++i) absl::StrAppend(&umlauts, "ä");
  const std::string clipped = Clip(umlauts);
  EXPECT_LE(clipped.size(), kMaxValueBytes);
  EXPECT_THAT(clipped, testing::EndsWith("ä…"));
  // No error repeats a long value whole, however often it names it.
  const std::string huge(1 << 20, 'y');
  EXPECT_LT(JobNotFound(huge, huge).ToString().size(), 3000U);
  EXPECT_LT(RunIdInvalid(huge).message().size(), 1000U);
}

}  // namespace
}  // namespace scheduler::base::errors
