#!/usr/bin/env python3
"""Compares calendar rules with python-dateutil and Python's zoneinfo over random rules.

Usage: tests/oracles/rule_oracle.py [--count N] [--seed S] [--probe FILE] [--show N]

Needs PyPI's python-dateutil and tzdata in the running Python, for example:
    python3 -m venv build/oracle-venv && build/oracle-venv/bin/pip install python-dateutil tzdata
    build/oracle-venv/bin/python tests/oracles/rule_oracle.py --count 20000 --seed 1

Each case is a rule, a zone, a start and an instant after it; compared are the next five times, as the rule_probe program
prints them. What differs by intent (docs/rules-differences.md) is bent to our reading before the comparison and counted by
name. Exit codes: 0 all agree, 1 some do not (each is printed), 2 usage.
"""
import argparse
import collections
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import zoneinfo

from dateutil import rrule

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
UTC = dt.timezone.utc
EPOCH = dt.datetime(1970, 1, 1)
FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca",
         "Asia/Kolkata", "Europe/Dublin", "America/Sao_Paulo", "Atlantic/Azores", "Pacific/Apia", "Asia/Tehran"]
# How far from its start a rule of each frequency is asked, in seconds: dateutil walks from the start.
REACH = {"YEARLY": 30 * 365 * 86400, "MONTHLY": 8 * 365 * 86400, "WEEKLY": 2 * 365 * 86400, "DAILY": 300 * 86400,
         "HOURLY": 20 * 86400, "MINUTELY": 40000, "SECONDLY": 3600}
LAST_YEAR = 2199
SECONDS_A_CASE = 0.25
MARGIN = dt.timedelta(hours=3)  # more than any change of clocks but Samoa's day


class Timeout(Exception):
    pass


def numbers(rng, low, high, most, signed=False):
    """A comma-separated list of numbers."""
    chosen = [rng.randint(low, high) for _ in range(rng.randint(1, most))]
    if signed:
        chosen = [n if rng.random() < 0.6 else -n for n in chosen]
    return ",".join(map(str, chosen))


def by_day(rng, ordinals, high):
    days = []
    for _ in range(rng.randint(1, 3)):
        ordinal = ""
        if ordinals and rng.random() < 0.6:
            ordinal = str(rng.choice([1, -1]) * rng.randint(1, high))
        days.append(ordinal + rng.choice(WEEKDAYS))
    return ",".join(days)


def random_parts(rng):
    """The parts of a valid RRULE, FREQ first, as a dict."""
    frequency = rng.choice(FREQUENCIES)
    index = FREQUENCIES.index(frequency)
    parts = {"FREQ": frequency}
    if rng.random() < 0.5:
        parts["INTERVAL"] = str(rng.choice([1, 2, 3, 4, 5, 6, 7, 10, 12, 15, 18, 24, 30, 36, 45, 90, 100]))
    by_week = frequency == "YEARLY" and rng.random() < 0.25
    if by_week:
        parts["BYWEEKNO"] = numbers(rng, 1, 53, 3, signed=True)
    if rng.random() < 0.2:
        parts["BYMONTH"] = numbers(rng, 1, 12, 4)
    if frequency != "WEEKLY" and rng.random() < 0.2:
        parts["BYMONTHDAY"] = numbers(rng, 1, 31, 5, signed=True)
    if frequency in ("YEARLY", "HOURLY", "MINUTELY", "SECONDLY") and rng.random() < 0.1:
        parts["BYYEARDAY"] = numbers(rng, 1, 366, 20, signed=True)
    if rng.random() < 0.4:
        ordinals = index <= 1 and not by_week
        parts["BYDAY"] = by_day(rng, ordinals, 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53)
    if rng.random() < 0.3:
        parts["BYHOUR"] = numbers(rng, 0, 23, 6)
    if rng.random() < 0.3:
        parts["BYMINUTE"] = numbers(rng, 0, 59, 6)
    if rng.random() < 0.2:
        parts["BYSECOND"] = numbers(rng, 0, 59, 6)
    if len([p for p in parts if p.startswith("BY")]) > 0 and rng.random() < 0.25:
        parts["BYSETPOS"] = numbers(rng, 1, rng.choice([2, 5, 30]), 3, signed=True)
    if rng.random() < 0.3:
        parts["WKST"] = rng.choice(WEEKDAYS)
    return parts


def follows_real_time(parts):
    return parts["FREQ"] in ("HOURLY", "MINUTELY", "SECONDLY") and "BYHOUR" not in parts


def seconds_of(naive):
    return int((naive - EPOCH).total_seconds())


def local_of(instant, zone):
    return dt.datetime.fromtimestamp(instant, zone).replace(tzinfo=None)


def instant_of(naive, zone):
    """Where a local time stands: the first pass of a fold; the first instant after a gap."""
    aware = naive.replace(tzinfo=zone)
    first = seconds_of(naive) - int(aware.utcoffset().total_seconds())
    if local_of(first, zone) == naive:
        return first
    high = first  # in a gap: behind it
    low = seconds_of(naive) - int(aware.replace(fold=1).utcoffset().total_seconds())
    before = dt.datetime.fromtimestamp(low, zone).utcoffset()
    while low + 1 < high:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def bend(parts, start):
    """The rules whose union dateutil has to be told for our reading, their start, and the names of what was bent."""
    if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts:
        if "COUNT" in parts:
            raise ValueError("BYSETPOS of weeks beside COUNT")
        first = WEEKDAYS.index(parts.get("WKST", "MO"))
        begin = start - dt.timedelta(days=(start.weekday() - first) % 7)
        return [dict(parts, BYDAY=parts.get("BYDAY", WEEKDAYS[start.weekday()]))], begin, ["BYSETPOS of weeks"]
    if "BYWEEKNO" in parts and not any(p in parts for p in ("BYDAY", "BYMONTHDAY", "BYYEARDAY")):
        return [dict(parts, BYDAY=WEEKDAYS[start.weekday()])], start, ["BYWEEKNO without a day"]
    days = parts.get("BYDAY", "").split(",")
    plain = [d for d in days if len(d) == 2]
    if plain and len(plain) < len(days):
        if "COUNT" in parts or "BYSETPOS" in parts:
            raise ValueError("BYDAY with and without ordinals, beside COUNT or BYSETPOS")
        ordinal = [d for d in days if len(d) > 2]
        return [dict(parts, BYDAY=",".join(d)) for d in (plain, ordinal)], start, ["BYDAY with and without ordinals"]
    return [parts], start, []


def week_of(day, first_weekday):
    """(number from 1, number from the year's end) of a day's week, which begins on `first_weekday`: RFC 5545, BYWEEKNO."""
    def first_week(year):
        fourth = dt.date(year, 1, 4)  # in week 1, whatever weekday it is
        return fourth - dt.timedelta(days=(fourth.weekday() - first_weekday) % 7)

    begin = day - dt.timedelta(days=(day.weekday() - first_weekday) % 7)
    year = (begin + dt.timedelta(days=3)).year
    number = (begin - first_week(year)).days // 7 + 1
    return number, number - (first_week(year + 1) - first_week(year)).days // 7 - 1


class Weeks(rrule._iterinfo):
    """dateutil's masks of one year, with the weeks that lie in two years put right (docs/rules-differences.md)."""
    corrected = False

    def rebuild(self, year, month):
        is_new = year != self.lastyear
        super().rebuild(year, month)
        if not is_new or not self.rrule._byweekno or year < 2:
            return
        for index in [*range(6), *range(self.yearlen - 6, self.yearlen)]:
            day = dt.date(year, 1, 1) + dt.timedelta(days=index)
            is_in = int(any(n in self.rrule._byweekno for n in week_of(day, self.rrule._wkst)))
            Weeks.corrected |= is_in != self.wnomask[index]
            self.wnomask[index] = is_in


rrule._iterinfo = Weeks


def text_of(parts):
    return ";".join(f"{k}={v}" for k, v in parts.items())


def is_plain(parts):
    """FREQ and INTERVAL alone."""
    return not any(p not in ("FREQ", "INTERVAL", "WKST") for p in parts)


class Case:
    def __init__(self, rng):
        self.parts = random_parts(rng)
        self.zone_name = rng.choice(ZONES)
        if follows_real_time(self.parts) and not is_plain(self.parts):
            self.zone_name = rng.choice(["UTC", "Asia/Kolkata"])  # dateutil knows no real time across changes
        self.zone = zoneinfo.ZoneInfo(self.zone_name)
        self.start = rng.randint(0, 2_500_000_000)
        self.after = self.start - 10 + int(REACH[self.parts["FREQ"]] * rng.random() ** 2)
        local = local_of(self.start, self.zone)
        bounded = not (follows_real_time(self.parts) and self.zone_name not in ("UTC", "Asia/Kolkata"))
        if bounded and rng.random() < 0.3:
            if rng.random() < 0.5:
                self.parts["COUNT"] = str(rng.randint(1, 60))
            else:
                until = local + dt.timedelta(seconds=int(REACH[self.parts["FREQ"]] * rng.random()))
                self.parts["UNTIL"] = until.strftime("%Y%m%dT%H%M%S")
        items = list(self.parts.items())
        rng.shuffle(items)
        self.rule = "RRULE:" + text_of(dict(items))
        self.added, self.excluded = [], []
        if bounded and rng.random() < 0.15:
            reach = REACH[self.parts["FREQ"]]
            self.added = [local + dt.timedelta(seconds=rng.randint(0, reach)) for _ in range(3)]
            self.rule += "\\nRDATE:" + ",".join(t.strftime("%Y%m%dT%H%M%S") for t in self.added)
        self.excludes = bounded and rng.random() < 0.15
        self.bent = []

    def choose_excluded(self):
        """Every third of the times around `after`, for some rules."""
        if self.excludes:
            self.excluded = self.local_times()[::3][:50]
        if self.excluded:
            self.rule += "\\nEXDATE:" + ",".join(t.strftime("%Y%m%dT%H%M%S") for t in self.excluded)

    def line(self):
        return f"{self.rule}|{self.zone_name}|{self.start * 1000}|{self.after * 1000}"

    def local_times(self):
        """dateutil's local times from three hours before `after` to five after it."""
        start = local_of(self.start, self.zone)
        told, told_start, self.bent = bend(self.parts, start)
        rules = rrule.rruleset()
        for parts in told:
            rules.rrule(rrule.rrulestr(text_of(parts), dtstart=told_start))
        for time in self.added:
            rules.rdate(time)
        for time in self.excluded:
            rules.exdate(time)
        middle = local_of(self.after, self.zone)
        found, later = [], 0
        for time in rules:
            later += time > middle + MARGIN
            if time.year > LAST_YEAR or later > 50 or len(found) > 20000:
                break
            if time >= middle - MARGIN and time >= start:
                found.append(time)
        return found

    def expected(self):
        """The next five instants in milliseconds."""
        if follows_real_time(self.parts) and self.zone_name not in ("UTC", "Asia/Kolkata"):
            return self.expected_elapsed()
        instants = {instant_of(t, self.zone) for t in self.local_times()}
        excluded = {instant_of(t, self.zone) for t in self.excluded}
        if instants & excluded:
            self.bent.append("EXDATE of one of several times in one gap")
        instants = sorted(instants - excluded)
        return [t * 1000 for t in instants if t > self.after and t >= self.start][:5]

    def expected_elapsed(self):
        """A rule of FREQ and INTERVAL alone: so many seconds after each other."""
        unit = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}[self.parts["FREQ"]]
        if unit == 3600 and self.zone_name == "Australia/Lord_Howe":
            raise ValueError("HOURLY where clocks are turned by half an hour")
        step = unit * int(self.parts.get("INTERVAL", "1"))
        k = max(0, (self.after - self.start) // step + 1)
        return [(self.start + (k + i) * step) * 1000 for i in range(5)]


def on_alarm(_signal, _frame):
    raise Timeout()


def prepare(count, seed):
    """(case, expected or None) for cases that dateutil can do in time."""
    signal.signal(signal.SIGVTALRM, on_alarm)
    rng = random.Random(seed)
    for _ in range(count):
        case = Case(rng)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_A_CASE)
        Weeks.corrected = False
        try:
            case.choose_excluded()
            expected, why = case.expected(), None
            if Weeks.corrected:
                case.bent.append("weeks that lie in two years")
        except Timeout:
            expected, why = None, "dateutil did not end"
        except ValueError as error:
            expected, why = None, f"not compared: {error}"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        yield case, expected, why


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--probe", default=os.path.join(ROOT, "build/core/tests/oracles/rule_probe"))
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    cases = list(prepare(options.count, options.seed))
    lines = "".join(case.line() + "\n" for case, _, _ in cases)
    answers = subprocess.run([options.probe], input=lines, capture_output=True, text=True, check=True).stdout.split("\n")
    tally, wrong = collections.Counter(), 0
    for (case, expected, why), answer in zip(cases, answers):
        if expected is None:
            tally[why] += 1
            if why == "dateutil did not end" and not answer:
                tally["… and ours has no time either"] += 1
            continue
        for name in case.bent:
            tally[f"bent: {name}"] += 1
        tally["compared"] += 1
        tally["compared, without times"] += not expected
        if answer == " ".join(map(str, expected)):
            continue
        wrong += 1
        if wrong <= options.show:
            print(f"DIFFERS {case.line()[:400]}\n  ours   {answer}\n  theirs {' '.join(map(str, expected))}")
    for name, number in sorted(tally.items()):
        print(f"{number:7} {name}")
    print(f"{tally['compared'] - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
