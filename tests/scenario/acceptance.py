# SPDX-License-Identifier: BSD-2-Clause
"""What must be true of the sample's week, read from its journal.

One class per statement about the week; each prints its evidence, so that a
passing run can be read too. The clock runs some thousand times faster than
life: an instant is given two virtual minutes of slack (SLACK) upwards, and
none downwards.
"""
import unittest

import findings
from stage import END, ms, shown

SLACK = 150_000         # ms
DATES = [f"2026-01-{d}" for d in range(13, 20)]


def names(value):
    """A list of names, however a row holds it."""
    return sorted(value) if isinstance(value, list) else \
        sorted(filter(None, str(value or "").replace(",", " ").split()))


class Week(unittest.TestCase):
    """Base: the journal of a whole run stands in `journal`."""

    journal = None
    texts = {}          # what the client printed, by command line

    def evidence(self, text):
        print(f"  {self.id().rsplit('.', 1)[1]}: {text}", flush=True)

    def at_clock(self, at, date, clock, days=1):
        """`at` is that wall-clock time, or up to SLACK later."""
        want = findings.due(date, clock) + (days - 1) * 86400_000
        self.assertIsNotNone(at, f"{date} {clock}: never")
        self.assertGreaterEqual(at, want, shown(at))
        self.assertLess(at, want + SLACK, shown(at))

    def rooted(self, date, root):
        """All rows of the incidents of a date with that root, in order."""
        return [rows for rows in self.journal.incidents(date).values()
                if rows[0]["data"]["root"] == root]

    def steps(self, rows):
        """[(at, severity)] as an incident got worse."""
        found = []
        for e in rows:
            if e["data"]["open"] and (
                    not found or found[-1][1] != e["data"]["severity"]):
                found.append((e["at"], e["data"]["severity"]))
        return found

    def notices(self, rows, *kinds):
        number = rows[0]["data"]["number"]
        return [m for m in self.journal.told()
                if m.get("incident") == number and m["kind"] in kinds]


class Line2Ladder(Week):
    def test_the_15th_climbs_all_three_steps(self):
        (rows,) = self.rooted("2026-01-15", "box_score_alarm")
        steps = self.steps(rows)
        self.assertEqual([s for _, s in steps],
                         ["info", "warning", "critical"])
        self.at_clock(steps[0][0], "2026-01-15", "10:00")
        self.at_clock(steps[1][0], "2026-01-15", "16:00")
        self.at_clock(steps[2][0], "2026-01-15", "04:00", days=2)
        self.evidence(", ".join(f"{s} {shown(at)}" for at, s in steps))

    def test_the_others_stop_at_warning(self):
        for date in ("2026-01-13", "2026-01-14", "2026-01-16",
                     "2026-01-17", "2026-01-18"):
            (rows,) = self.rooted(date, "box_score_alarm")
            steps = self.steps(rows)
            self.assertEqual([s for _, s in steps], ["info", "warning"],
                             date)
            self.at_clock(steps[1][0], date, "16:00")
            self.evidence(f"{date} warning {shown(steps[1][0])},"
                          " never critical")

    def test_each_step_is_announced_once(self):
        for date in DATES[:6]:
            (rows,) = self.rooted(date, "box_score_alarm")
            told = [m["severity"] for m in
                    self.notices(rows, "opened", "worse")]
            self.assertEqual(told, [s for _, s in self.steps(rows)], date)
            self.evidence(f"{date} told {', '.join(told)}")


class Line3Predict(Week):
    def start(self, date):
        row = self.journal.reached(date, "predict", "starting")
        self.assertIsNotNone(row, f"predict of {date} never started")
        return row

    def test_the_16th_and_18th_wait_for_the_proof(self):
        for date, item in (("2026-01-16", "pdc"), ("2026-01-18", "pdc")):
            start = self.start(date)["at"]
            good = [e["at"] for e in self.journal.of("check", date, item)
                    if e["data"]["raw"] == "pass"]
            self.assertTrue(good, f"{item} of {date} never passed")
            self.assertGreaterEqual(start, good[0])
            self.assertGreaterEqual(start, findings.due(date, "11:00"))
            self.evidence(f"{date} {item} proven {shown(good[0], '%d %T')},"
                          f" predict {shown(start, '%d %T')}")

    def test_clean_dates_start_open_and_the_17th_degraded(self):
        for date in ("2026-01-13", "2026-01-14", "2026-01-15",
                     "2026-01-17"):
            row = self.start(date)
            degraded = "degraded" in names(row["marks"])
            self.assertEqual(degraded, date == "2026-01-17", date)
            self.evidence(f"{date} predict {shown(row['at'])}"
                          f"{', degraded' if degraded else ', open'}")

    def test_explain_names_rule_evidence_and_counterfactual(self):
        text = self.texts["blocked"]
        for word in ("precompute_quorum", "30-gates-alarms.conf:",
                     "pdc", "psza", "mlfs", "tdza", "pcf", "442", "170"):
            self.assertIn(word, text)
        self.assertRegex(text, r"opens? with.*pdc")
        self.evidence("rule with file and line, five processors, what"
                      " opens it")


class Line4Backfill(Week):
    def of(self, date):
        return self.journal.attempts(date, recovery="phase4_backfill")

    def test_the_16th(self):
        tries = self.of("2026-01-16")
        self.assertEqual([a["outcome"] for a in tries],
                         ["improved", "no_effect", "no_effect"])
        self.assertEqual(names(tries[0]["failing"]), ["pcf", "pdc"])
        for a in tries[1:]:
            self.assertEqual(names(a["failing"]), ["pcf"])
        self.evidence("; ".join(
            f"{shown(a['intent_at'], '%d %H:%M')} {' '.join(names(a['failing']))}"
            f" {a['outcome']}" for a in tries))

    def test_one_critical_message_says_that_it_stops(self):
        told = [m for m in self.journal.told(date="2026-01-16",
                                             kind="gave_up")
                if "phase4_backfill" in m["text"]]
        self.assertEqual([m["severity"] for m in told], ["critical"])
        self.evidence(f"{shown(told[0]['queued_at'])} {told[0]['title']}")

    def test_predict_of_the_16th_ran_degraded(self):
        row = self.journal.reached("2026-01-16", "predict", "done")
        self.assertIsNotNone(row)
        self.assertIn("degraded", names(row["marks"]))

    def test_the_18th(self):
        tries = self.of("2026-01-18")
        self.assertEqual([a["outcome"] for a in tries], ["recovered"])
        self.assertEqual(names(tries[0]["failing"]),
                         ["pcf", "pdc", "psza", "tdza"])
        row = self.journal.reached("2026-01-18", "predict", "done")
        self.assertIn("degraded", names(row["marks"]))
        self.evidence(f"{' '.join(names(tries[0]['failing']))} recovered,"
                      f" predict done {shown(row['at'])} degraded")


class Line5Retry(Week):
    def test_attempts_keep_to_the_plan(self):
        for date in DATES[:6]:
            tries = self.journal.attempts(date, recovery="bdl_retry")
            self.assertEqual([a["outcome"] for a in tries],
                             ["no_effect", "no_effect"], date)
            wait = tries[1]["intent_at"] - tries[0]["ended_at"]
            self.assertGreaterEqual(wait, 60_000)
            self.evidence(f"{date} {shown(tries[0]['intent_at'], '%H:%M:%S')}"
                          f" then {wait / 1000:.0f} s after its end, both"
                          " no_effect")

    def test_the_end_is_the_one_that_was_planned(self):
        for date in DATES[:6]:
            rows = self.journal.of("recovery", date, "bdl_retry")
            self.assertEqual(rows[-1]["data"]["ended"], "no_effect", date)
            self.assertEqual(rows[-1]["data"]["attempts"], 2)

    def test_the_plan_is_printed_with_its_ends(self):
        text = self.texts["plan"]
        for word in ("60", "attempts", "no effect"):
            self.assertIn(word, text.replace("no_effect", "no effect"))
        self.evidence(text.strip().splitlines()[0])

    def test_nothing_is_retried_on_the_19th(self):
        self.assertEqual(self.journal.attempts("2026-01-19",
                                               recovery="bdl_retry"), [])


class Line6Grading(Week):
    def test_deadlines_of_13_14_15_and_17_once_each(self):
        for date in ("2026-01-13", "2026-01-14", "2026-01-15",
                     "2026-01-17"):
            found = self.rooted(date, "grade")
            self.assertEqual(len(found), 1, date)
            self.at_clock(found[0][0]["at"], date, "15:00")
            self.assertEqual(len(self.notices(found[0], "opened")), 1, date)
            self.evidence(f"{date} opened {shown(found[0][0]['at'])}, once")

    def test_16_and_18_hang_under_the_root(self):
        for date in ("2026-01-16", "2026-01-18"):
            root = self.rooted(date, "precompute")[0][0]["data"]["number"]
            (breach, *_) = [e for e in self.journal.of("breach", date)
                            if e["data"]["subject"] == "grade"]
            self.at_clock(breach["at"], date, "15:00")
            self.assertTrue(breach["data"]["child"], date)
            self.assertEqual(breach["data"]["incident"], root)
            told = [m for m in self.journal.told(date=date)
                    if breach["at"] <= m["queued_at"] < breach["at"]
                    + SLACK]
            self.assertEqual(told, [], date)
            self.evidence(f"{date} {shown(breach['at'])} hangs under"
                          f" incident {root}, nobody told")


class Line7OverComplete(Week):
    def test_the_19th_is_over_complete(self):
        last = self.journal.of("check", "2026-01-19", "box_scores")[-1]
        row = last["data"]
        self.assertEqual((row["raw"], row["value"], row["expected"],
                          row["extra"]), ("warn", 3, 3, 5))
        text = self.texts["checks19"]
        line = next(x for x in text.splitlines() if "box_scores" in x)
        self.assertNotIn("267", text)
        self.assertRegex(line, r"over|more than|extra")
        self.evidence(" ".join(line.split()))


class Line8Incidents(Week):
    """The same whatever the warehouse is and wherever the work is done."""
    WANTED = [
        ("01-13", "box_score_alarm", "info warning"),
        ("01-13", "grade", "warning"),
        ("01-14", "box_score_alarm", "info warning"),
        ("01-14", "grade", "warning"),
        ("01-15", "box_score_alarm", "info warning critical"),
        ("01-15", "grade", "warning"),
        ("01-16", "box_score_alarm", "info warning"),
        ("01-16", "precompute", "warning critical"),
        ("01-17", "box_score_alarm", "info warning"),
        ("01-17", "grade", "warning"),
        ("01-18", "box_score_alarm", "info warning"),
        ("01-18", "grade", "warning"),
        ("01-18", "precompute", "warning"),
        ("01-19", "analytics", "warning critical")]
    maxDiff = None

    def test_these_and_no_others(self):
        found = sorted(
            (date[5:], rows[0]["data"]["root"],
             " ".join(s for at, s in self.steps(rows) if at <= ms(END)))
            for date in DATES
            for rows in self.journal.incidents(date).values()
            if rows[0]["at"] <= ms(END))
        self.assertEqual(found, self.WANTED)
        self.evidence(f"{len(found)} incidents")


LINES = (Line2Ladder, Line3Predict, Line4Backfill, Line5Retry,
         Line6Grading, Line7OverComplete, Line8Incidents)
