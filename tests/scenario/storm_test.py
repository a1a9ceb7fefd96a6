#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""One cause and 10 000 failures within a minute, in the real daemon: one
incident, a handful of messages in the hour, and a critical alarm about
something else, in the middle of it, is delivered within a minute.

At six raw has not come, and with it nothing that is loaded from it: 100
phases, each with a gate and an alarm on the same 100 checks, all measured at
six. So is what the other alarm looks at, which goes bad at that minute.

The daemon's clock stands while calls are under way, so that a minute on it
says little of how long people wait: that is measured on the real one, too.
"""
import datetime
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from journal import Journal                            # noqa: E402
from small_site import DATE, Scenario, days_before     # noqa: E402
from stage import ZONE, ms, wait_for                   # noqa: E402

PHASES, EACH = 100, 100
MOST = 5                # messages about it in the hour
MINUTE, HOUR = 60 * 1000, 3600 * 1000
LIMIT = 300                 # s; ten times as slow with sanitizers
SIX = datetime.datetime(2026, 1, 16, 6, tzinfo=ZONE)

# Idle dates are measured once and not held against anybody.
PIPELINES = """
pipelines = (
  { name = "small";  timezone = "America/New_York";  day_ends = "05:55";
    watch_for = "1d";  confirm = 1;  calendar = "owes";
    phases = (
      { name = "raw";  done = "raw";  due = "+1d 06:00"; },
%(loads)s ); },
  { name = "other";  timezone = "America/New_York";  day_ends = "05:55";
    watch_for = "1d";
    phases = ( { name = "bills";  done = "bills";  due = "+1d 20:00"; } ); }
);
alarms = ( { name = "vault";  plugin = "all";  inputs = "doors"; } );
"""
LOAD = """      {{ name = "load{n}";  after = "raw";  done = "loaded{n}";
        due = "+1d 06:00"; }}"""
PART = """gates = ( {{ name = "loaded{n}";  plugin = "all";
             inputs = ({checks}); }} );
alarms = ( {{ name = "short{n}";  plugin = "all";
              inputs = ({checks}); }} );
"""
FACT = """  {{ name = "{name}";  plugin = "facts";  min = 1;  absent = "zero";
    path = "%(dir)s/{path}.csv";  {more} }}"""
AT_SIX = 'schedule = "0 6 * * *";'
DOORS = 'pipeline = "other";  due = "+1d 05:56";  schedule = "* * * * *";'


def fact(name, path, more=""):
    return FACT.format(name=name, path=path, more=more)


def part(n):
    """What phase n rests on, and an alarm that looks at the same."""
    names = [f"c{n}_{i}" for i in range(EACH)]
    return PART.format(n=n, checks=", ".join(f'"{c}"' for c in names)) + \
        small_site.checks(*(fact(c, "loaded", AT_SIX) for c in names))


class Storm(Scenario):
    speed = 480.0
    start = SIX - datetime.timedelta(minutes=10)

    def prepare(self):
        self.end = time.monotonic() + LIMIT
        self.site.put("30-pipeline.conf", PIPELINES.replace(
            "%(loads)s", ",\n".join(LOAD.format(n=n)
                                    for n in range(PHASES))))
        self.site.put("40-checks.conf", small_site.checks(
            fact("owes", "calendar"), fact("raw", "loaded", AT_SIX),
            fact("bills", "other"), fact("doors", "other", DOORS)))
        for n in range(PHASES):
            self.site.put(f"5{n:02}-part.conf", part(n))
        self.facts("loaded")
        self.facts("calendar", (DATE, 1, ""))
        self.facts("other", *((day, 1, "2026-01-01T00:00:00Z") for day in
                              days_before("2026-01-17", 3)),
                   (DATE, 0, SIX.isoformat()))

    def facts(self, name, *rows):
        with open(os.path.join(self.site.dir, name + ".csv"), "w",
                  encoding="ascii") as f:
            f.write("date,value,arrived_at\n")
            f.writelines(f"{d},{v},{at}\n" for d, v, at in rows)

    def wait(self, what, probe):
        return wait_for(what, self.end - time.monotonic(), probe)

    def delivered(self, title):
        """Is it in the hands of people?"""
        try:
            with open(os.path.join(self.site.dir, "messages.log"),
                      encoding="utf-8") as f:
                return title in f.read()
        except FileNotFoundError:
            return False

    def test_one_cause(self):
        self.site.run(30)
        self.wait("six o'clock", lambda: self.site.now() >= ms(SIX))
        six = time.monotonic()
        self.wait("the vault's message", lambda: self.delivered("vault"))
        waited = time.monotonic() - six
        self.wait("the hour to be over",
                  lambda: self.site.now() >= ms(SIX) + HOUR)
        found = Journal(self.site.export())
        failures = self.failures(found)
        number = self.one_incident(found)
        told = self.messages(found, number)
        after = self.vault(found)
        p = self.site.gatewarden("journal", "check")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.assertLess(time.monotonic(), self.end)
        self.evidence(f"{failures} failures in a minute, 1 incident, {told} "
                      f"message(s) in the hour; the other critical after "
                      f"{after / 1000:.1f} s, {waited:.1f} s of real time")

    def failures(self, found):
        """Failed, and last measured within the minute. (What a measurement
        finds as it was is no event: the row says when.)"""
        key = f"check/small/{DATE}/c"
        n = sum(1 for r in found.rows if r["key"].startswith(key)
                and r["data"]["raw"] == "fail"
                and ms(SIX) <= r["last_seen"] < ms(SIX) + MINUTE)
        self.assertEqual(n, PHASES * EACH)
        return n

    def one_incident(self, found):
        """Late phases and alarms all stand under the one of raw."""
        of = [(number, rows[-1]["subject"]) for number, rows in
              found.incidents(DATE).items()
              if rows[-1]["pipeline"] == "small"]
        self.assertEqual([root for _, root in of], ["raw"])
        late = {r["data"]["subject"] for r in found.rows
                if r["kind"] == "breach" and r["data"]["pipeline"] == "small"
                and r["data"]["incident"] == of[0][0]}
        self.assertEqual(len(late), 1 + 2 * PHASES)
        return of[0][0]

    def messages(self, found, number):
        """Their number; none of the pipeline is about anything else."""
        ours = [m for m in found.messages if m["body"]["pipeline"] == "small"
                and m["body"]["kind"] != "adopted"
                and m["queued_at"] < ms(SIX) + HOUR]
        self.assertEqual({m["incident"] for m in ours}, {number})
        self.assertLessEqual(len(ours), MOST)
        return len(ours)

    def vault(self, found):
        """ms from the measurement that failed to the receipt."""
        failed = min(e["data"]["ended_wall"] for e in
                     found.of("check", DATE, "doors")
                     if e["data"]["raw"] == "fail")
        self.assertLess(abs(failed - ms(SIX)), MINUTE)
        m, = (m for m in found.messages if m["body"]["pipeline"] == "other"
              and m["body"]["severity"] == "critical")
        self.assertLessEqual(m["delivered_at"] - failed, MINUTE)
        return m["delivered_at"] - failed


if __name__ == "__main__":
    small_site.main()
