#!/usr/bin/env python3
"""Compares when cron schedules run with independent implementations, over random patterns, zones and moments.

Usage: tests/oracles/cron_oracle.py --probe PATH [--count N] [--seed S] [--croner CRONER_JS] [--examples N]

  --probe    the program schedule_probe
  --croner   croner's ES module (npm install croner: node_modules/croner/dist/croner.js); without it croner is left out
  --examples how many examples of each explained difference are shown (default 1)

Three oracles, each asked for the next five times:
  cronsim    the pattern: PyPI cronsim names local times; Python's zoneinfo and the rules of dst_policy carry them to instants
  debian     PyPI cronsim in the zone as it is, with the rules of Debian's cron
  croner     npm croner in the zone as it is
A disagreement is put down to the first reason that holds for it; what has none is printed. Needs Python 3.9 with cronsim.
Exit codes: 0 every disagreement is explained, 1 some is not, 2 usage.
"""
import argparse
import collections
import datetime
import re
import signal
import subprocess
import sys
import zoneinfo

import cronsim

import cron_patterns
from cron_patterns import UTC

NUMBERS = {name: str(i) for i, name in enumerate(cron_patterns.WEEKDAYS)}
NICKNAMES = {"@yearly": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@hourly": "0 * * * *"}
COUNT = 5


PATIENCE = 10  # seconds for one answer


class Unsupported(Exception):
    """The oracle has no such pattern."""


class Hangs(Exception):
    """The oracle does not come to an end."""


def lose_patience(_signal, _frame):
    raise Hangs


def fields_of(pattern):
    """second, minute, hour, day, month, weekday, year"""
    fields = NICKNAMES.get(pattern, pattern).split()
    if len(fields) == 5:
        fields.insert(0, "0")
    if len(fields) == 6:
        fields.append("*")
    return fields


def is_star(field):
    return field.lstrip("+") in ("*", "?")


def hours_of(field):
    hours = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        low, high = (0, 23) if span == "*" else (int(span.split("-")[0]), int(span.split("-")[-1]))
        hours.update(range(low, high + 1, int(step or 1)))
    return hours


def runs_every_hour(pattern):
    return len(hours_of(fields_of(pattern)[2])) == 24


# ---- cronsim ----------------------------------------------------------------------------------------------------------------------


def for_cronsim(pattern):
    """The same pattern in cronsim's dialect with six fields, or Unsupported."""
    second, minute, hour, day, month, weekday, year = fields_of(pattern)
    if year != "*":
        raise Unsupported("years")
    if weekday.startswith("+") and not is_star(weekday) and not is_star(day):
        raise Unsupported("+")
    if "W" in day.replace("LW", "") or "L-" in day:
        raise Unsupported("nW and L-n")
    weekday = weekday.lstrip("+")
    for name, number in NUMBERS.items():
        weekday = weekday.replace(name, number)
    weekday = weekday.replace("#L", "L")
    day, weekday = ("*" if is_star(f) else f for f in (day, weekday))
    if day != "*" and weekday != "*":
        # A leading star would mean "and" to it.
        day = ",".join(item.replace("*", "1-31") for item in day.split(","))
        weekday = ",".join(item.replace("*", "0-6") for item in weekday.split(","))
    return " ".join((second, minute, hour, day, month.upper(), weekday))


def instants_of(local, zone):
    """(kind, instants) of a local time: unique, skipped (the first instant after the gap), repeated (both)."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return "unique", [first]
    if first < second:
        return "repeated", [first, second]
    # In a gap fold=0 reads by the offset before and lies behind the change; fold=1 the other way.
    low, high = second, first
    before = cron_patterns.offset(zone, low)
    while high - low > datetime.timedelta(seconds=1):
        middle = (low + (high - low) // 2).replace(microsecond=0)
        if middle == low:
            break
        low, high = (middle, high) if cron_patterns.offset(zone, middle) == before else (low, middle)
    return "skipped", [high]


def cronsim_expected(pattern, zone, start):
    """The next times by cronsim's local times and the default policy."""
    text = for_cronsim(pattern)
    if runs_every_hour(pattern):
        # With six fields cronsim walks real time.
        return take(cronsim.CronSim(text, start.astimezone(zone)))
    # From before the start, so that a fold around it is inside.
    local = start.astimezone(zone).replace(tzinfo=None) - datetime.timedelta(hours=3)
    found = []
    for time in cronsim.CronSim(text, local):
        instant = instants_of(time, zone)[1][0]
        if instant > start and instant not in found:
            found.append(instant)
        # One more, as times of a gap collapse.
        if len(found) > COUNT or time.year > 2198:
            break
    return sorted(found)[:COUNT]


def debian_expected(pattern, zone, start):
    """The next times by cronsim as it is."""
    for_cronsim(pattern)
    fields = NICKNAMES.get(pattern, pattern).replace("?", "*").replace("+", "").split()
    fields = fields[:6]
    weekday = fields[-1]
    for name, number in NUMBERS.items():
        weekday = weekday.replace(name, number)
    fields[-1] = weekday.replace("#L", "L")
    return take(cronsim.CronSim(" ".join(fields), start.astimezone(zone)))


def take(times):
    found = []
    for time in times:
        found.append(time.astimezone(UTC))
        if len(found) == COUNT or time.year > 2198:
            break
    return found


# ---- the reasons ------------------------------------------------------------------------------------------------------------------


class Case:
    def __init__(self, pattern, zone_name, start, ours, real_time):
        self.pattern = pattern
        self.zone = zoneinfo.ZoneInfo(zone_name)
        self.zone_name = zone_name
        self.start = start
        self.ours = ours
        self.real_time = real_time  # ours where gaps are skipped and both passes of folds run
        self.theirs = []
        self.offsets = []
        self.fields = fields_of(pattern)

    def is_real_time(self):
        """Whether theirs is what real time gives."""
        return self.theirs == self.real_time

    def first_difference(self):
        """The earliest instant that one has and the other has not, within what both looked at."""
        horizon = min([times[-1] for times in (self.ours, self.theirs) if len(times) == COUNT], default=None)
        differing = set(self.ours) ^ set(self.theirs)
        inside = sorted(t for t in differing if horizon is None or t <= horizon)
        return inside[0] if inside else None

    def near_change(self):
        """Whether clocks are turned within a day and a half of the first difference."""
        at = self.first_difference()
        span = datetime.timedelta(hours=36)
        hour = datetime.timedelta(minutes=30)
        moments = [at - span + i * hour for i in range(145)]
        return len({cron_patterns.offset(self.zone, m) for m in moments}) > 1

    def gap_nearby(self):
        """(the local time at which the gap begins, its end) of a gap within a day and a half of the first difference, or None."""
        at = self.first_difference()
        span = datetime.timedelta(hours=36)
        for change in cron_patterns.changes_between(self.zone, at - span, at + span):
            before = change - datetime.timedelta(seconds=1)
            if cron_patterns.offset(self.zone, change) > cron_patterns.offset(self.zone, before):
                begin = before.astimezone(self.zone).replace(tzinfo=None) + datetime.timedelta(seconds=1)
                return begin, change.astimezone(self.zone).replace(tzinfo=None)
        return None

    def near_odd_change(self):
        """Whether clocks are turned by something else than whole hours within a day and a half of the first difference."""
        at = self.first_difference()
        span = datetime.timedelta(hours=36)
        for change in cron_patterns.changes_between(self.zone, at - span, at + span):
            turned = cron_patterns.offset(self.zone, change) - cron_patterns.offset(self.zone, change - datetime.timedelta(seconds=1))
            if turned.total_seconds() % 3600 != 0:
                return True
        return False

    def ours_alone(self):
        return self.first_difference() in self.ours

    def both_days(self):
        return not is_star(self.fields[3]) and not is_star(self.fields[5])


def gave_up(case):
    """They end their search earlier: 50 years for cronsim."""
    if case.ours[: len(case.theirs)] != case.theirs:
        return False
    last = case.theirs[-1] if case.theirs else case.start
    return case.ours[len(case.theirs)] > last + datetime.timedelta(days=24 * 365)


def single_range(case):
    """To cronsim a range of one value with a step, `5-5/2`, is a start without an end, as `5/2` is."""
    return re.search(r"\b(\w+)-\1/", case.pattern) is not None


def debian_star(case):
    """A day field that begins with a star is unrestricted to Debian's cron, whatever follows: `*/2` means "and"."""
    return case.both_days() and (case.fields[3].startswith("*") or case.fields[5].startswith("*"))


def debian_real_time(case):
    """Debian's cron takes a pattern for repeating if minute or hour begins with a star, and cronsim every one of six fields; then it
    follows real time. Here only one that names every hour does."""
    six = len(case.pattern.split()) >= 6
    starred = case.fields[1].startswith("*") or case.fields[2].startswith("*")
    return (six or starred) and not runs_every_hour(case.pattern) and case.is_real_time()


def debian_fixed(case):
    """... and takes `0 0-23 * * *`, which names every hour without a star, for fixed: skipped hours are made up for, repeated ones not run."""
    starred = case.fields[1].startswith("*") or case.fields[2].startswith("*")
    return case.near_change() and not starred and runs_every_hour(case.pattern)


def awkward_gap(case):
    """Walking real time, cronsim steps to the first moment of a day and of an hour; where a gap skips that, as one at midnight or one that
    ends within an hour does, it loses times that follow the gap."""
    gap = case.gap_nearby()
    return case.ours_alone() and gap is not None and (gap[0].hour == 0 or gap[1].minute != 0)


def half_hour_change(case):
    """Walking real time by the hour, cronsim passes over times beside a change that is no whole hour, as Lord Howe's. What it loses is a time
    of the pattern all the same: cronsim says so itself where there is no zone."""
    if not case.ours_alone() or not case.near_odd_change():
        return False
    local = case.first_difference().astimezone(case.zone).replace(tzinfo=None)
    return next(cronsim.CronSim(for_cronsim(case.pattern), local - datetime.timedelta(seconds=1))) == local


def croner_gap_until_midnight(case):
    """Croner moves a fixed time out of a gap to its end, but loses it where that is the next day."""
    gap = case.gap_nearby()
    return case.ours_alone() and gap is not None and gap[0].date() < gap[1].date()


def croner_zone_data(case):
    """Node.js has another edition of the zone data."""
    return any(cron_patterns.offset(case.zone, t).total_seconds() != o for t, o in zip(case.theirs, case.offsets))


def croner_years(case):
    """Croner counts the steps of `*/n` years from the year 0; the specification from 1970."""
    return any(item.startswith("*/") for item in case.fields[6].split(","))


def croner_real_time(case):
    """Croner takes only a pattern with one second, one minute and one hour for fixed; every other one follows real time. Here only one that
    names every hour does."""
    fixed = all(f.isdigit() for f in case.fields[:3])
    return not fixed and not runs_every_hour(case.pattern) and case.is_real_time()


REASONS = {
    "cronsim": [gave_up, single_range, half_hour_change],
    "debian": [gave_up, single_range, debian_star, debian_real_time, debian_fixed, awkward_gap, half_hour_change],
    "croner": [gave_up, croner_zone_data, croner_years, croner_real_time, croner_gap_until_midnight],
}


# ---- the comparison ---------------------------------------------------------------------------------------------------------------


def ask(command, lines):
    done = subprocess.run(command, input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(lines):
        sys.exit(f"{command[0]} gave {len(answers)} answers to {len(lines)} lines")
    return answers


def moment(text):
    return datetime.datetime.fromtimestamp(int(text) // 1000, UTC)


def moments(answer):
    return [] if answer == "never" else [moment(text) for text in answer.split()]


class Tally:
    def __init__(self, examples):
        self.counts = collections.defaultdict(collections.Counter)
        self.examples = examples

    def add(self, oracle, outcome):
        self.counts[oracle][outcome] += 1

    def compare(self, oracle, case):
        if case.first_difference() is None and len(case.ours) == len(case.theirs):
            return self.add(oracle, "agree")
        for reason in REASONS[oracle]:
            if reason(case):
                self.add(oracle, f"explained: {reason.__name__}")
                if self.counts[oracle][f"explained: {reason.__name__}"] <= self.examples:
                    self.show(f"{oracle} {reason.__name__}", case)
                return None
        self.add(oracle, "UNEXPLAINED")
        if self.counts[oracle]["UNEXPLAINED"] <= 20:
            self.show(f"{oracle} UNEXPLAINED", case)
        return None

    def refused(self, oracle, case):
        if not case.ours:
            return self.add(oracle, "agree")
        if oracle == "debian" and debian_star(case):
            return self.add(oracle, "explained: debian_star")
        self.add(oracle, "UNEXPLAINED refused")
        return self.show(f"{oracle} refuses", case)

    def refused_by_croner(self, line, why):
        for part, known in (("L has to be a value of its own", "unsupported: L-n, and L in lists"), ("Invalid timezone", "unsupported: zone")):
            if part in why:
                return self.add("croner", known)
        self.add("croner", "UNEXPLAINED refused")
        return print(f"croner refuses {line}: {why}")

    def show(self, title, case):
        print(f"{title}: {case.pattern} | {case.zone_name} | {case.start.astimezone(case.zone).isoformat()}")
        for name, times in (("ours", case.ours), ("theirs", case.theirs)):
            print(f"  {name:6} " + " ".join(t.astimezone(case.zone).isoformat() for t in times))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--croner")
    parser.add_argument("--examples", type=int, default=1)
    return parser.parse_args()


def ask_cronsim(tally, oracle, expected, case):
    case.theirs = []
    signal.alarm(PATIENCE)
    try:
        case.theirs = expected(case.pattern, case.zone, case.start)
    except Unsupported as why:
        tally.add(oracle, f"unsupported: {why}")
    except Hangs:
        tally.add(oracle, "explained: hangs")
        tally.show(f"{oracle} hangs", case)
    except cronsim.CronSimError:
        # It refuses what can never match; ours finds nothing then.
        tally.refused(oracle, case)
    else:
        tally.compare(oracle, case)
    finally:
        signal.alarm(0)


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGALRM, lose_patience)
    patterns = cron_patterns.Patterns(arguments.seed)
    zones = cron_patterns.zone_names()
    lines = []
    for i in range(arguments.count):
        zone = zones[i % len(zones)]
        pattern, start = patterns.triple(zone)
        lines.append(f"{pattern}|{zone}|{start}")
    ours = ask([arguments.probe], lines)
    real_time = ask([arguments.probe, "--gap=skip", "--fold=both"], lines)
    theirs = ask(["node", __file__.replace("cron_oracle.py", "croner_probe.mjs"), arguments.croner], lines) if arguments.croner else []
    tally = Tally(arguments.examples)
    for i, line in enumerate(lines):
        pattern, zone, start = line.split("|")
        if ours[i].startswith("error"):
            print(f"{line}: {ours[i]}")
            tally.add("ours", "UNEXPLAINED refused")
            continue
        case = Case(pattern, zone, moment(start), moments(ours[i]), moments(real_time[i]))
        ask_cronsim(tally, "cronsim", cronsim_expected, case)
        ask_cronsim(tally, "debian", debian_expected, case)
        if not theirs:
            continue
        if theirs[i].startswith("error"):
            tally.refused_by_croner(line, theirs[i])
            continue
        case.theirs = [moment(t.split("@")[0]) for t in theirs[i].split()]
        case.offsets = [float(t.split("@")[1]) for t in theirs[i].split()]
        tally.compare("croner", case)
    print(f"{arguments.count} triples, seed {arguments.seed}, {len(zones)} zones")
    bad = 0
    for oracle, counts in tally.counts.items():
        for outcome, count in sorted(counts.items()):
            print(f"  {oracle:8} {outcome:60} {count}")
            bad += count if outcome.startswith("UNEXPLAINED") else 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
