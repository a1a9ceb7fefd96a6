#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A first start on a warehouse with 270 old dates, some of them with holes:
all are measured, nothing is started or repaired, one message is sent. The
holes stay visible, a restart says nothing, and the next date is supervised
like any other. What the first measurement costs is printed.
"""
import os
import resource
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import (BUILD, DATE, PIPELINE, Scenario,  # noqa: E402
                        days_before)
from journal import Journal                            # noqa: E402
from stage import Stage, ms, wait_for                  # noqa: E402

WATCHED = 270
START = small_site.START.replace(hour=5)        # the 15th has just ended
HOLES = ("2025-05-20", "2025-08-01", "2025-12-24", "2026-01-08")
YOUNG = "2026-01-14"    # a hole young enough to be acted on, if it were met
NEXT = "2026-01-16"

MORE = """
alarms = ( { name = "raw_alarm";  plugin = "all";
             inputs = "raw_rows"; } );
recoveries = ( { name = "raw_again";  action = "work";
                 repairs = "raw_rows"; } );
"""


def cost(pid):
    """(RSS in MB, seconds of CPU) of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        rss = [int(x.split()[1]) for x in f if x.startswith("VmHWM")][0]
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return rss / 1024, ticks / os.sysconf("SC_CLK_TCK")


class Adoption(Scenario):
    speed = 14400.0
    start = START

    def prepare(self):
        days = days_before("2026-01-16", 280)
        whole = [d for d in days if d not in HOLES and d != YOUNG]
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *whole)
        self.site.bring("raw", YOUNG)   # load and publish could start
        self.site.put("30-pipeline.conf", PIPELINE.replace(
            '"5d"', f'"{WATCHED}d"'))
        self.site.put("50-more.conf", MORE)

    def first_start(self):
        began = time.monotonic()
        self.site.run(60)
        wait_for("the summary", 180, self.adopted, 0.05)
        return time.monotonic() - began

    def adopted(self):
        return [m for m in self.site.told() if m["kind"] == "adopted"]

    def holes(self):
        """Dates of which the morning screen says that they have one."""
        p = self.site.ask("status")["pipelines"][0]
        return {d["date"] for d in p["older"] + p["dates"] if d["adopted"]
                and any(c["late"] for c in d["cells"])}

    def quiet(self):
        """Nothing but the summary, of the dates that had ended; on a busy
        machine the clock may come to the due times of the running one."""
        self.assertEqual([r for r in self.site.runs() if r[2] < DATE], [])
        self.assertEqual([e for e in self.site.journal().of("attempt")
                          if e["date"] < DATE], [])
        self.assertEqual([m["kind"] for m in self.site.told()
                          if (m["date"] or "") < DATE], ["adopted"])

    def test_270_old_dates(self):
        took = self.first_start()
        rss, cpu = cost(self.site.daemon.pid)
        at = self.site.now()
        self.site.until(at + 5 * 3600_000)
        self.quiet()
        (told,) = self.adopted()
        print(told["text"])
        self.assertIn(f"{WATCHED} dates", told["text"])
        self.assertIn(f"raw: {WATCHED - len(HOLES)} of {WATCHED} done",
                      told["text"])
        self.assertIn(f"load: {WATCHED - len(HOLES) - 1} of {WATCHED} done",
                      told["text"])
        self.visible()
        self.evidence(f"{WATCHED} dates, {3 * WATCHED} measurements and"
                      f" {WATCHED} alarms in {took:.1f} s,"
                      f" {rss:.0f} MB, {cpu:.2f} s of CPU in the daemon")
        self.restart()
        self.next_date()
        self.sound()

    def visible(self):
        self.assertEqual(self.holes(), {*HOLES, YOUNG})
        text = self.site.gatewarden("status").stdout
        for date in HOLES:
            self.assertIn(date, text)
        for date in (HOLES[0], YOUNG):
            row = self.site.phase(date, "publish")
            self.assertNotEqual(row["view"], "done")
            text = self.site.gatewarden("explain", "load", date).stdout
            self.assertIn("adopted", text)
        text = self.site.gatewarden("incidents").stdout
        for date in HOLES:
            self.assertIn(f"{date}  phase raw", text)
            self.assertIn(f"{date}  alarm raw_alarm", text)
        self.assertIn(f"{YOUNG}  phase load", text)
        text = self.site.gatewarden("explain", "1").stdout
        self.assertIn(f"raw: {WATCHED - len(HOLES)} of {WATCHED} done",
                      text)

    def restart(self):
        self.site.stop()
        self.site.run(60)
        seq = len(self.site.journal().events)
        at = self.site.now()
        self.site.until(at + 2 * 3600_000)
        self.quiet()
        self.visible()
        self.site.kill()
        self.site.run(60)
        self.quiet()
        self.evidence("a restart and a kill: nothing told, nothing started,"
                      f" {len(self.site.journal().events) - seq} events")

    def next_date(self):
        """The 16th ends, and is like any other."""
        wait_for("raw's incident", 60, lambda: [
            m for m in self.site.told(date=NEXT) if m["kind"] == "opened"],
            0.1)
        self.site.bring("raw", NEXT)
        self.site.reached(NEXT, "publish", "done")
        # the clock goes on to later ones, which are none of this
        self.assertEqual({r[2] for r in self.site.runs() if r[2] <= NEXT},
                         {NEXT})
        kinds = {m["kind"] for m in self.site.told()
                 if m["date"] and m["date"] < NEXT}
        self.assertEqual(kinds, set())

    def test_a_person_may(self):
        """Adoption binds the machine, not a person."""
        self.first_start()
        p = self.site.gatewarden("run", "load", YOUNG)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.site.reached(YOUNG, "load", "done")
        self.assertEqual([r[1:3] for r in self.site.runs()],
                         [("load", YOUNG)])


class Sample(unittest.TestCase):
    """The sample's pipeline: 14 checks, 270 dates, most of them before the
    season began."""

    def test_what_it_costs(self):
        with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
            stage = Stage(BUILD, directory, 60)
            stage.make()
            began = time.monotonic()
            stage.run(60)
            try:
                wait_for("the summary", 180, lambda: Journal(
                    stage.export()).told(kind="adopted"), 0.1)
                took = time.monotonic() - began
                rss, cpu = cost(stage.daemon.pid)
                checks = stage.ask("status")["daemon"]["checks_run"]
                journal = Journal(stage.export())
                self.assertEqual(journal.of("attempt"), [])
                self.assertEqual([m["kind"] for m in journal.told()],
                                 ["adopted"])
            finally:
                stage.stop()
            workers = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(f"  the sample's first start: {checks} measurements in"
                  f" {took:.1f} s, {rss:.0f} MB and {cpu:.2f} s of CPU in"
                  " the daemon,"
                  f" {workers.ru_utime + workers.ru_stime:.1f} s in all")


if __name__ == "__main__":
    small_site.main()
