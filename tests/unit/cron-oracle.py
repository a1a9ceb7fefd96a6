#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares cron slots with a walk over all minutes, on Python's zoneinfo.

Random expressions in random zones of all that the system has, half of them
around an instant at which the offset changes, and many of those aimed at the
civil times that it skips or repeats; with --real, the cron lines of a real
pipeline over both changes of a year (skipped with a reason when that file is
absent). The expected slots come from looking at every minute of the window
and asking whether it matches; the product's come from calendar-query, which
calculates them: in a row, and the next one after random instants.
"""
import bisect
import datetime as dt
import random
import sys

import cron_walk
from cron_walk import DAY, Cron, Zone, seconds

EXPRESSIONS, ASKED = 400, 16
# Zones whose changes are odd: half an hour, at midnight, a whole day, two
# hours, backwards in summer, four times a year.
ODD = ("Australia/Lord_Howe", "America/Havana", "America/Sao_Paulo",
       "Africa/Casablanca", "Asia/Beirut", "Pacific/Apia", "Europe/Dublin",
       "America/Nuuk", "Africa/Cairo", "Antarctica/Troll", "Asia/Gaza",
       "America/Caracas", "Asia/Pyongyang", "Pacific/Kwajalein")


class Oracle:
    """Questions, and what the walk says."""

    def __init__(self, rng):
        self.rng = rng
        self.questions = []
        self.checks = []

    def ask(self, text, zone, start, end, must_fire=False):
        cron = Cron(text)
        slots = [at * 1000 for at in cron_walk.walk(cron, zone, start, end)]
        if must_fire and not slots:
            sys.exit(f"'{text}' does not fire between {start} and {end}")
        asked = [self.rng.randrange(start * 1000, slots[-1])
                 for _ in range(ASKED if slots else 0)]
        self.questions += [f"zone {zone.name}", f"cron {text}",
                           f"slots {start * 1000} {end * 1000}",
                           *(f"next {at}" for at in asked)]
        self.checks.append((cron, zone.name, slots, asked))

    def compare(self):
        lines = iter(cron_walk.answers(self.questions))
        wrong = 0
        for cron, zone, slots, asked in self.checks:
            status = [next(lines), next(lines)][1]
            got = [int(v) for v in next(lines).split()]
            after = [int(next(lines)) for _ in asked]
            if status != "ok" and cron.never_fires():
                continue
            want = [slots[bisect.bisect_right(slots, at)] for at in asked]
            if (status, got, after) != ("ok", slots, want):
                wrong += 1
                odd = sorted(set(got) ^ set(slots))[:4]
                late = [at for at, a, b in zip(asked, after, want) if a != b]
                print(f"'{cron.text}' in {zone}: {status}, {len(got)} slots, "
                      f"walk says {len(slots)}; differ at {odd}; the next "
                      f"one differs after {late[:4]}")
        return wrong


def random_question(rng, zone, near_change):
    """An expression, and where to begin: anywhere, or, if the zone has one
    in a random year, shortly before a change of the offset."""
    year = rng.randint(1970, 2039)
    changes = zone.changes_of(year) if near_change else []
    if not changes:
        day = dt.datetime(year, rng.randint(1, 12), rng.randint(1, 28))
        return cron_walk.random_cron(rng), seconds(day) + rng.randrange(DAY)
    change = rng.choice(changes)
    text = (cron_walk.random_cron(rng) if rng.random() < 0.4 else
            cron_walk.aimed_cron(rng, zone, change))
    return text, change - rng.randrange(2 * DAY)


def ask_random(oracle, rng):
    zones = cron_walk.distinct_zones()
    for i in range(EXPRESSIONS):
        zone = Zone(rng.choice(ODD if i % 4 == 0 else zones))
        text, start = random_question(rng, zone, i % 2 == 0)
        oracle.ask(text, zone, start, start + 2 * DAY)


def ask_real(oracle, lines):
    for _, text, zone in lines:
        for month, days in ((2, 24), (10, 17)):
            start = seconds(dt.datetime(2026, month, 20))
            if text.split()[3] != "*":
                if month == 10:
                    continue
                days = 90
            oracle.ask(text, Zone(zone), start, start + days * DAY,
                       must_fire=True)
    return len(lines)


def main():
    seed = cron_walk.seed_of("20260308")
    rng = random.Random(seed)
    oracle = Oracle(rng)
    if sys.argv[1:] == ["--real"]:
        lines = cron_walk.real_lines()
        if lines is None:
            cron_walk.say_skipped("the real cron lines are not here (set "
                                  "GATEWARDEN_DOMAIN_DATA)")
        what = f"{ask_real(oracle, lines)} real cron lines"
    else:
        ask_random(oracle, rng)
        what = f"seed {seed}: {len(oracle.checks)} random expressions"
    wrong = oracle.compare()
    fired = sum(len(slots) for _, _, slots, _ in oracle.checks)
    print(f"{what}, {fired} slots, {wrong} differences")
    sys.exit(wrong != 0 or fired < 60)


if __name__ == "__main__":
    main()
