# SPDX-License-Identifier: BSD-2-Clause
"""Cron slots by looking at civil times one by one, on Python's zoneinfo.

What the oracles of schedules share: an expression as sets of numbers, a zone
as zoneinfo sees it, the slots of a window by walking, random expressions, and
the program that answers for the product. Nothing here calculates what comes
next: a slot is a civil time that matches, placed in the zone.
"""
import csv
import datetime as dt
import functools
import os
import subprocess
import sys
import zoneinfo

DAY = 86400
EPOCH = dt.datetime(1970, 1, 1)
UTC = dt.timezone.utc
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
NAMES = ({}, {}, {},
         {n: i + 1 for i, n in enumerate(
             "jan feb mar apr may jun jul aug sep oct nov dec".split())},
         {n: i for i, n in enumerate(
             "sun mon tue wed thu fri sat".split())})

# the files that the product reads, whatever the environment says
zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])


def seconds(when):
    """A civil time as seconds since 1970-01-01 00:00."""
    return int((when - EPOCH).total_seconds())


def utc_text(utc_s):
    return (EPOCH + dt.timedelta(seconds=utc_s)).isoformat() + "Z"


def parse_field(text, which):
    low, high = RANGES[which]
    found = set()
    for part in text.lower().split(","):
        part, _, step = part.partition("/")
        if part == "*":
            first, last = low, high
        else:
            ends = [NAMES[which].get(p) if p in NAMES[which] else int(p)
                    for p in part.split("-")]
            first, last = ends[0], ends[-1]
        found |= set(range(first, last + 1, int(step or 1)))
    return found


class Cron:
    def __init__(self, text):
        fields = text.split()
        (self.minutes, self.hours, self.days, self.months,
         weekdays) = [parse_field(f, i) for i, f in enumerate(fields)]
        self.text = text
        self.weekdays = {d % 7 for d in weekdays}
        self.hour_star = fields[1].split("/")[0] in ("*", "0-23")
        self.either = fields[2][0] != "*" and fields[4][0] != "*"

    def on_day(self, date):
        if date.month not in self.months:
            return False
        by_day = date.day in self.days
        by_weekday = date.isoweekday() % 7 in self.weekdays
        return (by_day or by_weekday if self.either
                else by_day and by_weekday)

    def on(self, when):
        return (when.minute in self.minutes and when.hour in self.hours
                and when.second == 0)

    def never_fires(self):
        """No day of 40 years, so that Feb 29 falls on every weekday."""
        first = dt.date(2000, 1, 1)
        return not any(self.on_day(first + dt.timedelta(days=i))
                       for i in range(40 * 366))


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = zoneinfo.ZoneInfo(name)

    def local(self, utc_s):
        aware = (EPOCH.replace(tzinfo=UTC)
                 + dt.timedelta(seconds=utc_s)).astimezone(self.info)
        return aware.replace(tzinfo=None)

    def shift(self, utc_s):
        """Seconds east of UTC at an instant."""
        return seconds(self.local(utc_s)) - utc_s

    def resolve(self, when):
        """First occurrence; for a gap the change itself, by bisection."""
        aware = when.replace(tzinfo=self.info, fold=0)
        utc_s = seconds(when) - int(aware.utcoffset().total_seconds())
        if self.local(utc_s) == when:
            return utc_s
        return self.bisect(utc_s - 2 * DAY, utc_s + 2 * DAY,
                           lambda at: self.local(at) >= when)

    @staticmethod
    def bisect(low, high, late):
        while high - low > 1:
            middle = (low + high) // 2
            if late(middle):
                high = middle
            else:
                low = middle
        return high

    def changes(self, start, end):
        """Instants from which another offset holds, from day to day: no
        zone changes twice within one."""
        found = []
        here = self.shift(start)
        for day in range(start, end, DAY):
            there = self.shift(day + DAY)
            if here != there:
                found.append(self.bisect(
                    day, day + DAY, lambda at: self.shift(at) == there))
            here = there
        return found

    def changes_of(self, year):
        return self.changes(seconds(dt.datetime(year, 1, 1)),
                            seconds(dt.datetime(year + 1, 1, 1)))


def walk_elapsed(cron, zone, start, end):
    """Minutes of elapsed time."""
    found = []
    at = start // 60 * 60
    while at <= end:
        when = zone.local(at)
        if at > start and cron.on(when) and cron.on_day(when):
            found.append(at)
        at += 60
    return found


def walk_fixed(cron, zone, start, end):
    """Minutes of civil time, each placed once."""
    found = set()
    date = (zone.local(start) - dt.timedelta(days=3)).date()
    last = (zone.local(end) + dt.timedelta(days=3)).date()
    while date <= last:
        if cron.on_day(date):
            when = dt.datetime.combine(date, dt.time())
            for _ in range(1440):
                if cron.on(when):
                    found.add(zone.resolve(when))
                when += dt.timedelta(minutes=1)
        date += dt.timedelta(days=1)
    return sorted(at for at in found if start < at <= end)


def walk(cron, zone, start, end):
    return (walk_elapsed if cron.hour_star else walk_fixed)(
        cron, zone, start, end)


def random_field(rng, which, star):
    low, high = RANGES[which]
    if rng.random() < star:
        return "*"
    kind = rng.random()
    if kind < 0.25:
        return f"*/{rng.randint(1, max(2, (high - low) // 2))}"
    parts = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        first = rng.randint(low, high)
        if kind < 0.6:
            parts.append(str(first))
        else:
            last = rng.randint(first, high)
            parts.append(f"{first}-{last}" + rng.choice(("", "", "/2")))
    if which > 2 and kind > 0.9:
        return rng.choice(sorted(NAMES[which]))
    return ",".join(parts)


def random_cron(rng):
    stars = (0.1, 0.35, 0.6, 0.75, 0.6)
    return " ".join(random_field(rng, i, s) for i, s in enumerate(stars))


def aimed_cron(rng, zone, change):
    """Daily slots at civil times that a change of the offset skips or
    repeats."""
    low, high = sorted((change + zone.shift(change - 1),
                        change + zone.shift(change)))
    time = EPOCH + dt.timedelta(seconds=rng.randrange(
        low, max(high, low + 60)))
    minutes = rng.choice((f"{time.minute}", f"{time.minute}-59/7",
                          f"{time.minute},0"))
    return f"{minutes} {time.hour} * * *"


@functools.lru_cache(maxsize=None)
def distinct_zones():
    """One name for each file of the system's tz database."""
    found = {}
    for name in sorted(zoneinfo.available_timezones()):
        with open(f"/usr/share/zoneinfo/{name}", "rb") as file:
            found.setdefault(file.read(), name)
    return sorted(found.values())


def real_lines():
    """(name, expression, zone) of a real pipeline's jobs; None: not here."""
    source = os.environ.get("srcdir", os.path.join(
        os.path.dirname(__file__), "../.."))
    data = os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
        source, "../shared/domain/data")
    path = os.path.join(data, "scheduler_jobs_deleted_2026-07-03.csv")
    zones = {"ET": "America/New_York", "PT": "America/Los_Angeles",
             "UTC": "UTC", "": "UTC"}
    if not os.path.exists(path):
        return None
    with open(path, newline="", encoding="utf-8") as file:
        return [(row["job"], row["cron"], zones[row["tz"]])
                for row in csv.DictReader(file)]


def say_skipped(why):
    print(f"skipped: {why}")
    sys.exit(77)


def seed_of(default):
    return int(os.environ.get("SEED", default))


def answers(questions):
    """calendar-query's lines, one for each question."""
    program = os.path.join(os.environ.get("BUILDDIR", "."),
                           "tests/unit/calendar-query")
    run = subprocess.run([program], text=True, check=True,
                         input="\n".join(questions) + "\n",
                         stdout=subprocess.PIPE, timeout=120)
    lines = run.stdout.split("\n")[:-1]
    assert len(lines) == len(questions), "answers are missing"
    return lines
