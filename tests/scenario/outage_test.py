#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Six hours in which the far end is down, in every way that HTTP knows, while
a thousand state changes are to be told and the daemon is killed three times.

200 alarms go off, get worse, are over, go off again and are over again: five
changes each. Then the far end is well. Of each message is known from the
journal what became of it, and from the receiver how often it arrived:

    nothing is lost         each arrived, itself or with a newer one of its
                            incident that names it
    duplicates              at most one more per acknowledgement that was lost
                            (an answer that never came, a kill in between)
    order                   of one incident no message arrives for the first
                            time after a later one
"""
import collections
import datetime
import os
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from receiver import Receiver                          # noqa: E402
from small_site import Site                            # noqa: E402
from stage import ZONE, wait_for                       # noqa: E402

ALARMS = 200
SPEED = 600.0
DATE = "2026-01-15"
START = datetime.datetime(2026, 1, 15, 23, 55, tzinfo=ZONE)
DOWN = datetime.datetime(2026, 1, 16, 0, 10, tzinfo=ZONE)
HOURS = 6
MOODS = ("error", "wait", "hang", "date", "reset", "error", "drip", "wait")

TOLD = """
notifiers = ( { name = "team";  plugin = "webhook";  timeout = "2s";
                url = "file:%(dir)s/url"; } );
routes = ( { to = "team";  digest = "none"; } );
"""
CHECK = """  { name = "c%03d"; plugin = "facts"; path = "%%(dir)s/c%03d.csv";
    every = "10m"; confirm = 1; fail = "90%%"; absent = "zero"; }"""
ALARM = """  { name = "a%03d"; plugin = "ladder"; inputs = "c%03d";
    steps = ( { at = "+1m"; below = "90%%"; severity = "warning"; },
              { at = "+1m"; below = "50%%"; severity = "critical"; } ); }"""
PIPELINE = """
pipelines = ( { name = "small";  timezone = "America/New_York";
  mode = "enforce";  watch_for = "2d";  settle = "0s";
  phases = ( { name = "raw"; done = "calm"; } ); } );
"""


def story(i):
    """(minutes after the outage began, value): five changes of an alarm."""
    at = 5 + 7 * i % 60
    return ((at, 80), (at + 60, 30), (at + 120, 100), (at + 180, 80),
            (at + 240, 100))


class OutageSite(Site):
    def make(self):
        super().make()
        for name in ("10-parts.conf", "40-checks.conf"):
            self.drop(name)
        self.put("20-told.conf", TOLD)
        self.put("30-pipeline.conf", PIPELINE)
        self.put("40-checks.conf", "checks = (\n" + ",\n".join(
            CHECK % (i, i) for i in range(ALARMS)) + """,
  { name = "calm"; plugin = "facts"; path = "%(dir)s/calm.csv";
    every = "1h"; min = 1; } );
alarms = (\n""" + ",\n".join(ALARM % (i, i) for i in range(ALARMS)) + ");\n")
        self.csv("calm", [(0, 1)])
        for i in range(ALARMS):
            self.csv(f"c{i:03d}", [(-60, 100), *story(i)])

    def csv(self, name, rows):
        with open(os.path.join(self.dir, name + ".csv"), "w",
                  encoding="ascii") as f:
            f.write("date,value,expected,arrived_at\n")
            for minutes, value in rows:
                at = (DOWN + datetime.timedelta(minutes=minutes)
                      ).astimezone(datetime.timezone.utc)
                f.write(f"{DATE},{value},100,{at:%Y-%m-%dT%H:%M:%SZ}\n")


class Outage(unittest.TestCase):
    def setUp(self):
        self.tmp = small_site.tempfile.TemporaryDirectory(
            prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.site = OutageSite(small_site.BUILD, self.tmp.name, SPEED, START)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.site.make()
        with open(os.path.join(self.tmp.name, "url"), "w",
                  encoding="ascii") as f:
            f.write(self.receiver.url + "/team\n")

    def tearDown(self):
        if self.site.daemon:
            self.site.stop()
            self.assertEqual(self.site.daemon.returncode, 0,
                             self.site.tail(40))

    def at(self, hours):
        self.site.until((DOWN.timestamp() + hours * 3600) * 1000)

    def messages(self):
        return [m for m in self.site.journal().messages
                if m["notifier"] == "team" and m.get("incident")]

    def live(self):
        """The outage, with its kills; then the far end is well."""
        site = self.site
        site.run()
        self.at(0)
        self.receiver.become(*MOODS)
        for hours in (1.2, 2.6, 4.3):
            self.at(hours)
            site.daemon.send_signal(signal.SIGKILL)
            site.daemon.wait()
            site.run()
        self.at(HOURS)
        self.down = len(self.receiver.tries("/team"))
        self.receiver.become("ok")
        wait_for("the outbox to be empty", 60, lambda: site.ask(
            "status")["daemon"]["outbox"]["pending"] == 0, 0.2)

    def test_six_hours(self):
        self.live()
        rows = self.messages()
        arrivals = self.receiver.arrivals("/team")
        count = collections.Counter(i for i, _ in arrivals)
        unheard = collections.Counter(i for i, heard in arrivals
                                      if not heard)
        merged = sum(len(m.get("reply") or "") > 0
                     and m["reply"].startswith("with message")
                     for m in rows)
        double = sum(n - 1 for n in count.values())
        deliveries = sum(c[0] == "ok" for c in self.receiver.tries("/team"))
        print(f"  {len(rows)} messages of"
              f" {len({m['incident'] for m in rows})} incidents, "
              f"{self.down} tries while it was down, "
              f"{deliveries} deliveries after it ({merged} merged), "
              f"{sum(unheard.values())} acknowledgements lost, "
              f"{double} duplicates, 3 kills", flush=True)
        self.judge(rows, arrivals, count, unheard)

    def judge(self, rows, arrivals, count, unheard):
        self.assertGreaterEqual(len(rows), 5 * ALARMS)
        self.assertEqual([m for m in rows if "delivered_at" not in m], [])
        self.assertEqual([m["id"] for m in rows if not count[m["id"]]], [])
        more = {i: n - 1 - unheard[i] for i, n in count.items()
                if n - 1 > unheard[i]}
        self.assertLessEqual(sum(more.values()), 3, more)
        self.in_order(rows, arrivals)
        p = self.site.gatewarden("journal", "check")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def in_order(self, rows, arrivals):
        incident = {m["id"]: m["incident"] for m in rows}
        last, seen = {}, set()
        for i, _ in arrivals:
            if i in seen or i not in incident:
                continue
            seen.add(i)
            self.assertGreater(i, last.get(incident[i], 0))
            last[incident[i]] = i
        for m in rows:
            if m["body"]["kind"] == "resolved":
                self.assertEqual(last[m["incident"]], m["id"])


if __name__ == "__main__":
    small_site.main()
