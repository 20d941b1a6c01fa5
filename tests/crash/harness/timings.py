"""Random timings of jobs: intervals, times, cron patterns and calendar rules, and what goes with them.

Cron patterns and rules are due every second or some seconds, for a round lasts no longer; what they restrict mostly allows now.
"""

import datetime
import zoneinfo

from ductape.jobs.v1 import job_pb2
from google.protobuf import duration_pb2, timestamp_pb2

from harness.clock import now

Job = job_pb2.Job
Dst = job_pb2.DstPolicy

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "Pacific/Chatham")
KINDS = {"intervals": 53, "times": 12, "cron": 20, "rule": 15}


def timestamp(millis):
    return timestamp_pb2.Timestamp(seconds=millis // 1000, nanos=millis % 1000 * 1_000_000)


def duration(millis):
    return duration_pb2.Duration(seconds=millis // 1000, nanos=millis % 1000 * 1_000_000)


def millis(time):
    return time.seconds * 1000 + time.nanos // 1_000_000


def local_now(zone):
    return datetime.datetime.fromtimestamp(now() // 1_000_000, zoneinfo.ZoneInfo(zone or "UTC"))


class Timings:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    def listed(self, low, high, least, most):
        """Some numbers of [low, high] as a list."""
        return ",".join(map(str, sorted(self.rng.sample(range(low, high + 1), self.rng.randint(least, most)))))

    # ---- a whole timing

    def fill(self, job):
        """All that decides when the job is due."""
        kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
        self.bounds(job)
        getattr(self, kind)(job)
        if self.chance(0.3):
            job.jitter.CopyFrom(duration(self.rng.choice((0, 1, 5, 20, 60, 150, 400, 900))))
        if self.chance(0.2):
            job.exclude.extend(self.excluded(job))

    def bounds(self, job):
        rng = self.rng
        time = now() // 1000
        roll = rng.random()
        if roll < 0.15:
            job.start_time.CopyFrom(timestamp(time - rng.randint(1, 100_000)))
        elif roll < 0.3:
            job.start_time.CopyFrom(timestamp(time + rng.randint(0, 800)))
        if rng.random() < 0.12:
            job.end_time.CopyFrom(timestamp(time + rng.randint(900, 3500)))

    def intervals(self, job):
        job.intervals = int(5 * 400 ** (self.rng.random() ** 1.3))  # 5 ms to 2 s, the half below 60 ms
        if self.chance(0.15):
            job.interval_mode = Job.FIXED_DELAY

    def times(self, job):
        rng = self.rng
        time = now() // 1000
        job.times.at.extend(timestamp(time + rng.randint(-500, 3000)) for _ in range(rng.randint(2, 12)))

    def cron(self, job):
        self.zone(job)
        fields = [self.second(), self.minute(), self.hour(job), *self.day(job)]
        year = local_now(job.time_zone).year
        if self.chance(0.2):
            years = ("*", str(year), f"{year - 6}-2199/2", f"1999-{year + 9}", f"{year - 1},{year}-{year + 1}")
            fields.append(self.rng.choice(years))
        job.cron = " ".join(fields)

    def rule(self, job):
        self.zone(job)
        rng = self.rng
        lines = []
        if self.chance(0.95):
            lines.append(";".join(self.parts(job)))
        if self.chance(0.25) or not lines:
            lines.append("RDATE:" + self.dates(job))
        if self.chance(0.25):
            lines.append("EXDATE:" + self.dates(job))
        if "FREQ" in lines[0] and (len(lines) > 1 or self.chance(0.2)):
            lines[0] = "RRULE:" + lines[0]
        rng.shuffle(lines)
        job.rule = "\n".join(lines)

    # ---- what patterns and rules consist of

    def zone(self, job):
        if self.chance(0.7):
            job.time_zone = self.rng.choice(ZONES)
        if self.chance(0.15):
            job.dst_policy.gap = self.rng.choice((Dst.RUN_AFTER, Dst.SKIP))
            job.dst_policy.fold = self.rng.choice((Dst.FIRST, Dst.BOTH))

    def second(self):
        steps = ("*", "*", "*", "*", "*/2", "*/3", "0-59/2", "1-59/2", "4-55/3,0-3,56-59")
        return self.rng.choice(steps) if self.chance(0.75) else self.listed(0, 59, 25, 55)

    def minute(self):
        minute = now() // 60_000_000 % 60
        if self.chance(0.8):
            return self.rng.choice(("*", "*/1", "0-59"))
        return self.listed(0, 59, 30, 55) if self.chance(0.3) else f"{minute // 15 * 15}-59,0-14"

    def hour(self, job):
        hour = local_now(job.time_zone).hour
        if self.chance(0.75):
            return self.rng.choice(("*", "*", "0-23", "*/1"))
        return self.rng.choice((f"{hour},{(hour + 1) % 24}", f"0-{hour}", f"{hour}-23", self.listed(0, 23, 12, 22)))

    def day(self, job):
        """Day of the month, month and weekday."""
        today = local_now(job.time_zone)
        month, weekday = today.strftime("%b").upper(), today.strftime("%a").upper()
        days = ["*", "*", "?"]
        months = ["*", "*"]
        weekdays = ["*", "*", "?"]
        if self.chance(0.4):
            days += ["1-31", f"{today.day}", f"{today.day}-31/3", self.listed(1, 31, 12, 30)]
            months += ["1-12", month, f"{today.month}-12", f"1-{today.month}/1"]
            weekdays += ["0-6", weekday, f"+{weekday}", f"MON,{weekday}", f"+{weekday},TUE", "FRI-SAT", "MON-WED,4-6,0"]
        return map(self.rng.choice, (days, months, weekdays))

    def parts(self, job):
        rng = self.rng
        frequency = rng.choice(("SECONDLY", "SECONDLY", "MINUTELY", "HOURLY"))
        parts = [f"FREQ={frequency}"]
        if frequency == "SECONDLY" and self.chance(0.7):
            parts.append(f"INTERVAL={rng.choice((1, 1, 2, 2, 3, 7))}")
        elif self.chance(0.1):
            parts.append("INTERVAL=2")
        if frequency != "SECONDLY" or self.chance(0.2):
            parts.append("BYSECOND=" + self.listed(0, 59, 25, 55))
        if frequency == "HOURLY" or self.chance(0.1):
            parts.append("BYMINUTE=" + (self.listed(0, 59, 60, 60) if self.chance(0.7) else self.listed(0, 59, 40, 59)))
        parts += self.rule_days(job)
        if self.chance(0.2):
            parts.append(f"COUNT={rng.choice((2, 3, 5, 8, 30, 200))}")
        elif self.chance(0.1):
            until = datetime.datetime.fromtimestamp(now() // 1_000_000 + rng.randint(1, 4), datetime.timezone.utc)
            parts.append(f"UNTIL={until:%Y%m%dT%H%M%SZ}")
        return parts

    def rule_days(self, job):
        today = local_now(job.time_zone)
        weekday = today.strftime("%a").upper()[:2]
        parts = []
        if self.chance(0.15):
            parts.append("BYDAY=" + self.rng.choice((weekday, f"{weekday},TU", "MO,TU,WE,TH,FR,SA,SU")))
        if self.chance(0.1):
            parts.append("BYMONTH=" + self.rng.choice((f"{today.month}", f"3,{today.month}")))
        return parts

    def dates(self, job):
        """Some seconds of the near future, in UTC or as the zone's clocks show them."""
        seconds = self.rng.sample(range(-1, 6), self.rng.randint(1, 4))
        utc = self.chance(0.5)
        begin = local_now("UTC" if utc else job.time_zone)
        moments = [begin.astimezone(datetime.timezone.utc) + datetime.timedelta(seconds=s) for s in seconds]
        return ",".join(f"{m.astimezone(begin.tzinfo):%Y%m%dT%H%M%S}" + ("Z" if utc else "") for m in moments)

    # ---- what is left out

    def excluded(self, job):
        """Some near times of a job, as far as it tells them, and sometimes one at which it is not due."""
        rng = self.rng
        time = now() // 1000
        if job.interval_mode == Job.FIXED_DELAY:
            return []
        if job.intervals:
            start = millis(job.start_time) if job.HasField("start_time") else time
            first = max(0, (time - start) // job.intervals + rng.randint(0, 20))
            near = [start + k * job.intervals for k in range(first, first + 30)]
        elif job.times.at:
            near = [millis(t) for t in job.times.at]
        else:
            near = [(time // 1000 + s) * 1000 for s in range(6)]
        chosen = rng.sample(near, rng.randint(1, min(12, len(near))))
        if self.chance(0.2):
            chosen.append(time + rng.randint(0, 2000))
        rng.shuffle(chosen)
        return map(timestamp, chosen)

    # ---- an update

    def change(self, job, whole, known):
        """Sets some of what decides times: the whole timing of `whole`, or details of the job as it was last known."""
        if self.chance(0.25):
            kind = whole.WhichOneof("timing")
            if kind == "times":
                job.times.CopyFrom(whole.times)
            else:
                setattr(job, kind, getattr(whole, kind))
            job.time_zone = whole.time_zone
            if whole.HasField("dst_policy"):
                job.dst_policy.CopyFrom(whole.dst_policy)
            if self.chance(0.5):
                job.interval_mode = whole.interval_mode
            if self.chance(0.3):
                job.exclude.extend(whole.exclude)
            return
        if self.chance(0.08):
            job.exclude.extend(self.excluded(known))
        if self.chance(0.1) and (known.cron or known.rule):
            job.time_zone = self.rng.choice(ZONES)
