#ifndef SCHEDULER_BASE_LIMITS_H_
#define SCHEDULER_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "scheduler/base/millis.h"

// Every bound of the service, in one place. Where the API documents one, the proto's comment
// repeats it.
namespace scheduler::base::limits {

// Names.
inline constexpr int kMaxTagLength = 128;
inline constexpr int kMaxNameLength = 256;  // characters (code points)
inline constexpr int kMaxEnvLength = 64;
inline constexpr int kMaxRequestIdLength = 128;
inline constexpr int kMaxNoteLength = 1024;

// Jobs.
inline constexpr Millis kMinInterval = 1;
inline constexpr Millis kMaxInterval = 10LL * 366 * kDay;  // ten years
inline constexpr int kMaxTimes = 1000;
inline constexpr int kMaxExclude = 1000;
inline constexpr int kMaxExcludeCalendars = 16;
inline constexpr int kMaxSkips = 100;                // of a job, to come
inline constexpr int64_t kMaxBackfillRuns = 10'000;  // of one backfill
inline constexpr Millis kMaxJitter = kDay;
inline constexpr int kDefaultPreview = 10;
inline constexpr int kMaxPreview = 1000;
inline constexpr size_t kMaxRuleBytes = 64 * 1024;
inline constexpr size_t kMaxRuleDates = 1000;   // of RDATE, and of EXDATE
inline constexpr Millis kTimesGrace = kMinute;  // times this far past still run, once
inline constexpr int kMaxLabels = 64;
inline constexpr int kMaxLabelKeyLength = 128;
inline constexpr int kMaxLabelValueLength = 256;
inline constexpr int kMaxCronBytes = 64 * 1024;  // the text of a cron pattern
inline constexpr int64_t kMaxInputBytes = 64 * 1024;
inline constexpr int64_t kInlineInputBytes = 32;  // kept beside the tag in memory
inline constexpr int kDefaultHistoryLimit = 100;
inline constexpr int kMaxHistoryLimit = 10'000;

// Calendars.
inline constexpr size_t kMaxCalendarDates = 10'000;  // of dates, and of date_ranges
inline constexpr size_t kMaxWeeklyHours = 50;
inline constexpr size_t kMaxIcalendarBytes = 512 * 1024;
inline constexpr int kMaxIcalendarStretches = 10'000;  // occurrences of its events, up to 2199
// Covered stretches in a row that a search for an uncovered occurrence passes: 13 years of a daily run
// that is covered every day. Some milliseconds, which a loop may be asked for.
inline constexpr int kMaxCalendarJumps = 5'000;

// Policies.
inline constexpr int kDefaultAllowLimit = 100;
inline constexpr int kMaxAllowLimit = 1000;
inline constexpr Millis kDefaultCatchupWindow = kHour;
inline constexpr Millis kMaxCatchupWindow = 366 * kDay;
inline constexpr int kDefaultCatchupLimit = 1000;
inline constexpr int kMaxCatchupLimit = 1000;
inline constexpr Millis kFreshness = kSecond;  // an occurrence older than this is "old"
inline constexpr int kMaxRetries = 100;
inline constexpr Millis kDefaultInitialBackoff = kSecond;
inline constexpr Millis kDefaultMaxBackoff = 300 * kSecond;
inline constexpr Millis kMaxBackoff = kDay;
inline constexpr double kDefaultBackoffMultiplier = 2.0;
inline constexpr double kMaxBackoffMultiplier = 100.0;
inline constexpr int kMaxRetryCodes = 64;
inline constexpr Millis kDefaultAttemptTimeout = 15 * kSecond;
inline constexpr Millis kMaxAttemptTimeout = kHour;
inline constexpr Millis kMaxWorkerAttemptTimeout = kDay;
inline constexpr int kMaxRedeliveries = 5;
inline constexpr int kKeptAttempts = 10;

// Events and targets.
inline constexpr int kMaxUrlLength = 2048;
inline constexpr int kMaxHeaders = 64;
inline constexpr int kMaxBodyBytes = 64 * 1024;
inline constexpr int kMaxOutputBytes = 4 * 1024;
inline constexpr size_t kMaxTraceBytes = 16 * 1024;  // of what a test of an event sent, or got
inline constexpr int kMaxErrorMessageBytes = 1024;
inline constexpr int kMaxErrorCodeLength = 64;
inline constexpr size_t kMaxStatementBytes = 64 * 1024;  // of SQL, and of a document
inline constexpr size_t kMaxParameters = 64;             // declared
inline constexpr size_t kMaxCollectionBytes = 255;

// Limits of an event.
inline constexpr int kMaxEventInFlight = 1'000'000;
inline constexpr double kMinEventPerSecond = 0.001;
inline constexpr int kMaxEventPerSecond = 1'000'000;

// Templates.
inline constexpr size_t kMaxTemplateDepth = 16;          // sections in sections
inline constexpr size_t kMaxTemplateNameBytes = 256;     // of a name with its dots
inline constexpr size_t kMaxTemplateSteps = 100'000;     // tags and passes of sections, of a target
inline constexpr size_t kMaxRenderedBytes = 256 * 1024;  // of all texts of a target

// Notifications.
inline constexpr size_t kMaxNotificationChannels = 10;
inline constexpr size_t kMaxRecipients = 100;      // of an email, or of a short message
inline constexpr size_t kMaxMailLineBytes = 1024;  // a subject, an address before it is filled in
inline constexpr size_t kMaxDeviceTokens = 500;    // what FCM's SDKs take at once
inline constexpr size_t kMaxDeviceTokenBytes = 1024;
inline constexpr size_t kMaxPushBytes = 4 * 1024;  // what APNs and FCM deliver
inline constexpr size_t kMaxSmsBytes = 4 * 1024;   // Twilio and Plivo take 1,600 characters

// Messages to brokers.
inline constexpr size_t kMaxDestinationBytes = 512;
inline constexpr size_t kMaxMessageKeyBytes = 1024;
inline constexpr size_t kMaxPropertyNameBytes = 128;
inline constexpr size_t kMaxPropertyValueBytes = 4 * 1024;
inline constexpr size_t kMaxMessageBytes = 256 * 1024;  // of a body, templates filled in

// Connections.
inline constexpr size_t kMaxEnvs = 32;
inline constexpr size_t kMaxSecretBytes = 8 * 1024;           // of one line
inline constexpr size_t kMaxSecretDocumentBytes = 64 * 1024;  // of several: certificates, key files
inline constexpr size_t kMaxSecretPathBytes = 1024;
inline constexpr size_t kMaxNamedSecrets = 32;
inline constexpr size_t kMaxSecretNameLength = 64;
inline constexpr Millis kSecretFileAge = kSecond;  // read again after this
inline constexpr int kMaxScopes = 64;
inline constexpr Millis kDefaultTokenTtl =
    5 * kMinute;  // of a token of which nothing else is known
inline constexpr Millis kMaxTokenTtl = 30 * kDay;
inline constexpr Millis kTokenLead =
    kMinute;  // before its end a token is had anew, or a quarter of its life
inline constexpr Millis kTokenTimeout = 15 * kSecond;  // of the request for a token
inline constexpr Millis kTokenRetryPause =
    5 * kSecond;  // after one that failed while the old token is good
inline constexpr size_t kMaxKeptTokens = 1024;
inline constexpr int kDefaultSqlConnections = 10;  // to one database, of SQL or MongoDB
inline constexpr int kMaxSqlConnections = 100;

// Requests.
inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxPageSize = 1000;
inline constexpr int64_t kMaxPageBytes = 3 * 1024 * 1024;
inline constexpr int64_t kMaxReceiveBytes = 1024 * 1024;
inline constexpr int kMaxBatchCreates = 1000;
inline constexpr Millis kRequestIdAge = kDay;

// Workers.
inline constexpr int64_t kMaxStreamMessageBytes = 512 * 1024;
inline constexpr Millis kDefaultLease = 30 * kSecond;
inline constexpr Millis kMinLease = kSecond;
inline constexpr Millis kMaxLease = kHour;
inline constexpr Millis kSessionGrace = 10 * kSecond;
inline constexpr int kMaxWorkerWindow = 100'000;
inline constexpr int kMaxWorkerQueues = 100;
inline constexpr Millis kMaxLeaseWait = kMinute;

// Engine and store.
inline constexpr int kShards = 256;
inline constexpr Millis kOverdueAfter = 2 * kSecond;    // a due time this far past is overdue
inline constexpr int64_t kMaxUnsealedRuns = 2'000'000;  // beyond it the planner rests
inline constexpr int64_t kMaxOpenRuns = 4'000'000;      // beyond it the planner rests
inline constexpr int64_t kMaxMailboxItems = 200'000;    // beyond it mutations are refused, per loop
inline constexpr int64_t kMaxStagedBytes =
    256LL * 1024 * 1024;  // uncommitted; likewise, and it rests
inline constexpr int64_t kInputCacheBytes = 64LL * 1024 * 1024;
inline constexpr Millis kHistoryAge = 30 * kDay;
inline constexpr int64_t kHistoryBytes = 20LL * 1024 * 1024 * 1024;
inline constexpr int64_t kDiskReserveBytes = 256LL * 1024 * 1024;

}  // namespace scheduler::base::limits

#endif  // SCHEDULER_BASE_LIMITS_H_
