#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares cron slots with a walk over all minutes, on Python's zoneinfo.

Random expressions in random zones of all that the system has, half of them
around an instant at which the offset changes, and, with --real, the cron
lines of a real pipeline over both changes of a year (skipped with a reason
when that file is absent). The expected slots come from looking at every
minute of the window and asking whether it matches; the product's come from
calendar-query, which calculates them.
"""
import datetime as dt
import random
import sys

import cron_walk
from cron_walk import DAY, Cron, Zone, seconds

EXPRESSIONS = 400
# Zones whose changes are odd: half an hour, at midnight, a whole day, two
# hours, backwards in summer, four times a year.
ODD = ("Australia/Lord_Howe", "America/Havana", "America/Sao_Paulo",
       "Africa/Casablanca", "Asia/Beirut", "Pacific/Apia", "Europe/Dublin",
       "America/Nuuk", "Africa/Cairo", "Antarctica/Troll", "Asia/Gaza",
       "America/Caracas", "Asia/Pyongyang", "Pacific/Kwajalein")


class Oracle:
    def __init__(self):
        self.questions = []
        self.checks = []

    def ask(self, text, zone, start, end, must_fire=False):
        cron = Cron(text)
        slots = [at * 1000 for at in cron_walk.walk(cron, zone, start, end)]
        if must_fire and not slots:
            sys.exit(f"'{text}' does not fire between {start} and {end}")
        self.questions += [f"zone {zone.name}", f"cron {text}",
                           f"slots {start * 1000} {end * 1000}"]
        self.checks.append((cron, zone.name, start, slots))

    def compare(self):
        lines = cron_walk.answers(self.questions)
        wrong = 0
        for i, (cron, zone, start, want) in enumerate(self.checks):
            status = lines[3 * i + 1]
            got = [int(v) for v in lines[3 * i + 2].split()]
            if status != "ok" and cron.never_fires():
                continue
            if status != "ok" or got != want:
                wrong += 1
                odd = sorted(set(got) ^ set(want))[:5]
                print(f"'{cron.text}' in {zone} from {start}: {status}, "
                      f"{len(got)} slots, walk says {len(want)}; "
                      f"differ at {odd}")
        return wrong


def random_start(rng, zone, near_change):
    """Some instant, or, if there is one in a random year, a day before a
    change of the offset."""
    year = rng.randint(1970, 2039)
    near = zone.changes_of(year) if near_change else []
    if near:
        return rng.choice(near) - rng.randrange(2 * DAY)
    return seconds(dt.datetime(year, rng.randint(1, 12),
                               rng.randint(1, 28))) + rng.randrange(DAY)


def ask_random(oracle, rng):
    zones = cron_walk.distinct_zones()
    for i in range(EXPRESSIONS):
        zone = Zone(rng.choice(ODD if i % 4 == 0 else zones))
        start = random_start(rng, zone, i % 2 == 0)
        oracle.ask(cron_walk.random_cron(rng), zone, start, start + 2 * DAY)


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
    oracle = Oracle()
    if sys.argv[1:] == ["--real"]:
        lines = cron_walk.real_lines()
        if lines is None:
            cron_walk.say_skipped("the real cron lines are not here (set "
                                  "GATEWARDEN_DOMAIN_DATA)")
        what = f"{ask_real(oracle, lines)} real cron lines"
    else:
        seed = cron_walk.seed_of("20260308")
        ask_random(oracle, random.Random(seed))
        what = f"seed {seed}: {len(oracle.checks)} random expressions"
    wrong = oracle.compare()
    fired = sum(len(c[3]) for c in oracle.checks)
    print(f"{what}, {fired} slots, {wrong} differences")
    sys.exit(wrong != 0 or fired < 60)


if __name__ == "__main__":
    main()
