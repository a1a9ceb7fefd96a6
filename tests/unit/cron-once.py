#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each slot is taken once, whatever happens to the one who waits for it.

In every zone of the system whose clocks have changed since 1970, a scheduler
lives through a year with such a change: it sleeps until what comes next after
the slots that it has taken, wakes up late or early, dies and comes back, and
has its clock set forth and back. One expression aims at the civil time that
the change skips or repeats, one is hourly, one is random. calendar-query
lives that life; the slots there were are civil times of the year, each placed
in the zone by its changes as Python's zoneinfo has them: a time in a gap once,
right after it, one in an overlap once, the first time it is shown; hourly
slots at all times they are shown.
"""
import bisect
import datetime as dt
import random
import sys

import cron_walk
from cron_walk import DAY, EPOCH, Cron, Zone, seconds, utc_text

MOST_SLOTS = 3000


class Year:
    """The spans of one offset that a zone has in a year and around it."""

    def __init__(self, zone, year):
        self.zone = zone
        self.start = seconds(dt.datetime(year, 1, 1))
        self.end = seconds(dt.datetime(year + 1, 1, 1))
        self.first, self.last = self.start - 4 * DAY, self.end + 8 * DAY
        self.changes = zone.changes(self.first, self.last)
        edges = [self.first, *self.changes, self.last]
        self.spans = [(a, b, zone.shift(a))
                      for a, b in zip(edges, edges[1:])]

    def shown(self, civil_s):
        return [civil_s - shift for begin, end, shift in self.spans
                if begin <= civil_s - shift < end]

    def after_gap(self, civil_s):
        """The change that skipped a civil time."""
        for (_, end, before), (_, _, after) in zip(self.spans,
                                                   self.spans[1:]):
            if end + before <= civil_s < end + after:
                return end
        raise ValueError(f"nothing skips {civil_s} in {self.zone.name}")

    def civil_times(self, cron):
        date = (EPOCH + dt.timedelta(seconds=self.first + 2 * DAY)).date()
        last = (EPOCH + dt.timedelta(seconds=self.last - 2 * DAY)).date()
        times = [hour * 3600 + minute * 60 for hour in sorted(cron.hours)
                 for minute in sorted(cron.minutes)]
        while date <= last:
            if cron.on_day(date):
                day = (date - EPOCH.date()).days * DAY
                yield from (day + at for at in times)
            date += dt.timedelta(days=1)

    def slots(self, cron, count):
        found = set()
        for civil_s in self.civil_times(cron):
            shown = self.shown(civil_s)
            inside = shown and self.start < shown[0] <= self.end
            if cron.hour_star:
                found.update(shown)
            elif shown:
                found.add(shown[0])
                count["overlap"] += inside and len(shown) > 1
            else:
                at = self.after_gap(civil_s)
                found.add(at)
                count["gap"] += self.start < at <= self.end
        return sorted(at for at in found if self.start < at <= self.last -
                      3 * DAY)


def changing_years(zone):
    """The years since 1970 in which a zone's offset changes."""
    years = range(1970, 2041)
    here = [zone.shift(seconds(dt.datetime(1970, 1, 1)) + i * 12 * DAY)
            for i in range(len(years) * 31)]
    first = seconds(dt.datetime(1970, 1, 1))
    return sorted({(EPOCH + dt.timedelta(seconds=first + i * 12 * DAY)).year
                   for i in range(len(here) - 1) if here[i] != here[i + 1]})


def aimed(rng, year):
    """An expression at civil times that a change of the year moves."""
    inside = [at for at in year.changes if year.start < at <= year.end]
    return cron_walk.aimed_cron(rng, year.zone, rng.choice(
        inside or year.changes or [year.start]))


def modest(rng, year):
    """A random expression that doesn't fire too often in a year."""
    while True:
        text = cron_walk.random_cron(rng)
        count = sum(1 for _ in year.civil_times(Cron(text)))
        if 0 < count <= MOST_SLOTS:
            return text


def judge(slots, taken, start, end, each):
    """What is wrong with a life, or None: a taken slot is the first after
    what was taken before, and all are taken."""
    mark = start
    for slot, when in taken:
        i = bisect.bisect_right(slots, mark)
        if i == len(slots) or slot != slots[i]:
            want = utc_text(slots[i]) if i < len(slots) else "none"
            return f"took {utc_text(slot)}, the next one was {want}"
        if when < slot:
            return f"took {utc_text(slot)} at {utc_text(when)}"
        mark = slot if each else when
    i = bisect.bisect_right(slots, mark)
    if i < len(slots) and slots[i] <= end:
        return f"never took {utc_text(slots[i])}"
    return None


class Lives:
    def __init__(self):
        self.questions, self.lives = [], []
        self.count = {"gap": 0, "overlap": 0, "slots": 0, "taken": 0}

    def add(self, text, year, seed):
        self.questions += [f"zone {year.zone.name}", f"cron {text}",
                           f"live {year.start * 1000} {year.end * 1000} "
                           f"{seed}"]
        self.lives.append((text, year, seed,
                           year.slots(Cron(text), self.count)))

    def wrong(self):
        lines = cron_walk.answers(self.questions)
        wrong = 0
        for i, (text, year, seed, slots) in enumerate(self.lives):
            taken = [tuple(map(int, pair.split("@")))
                     for pair in lines[3 * i + 2].split()]
            self.count["slots"] += bisect.bisect_right(slots, year.end)
            self.count["taken"] += len(taken)
            odd = judge(slots, taken, year.start, year.end, seed % 2 == 1)
            if odd:
                wrong += 1
                print(f"'{text}' in {year.zone.name} from "
                      f"{utc_text(year.start)}, life {seed}: {odd}")
        return wrong


def main():
    seed = cron_walk.seed_of("20261101")
    rng = random.Random(seed)
    lives = Lives()
    zones = 0
    for name in cron_walk.distinct_zones():
        zone = Zone(name)
        years = changing_years(zone)
        if not years:
            continue
        zones += 1
        for text in (aimed, aimed, modest):
            year = Year(zone, rng.choice(years))
            lives.add(text(rng, year), year, rng.randrange(1 << 40))
        lives.add(f"{rng.randrange(60)} */{rng.choice((1, 3, 5))} * * *",
                  year, rng.randrange(1 << 40))
    wrong = lives.wrong()
    count = lives.count
    print(f"seed {seed}: {len(lives.lives)} years in {zones} zones; "
          f"{count['slots']} slots taken on {count['taken']} occasions, "
          f"{count['gap']} civil times in gaps, {count['overlap']} in "
          f"overlaps; {wrong} lives went wrong")
    sys.exit(wrong != 0 or zones < 250 or count["gap"] < 250
             or count["overlap"] < 250)


if __name__ == "__main__":
    main()
