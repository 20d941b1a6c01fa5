"""Random cron patterns and moments for cron_oracle.py."""
import datetime
import random
import zoneinfo

UTC = datetime.timezone.utc
BOUNDS = {"second": (0, 59), "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7), "year": (1970, 2199)}
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()
NICKNAMES = ["@yearly", "@monthly", "@weekly", "@daily", "@hourly"]
STARS = {"second": 0.3, "minute": 0.3, "hour": 0.45, "day": 0.5, "month": 0.75, "weekday": 0.5, "year": 0.5}


def zone_names(path="/usr/share/zoneinfo/tzdata.zi"):
    """The zones and links of the machine's tzdata."""
    names = set()
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words and words[0] == "Z":
                names.add(words[1])
            elif words and words[0] == "L":
                names.add(words[2])
    return sorted(names)


class Patterns:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def value(self, field):
        low, high = BOUNDS[field]
        if field == "year":
            low, high = 1990, 2060
        number = self.random.randint(low, high)
        if field == "month" and self.chance(0.2):
            return self.random.choice([MONTHS[number - 1], MONTHS[number - 1].lower()])
        if field == "weekday" and self.chance(0.3):
            return WEEKDAYS[number % 7]
        return str(number)

    def plain(self, field):
        if self.chance(0.55):
            return self.value(field)
        low, high = BOUNDS[field]
        if field == "year":
            low, high = 1990, 2060
        item = "*"
        if self.chance(0.6):
            a, b = sorted((self.random.randint(low, high), self.random.randint(low, high)))
            item = f"{a}-{b}"
            if field == "weekday" and 0 < a <= b < 7 and self.chance(0.5):
                item = f"{WEEKDAYS[a]}-{WEEKDAYS[b]}"
        if item == "*" or self.chance(0.4):
            # No further than the field reaches: croner refuses that.
            item += f"/{self.random.randint(1, {'month': 6, 'weekday': 3, 'hour': 12, 'year': 5}.get(field, 20))}"
        return item

    def item(self, field):
        if field == "day" and self.chance(0.2):
            return "L" if self.chance(0.6) else f"L-{self.random.randint(1, 30)}"
        if field == "weekday" and self.chance(0.3):
            day = self.random.choice([WEEKDAYS[self.random.randint(0, 6)], str(self.random.randint(0, 7))])
            return f"{day}#{self.random.choice([1, 2, 3, 4, 5, 'L'])}"
        return self.plain(field)

    def field(self, field):
        if self.chance(STARS[field]):
            return "?" if field in ("day", "weekday") and self.chance(0.05) else "*"
        if field == "day" and self.chance(0.15):
            return "LW" if self.chance(0.4) else f"{self.random.randint(1, 31)}W"
        text = self.item(field)
        while self.chance(0.25):
            text += "," + self.item(field)
        return "+" + text if field == "weekday" and self.chance(0.15) else text

    def pattern(self):
        if self.chance(0.02):
            return self.random.choice(NICKNAMES)
        fields = ["minute", "hour", "day", "month", "weekday"]
        if self.chance(0.3):
            fields.insert(0, "second")
            if self.chance(0.3):
                fields.append("year")
        return " ".join(self.field(f) for f in fields)

    def triple(self, zone_name):
        """(pattern, moment in 1975 … 2099 in milliseconds). Where the zone has clock changes in that year, a third of them is made for one:
        times of day around it, and some hours before it."""
        year = self.random.randint(1975, 2099)
        begin = datetime.datetime(year, 1, 1, tzinfo=UTC)
        end = begin + datetime.timedelta(days=365)
        moment = begin + datetime.timedelta(seconds=self.random.randrange(365 * 86400))
        pattern = self.pattern()
        if self.chance(0.4):
            zone = zoneinfo.ZoneInfo(zone_name)
            changes = changes_between(zone, begin, end)
            if changes:
                change = self.random.choice(changes)
                moment = change - datetime.timedelta(seconds=self.random.randrange(60, 30 * 3600))
                if self.chance(0.8):
                    pattern = self.pattern_around((change - datetime.timedelta(seconds=1)).astimezone(zone).hour)
        return pattern, int(moment.timestamp()) * 1000

    def pattern_around(self, hour):
        near = [str((hour + i) % 24) for i in (-1, 0, 0, 1, 1, 2)]
        hours = self.random.choice([*near, *near, f"{hour},{(hour + 1) % 24}", "*", "*/2", "0-23", "*/3"])
        minutes = self.random.choice(["0", "30", "30", "15", "0,30", "*/15", "*", "5-50/15", "59", str(self.random.randrange(60))])
        seconds = self.random.choice(["", "", "", "0 ", "30 ", "*/20 "])
        days = self.random.choice(["* * *", "* * *", "* * *", "* * SUN", "L * *", "1-15 * 1-5", "* 3,10 *"])
        return f"{seconds}{minutes} {hours} {days}"


def offset(zone, moment):
    return moment.astimezone(zone).utcoffset()


def changes_between(zone, begin, end):
    """The moments at which the zone's offset changes, to the second; looks every 10 days, so that short excursions may be missed."""
    found = []
    step = min(datetime.timedelta(days=10), end - begin)
    while begin < end:
        if offset(zone, begin) != offset(zone, begin + step):
            low, high = begin, begin + step
            while high - low > datetime.timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if middle in (low, high):
                    break
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append(high)
        begin += step
    return found
