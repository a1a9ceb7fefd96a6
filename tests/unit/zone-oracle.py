#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the zone reader with Python's zoneinfo over all zones.

For every zone of the system: the offset and abbreviation around each change
from 1970 to 2040 and at random instants; the instants of civil times around
each change (so all gaps and overlaps); the begin and end of random dates and
of those around each change. Python finds the changes by itself, by bisection
between days. The questions are answered by calendar-query.
"""
import datetime as dt
import os
import random
import subprocess
import sys
import zoneinfo

DAY = 86400
EPOCH = dt.datetime(1970, 1, 1)
FIRST = 0
LAST = int((dt.datetime(2041, 1, 1) - EPOCH).total_seconds())
# Shorter than any stretch of constant offset in the tz database.
STRIDE = 3 * DAY


class Zone:
    """A zone as Python's zoneinfo sees it."""

    def __init__(self, name):
        self.info = zoneinfo.ZoneInfo(name)
        self.changes = self.find_changes()

    def at(self, utc_s):
        """Offset and abbreviation at an instant."""
        when = (dt.datetime.fromtimestamp(0, dt.timezone.utc)
                + dt.timedelta(seconds=utc_s)).astimezone(self.info)
        return int(when.utcoffset().total_seconds()), when.tzname()

    def offset(self, utc_s):
        return self.at(utc_s)[0]

    def find_changes(self):
        changes = []
        state = self.at(FIRST)
        for here in range(FIRST, LAST, STRIDE):
            low, there = here, self.at(here + STRIDE)
            while state != there:
                high = here + STRIDE
                while high - low > 1:
                    middle = (low + high) // 2
                    if self.at(middle) == state:
                        low = middle
                    else:
                        high = middle
                changes.append(high)
                low, state = high, self.at(high)
        return changes

    def instants(self, local_s):
        """All instants at which a civil time is shown, ascending."""
        when = EPOCH + dt.timedelta(seconds=local_s)
        found = set()
        for fold in (0, 1):
            aware = when.replace(tzinfo=self.info, fold=fold)
            utc_s = local_s - int(aware.utcoffset().total_seconds())
            if utc_s + self.offset(utc_s) == local_s:
                found.add(utc_s)
        return sorted(found)

    def resolve(self, local_s):
        """The first instant that shows a civil time, or, in a gap, the
        change that made it."""
        found = self.instants(local_s)
        if found:
            return found[0]
        for at in self.changes:
            before, after = self.offset(at - 1), self.offset(at)
            if at + before <= local_s < at + after:
                return at
        raise ValueError(f"no change explains the gap at {local_s}")


class Oracle:
    def __init__(self, program, seed):
        self.program = program
        self.random = random.Random(seed)
        self.questions = []
        self.expected = []
        self.counts = {}
        self.kinds = {"gaps": 0, "overlaps": 0, "changes": 0}

    def ask(self, question, answer):
        verb = question.split()[0]
        self.counts[verb] = self.counts.get(verb, 0) + 1
        self.questions.append(question)
        self.expected.append(str(answer))

    def ask_offset(self, zone, utc_s):
        self.ask(f"offset {utc_s}", "%d %s" % zone.at(utc_s))

    def ask_civil(self, zone, local_s):
        found = zone.instants(local_s)
        self.ask(f"instants {local_s}",
                 " ".join(str(v) for v in [len(found)] + found))
        self.ask(f"resolve {local_s}", zone.resolve(local_s))
        self.kinds["gaps"] += not found
        self.kinds["overlaps"] += len(found) == 2

    def ask_day(self, zone, day, ends):
        begin = zone.resolve(day * DAY)
        end = zone.resolve((day + 1) * DAY + ends)
        self.ask(f"begin {day}", begin * 1000)
        self.ask(f"end {day} {ends}", end * 1000)
        if end > zone.resolve(day * DAY + ends):
            self.ask(f"dayof {ends} {end * 1000 - 1}", day)

    def ask_change(self, zone, at):
        self.kinds["changes"] += 1
        for utc_s in (at - 1, at, at + 1):
            self.ask_offset(zone, utc_s)
        edges = sorted((at + zone.offset(at - 1), at + zone.offset(at)))
        middle = (edges[0] + edges[1]) // 2
        for local_s in {edges[0] - 1, edges[0], middle, edges[1] - 1,
                        edges[1]}:
            self.ask_civil(zone, local_s)
        day = edges[0] // DAY
        self.ask_day(zone, day, self.random.choice((0, 4 * 3600, 9000)))
        self.ask_day(zone, day - 1, 0)

    def ask_zone(self, name):
        zone = Zone(name)
        self.ask(f"zone {name}", "ok")
        for at in zone.changes:
            self.ask_change(zone, at)
        for _ in range(60):
            self.ask_offset(zone, self.random.randrange(FIRST, LAST))
        for _ in range(20):
            self.ask_civil(zone, self.random.randrange(2 * DAY, LAST))
        for _ in range(20):
            self.ask_day(zone, self.random.randrange(2, LAST // DAY - 2),
                         self.random.randrange(0, DAY, 900))

    def compare(self):
        run = subprocess.run([self.program], text=True, check=True,
                             input="\n".join(self.questions) + "\n",
                             stdout=subprocess.PIPE, timeout=120)
        answers = run.stdout.split("\n")[:-1]
        if len(answers) != len(self.questions):
            sys.exit(f"{len(self.questions)} questions, "
                     f"{len(answers)} answers")
        zone, wrong = "", 0
        for question, want, got in zip(self.questions, self.expected,
                                       answers):
            if question.startswith("zone "):
                zone = question[5:]
            if got.strip() != want:
                wrong += 1
                if wrong <= 20:
                    print(f"{zone}: {question}: got '{got}', "
                          f"zoneinfo says '{want}'")
        return wrong


def share(args):
    """One process's part of the zones: asks, compares, counts."""
    program, names, seed = args
    oracle = Oracle(program, seed)
    for name in names:
        oracle.ask_zone(name)
    return oracle.compare(), oracle.counts, oracle.kinds


def add(total, more):
    for key, value in more.items():
        total[key] = total.get(key, 0) + value


def main():
    import multiprocessing
    program = os.path.join(os.environ.get("BUILDDIR", "."),
                           "tests/unit/calendar-query")
    seed = int(os.environ.get("SEED", "20260116"))
    zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])
    names = sorted(zoneinfo.available_timezones())
    parts = [(program, names[i::16], seed + i) for i in range(16)]
    wrong, counts, kinds = 0, {}, {}
    with multiprocessing.Pool() as pool:
        for part in pool.imap_unordered(share, parts):
            wrong += part[0]
            add(counts, part[1])
            add(kinds, part[2])
    print(f"seed {seed}: {len(names)} zones, {kinds['changes']} changes, "
          f"{kinds['gaps']} civil times in gaps, "
          f"{kinds['overlaps']} in overlaps")
    print(", ".join(f"{n} {verb}" for verb, n in sorted(counts.items())))
    print(f"{sum(counts.values())} comparisons, {wrong} differences")
    if not names or kinds["changes"] < 10000 or kinds["gaps"] < 1000:
        sys.exit("too little was compared: is tzdata complete?")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
