"""Random calendars, and which of them a job may exclude.

A round is over in seconds, and days and hours end at whole minutes at the earliest: most calendars cover now or do not, and
their events begin and end within the round.
"""

import datetime

from ductape.jobs.v1 import calendar_pb2, job_pb2

from harness.clock import now
from harness.timings import ZONES, local_now

PRODUCT = "crash"
STEADY = [f"steady-{i}" for i in range(3)]  # created before any job, and never changed
CHANGING = [f"changing-{i}" for i in range(3)]
STEADY_SECONDS = 120  # a folder's rounds do not last longer

Calendar = calendar_pb2.Calendar


def utc(second):
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc)


def stamp(moment):
    return f"{moment:%Y%m%dT%H%M%S}"


class Calendars:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    # ---- whole calendars

    def steady(self, tag, name):
        """Covers some seconds of every ten or so as long as the folder lives, and a part of the minutes."""
        calendar = Calendar(product=PRODUCT, tag=tag, name=name)
        begin = now() // 1_000_000
        lines, second = [], begin
        while second < begin + STEADY_SECONDS:
            second += self.rng.randint(1, 6)
            length = self.rng.randint(1, 3)
            lines += self.event(second, length)
            second += length
        calendar.icalendar = self.text(lines)
        if self.chance(0.6):
            self.zone(calendar)
            calendar.weekly_hours.append(self.minutes(calendar, self.rng.randint(0, 2)))
            calendar.dates.append(self.day(calendar, self.rng.choice((-1, 1, 30))))
        return calendar

    def changing(self, tag, name):
        calendar = Calendar(product=PRODUCT, tag=tag, name=name)
        self.zone(calendar)
        parts = (self.events, self.events, self.dates, self.ranges, self.yearly, self.hours)
        for fill in self.rng.sample(parts, self.rng.choice((1, 1, 2, 3))):
            fill(calendar)
        return calendar

    # ---- what they consist of

    def zone(self, calendar):
        if self.chance(0.5):
            calendar.time_zone = self.rng.choice(ZONES)

    def day(self, calendar, days):
        """Some days from now in its zone, or that of some job."""
        zone = calendar.time_zone or self.rng.choice(("UTC", *ZONES))
        return f"{local_now(zone) + datetime.timedelta(days=days):%Y-%m-%d}"

    def dates(self, calendar):
        days = (0, 0, -1, 1, 2, 400) if self.chance(0.4) else (-1, 1, 5, 400)
        calendar.dates.extend(self.day(calendar, self.rng.choice(days)) for _ in range(self.rng.randint(1, 4)))

    def ranges(self, calendar):
        first = self.rng.choice((-3, -2, -1, 0) if self.chance(0.4) else (-6, -5, 1, 2))
        last = first + self.rng.randint(0, 3)
        calendar.date_ranges.add(first_date=self.day(calendar, first), last_date=self.day(calendar, max(first + 1, last)))

    def yearly(self, calendar):
        days = (0, -1, 365) if self.chance(0.4) else (-1, 1, 60)
        calendar.yearly_dates.extend({self.day(calendar, day)[5:] for day in self.rng.sample(days, self.rng.randint(1, 2))})
        if self.chance(0.3):
            calendar.yearly_dates.append("02-29")

    def hours(self, calendar):
        for _ in range(self.rng.randint(1, 2)):
            calendar.weekly_hours.append(self.minutes(calendar, self.rng.choice((-2, -1, -1, 0, 1))))
        if self.chance(0.3):
            today = local_now(calendar.time_zone).isoweekday()
            calendar.weekly_hours.add(weekdays=[today % 7 + 1], start="00:00", end="24:00")

    def minutes(self, calendar, offset):
        """Some minutes of the day, from so many after this one on."""
        zone = calendar.time_zone or self.rng.choice(("UTC", *ZONES))
        begin = local_now(zone) + datetime.timedelta(minutes=offset)
        end = begin + datetime.timedelta(minutes=self.rng.choice((1, 1, 2, 90)))
        same_day = end.date() == begin.date()
        weekdays = sorted({begin.isoweekday(), *self.rng.sample(range(1, 8), self.rng.randint(0, 6))})
        return Calendar.WeeklyHours(weekdays=weekdays, start=f"{begin:%H:%M}", end=f"{end:%H:%M}" if same_day else "24:00")

    # ---- iCalendar

    def events(self, calendar):
        """Some seconds of the near past and future, and sometimes a day."""
        lines, second = [], now() // 1_000_000
        for _ in range(self.rng.randint(1, 6)):
            second += self.rng.randint(-2, 4)
            length = self.rng.choice((1, 1, 2, 3, 5))
            lines += self.floating(calendar, second, length) if self.chance(0.2) else self.event(second, length)
        if self.chance(0.15):
            day = self.day(calendar, self.rng.choice((-1, 0, 1))).replace("-", "")
            lines += ["BEGIN:VEVENT", f"DTSTART;VALUE=DATE:{day}", "TRANSP:TRANSPARENT", "UID:day", "END:VEVENT"]
        calendar.icalendar = self.text(lines)

    def event(self, second, length):
        begin = f"DTSTART:{stamp(utc(second))}Z"
        end = f"DTEND:{stamp(utc(second + length))}Z" if self.chance(0.7) else f"DURATION:PT{length}S"
        more = [] if self.chance(0.9) else [self.rng.choice(("STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SUMMARY:crash"))]
        return ["BEGIN:VEVENT", f"UID:{second}-{self.rng.randrange(1 << 30)}", begin, end, *more, "END:VEVENT"]

    def floating(self, calendar, second, length):
        """By the clocks of its zone, or that of some job."""
        zone = local_now(calendar.time_zone or self.rng.choice(("UTC", *ZONES))).tzinfo
        begin, end = (stamp(utc(time).astimezone(zone)) for time in (second, second + length))
        uid = f"UID:{second}-{self.rng.randrange(1 << 30)}"
        return ["BEGIN:VEVENT", uid, f"DTSTART:{begin}", f"DTEND:{end}", "END:VEVENT"]

    @staticmethod
    def text(lines):
        return "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])

    # ---- of jobs

    def exclude(self, job, changing):
        """What a job excludes; `changing`: it may be a calendar that changes."""
        if job.interval_mode == job_pb2.Job.FIXED_DELAY:
            return
        if changing and self.chance(0.75):
            job.exclude_calendars.extend(self.rng.sample(CHANGING, self.rng.choice((1, 1, 1, 2))))
        if self.chance(0.25):
            job.exclude_calendars.append(self.rng.choice(STEADY))
