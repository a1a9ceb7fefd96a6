#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What the daemon did, and what a simulation of its journal does, are the
same: a small site runs for four dates, one of them late and one without
data; then its journal is exported and its own configuration is played
through it. Findings, their severities and times agree, and so do starts.
"""
import datetime
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from small_site import BUILD, Scenario                 # noqa: E402
from stage import ZONE, ms, program                    # noqa: E402

DATES = ["2026-01-15", "2026-01-16", "2026-01-17", "2026-01-18"]
END = datetime.datetime(2026, 1, 19, 14, tzinfo=ZONE)

MORE = """
alarms = ( { name = "raw_alarm";  plugin = "all";  inputs = "raw_rows";
             at = "+1d 08:00"; } );
recoveries = ( { name = "raw_again";  action = "work";  repairs = "raw_rows";
                 retry = { attempts = 2;  initial = "5m"; }; } );
"""


class Replay(Scenario):
    speed = 20000.0
    maxDiff = None

    def prepare(self):
        self.site.put("50-more.conf", MORE)
        self.site.bring("raw", DATES[0], at="2026-01-16T12:00:00Z")  # late
        self.site.bring("raw", DATES[2], at="2026-01-18T10:00:00Z")
        self.site.bring("raw", DATES[3], at="2026-01-19T10:00:00Z")

    def simulate(self, lines, *more):
        path = os.path.join(self.tmp.name, "journal.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(x) + "\n" for x in lines)
        scenario = os.path.join(self.tmp.name, "site.scenario")
        with open(scenario, "w", encoding="utf-8") as f:
            # a virtual clock stands while something runs
            f.write('actions = ( { name = "work";  takes = "100ms";'
                    '  brings = "done"; } );\n')
        p = self.site.gatewarden(
            "simulate", self.site.conf, "--facts", path, "--json",
            "--screen", "--scenario", scenario, *more,
            "--plugin-dir", self.site.plugins, "--host",
            program(BUILD, "gatewarden-host"))
        self.assertEqual(p.returncode, 0, p.stderr)
        return json.loads(p.stdout)

    def test_the_same_findings(self):
        self.site.run()
        self.site.until(ms(END))
        status = json.loads(self.site.gatewarden("status",
                                                 "--json").stdout)
        lines = self.site.export()
        journal = small_site.Journal(lines)
        simulated = self.simulate(lines)
        lived = {}
        for rows in journal.incidents().values():
            first, last = rows[0], rows[-1]
            if first["data"]["kind"] == "adoption":
                continue        # of dates before the record
            lived[first["date"], first["data"]["kind"],
                  last["data"]["root"]] = (last["data"]["severity"],
                                           last["data"]["open"],
                                           first["data"]["opened_at"])
        found = {(f["date"], f["kind"], f["root"]):
                 (f["severity"], f["open"], ms(
                     datetime.datetime.fromisoformat(f["since"])))
                 for f in simulated["findings"]}
        self.assertEqual(set(found), set(lived))
        self.assertGreaterEqual(len(found), 2)
        for key, (severity, is_open, since) in found.items():
            self.assertEqual((severity, is_open), lived[key][:2], key)
            # whole seconds, and a millisecond per call
            self.assertLess(abs(since - lived[key][2]), 2000, key)
        self.evidence(f"{len(found)} findings: {sorted(found)}")
        starts = {s.get("phase") or s["recovery"]: s["attempts"]
                  for s in simulated["starts"]}
        for name, n in starts.items():
            self.assertEqual(n, sum(
                len(journal.attempts(d, phase=name)) +
                len(journal.attempts(d, recovery=name)) for d in DATES),
                name)
        self.assertEqual(set(starts), {"load", "publish", "raw_again"})
        self.evidence(f"starts: {starts}")
        self.same_messages(journal, simulated)
        # of one instant: the clock goes on until the journal is read
        self.same_screen(status, self.simulate(
            lines, "--until", status["now"])["screen"])

    def same_screen(self, status, screen):
        """What `status` showed of the dates is what the simulation shows."""
        def cells(answer):
            (pipeline,) = answer["pipelines"]
            return {d["date"]: [(c["phase"], c["view"], c["number"],
                                 c["marks"], c["late"])
                                for c in d["cells"]]
                    for d in pipeline["dates"] if d["date"] in DATES}

        self.assertEqual(cells(screen), cells(status))
        self.assertEqual(set(cells(screen)), set(DATES))
        self.assertEqual([n["kind"] for n in screen["needs"]],
                         [n["kind"] for n in status["needs"]])
        for answer in (status, screen):
            self.assertEqual(answer["checks_ran"], answer["checks_owed"])
        self.evidence(f"screen: {cells(screen)}")

    def same_messages(self, journal, simulated):
        """In the same words: only the numbers of incidents differ, as those
        of adopted dates are not lived again, and milliseconds."""
        def plain(text):
            text = re.sub(r"(incident|explain|ack) \d+", r"\1 N", text)
            return re.sub(r"lasted .*", "lasted", text)

        told = [(m["date"], m["kind"], plain(m["text"]))
                for m in journal.told() if m["kind"] != "adopted"]
        would = [(m["date"], m["kind"], plain(m["text"]))
                 for m in simulated["messages"]]
        self.assertEqual(sorted(would), sorted(told))
        self.assertGreaterEqual(len(would), 3)
        for m in simulated["messages"]:
            self.assertEqual(m["to"], ["people"])
        self.evidence(f"{len(would)} messages, word for word")


if __name__ == "__main__":
    small_site.main()
