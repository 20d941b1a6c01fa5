#include "scheduler/core/calendar/icalendar_import.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using testing::HasSubstr;

// A calendar of one event with these lines.
std::string Event(std::string_view lines) {
  return absl::StrCat("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", std::string(lines),
                      "\nEND:VEVENT\nEND:VCALENDAR\n");
}

std::string Calendar(std::string_view lines) {
  return absl::StrCat("BEGIN:VCALENDAR\n", std::string(lines), "END:VCALENDAR\n");
}

// Merged and sorted: "2026-12-25T00:00/2026-12-27T00:00, …".
std::string Words(const std::vector<Stretch>& stretches) {
  std::vector<std::string> out;
  const Stretches merged(stretches);
  for (const Stretch& stretch : merged.list()) {
    const auto time = [](int64_t second) {
      return absl::FormatTime("%Y-%m-%dT%H:%M", absl::FromUnixSeconds(second), absl::UTCTimeZone());
    };
    out.push_back(absl::StrCat(time(stretch.begin), "/", time(stretch.end)));
  }
  return absl::StrJoin(out, ", ");
}

// What a text covers: "local …; UTC …", either of them only where there is one.
std::string Covered(std::string_view text) {
  const absl::StatusOr<ImportedTimes> times = ImportIcalendar(text);
  if (!times.ok()) return times.status().ToString();
  std::vector<std::string> out;
  if (!times->local.empty()) out.push_back(absl::StrCat("local ", Words(times->local)));
  if (!times->instants.empty()) out.push_back(absl::StrCat("UTC ", Words(times->instants)));
  return absl::StrJoin(out, "; ");
}

void ExpectError(std::string_view text, int line, std::string_view what) {
  const absl::StatusOr<ImportedTimes> times = ImportIcalendar(text);
  ASSERT_FALSE(times.ok()) << text;
  EXPECT_EQ(times.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::errors::DetailOf(times.status()).field, "icalendar");
  const std::string message(times.status().message());
  EXPECT_THAT(message, HasSubstr(absl::StrCat("at line ", line, ": "))) << text;
  EXPECT_THAT(message, HasSubstr(std::string(what))) << text;
}

// ---- feeds as they come -------------------------------------------------------------------------

// As feeds of public holidays have them: all-day, TRANSPARENT, folded, with an end and without.
constexpr std::string_view kHolidays =
    "BEGIN:VCALENDAR\r\n"
    "PRODID:-//Example Corp//Public Holidays//EN\r\n"
    "VERSION:2.0\r\n"
    "CALSCALE:GREGORIAN\r\n"
    "METHOD:PUBLISH\r\n"
    "X-WR-CALNAME:Feiertage in Deutschland\r\n"
    "X-WR-TIMEZONE:UTC\r\n"
    "BEGIN:VEVENT\r\n"
    "DTSTART;VALUE=DATE:20261225\r\n"
    "DTEND;VALUE=DATE:20261226\r\n"
    "DTSTAMP:20260401T120000Z\r\n"
    "UID:20261225_erster-weihnachtstag@holidays.example\r\n"
    "CLASS:PUBLIC\r\n"
    "DESCRIPTION:Gesetzlicher Feiertag\\, bundesweit. Die Beschreibung ist so la\r\n"
    " ng\\, dass sie umgebrochen wird: BEGIN:VEVENT steht hier nur zum Schein.\r\n"
    "SEQUENCE:0\r\n"
    "STATUS:CONFIRMED\r\n"
    "SUMMARY:Erster Weihnachtstag\r\n"
    "TRANSP:TRANSPARENT\r\n"
    "END:VEVENT\r\n"
    "BEGIN:VEVENT\r\n"
    "DTSTART;VALUE=DATE:20261\r\n"
    "\t226\r\n"
    "UID:20261226_zweiter-weihnachtstag@holidays.example\r\n"
    "SUMMARY;LANGUAGE=de:Zweiter Weihnachtstag\r\n"
    "TRANSP:TRANSPARENT\r\n"
    "END:VEVENT\r\n"
    "BEGIN:VEVENT\r\n"
    "DTSTART;VALUE=DATE:20270101\r\n"
    "RRULE:FREQ=YEARLY;COUNT=3\r\n"
    "UID:neujahr@holidays.example\r\n"
    "SUMMARY:Neujahr\r\n"
    "TRANSP:TRANSPARENT\r\n"
    "END:VEVENT\r\n"
    "END:VCALENDAR\r\n";

TEST(IcalendarImportTest, ReadsAFeedOfHolidays) {
  EXPECT_EQ(Covered(kHolidays),
            "local 2026-12-25T00:00/2026-12-27T00:00, 2027-01-01T00:00/2027-01-02T00:00, "
            "2028-01-01T00:00/2028-01-02T00:00, 2029-01-01T00:00/2029-01-02T00:00");
}

TEST(IcalendarImportTest, LineEndsAndAByteOrderMarkMakeNoDifference) {
  const std::string unix_lines = absl::StrReplaceAll(std::string(kHolidays), {{"\r\n", "\n"}});
  EXPECT_EQ(Covered(unix_lines), Covered(kHolidays));
  EXPECT_EQ(Covered(absl::StrCat("\xEF\xBB\xBF", unix_lines)), Covered(kHolidays));
}

// As office software has them: maintenance by night, with a zone of its own and an alarm.
constexpr std::string_view kMaintenance =
    "BEGIN:VCALENDAR\n"
    "VERSION:2.0\n"
    "BEGIN:VTIMEZONE\n"
    "TZID:Europe/Berlin\n"
    "BEGIN:DAYLIGHT\n"
    "DTSTART:19810329T020000\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n"
    "TZOFFSETFROM:+0100\n"
    "TZOFFSETTO:+0200\n"
    "END:DAYLIGHT\n"
    "BEGIN:STANDARD\n"
    "DTSTART:16010101T030000\n"
    "RRULE:FREQ=SECONDLY\n"
    "TZOFFSETFROM:+0200\n"
    "TZOFFSETTO:+0100\n"
    "END:STANDARD\n"
    "END:VTIMEZONE\n"
    "BEGIN:VTODO\n"
    "DTSTART:20270101T000000Z\n"
    "DURATION:P1D\n"
    "END:VTODO\n"
    "BEGIN:VEVENT\n"
    "UID:maintenance@example\n"
    "DTSTART;TZID=Europe/Berlin:20270320T220000\n"
    "DTEND;TZID=Europe/Berlin:20270321T040000\n"
    "RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=3\n"
    "BEGIN:VALARM\n"
    "ACTION:DISPLAY\n"
    "TRIGGER:-PT15M\n"
    "DURATION:PT99H\n"
    "STATUS:CANCELLED\n"
    "END:VALARM\n"
    "END:VEVENT\n"
    "END:VCALENDAR\n";

TEST(IcalendarImportTest, OtherComponentsArePassedOver) {
  // Six hours each time, as DTEND says, over the night of the clock change too.
  EXPECT_EQ(Covered(kMaintenance),
            "UTC 2027-03-20T21:00/2027-03-21T03:00, 2027-03-27T21:00/2027-03-28T03:00, "
            "2027-04-03T20:00/2027-04-04T02:00");
}

TEST(IcalendarImportTest, SeveralCalendarsAreOne) {
  EXPECT_EQ(Covered(absl::StrCat(Event("DTSTART:20270101"), Event("DTSTART:20270102"))),
            "local 2027-01-01T00:00/2027-01-03T00:00");
  EXPECT_EQ(Covered("BEGIN:VCALENDAR\nEND:VCALENDAR"), "");
}

// ---- one event ----------------------------------------------------------------------------------

TEST(IcalendarImportTest, AnEventHasItsEndOrItsDuration) {
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:20270101")),
            "local 2027-01-01T00:00/2027-01-02T00:00");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270105")),
            "local 2027-01-01T00:00/2027-01-05T00:00");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270101")),
            "local 2027-01-01T00:00/2027-01-02T00:00");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:20270101\nDURATION:P1W")),
            "local 2027-01-01T00:00/2027-01-08T00:00");
  EXPECT_EQ(Covered(Event("DTSTART:20270101T080000Z\nDTEND:20270101T093000Z")),
            "UTC 2027-01-01T08:00/2027-01-01T09:30");
  EXPECT_EQ(Covered(Event("DURATION:P1DT2H30M\nDTSTART:20270101T080000Z")),
            "UTC 2027-01-01T08:00/2027-01-02T10:30");
  EXPECT_EQ(Covered(Event("DTSTART:20270101T080000Z\nDURATION:+PT90S")),
            "UTC 2027-01-01T08:00/2027-01-01T08:01");
  EXPECT_EQ(Covered(Event("DTSTART:20270101T080000Z")), "");
  EXPECT_EQ(Covered(Event("DTSTART:20270101T080000Z\nDTEND:20270101T080000Z")), "");
}

TEST(IcalendarImportTest, TimesAreFixedByTheirZoneOrFloat) {
  EXPECT_EQ(Covered(Event("DTSTART:20270101T080000\nDTEND:20270101T093000")),
            "local 2027-01-01T08:00/2027-01-01T09:30");
  EXPECT_EQ(Covered(Event("DTSTART;TZID=America/New_York:20270701T080000\n"
                          "DTEND;TZID=Europe/Berlin:20270701T180000")),
            "UTC 2027-07-01T12:00/2027-07-01T16:00");
  EXPECT_EQ(Covered(Event("DTSTART;X-NOTE=\"a;b:c\",d;tzid=\"Europe/Berlin\":20270701T080000\n"
                          "DURATION:PT1H")),
            "UTC 2027-07-01T06:00/2027-07-01T07:00");
  EXPECT_EQ(Covered(Event("DTSTART;TZID=/example.org/20260101_1/America/Argentina/Buenos_Aires:"
                          "20270701T080000\nDURATION:PT1H")),
            "UTC 2027-07-01T11:00/2027-07-01T12:00");
  EXPECT_EQ(Covered(Event("DTSTART;TZID=Europe/Berlin:20270701T080000Z\nDURATION:PT1H")),
            "UTC 2027-07-01T08:00/2027-07-01T09:00");
}

TEST(IcalendarImportTest, DurationsOfDaysFollowTheClock) {
  // The day of the change to summer time in Berlin has 23 hours.
  EXPECT_EQ(Covered(Event("DTSTART;TZID=Europe/Berlin:20270327T120000\nDURATION:P1D")),
            "UTC 2027-03-27T11:00/2027-03-28T10:00");
  EXPECT_EQ(Covered(Event("DTSTART;TZID=Europe/Berlin:20270327T120000\nDURATION:PT24H")),
            "UTC 2027-03-27T11:00/2027-03-28T11:00");
}

TEST(IcalendarImportTest, CancelledAndTransparentEventsTakeNoTime) {
  const std::string timed = "DTSTART:20270101T080000Z\nDURATION:PT1H\n";
  EXPECT_EQ(Covered(Event(timed + "STATUS:CANCELLED")), "");
  EXPECT_EQ(Covered(Event(timed + "status;x-a=b:cancelled")), "");
  EXPECT_EQ(Covered(Event(timed + "TRANSP:TRANSPARENT")), "");
  EXPECT_NE(Covered(Event(timed + "TRANSP:OPAQUE\nSTATUS:TENTATIVE")), "");
  EXPECT_EQ(Covered(Event("DTSTART:20270101\nSTATUS:CANCELLED")), "");
  EXPECT_NE(Covered(Event("DTSTART:20270101\nTRANSP:TRANSPARENT")), "");
}

TEST(IcalendarImportTest, TimesOutsideOfTheYearsAreCut) {
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:19691230\nDTEND;VALUE=DATE:19700103")),
            "local 1970-01-01T00:00/1970-01-03T00:00");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:21991231\nDURATION:P9999999D")),
            "local 2199-12-31T00:00/2200-01-01T00:00");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:22000101\nRRULE:FREQ=YEARLY")), "local ");
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:16040301\nRRULE:FREQ=YEARLY;UNTIL=19710401")),
            "local 1970-03-01T00:00/1970-03-02T00:00, 1971-03-01T00:00/1971-03-02T00:00");
  // An occurrence that began before the first year and lasts into it.
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:16041220\nDURATION:P2W\n"
                          "RRULE:FREQ=YEARLY;UNTIL=19700101")),
            "local 1970-01-01T00:00/1970-01-03T00:00");
}

// ---- recurrences --------------------------------------------------------------------------------

TEST(IcalendarImportTest, RulesAddDatesAndExclusionsOfAllKinds) {
  const std::string head = "DTSTART;TZID=Europe/Berlin:20270301T090000\nDURATION:PT1H\n";
  EXPECT_EQ(Covered(Event(head + "RRULE:FREQ=DAILY;COUNT=5\n"
                                 "EXDATE;TZID=Europe/Berlin:20270302T090000\n"
                                 "EXDATE:20270303T080000Z\n"
                                 "EXDATE;TZID=America/New_York:20270304T030000\n")),
            "UTC 2027-03-01T08:00/2027-03-01T09:00, 2027-03-05T08:00/2027-03-05T09:00");
  EXPECT_EQ(Covered(Event(head + "EXDATE;VALUE=DATE:20270301\n"
                                 "RDATE;VALUE=DATE:20270310\n"
                                 "RDATE;TZID=America/New_York:20270311T090000,20270312T090000")),
            "UTC 2027-03-10T08:00/2027-03-10T09:00, 2027-03-11T14:00/2027-03-11T15:00, "
            "2027-03-12T14:00/2027-03-12T15:00");
}

TEST(IcalendarImportTest, DatesRecurAsDates) {
  // Whatever the exceptions are written as, and whatever times of day the rule names.
  EXPECT_EQ(Covered(Event("DTSTART;VALUE=DATE:20270301\n"
                          "RRULE:FREQ=DAILY;UNTIL=20270306T220000Z;BYHOUR=9,17;BYMINUTE=30\n"
                          "EXDATE;TZID=Europe/Berlin:20270302T000000\n"
                          "EXDATE:20270304\n"
                          "RDATE:20270310T120000Z")),
            "local 2027-03-01T00:00/2027-03-02T00:00, 2027-03-03T00:00/2027-03-04T00:00, "
            "2027-03-05T00:00/2027-03-07T00:00, 2027-03-10T00:00/2027-03-11T00:00");
}

TEST(IcalendarImportTest, FloatingTimesRecurByTheClockOnTheWall) {
  EXPECT_EQ(Covered(Event("DTSTART:20270327T023000\nDTEND:20270327T030000\n"
                          "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270329T023000")),
            "local 2027-03-27T02:30/2027-03-27T03:00, 2027-03-28T02:30/2027-03-28T03:00");
}

TEST(IcalendarImportTest, TheStartIsAnOccurrenceInAnyCase) {
  // A Friday, of a rule of Mondays.
  EXPECT_EQ(Covered(Event("DTSTART:20270101\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1")),
            "local 2027-01-01T00:00/2027-01-02T00:00, 2027-01-04T00:00/2027-01-05T00:00");
}

TEST(IcalendarImportTest, HolidaysThatMoveAreRules) {
  // Thanksgiving, the fourth Thursday of November; and the Monday that begins the last May week.
  EXPECT_EQ(Covered(Event("DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=2028"))
                .substr(0, 16),
            "INVALID_ARGUMENT");
  EXPECT_EQ(
      Covered(Event("DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20281231")),
      "local 2026-11-26T00:00/2026-11-27T00:00, 2027-11-25T00:00/2027-11-26T00:00, "
      "2028-11-23T00:00/2028-11-24T00:00");
  EXPECT_EQ(Covered(Event("DTSTART:20270531\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2")),
            "local 2027-05-31T00:00/2027-06-01T00:00, 2028-05-29T00:00/2028-05-30T00:00");
}

TEST(IcalendarImportTest, ARecurrenceIdReplacesAnOccurrence) {
  const std::string series =
      "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Berlin:20270104T090000\nDURATION:PT1H\n"
      "RRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT\n";
  const std::string moved =
      "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;TZID=Europe/Berlin:20270111T090000\n"
      "DTSTART;TZID=Europe/Berlin:20270112T140000\nDURATION:PT2H\nEND:VEVENT\n";
  const char* const expected =
      "UTC 2027-01-04T08:00/2027-01-04T09:00, 2027-01-12T13:00/2027-01-12T15:00, "
      "2027-01-18T08:00/2027-01-18T09:00";
  EXPECT_EQ(Covered(Calendar(series + moved)), expected);
  EXPECT_EQ(Covered(Calendar(moved + series)), expected);
  // Cancelled: the occurrence is gone. At its own time: it has another length.
  EXPECT_EQ(Covered(Calendar(series + "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20270111T080000Z\n"
                                      "DTSTART:20270111T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED\n"
                                      "END:VEVENT\n"
                                      "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20270118T080000Z\n"
                                      "DTSTART:20270118T080000Z\nDURATION:PT5H\nEND:VEVENT\n")),
            "UTC 2027-01-04T08:00/2027-01-04T09:00, 2027-01-18T08:00/2027-01-18T13:00");
  // Another's is none of this one's.
  EXPECT_EQ(Covered(Calendar(series + "BEGIN:VEVENT\nUID:b\nRECURRENCE-ID:20270111T080000Z\n"
                                      "DTSTART:20270111T080000Z\nEND:VEVENT\n")),
            Covered(Calendar(series)));
}

// ---- errors -------------------------------------------------------------------------------------

TEST(IcalendarImportTest, SaysWhatIsNoCalendar) {
  EXPECT_THAT(Covered(""), HasSubstr("needs BEGIN:VCALENDAR"));
  EXPECT_THAT(Covered("\r\n\n"), HasSubstr("needs BEGIN:VCALENDAR"));
  ExpectError("\n<html><body>Not Found</body></html>", 2, "BEGIN:VCALENDAR");
  ExpectError("BEGIN:VEVENT\nDTSTART:20270101\nEND:VEVENT", 1, "BEGIN:VCALENDAR");
  ExpectError("END:VCALENDAR", 1, "BEGIN:VCALENDAR");
  ExpectError("BEGIN:VCALENDAR\nEND:VCALENDAR\nVERSION:2.0", 3, "BEGIN:VCALENDAR");
}

TEST(IcalendarImportTest, SaysWhichComponentDoesNotEnd) {
  ExpectError("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nEND:VCALENDAR", 4,
              "END:VEVENT before that");
  ExpectError("BEGIN:VCALENDAR\nVERSION:2.0\n\n", 2, "END:VCALENDAR before the text's end");
  ExpectError("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nEND:VEVENT", 4, "END:VCALENDAR");
}

TEST(IcalendarImportTest, NamesTheLineOfWhatIsWrong) {
  ExpectError(Event("SUMMARY:A"), 4, "DTSTART");
  ExpectError(Event("DTSTART:20270101\nDTSTART:20270102"), 4, "one DTSTART");
  ExpectError(Event("DTSTART:20270230"), 3, "that exists");
  ExpectError(Event("SUMMARY:A\n B\n C\nDTSTART:tomorrow"), 6, "a date 20270131");
  ExpectError(Event("DTSTART;VALUE=DATE:20270101T000000"), 3, "a date 20270131, as VALUE says");
  ExpectError(Event("DTSTART;VALUE=DATE-TIME:20270101"), 3, "VALUE=DATE");
  ExpectError(Event("DTSTART:20270101,20270102"), 3, "one time");
  ExpectError(Event("DTSTART:15991231"), 3, "the year 1600 or later");
  ExpectError(Event("DTSTART20270101"), 4, "DTSTART");
  ExpectError(Event("DTSTART;VALUE:20270101"), 3, "\"=\" and the value of parameter VALUE");
  ExpectError(Event("DTSTART;X=\"a:20270101"), 3, "closing quotation mark");
  ExpectError(Event("DTSTART;X=a"), 3, "\":\" and the property's value");
}

TEST(IcalendarImportTest, NamesTheLineOfAnEndThatIsWrong) {
  const std::string start = "DTSTART:20270101T080000Z\n";
  ExpectError(Event(start + "DTEND:20270101T075959Z"), 4, "not before DTSTART");
  ExpectError(Event("DTEND:20270101\n" + start), 3, "a date if DTSTART is one");
  ExpectError(Event(start + "DTEND:20270101T090000"), 4, "TZID or Z if DTSTART has one");
  ExpectError(Event(start + "DTEND:20270101T090000Z\nDURATION:PT1H"), 4, "not both");
  ExpectError(Event("DURATION:PT1H\nDTSTART:20270101"), 3, "days or weeks");
  for (const char* duration : {"", "P", "PT", "1D", "P1", "P1H", "PT1D", "P1DT", "-P1D", "PT1M1H",
                               "P1D1D", "P1.5D", "P12345678D", "P1D ", "PT1HT1M"}) {
    ExpectError(Event(absl::StrCat(start, "DURATION:", duration)), 4, "a duration such as P1D");
  }
  ExpectError(Event(start + "DURATION:P1D\nDURATION:P1D"), 5, "one DURATION");
}

TEST(IcalendarImportTest, NamesTheLineOfARecurrenceThatIsWrong) {
  const std::string start = "DTSTART:20270101T080000Z\nDURATION:PT1H\n";
  ExpectError(Event(start + "RRULE:FREQ=FORTNIGHTLY"), 5, "FREQ is SECONDLY");
  ExpectError(Event(start + "RRULE:FREQ=HOURLY"), 5, "weekly_hours cover times of every day");
  ExpectError(Event(start + "RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY"), 6, "one RRULE");
  ExpectError(Event(start + "EXRULE:FREQ=DAILY"), 5, "EXDATE names what is left out");
  ExpectError(Event(start + "RDATE;VALUE=PERIOD:20270101T080000Z/PT1H"), 5, "not PERIOD");
  ExpectError(Event(start + "EXDATE:20270101T080000Z;"), 5, "the line's end");
  ExpectError(Event(start + "RECURRENCE-ID:20270101T080000Z"), 6, "a UID");
  ExpectError(Event(start + "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270101T080000Z"), 6,
              "no RANGE");
}

TEST(IcalendarImportTest, NamesTheLineOfAZoneThatIsNotKnown) {
  ExpectError(Event("DTSTART;TZID=W. Europe Standard Time:20270101T080000"), 3,
              "such as Europe/Berlin, not W. Europe Standard Time");
  ExpectError(Event("DTSTART;TZID=europe/paris:20270101T080000"), 3,
              "such as Europe/Paris, not europe/paris");
  for (const char* zone : {"", "/", "//", "/example.org", "/Europe/", "../etc/passwd",
                           "Europe/Berlin/", "x/Europe/Berlin"}) {
    ExpectError(Event(absl::StrCat("DTSTART;TZID=", zone, ":20270101T080000")), 3, "a TZID of");
  }
}

// ---- bounds -------------------------------------------------------------------------------------

TEST(IcalendarImportTest, BoundsTheOccurrencesOfAllEvents) {
  ExpectError(Event("DTSTART:20270101\nRRULE:FREQ=DAILY"), 2,
              "the calendar covers more than 10000 stretches: a recurrence without UNTIL");
  const std::string monthly =
      "BEGIN:VEVENT\nDTSTART:19700101\nRRULE:FREQ=MONTHLY\nEND:VEVENT\n";  // 2760 times
  EXPECT_TRUE(ImportIcalendar(Calendar(monthly + monthly + monthly)).ok());
  ExpectError(Calendar(monthly + monthly + monthly + monthly), 14, "more than 10000 stretches");
  // What COUNT counts is walked, however long ago, and whatever is left out.
  ExpectError(Event("DTSTART:16000101\nRRULE:FREQ=DAILY;COUNT=2147483647"), 2, "10000 stretches");
  std::string days;
  for (int day = 1; day <= 28; ++day) {
    absl::StrAppend(&days, "EXDATE;VALUE=DATE:202702", day < 10 ? "0" : "", day, "\n");
  }
  ExpectError(
      Event(absl::StrCat("DTSTART:20270201T000000Z\nDURATION:PT1S\n",
                         "RRULE:FREQ=DAILY;UNTIL=20270228;BYHOUR=1,2,3;BYSECOND=0,1,2,3,4,5;"
                         "BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20\n",
                         days)),
      2, "10000 stretches");
}

TEST(IcalendarImportTest, BoundsTheExceptionsOfAnEvent) {
  std::string dates = "20270101";
  for (size_t i = 1; i < base::limits::kMaxRuleDates; ++i) dates += ",20270101";
  EXPECT_TRUE(ImportIcalendar(Event("DTSTART:20270101\nEXDATE:" + dates)).ok());
  ExpectError(Event("DTSTART:20270101\nEXDATE:" + dates + "\nEXDATE:20270102"), 5, "at most 1000");
  std::string overrides;
  for (size_t i = 0; i <= base::limits::kMaxRuleDates; ++i) {
    overrides += "BEGIN:VEVENT\nUID:a\nDTSTART:20270101\nRECURRENCE-ID:20270101\nEND:VEVENT\n";
  }
  ExpectError(Calendar(overrides), 5002, "at most 1000 events with a RECURRENCE-ID");
}

// The worst that fits: events whose rules look for days in vain to the end of 2199.
TEST(IcalendarImportTest, ATextOfTheLargestSizeIsRead) {
  const std::string event =
      "BEGIN:VEVENT\nDTSTART:19700101\nRRULE:FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2\nEND:VEVENT\n";
  std::string events;
  while (events.size() + event.size() + 64 < base::limits::kMaxIcalendarBytes) events += event;
  EXPECT_EQ(Covered(Calendar(events)), "local 1970-01-01T00:00/1970-01-02T00:00");
}

TEST(IcalendarImportTest, AnyBytesEndInAnErrorOrAValue) {
  base::Random random(20270314);
  const std::string text(kMaintenance);
  for (int round = 0; round < 2000; ++round) {
    std::string broken = text;
    for (uint64_t n = 1 + random.Below(4); n > 0; --n) {
      const size_t at = random.Below(broken.size());
      switch (random.Below(3)) {
        case 0:
          broken[at] = static_cast<char>(random.Below(256));
          break;
        case 1:
          broken.erase(at, 1 + random.Below(20));
          break;
        default:
          broken.insert(at, text.substr(random.Below(text.size()), random.Below(30)));
      }
      if (broken.empty()) broken = "B";
    }
    const absl::StatusOr<ImportedTimes> times = ImportIcalendar(broken);
    if (!times.ok()) {
      EXPECT_FALSE(times.status().message().empty());
      continue;
    }
    for (const Stretch& stretch : times->instants) EXPECT_LE(stretch.begin, int64_t{7'258'118'400});
  }
}

}  // namespace
}  // namespace scheduler::core
