#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares cron slots with a walk over all minutes, on Python's zoneinfo.

Random expressions in random zones, half of them around a day on which the
clocks change, and the cron lines of a real pipeline (skipped with a reason
when that file is absent). The expected slots come from looking at every
minute of the window and asking whether it matches, the reader's come from
calendar-query, which calculates them.
"""
import csv
import datetime as dt
import os
import random
import subprocess
import sys
import zoneinfo

DAY = 86400
EPOCH = dt.datetime(1970, 1, 1)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
NAMES = ({}, {}, {},
         {n: i + 1 for i, n in enumerate(
             "jan feb mar apr may jun jul aug sep oct nov dec".split())},
         {n: i for i, n in enumerate(
             "sun mon tue wed thu fri sat".split())})
SOME_ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
              "America/Havana", "America/Sao_Paulo", "Africa/Casablanca",
              "Asia/Beirut", "Pacific/Apia", "Asia/Kolkata", "Europe/Dublin",
              "America/Nuuk", "Africa/Cairo", "Antarctica/Troll", "UTC")


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
        self.weekdays = {d % 7 for d in weekdays}
        self.hour_star = fields[1].split("/")[0] in ("*", "0-23")
        self.either = fields[2][0] != "*" and fields[4][0] != "*"

    def on_day(self, date):
        by_day = date.day in self.days
        by_weekday = date.isoweekday() % 7 in self.weekdays
        return date.month in self.months and (
            by_day or by_weekday if self.either else by_day and by_weekday)

    def on(self, when):
        return (when.minute in self.minutes and when.hour in self.hours
                and when.second == 0)


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = zoneinfo.ZoneInfo(name)

    def local(self, utc_s):
        aware = (EPOCH.replace(tzinfo=dt.timezone.utc)
                 + dt.timedelta(seconds=utc_s)).astimezone(self.info)
        return aware.replace(tzinfo=None)

    def shift(self, utc_s):
        return self.local(utc_s) - EPOCH - dt.timedelta(seconds=utc_s)

    def resolve(self, when):
        """First occurrence; for a gap the change itself, by bisection."""
        wall = int((when - EPOCH).total_seconds())
        aware = when.replace(tzinfo=self.info, fold=0)
        utc_s = wall - int(aware.utcoffset().total_seconds())
        if self.local(utc_s) == when:
            return utc_s
        low, high = utc_s - 2 * DAY, utc_s + 2 * DAY
        while high - low > 1:
            middle = (low + high) // 2
            if self.local(middle) < when:
                low = middle
            else:
                high = middle
        return high

    def changes(self, year):
        start = int((dt.datetime(year, 1, 1) - EPOCH).total_seconds())
        return [start + i * DAY for i in range(366) if
                self.shift(start + i * DAY)
                != self.shift(start + (i + 1) * DAY)]


def walk_elapsed(cron, zone, start, end):
    """Minutes of elapsed time."""
    found = []
    at = start // 60 * 60
    while at <= end:
        when = zone.local(at)
        if at > start and cron.on_day(when) and cron.on(when):
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


def never_fires(text):
    """No day of 40 years, so that Feb 29 falls on every weekday."""
    cron = Cron(text)
    first = dt.date(2000, 1, 1)
    return not any(cron.on_day(first + dt.timedelta(days=i))
                   for i in range(40 * 366))


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


class Oracle:
    def __init__(self, program):
        self.program = program
        self.questions = []
        self.checks = []

    def ask(self, text, zone, start, end, must_fire=False):
        cron = Cron(text)
        walk = walk_elapsed if cron.hour_star else walk_fixed
        slots = [at * 1000 for at in walk(cron, zone, start, end)]
        if must_fire and not slots:
            sys.exit(f"'{text}' does not fire between {start} and {end}")
        self.questions += [f"zone {zone.name}", f"cron {text}",
                           f"slots {start * 1000} {end * 1000}"]
        self.checks.append((text, zone.name, start, slots))

    def compare(self):
        run = subprocess.run([self.program], text=True, check=True,
                             input="\n".join(self.questions) + "\n",
                             stdout=subprocess.PIPE, timeout=120)
        answers = run.stdout.split("\n")[:-1]
        assert len(answers) == 3 * len(self.checks), "answers are missing"
        wrong = 0
        for i, (text, zone, start, want) in enumerate(self.checks):
            status = answers[3 * i + 1]
            got = [int(v) for v in answers[3 * i + 2].split()]
            if status != "ok" and never_fires(text):
                continue
            if status != "ok" or got != want:
                wrong += 1
                odd = sorted(set(got) ^ set(want))[:5]
                print(f"'{text}' in {zone} from {start}: {status}, "
                      f"{len(got)} slots, walk says {len(want)}; "
                      f"differ at {odd}")
        return wrong


def ask_random(oracle, rng, count):
    for i in range(count):
        zone = Zone(rng.choice(SOME_ZONES))
        year = rng.randint(1980, 2039)
        near = zone.changes(year) if i % 2 else []
        start = rng.choice(near) - DAY if near else int(
            (dt.datetime(year, rng.randint(1, 12), rng.randint(1, 28))
             - EPOCH).total_seconds()) + rng.randrange(DAY)
        oracle.ask(random_cron(rng), zone, start, start + 3 * DAY)


def ask_real(oracle, path):
    zones = {"ET": "America/New_York", "PT": "America/Los_Angeles",
             "UTC": "UTC", "": "UTC"}
    start = int((dt.datetime(2026, 2, 20) - EPOCH).total_seconds())
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        length = 90 if row["cron"].split()[3] != "*" else 24
        oracle.ask(row["cron"], Zone(zones[row["tz"]]), start,
                   start + length * DAY, must_fire=True)
    return len(rows)


def main():
    build = os.environ.get("BUILDDIR", ".")
    source = os.environ.get("srcdir", os.path.join(
        os.path.dirname(__file__), "../.."))
    data = os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
        source, "../shared/domain/data")
    path = os.path.join(data, "scheduler_jobs_deleted_2026-07-03.csv")
    seed = int(os.environ.get("SEED", "20260308"))
    oracle = Oracle(os.path.join(build, "tests/unit/calendar-query"))
    zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])
    if sys.argv[1:] == ["--real"]:
        if not os.path.exists(path):
            print(f"skipped: no {path} (set GATEWARDEN_DOMAIN_DATA)")
            sys.exit(77)
        what = f"{ask_real(oracle, path)} real cron lines"
    else:
        ask_random(oracle, random.Random(seed), 400)
        what = f"seed {seed}: {len(oracle.checks)} random expressions"
    wrong = oracle.compare()
    fired = sum(len(c[3]) for c in oracle.checks)
    print(f"{what}, {fired} slots, {wrong} differences")
    sys.exit(wrong != 0 or fired < 60)


if __name__ == "__main__":
    main()
