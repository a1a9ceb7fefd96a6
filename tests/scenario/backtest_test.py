#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Two configurations over one history.

The first rules of the sample's pipeline, taken by the letter, against the
sample's own: over the recorded season, where each critical of the literal
rule is classified by rules that are written down here a second time, from
the record's own columns; and over the week that ships with the sample, for
everybody.

The season's record lies beside the source tree, in ../shared/domain/data
(or where GATEWARDEN_DOMAIN_DATA says), and not in it: without it those tests
are skipped.
"""
import collections
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NBA = os.path.join(TOP, "conf.d", "nba")
SAMPLE = os.path.join(NBA, "sample")
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
sys.path.insert(0, os.path.join(NBA, "lib"))

sys.path.insert(0, HERE)

from season_test import FACTS, deserved, record         # noqa: E402
from stage import Stage, program                       # noqa: E402

# Owed from this day of the season on.
WARM = {"pdc": 14, "pcf": 14, "psza": 17, "tdza": 26}
# The record was written on the morning of this date.
PARTIAL = "2026-01-26"
LITERAL = os.path.join(SAMPLE, "literal.conf")
PAIR = ("--conf", LITERAL, "--against", NBA,
        "--scenario", os.path.join(SAMPLE, "literal.scenario"),
        "--against-scenario", os.path.join(SAMPLE, "season.scenario"))
WEEK = (*PAIR, "--facts", os.path.join(SAMPLE, "january.csv"))
LABELS = os.path.join(SAMPLE, "january-labels.csv")


class Backtest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        stage = Stage(BUILD, cls.tmp.name, 1)
        os.makedirs(stage.plugins)
        stage.link_plugins()
        cls.plugins = stage.plugins

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    @classmethod
    def call(cls, *words):
        return subprocess.run(
            [program(BUILD, "gatewarden"), "backtest", "--plugin-dir",
             cls.plugins, "--host", program(BUILD, "gatewarden-host"),
             *words], capture_output=True, text=True, check=False,
            timeout=120)

    @classmethod
    def text(cls, *words):
        p = cls.call(*words)
        if p.returncode != 0:
            raise AssertionError(f"exit {p.returncode}\n{p.stderr}")
        return p.stdout

    @classmethod
    def run_json(cls, *words):
        return json.loads(cls.text(*words, "--json"))

    @classmethod
    def put(cls, name, text):
        path = os.path.join(cls.tmp.name, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def refused(self, *words, code=1):
        p = self.call(*words)
        self.assertEqual(p.returncode, code, p.stderr)
        self.assertEqual(p.stdout, "")
        return p.stderr


def firings(side, name):
    return [f for f in side["firings"] if f["name"] == name]


# ---- the season

def rows(r, processor):
    return r[processor + "_rows"] or 0


def literally_critical(r):
    """Fewer than three of those that were recorded, or the critical one."""
    present = [p for p in WARM if rows(r, p) > 0]
    return len(present) < 3 or "pdc" not in present


def classify(r):
    """What a day on which the literal rule is critical really was."""
    if r["games_scheduled"] == 0:
        return "idle", "false", "nobody played"
    if r["date"] == PARTIAL:
        return "partial", "false", "recorded hours before the first game"
    absent = [p for p in WARM if rows(r, p) == 0]
    owed = [p for p in absent if r["season_day"] >= WARM[p]]
    if not owed:
        return ("warm-up", "false", f"day {r['season_day']}: "
                f"{' '.join(absent)} owe nothing yet")
    return "true", "true", f"no rows of {' '.join(owed)}"


def other_facts(r):
    """{rule: fact} of what else is true of a date, for either side's rules;
    what isn't listed is not true."""
    games = r["games_scheduled"]
    if games == 0 or r["date"] == PARTIAL:
        return {}
    facts = deserved(r)
    if r["bdl_games"] < games:
        facts["box_score_alarm"] = (f"{r['bdl_games']} of {games} games, "
                                    "from this source")
    # 17 to 66 contexts a game have been normal
    if (r["player_game_summary_rows"] < 0.8 * 21 * games
            or r["team_defense_rows"] < 0.8 * 2 * games
            or r["upcoming_player_context_rows"] < 17 * games):
        facts["phase3_validation"] = "a table of it lacks more than it may"
    return facts


def labels(table):
    """All of them, as a file of labels."""
    for date, r in table.items():
        facts = other_facts(r)
        yield date, "*", "false", "nothing was wrong with it"
        for rule, fact in facts.items():
            yield date, rule, "true", fact
        if literally_critical(r):
            kind, label, note = classify(r)
            yield date, "phase4_failure", label, f"{kind}: {note}"


@unittest.skipUnless(os.path.exists(FACTS), f"no {FACTS} (set "
                     "GATEWARDEN_DOMAIN_DATA)")
class Season(Backtest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = record()
        cls.critical = {d: classify(r) for d, r in cls.record.items()
                        if literally_critical(r)}
        cls.labels = os.path.join(cls.tmp.name, "labels.csv")
        # the last one of a date and rule counts
        rows_ = {x[:2]: x for x in labels(cls.record)}
        with open(cls.labels, "w", encoding="utf-8", newline="") as f:
            csv.writer(f).writerows([("date", "rule", "label", "note"),
                                     *rows_.values()])
        cls.words = (*PAIR, "--facts", FACTS)
        cls.season = cls.run_json(*cls.words, "--labels", cls.labels)
        cls.candidate = cls.season["candidate"]
        cls.against = cls.season["against"]

    def test_21_days_2_of_them_idle(self):
        self.assertEqual(len(self.record), 98)
        found = {f["date"] for f in firings(self.candidate, "phase4_failure")
                 if f["severity"] == "critical"}
        self.assertEqual(found, set(self.critical))
        self.assertEqual(len(found), 21)
        self.assertEqual({d for d in found
                          if self.record[d]["games_scheduled"] == 0},
                         {"2025-11-27", "2025-12-24"})

    def test_each_is_classified(self):
        kinds = collections.Counter(k for k, _, _ in self.critical.values())
        self.assertEqual(kinds, {"warm-up": 17, "idle": 2, "true": 1,
                                 "partial": 1})
        for f in self.candidate["findings"]:
            if f["root"] != "phase4_failure" or f["severity"] != "critical":
                continue
            kind, label, note = self.critical[f["date"]]
            self.assertEqual((f["label"], f["because"]),
                             (label, f"{kind}: {note}"))
            print(f"{f['date']}  {kind:8}  {label:5}  {note}")

    def test_most_are_false_by_definition(self):
        """Without labels: the calendar and the warm-up of the other say so;
        what is left is unknown, and counted neither way."""
        r = self.run_json(*self.words)["candidate"]
        for f in firings(r, "phase4_failure"):
            if f["severity"] != "critical":
                continue
            kind = self.critical[f["date"]][0]
            self.assertEqual(f["label"], "false" if kind in (
                "idle", "warm-up") else "unknown", f)
        self.assertEqual(r["totals"]["critical"],
                         {"all": 23, "false": 21, "true": 0, "unknown": 2})

    def test_both_rows(self):
        """How many criticals, how many false, how many messages a day."""
        self.assertEqual(self.candidate["totals"]["critical"],
                         {"all": 23, "false": 22, "true": 1, "unknown": 0})
        self.assertEqual(self.against["totals"]["critical"],
                         {"all": 3, "false": 0, "true": 3, "unknown": 0})
        self.assertEqual(self.against["totals"]["findings"],
                         {"all": 16, "false": 0, "true": 16, "unknown": 0})
        self.assertGreater(self.candidate["messages"]["per_day"],
                           3 * self.against["messages"]["per_day"])
        difference = self.season["difference"]
        self.assertEqual(difference["totals"]["critical"]["all"], 20)
        self.assertEqual(difference["totals"]["critical"]["false"], 22)
        table = re.search(r"\n +findings.*?\n\n", self.text(
            *self.words, "--labels", self.labels), re.S)[0]
        print(table)
        rows_ = {x.split()[0]: x.split()[1:] for x in table.splitlines()
                 if x and not x.startswith(" ")}
        self.assertEqual(set(rows_), {"candidate", "against", "difference"})
        self.assertEqual(rows_["candidate"][4:8], ["23", "22", "1", "0"])
        self.assertEqual(rows_["against"][4:8], ["3", "0", "3", "0"])
        self.assertEqual(rows_["difference"][4], "+20")

    def test_the_documentation_lists_them(self):
        with open(os.path.join(TOP, "docs", "backtest.md"),
                  encoding="utf-8") as f:
            text = f.read()
        listed = re.findall(r"^\| (2\S+)(?: to (\S+))? \| ([\w-]+) \|", text,
                            re.M)
        dates = {}
        for first, last, kind in listed:
            for d in self.record:
                if first <= d <= (last or first):
                    dates[d] = kind
        self.assertEqual(dates, {d: kind for d, (kind, _, _)
                                 in self.critical.items()})
        for side in ("candidate", "against"):
            n, m = self.season[side]["totals"], self.season[side]["messages"]
            self.assertRegex(text, r"%s +%d +%d +%d +0 +%d +%d +%d +0 +%d"
                             r" +%.2f" % (
                                 side, *(n[k][c] for k in (
                                     "findings", "critical")
                                     for c in ("all", "false", "true")),
                                 m["all"], m["per_day"]))

    def test_the_true_one_is_found_by_both(self):
        (true,) = [d for d, (_, label, _) in self.critical.items()
                   if label == "true"]
        for side in (self.candidate, self.against):
            self.assertNotIn((true, "phase4_failure"), [
                (m["date"], m["rule"]) for m in side["missed"]])
            self.assertEqual([f["label"] for f in firings(
                side, "phase4_failure") if f["date"] == true], ["true"])

    def test_what_is_blocked(self):
        """By the letter to the end: nothing opens it again."""
        (predict,) = [p for p in self.candidate["phases"]
                      if p["phase"] == "predict"]
        self.assertEqual((predict["dates"], predict["open"]), (21, 21))
        # by the sample's own, where the sources are not whole, until it ran
        # all the same; not for the moments in which verdicts are made
        (analytics,) = [p for p in self.against["phases"]
                        if p["phase"] == "analytics"]
        self.assertEqual(analytics["dates"], sum(
            0 < r["games_scheduled"] > max(r["bdl_games"],
                                           r["gamebook_games"])
            for d, r in self.record.items() if d != PARTIAL))
        known = [d for d, (k, _, _) in self.critical.items()
                 if k == "warm-up"]
        self.assertTrue(set(known) & {d for d, r in self.record.items()
                                      if r["players_predicted"]},
                        "it would have blocked days that were predicted")


# ---- the week that ships with the sample

class Week(Backtest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.week = cls.run_json(*WEEK, "--labels", LABELS)

    def test_delays(self):
        """Since it was due, on both sides, and how long it took then."""
        for word, hours in (("candidate", 6), ("against", 4)):
            found = firings(self.week[word], "box_score_alarm")
            self.assertEqual(len(found), 6)
            for f in found:
                self.assertEqual(round(f["delay_ms"] / 3600000), hours)
                self.assertEqual(f["historical_ms"], 120 * 3600000)
                self.assertEqual(f["label"], "true")
        text = self.text(*WEEK, "--labels", LABELS)
        self.assertRegex(text, r"2026-01-16  phase4_failure +0s +1h +2d ")

    def test_rules_say_where_they_stand(self):
        rule = {r["name"]: r for r in self.week["candidate"]["rules"]
                if r["kind"] == "alarm"}["phase4_failure"]
        with open(LITERAL, encoding="utf-8") as f:
            line = 1 + [i for i, x in enumerate(f)
                        if 'name = "phase4_failure"' in x][0]
        self.assertEqual(rule["rule"], f"literal.conf:{line}")
        self.assertEqual((rule["fired"], rule["critical"], rule["true"]),
                         (2, 2, 2))
        self.assertEqual(rule["first"], min(
            f["at"] for f in firings(self.week["candidate"],
                                     "phase4_failure")))

    def test_what_can_not_be_known(self):
        """Counted, and counted as nothing else."""
        unknowable = {(u["what"], u.get("name")): u["count"]
                      for u in self.week["against"]["unknowable"]}
        self.assertEqual(unknowable["check", "mlfs"], 6)
        starts = {s["name"]: s for s in self.week["against"]["starts"]}
        retry = starts["bdl_retry"]
        self.assertEqual(retry["outcomes"], {"unknowable":
                                             retry["attempts"]})
        self.assertEqual(unknowable["recovery", "bdl_retry"],
                         retry["attempts"])
        self.assertEqual(starts["predict"]["outcomes"],
                         {"done": starts["predict"]["attempts"]})
        rule = {r["name"]: r for r in self.week["against"]["rules"]
                if r["kind"] == "alarm"}["phase4_failure"]
        self.assertEqual(rule["rests_on"], ["mlfs"])
        self.assertEqual(rule["unknowable"], 6 - rule["fired"])
        self.assertNotIn("unknowable", {
            r["name"]: r for r in self.week["candidate"]["rules"]
            if r["kind"] == "alarm"}["phase4_failure"])

    def test_what_nothing_measured_is_no_error(self):
        """A check of the candidate's that history never had."""
        with open(LITERAL, encoding="utf-8") as f:
            text = f.read()
        path = self.put("more.conf", text.replace(
            "checks = (\n", 'checks = (\n  { name = "novel";  plugin = '
            '"sql";  min = 1;  value = "SELECT 0"; },\n', 1).replace(
            "alarms = (\n", 'alarms = (\n  { name = "novelty";  plugin = '
            '"all";  inputs = "novel"; },\n', 1))
        r = self.run_json("--conf", path, *WEEK[2:])["candidate"]
        self.assertIn({"what": "check", "name": "novel", "count": 6, "why":
                       "dates: not measured, taken to pass"},
                      r["unknowable"])
        rule = {x["name"]: x for x in r["rules"]}["novelty"]
        self.assertEqual((rule["fired"], rule["unknowable"]), (0, 6))

    def test_messages_a_day(self):
        m = self.week["candidate"]["messages"]
        self.assertEqual(m["per_day"], round(m["all"] / m["days"], 2))
        self.assertGreaterEqual(m["most"], m["per_day"])
        self.assertEqual(datetime.date.fromisoformat(m["most_on"]).month, 1)

    def test_the_same_twice(self):
        self.assertEqual(self.week, self.run_json(*WEEK, "--labels", LABELS))
        text = self.text(*WEEK)
        for side in ("candidate", "against"):
            self.assertIn(self.week[side]["journal"]["hash"], text)

    def test_against_itself_nothing_differs(self):
        r = self.run_json("--conf", LITERAL, "--against", LITERAL,
                          *WEEK[4:6], *WEEK[-2:])
        self.assertEqual(r["candidate"]["journal"], r["against"]["journal"])
        for part in ("rules", "phases", "starts"):
            self.assertEqual(r["difference"][part], [])
        self.assertFalse(any(r["difference"]["findings"].values()))

    def test_lines(self):
        lines = [json.loads(x) for x in self.text(
            *WEEK, "--jsonl").splitlines()]
        self.assertEqual({x["type"] for x in lines}, {
            "finding", "firing", "rule", "unknowable", "summary"})
        self.assertEqual(lines[-1]["type"], "summary")
        self.assertEqual(sum(x["type"] == "finding" and x["side"] ==
                             "candidate" for x in lines),
                         len(self.week["candidate"]["findings"]))

    def test_part_of_it(self):
        r = self.run_json(*WEEK, "--from", "2026-01-15", "--to",
                          "2026-01-16")
        self.assertEqual((r["from"], r["to"], r["dates"]),
                         ("2026-01-15", "2026-01-16", 2))
        self.assertLessEqual({f["date"] for f in r["against"]["findings"]},
                             {"2026-01-15", "2026-01-16"})
        r = self.run_json(*WEEK, "--last", "2")
        self.assertEqual((r["from"], r["dates"]), ("2026-01-17", 2))

    # ---- labels

    def test_a_label_is_stronger_than_a_calendar(self):
        labels = self.put("some.csv", "2026-01-13,*,unknown,who knows\n"
                          "2026-01-13,box_score_alarm,false,\n"
                          "2026-01-14,box_score_alarm,true,,36h\n"
                          "2026-01-14,phase4_failure,true,not found\n")
        r = self.run_json(*WEEK, "--labels", labels)
        found = {f["date"]: f for f in firings(r["candidate"],
                                               "box_score_alarm")}
        self.assertEqual(found["2026-01-13"]["label"], "false")
        self.assertEqual(found["2026-01-14"]["historical_ms"], 129600000)
        self.assertEqual(found["2026-01-15"]["label"], "unknown")
        for side in ("candidate", "against"):
            self.assertEqual([(m["date"], m["rule"])
                              for m in r[side]["missed"]],
                             [("2026-01-14", "phase4_failure")])

    def test_wrong_labels(self):
        labels = self.put("wrong.csv", "date,rule,label\n"
                          "2026-01-33,*,true\n2026-01-13,*,maybe\n")
        said = self.refused(*WEEK, "--labels", labels)
        self.assertIn("wrong.csv:2: '2026-01-33' is no date", said)
        self.assertIn("wrong.csv:3: 'maybe' is no label", said)
        labels = self.put("wrong.csv", "day,verdict\n2026-01-13,true\n")
        self.assertIn("has no column 'date'", self.refused(
            *WEEK, "--labels", labels))

    # ---- what is wrong with it

    def test_wrong_names_are_found(self):
        """Of a scenario that both share: unknown to both is a mistake, to
        one of them it is left out."""
        with open(os.path.join(SAMPLE, "season.scenario"),
                  encoding="utf-8") as f:
            text = f.read()
        shared = self.put("shared.scenario", text.replace(
            'check = "pdc"', 'check = "pdq"'))
        self.assertIn("there is no check 'pdq'", self.refused(
            "--conf", LITERAL, "--against", NBA, "--scenario", shared,
            *WEEK[-2:]))
        shared = self.put("shared.scenario", text)
        r = self.run_json("--conf", LITERAL, "--against", NBA,
                          "--scenario", shared, *WEEK[-2:])
        left = {u["what"]: u["count"] for u in r["candidate"]["unknowable"]}
        # games, gamebooks, mlfs, published, graded; and three actions
        self.assertEqual(left["scenario"], 8)

    def test_exit_codes(self):
        self.assertIn("needs", self.refused("--facts", "x", code=2))
        self.assertIn("no date", self.refused(*WEEK, "--from",
                                              "2026-02-30"))
        self.refused("--conf", self.tmp.name + "/none", *WEEK[2:])
        self.refused(*PAIR, "--facts", self.tmp.name + "/none.csv")
        self.refused("--socket", self.tmp.name + "/none", *PAIR, code=3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
