#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week, played by the real daemon, in numbers: the report's
figures are those that were counted by hand, and that stand here.

As of 2026-01-19 22:45 UTC, 17:45 in New York, which is when the week was
first looked at:

  grading, due 15:00 on the next day
    13, 14, 15, 16   by hand on the 17th, at 22:00, 18:00, 18:20 and 19:00
                     or so: after each of their due times, the last of which
                     was the 17th at 15:00            0 of 4
    17, 18           never                            0 of 2
    19               due on the 20th                  pending
                                                      0 of 6, 1 pending
  box scores, 90 % within 24 hours of the end of the date (04:00)
    13 5/7  14 5/7  15 1/9  16 5/6  17 7/9            0 of 5
    18 4/6, 19 8/3   are looked at on the 20th and 21st   2 pending
  precompute, due 11:00: 3 of 5, pdc and mlfs among them
    13, 14, 15, 17   in time                          4 of 6
    16, 18           repaired after 11:00; done at all: 6 of 6
  predictions, due 12:00: the 16th and 18th after the repair   6 of 6

What was first said of this week was 43 % (3/7), 14 % (1/7), 71 % (5/7) and
100 % (7/7): the notes of 60-reports.conf tell why.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                "conf.d", "nba", "lib"))

from play import Play                                  # noqa: E402
from stage import END, Stage, ms, program, shown       # noqa: E402

AS_OF = "2026-01-19T22:45:00Z"
DATES = [f"2026-01-{day}" for day in range(13, 20)]
DAY = 86400_000

# One more target, for the test alone: looked at six hours after the end of a
# date, so that the 19th, with 8 box scores for 3 games, is due within the
# run.
EARLY = """targets = (
  { name = "early"; metric = "coverage"; check = "box_scores";
    coverage = "90%"; by = "+6h"; } );
"""


class Report(unittest.TestCase):
    stage = export = live = None

    def offline(self, *words):
        p = subprocess.run(
            [program(self.stage.build, "gatewarden"), *words, "--journal",
             self.export, "--dir", self.stage.conf, "--plugin-dir",
             self.stage.plugins, "--host",
             program(self.stage.build, "gatewarden-host")],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        return p.stdout

    def report(self, *words):
        return json.loads(self.offline("report", *words, "--json"))

    def week(self):
        return self.report("week", "2026-01-19", "--as-of", AS_OF)

    def target(self, name, report=None):
        found = [t for t in (report or self.week())["targets"]
                 if t["target"] == name]
        self.assertEqual(len(found), 1, name)
        return found[0]

    def counts(self, target):
        m = target["metric"]
        return m["numerator"], m["denominator"], m["pending"]

    def terms(self, name, as_of=AS_OF):
        text = self.offline("metric", "why", name, "--from", DATES[0],
                            "--to", DATES[-1], "--as-of", as_of, "--json")
        (t,) = json.loads(text)["targets"]
        return t["metric"]["terms"]

    # ---- reliability, by hand

    def test_grading_is_none_of_six_with_one_pending(self):
        t = self.target("grading_sla")
        self.assertEqual(self.counts(t), (0, 6, 1))
        self.assertIs(t["met"], False)
        self.assertEqual(t["burn"]["level"], "chronic")
        terms = self.terms("grading_sla")
        self.assertEqual([x["counts"] for x in terms],
                         ["no"] * 6 + ["pending"])
        done = [x["to"] for x in terms[:4]]
        for at in done:                 # all by hand, on the 17th
            self.assertTrue(at.startswith("2026-01-17"), at)
        self.assertEqual([x["to"] for x in terms[4:]], [None] * 3)
        self.assertIn("43 %", t["note"])

    def test_box_scores_are_none_of_five_with_two_pending(self):
        t = self.target("box_score_coverage")
        self.assertEqual(self.counts(t), (0, 5, 2))
        self.assertEqual([x["why"] for x in self.terms(
            "box_score_coverage")][:5],
            ["5 of 7", "5 of 7", "1 of 9", "5 of 6", "7 of 9"])

    def test_over_complete_is_no_coverage(self):
        last = self.terms("early", "2026-01-20T17:00:00Z")[-1]
        self.assertEqual((last["date"], last["counts"]),
                         ("2026-01-19", "no"))
        self.assertIn("over-complete: 8 of 3", last["why"])

    def test_precompute_late_and_repaired(self):
        self.assertEqual(self.counts(self.target("phase4_sla")), (4, 6, 1))
        self.assertEqual(self.counts(self.target("phase4_success")),
                         (6, 6, 1))
        missed = [x["date"] for x in self.terms("phase4_sla")
                  if x["counts"] == "no"]
        self.assertEqual(missed, ["2026-01-16", "2026-01-18"])

    def test_predictions(self):
        self.assertEqual(self.counts(self.target("prediction_sla")),
                         (6, 6, 1))

    # ---- operation

    def test_found_at_once(self):
        t = self.target("detection")
        self.assertIs(t["met"], True)
        self.assertLess(t["metric"]["p90"], 60_000)

    def test_false_alarms_are_not_known(self):
        m = self.target("false_alarms")["metric"]
        self.assertIsNone(m["value"])
        self.assertEqual(m["na"], "no incident is labelled")
        self.assertGreater(m["unknown"], 0)

    def test_what_was_repaired_and_by_whom(self):
        ended = {(i["date"], i["root"]): i["ended"]
                 for i in self.week()["incidents"] if i["ended"]}
        self.assertEqual(ended["2026-01-18", "precompute"], "recovery")
        # graded by somebody who didn't tell
        self.assertEqual(ended["2026-01-13", "grade"], "itself")
        self.assertEqual(self.counts(self.target("auto_recovery"))[:2],
                         (1, 4))

    # ---- the dates

    def test_quality(self):
        self.assertEqual(
            [(d["date"][-2:], d["quality"]) for d in self.week()["dates"]],
            [("13", "silver"), ("14", "silver"), ("15", "silver"),
             ("16", "silver"), ("17", "bronze"), ("18", "bronze"),
             ("19", "pending")])

    def test_patterns_and_alerts(self):
        week = self.week()
        times = {p["root"]: p["times"] for p in week["patterns"]}
        self.assertEqual(times["box_score_alarm"], 6)
        alert = next(a for a in week["alerts"]
                     if a["rule"] == "box_score_alarm")
        self.assertEqual((alert["fired"], alert["acked"]), (6, 0))
        self.assertIs(alert["never_acked"], True)

    def test_before_there_is_nothing(self):
        for m in self.week()["metrics"]:
            self.assertIsNone(m["before"]["value"], m["name"])
            self.assertTrue(m["before"]["na"], m["name"])

    def test_each_number_has_its_terms(self):
        text = self.offline("metric", "why", "sla", "--from", DATES[0],
                            "--to", DATES[-1], "--as-of", AS_OF, "--json")
        for m in json.loads(text)["metrics"]:
            count = [x["counts"] for x in m["terms"]].count
            self.assertEqual(m["numerator"], count("yes"), m["name"])
            self.assertEqual(m["denominator"], count("yes") + count("no"))
            self.assertEqual(len(m["terms"]), 7)

    def test_a_name_that_is_none(self):
        p = subprocess.run(
            [*self.stage.client(), "metric", "why", "gradin_sla",
             "--journal", self.export, "--dir", self.stage.conf,
             "--plugin-dir", self.stage.plugins, "--host",
             program(self.stage.build, "gatewarden-host")],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(p.returncode, 1)
        self.assertIn("did you mean grading_sla", p.stderr)

    def test_an_export_that_was_cut_short_has_no_numbers(self):
        cut = self.export + ".cut"
        with open(self.export, encoding="utf-8") as f:
            lines = f.readlines()
        with open(cut, "w", encoding="utf-8") as f:
            f.writelines(lines[:-1])
        p = subprocess.run(
            [*self.stage.client(), "report", "--journal", cut, "--dir",
             self.stage.conf, "--plugin-dir", self.stage.plugins, "--host",
             program(self.stage.build, "gatewarden-host")],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((p.returncode, p.stdout), (5, ""))
        self.assertIn("cut short", p.stderr)

    # ---- the daemon says the same, and by itself

    def test_the_daemon_says_the_same(self):
        here = self.week()
        for part in ("dates", "metrics", "targets", "incidents",
                     "recoveries", "patterns", "alerts", "overrides",
                     "quality"):
            self.assertEqual(self.live[part], here[part], part)

    def sent(self):
        with open(self.export, encoding="utf-8") as f:
            lines = [json.loads(x) for x in f]
        return [e for e in lines if e.get("kind") == "report"
                and "seq" in e and not e.get("row")], [
            m for m in lines if m.get("message")
            and m["body"]["kind"] == "report"]

    def test_reports_went_out_once_a_slot(self):
        rows, messages = self.sent()
        slots = [(r["subject"], shown(r["data"]["slot"])) for r in rows]
        want = [("morning", f"01-{day} 08:00") for day in range(13, 21)]
        want.append(("weekly", "01-19 09:00"))
        self.assertEqual(sorted(slots), sorted(want))
        self.assertEqual(len(messages), len(rows))
        for m in messages:
            self.assertIsNotNone(m.get("delivered_at"), m["id"])
            self.assertEqual(m["notifier"], "daily_report")

    def test_the_weekly_one(self):
        _, messages = self.sent()
        (text,) = [m["body"]["text"] for m in messages
                   if " week " in m["body"]["title"]]
        self.assertIn("nba week 2026-01-12 .. 2026-01-18", text)
        self.assertIn("grading_sla", text)


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "."
    speed = float(os.environ.get("GATEWARDEN_TEST_SPEED", "20000"))
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
        stage = Stage(build, directory, speed)
        stage.make()
        stage.add("70-early.conf", EARLY)
        Report.stage = stage
        Report.export = os.path.join(directory, "week.jsonl")
        try:
            Play(stage).until(ms(END))
            p = stage.gatewarden("journal", "export")
            with open(Report.export, "w", encoding="utf-8") as f:
                f.write(p.stdout)
            Report.live = stage.ask("report", "week", "2026-01-19",
                                    "--as-of", AS_OF)
        finally:
            stage.stop()
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        good = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(
            load(Report))
        return not good.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
