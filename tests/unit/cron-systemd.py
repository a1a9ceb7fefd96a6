#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares cron slots with systemd's calendar, outside of odd days.

Expressions are translated field by field, as text, into systemd's OnCalendar;
systemd-analyze says when those elapse. Days on which the zone's offset
changes, and their neighbours, are left out: there systemd 252 loses slots (a
daily one in the gap, the second of an hourly one in the overlap), and the
other oracles look. Elsewhere it also loses one now and then, at midnight, in
zones that have summer time ("*-*-* *:0/24:00 Atlantic/Bermuda" at
2045-01-25 00:00), or gives up ("Resource deadlock avoided"): both are
counted, must be rare, and what it lost must be a slot to zoneinfo. A slot
that systemd has and we don't is always wrong. Where either day field may match, that is two
expressions, and the union of what they say.

Random expressions over random zones, and the cron lines of a real pipeline
where they are at hand. Skipped without systemd-analyze.
"""
import datetime as dt
import os
import random
import re
import shutil
import subprocess
import sys

import cron_walk
from cron_walk import DAY, NAMES, RANGES, Cron, Zone, seconds, utc_text

BATCHES, IN_BATCH, ITERATIONS = 40, 12, 12
ELAPSES = re.compile(r"(?:Next elapse|Iter\. #\d+|Iteration #\d+): "
                     r"(?:\w+ (\d+-\d+-\d+ \d+:\d+:\d+) UTC|never)")
LATE = seconds(dt.datetime(2100, 1, 1))


def part_of(text, which):
    """One element of a field: "*/15" is "0/15", "1-5/2" is "1..5/2"."""
    text, slash, step = text.partition("/")
    if text == "*":
        return f"{RANGES[which][0]}{slash}{step}" if slash else "*"
    ends = [str(NAMES[which].get(v, v)) for v in text.split("-")]
    return "..".join(ends) + slash + step


def field_of(text, which):
    parts = [part_of(v, which) for v in text.lower().split(",")]
    return "*" if "*" in parts else ",".join(parts)


def weekdays_of(text):
    """systemd has no steps here, and its week begins on Monday."""
    days = sorted({d % 7 for d in cron_walk.parse_field(text, 4)})
    names = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    return "" if len(days) == 7 else ",".join(names[d] for d in days) + " "


def calendars_of(text, zone):
    minute, hour, day, month, weekday = text.split()
    time = f"{field_of(hour, 1)}:{field_of(minute, 0)}:00 {zone}"
    month = field_of(month, 3)
    either = day[0] != "*" and weekday[0] != "*"
    if not either:
        return [f"{weekdays_of(weekday)}*-{month}-{field_of(day, 2)} {time}"]
    return [f"*-{month}-{field_of(day, 2)} {time}",
            f"{weekdays_of(weekday)}*-{month}-* {time}"]


def run_systemd(calendars, base):
    """For each of them, the elapses after a second; None: it failed."""
    run = subprocess.run(
        ["systemd-analyze", "calendar", f"--base-time=@{base}",
         f"--iterations={ITERATIONS}", *calendars],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=60, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"})
    blocks = run.stdout.split("Normalized form:")[1:]
    if run.returncode != 0 and "deadlock" in run.stderr:
        return None
    assert run.returncode == 0 and len(blocks) == len(calendars), run.stderr
    return [[seconds(dt.datetime.fromisoformat(at))
             for at in ELAPSES.findall(block) if at] for block in blocks]


def ask_systemd(calendars, base):
    """It gives up at the first that it can't calculate."""
    found = run_systemd(calendars, base)
    if found is not None:
        return found
    return [(run_systemd([c], base) or [None])[0] for c in calendars]


def combine(lists):
    """The union of several, as far as all of them are known."""
    ends = [found[-1] if len(found) == ITERATIONS else LATE
            for found in lists]
    return min(ends), sorted({at for found in lists for at in found
                              if at <= min(ends)})


class Days:
    """Days of a zone whose offset holds, and that of their neighbours."""

    def __init__(self, name):
        self.zone = Zone(name)
        self.known = {}

    def plain(self, utc_s):
        day = (utc_s + self.zone.shift(utc_s)) // DAY
        if day not in self.known:
            shifts = {self.zone.shift(at) for at in range(
                (day - 2) * DAY, (day + 3) * DAY + 1, DAY // 4)}
            self.known[day] = len(shifts) == 1
        return self.known[day]


class Question:
    def __init__(self, text, zone, base):
        self.text, self.zone, self.base = text, zone, base
        self.end, self.want = base, []

    def take(self, found):
        """What systemd says to each calendar of this question."""
        if None in found:
            return False
        self.end, self.want = combine(found)
        return True

    def lines(self):
        return [f"zone {self.zone}", f"cron {self.text}",
                f"slots {self.base * 1000} {self.end * 1000}"]

    def confirmed(self, utc_s):
        """Does zoneinfo say that this is a slot?"""
        return cron_walk.walk(Cron(self.text), Zone(self.zone), utc_s - 1,
                              utc_s) == [utc_s]

    def judge(self, status, answer, count):
        """Counts; returns what is wrong, or None."""
        if not self.want and Cron(self.text).never_fires():
            return None if status.startswith("error") else "was taken"
        days = Days(self.zone)
        got = {int(v) // 1000 for v in answer.split() if days.plain(
            int(v) // 1000)}
        want = {at for at in self.want if days.plain(at)}
        lost = {at for at in got - want if self.confirmed(at)}
        count["compared"] += len(want)
        count["lost"] += bool(lost)
        odd = sorted((got ^ want) - lost)
        return f"{status}; differs at {odd[:4]}" if odd else None


def ask_batch(questions, count):
    """Those that systemd could answer."""
    calendars = [calendars_of(q.text, q.zone) for q in questions]
    found = iter(ask_systemd([c for cs in calendars for c in cs],
                             questions[0].base))
    answered = [q for q, cs in zip(questions, calendars)
                if q.take([next(found) for _ in cs])]
    count["given up"] += len(questions) - len(answered)
    return answered


def random_batches(rng):
    zones = cron_walk.distinct_zones()
    for _ in range(BATCHES):
        base = seconds(dt.datetime(
            rng.randint(1975, 2060), rng.randint(1, 12),
            rng.randint(1, 28))) + rng.randrange(DAY)
        yield [Question(cron_walk.random_cron(rng), rng.choice(zones), base)
               for _ in range(IN_BATCH)]


def real_batches():
    base = seconds(dt.datetime(2026, 5, 20))
    lines = cron_walk.real_lines()
    if lines:
        yield [Question(text, zone, base) for _, text, zone in lines]


def main():
    if shutil.which("systemd-analyze") is None:
        cron_walk.say_skipped("no systemd-analyze here (Debian's package "
                              "systemd has it)")
    seed = cron_walk.seed_of("20260710")
    count = {"compared": 0, "lost": 0, "given up": 0}
    questions = [q for batch in (*random_batches(random.Random(seed)),
                                 *real_batches())
                 for q in ask_batch(batch, count)]
    lines = cron_walk.answers([x for q in questions for x in q.lines()])
    wrong = 0
    for i, q in enumerate(questions):
        odd = q.judge(lines[3 * i + 1], lines[3 * i + 2], count)
        if odd:
            wrong += 1
            print(f"'{q.text}' in {q.zone} after {utc_text(q.base)}: {odd}")
    print(f"seed {seed}: {len(questions)} expressions, {count['compared']} "
          f"slots compared outside of odd days, {wrong} differences; "
          f"systemd gave up on {count['given up']}, and lost slots of "
          f"{count['lost']} that zoneinfo confirms")
    sys.exit(wrong != 0 or count["compared"] < 3000 or
             count["lost"] + count["given up"] > len(questions) // 20)


if __name__ == "__main__":
    main()
