#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The recorded season, played through the sample's configuration.

98 days as they were written down, against what they deserve. What each date
deserves is worked out here from the record's own columns, by rules written
down a second time and on their own: the simulation has to find that and
nothing else, and each finding is printed with the fact that justifies it.

The record lies beside the source tree, in ../shared/domain/data (or where
GATEWARDEN_DOMAIN_DATA says), and not in it: without it this is skipped (77).
"""
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import zoneinfo

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NBA = os.path.join(TOP, "conf.d", "nba")
SCENARIO = os.path.join(NBA, "sample", "season.scenario")
DATA = os.environ.get("GATEWARDEN_DOMAIN_DATA") or os.path.join(
    os.path.dirname(TOP), "shared", "domain", "data")
FACTS = os.path.join(DATA, "season_2025_26_daily_facts.csv")
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
ZONE = zoneinfo.ZoneInfo("America/New_York")
sys.path.insert(0, os.path.join(NBA, "lib"))

from stage import Stage, program                       # noqa: E402

# Owed from this day of the season on.
WARM = {"pdc": 14, "pcf": 14, "psza": 17, "tdza": 26, "predicted": 14}
# The phases that wait for them, and the alarms about these.
LATER = {"precompute", "predict", "publish", "grade", "phase4_failure"}

# Every finding that there is: date, what it is rooted at, and the severity
# that it comes to.
FINDINGS = {
    ("2025-10-22", "analytics", "phase"): "warning",
    ("2025-10-24", "analytics", "phase"): "warning",
    ("2025-10-25", "analytics", "phase"): "warning",
    ("2025-10-26", "analytics", "phase"): "warning",
    ("2025-11-10", "predict", "phase"): "critical",
    ("2025-11-17", "context_alarm", "alarm"): "warning",
    ("2025-12-15", "context_alarm", "alarm"): "warning",
    ("2026-01-08", "raw", "phase"): "warning",
    ("2026-01-08", "analytics", "bypass"): "warning",
    ("2026-01-23", "phase4_failure", "alarm"): "critical",
    ("2026-01-24", "raw", "phase"): "warning",
    ("2026-01-24", "analytics", "bypass"): "warning",
    ("2026-01-24", "phase4_failure", "alarm"): "critical",
    ("2026-01-25", "raw", "phase"): "warning",
    ("2026-01-25", "precompute", "bypass"): "warning",
    ("2026-01-25", "phase4_failure", "alarm"): "warning",
}


def record():
    with open(FACTS, encoding="utf-8") as f:
        return {r["date"]: {k: int(v) if re.fullmatch(r"\d+", v or "") else v
                            for k, v in r.items()}
                for r in csv.DictReader(f)}


def whole(r):
    return max(r["bdl_games"], r["gamebook_games"]) >= r["games_scheduled"]


def analysed(r):
    games = r["games_scheduled"]
    return (r["player_game_summary_rows"] >= 0.8 * 21 * games
            and r["team_defense_rows"] >= 0.8 * 2 * games)


def absent(r):
    """The processors that are owed and have no rows."""
    return [p for p in ("pdc", "psza", "pcf", "tdza")
            if r["season_day"] >= WARM[p] and r[p + "_rows"] == 0]


def deserved(r):
    """{what a finding may be about: the fact}; empty: none is deserved."""
    games, facts = r["games_scheduled"], {}
    if games == 0:
        return facts
    if not whole(r):
        facts["raw"] = (f"the better source has {r['bdl_games']} of {games} "
                        f"games, the other {r['gamebook_games']}")
        if analysed(r):
            facts["analytics"] = (
                f"{r['player_game_summary_rows']} rows of players stand "
                "there, made from games that are not whole")
    if whole(r) and not analysed(r):
        facts["analytics"] = (
            f"{r['player_game_summary_rows']} rows of players for {games} "
            f"games, {r['team_defense_rows']} of teams")
    if 100 * r["upcoming_player_context_rows"] < 50 * 33 * games:
        facts["context_alarm"] = (
            f"{r['upcoming_player_context_rows']} rows of contexts for "
            f"{games} games, 33 a game are usual")
    if absent(r):
        facts["phase4_failure"] = f"no rows of {', '.join(absent(r))}"
    if not whole(r) and not analysed(r) and r["pdc_rows"] > 0:
        facts["precompute"] = (
            f"{r['pdc_rows']} rows of pdc stand there, made from "
            f"{r['player_game_summary_rows']} rows of players")
    if r["season_day"] >= WARM["predicted"] and not r["players_predicted"]:
        facts["predict"] = "0 players predicted, after all else had come"
    return facts


def instant(text):
    return datetime.datetime.fromisoformat(text)


class Season(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        stage = Stage(BUILD, cls.tmp.name, 1)
        os.makedirs(stage.plugins)
        stage.link_plugins()
        cls.plugins = stage.plugins
        cls.record = record()
        cls.season = cls.simulate()
        cls.findings = cls.season["findings"]

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    @classmethod
    def run_program(cls, *words, scenario=SCENARIO, fmt="--json"):
        p = subprocess.run(
            [program(BUILD, "gatewarden"), "simulate", NBA, "--facts", FACTS,
             "--scenario", scenario, "--plugin-dir", cls.plugins, "--host",
             program(BUILD, "gatewarden-host"), fmt, *words],
            capture_output=True, text=True, check=False)
        if p.returncode != 0:
            raise AssertionError(f"exit {p.returncode}\n{p.stderr}")
        return p.stdout

    @classmethod
    def simulate(cls, *words, **more):
        return json.loads(cls.run_program(*words, **more))

    def with_scenario(self, old, new):
        with open(SCENARIO, encoding="utf-8") as f:
            text = f.read()
        self.assertIn(old, text)
        path = os.path.join(self.tmp.name, "other.scenario")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(old, new))
        return path

    # ---- what is found, and why

    def test_the_findings_are_these(self):
        found = {(f["date"], f["root"], f["kind"]): f["severity"]
                 for f in self.findings}
        self.assertEqual(found, FINDINGS)
        self.assertEqual(len(found), len(self.findings))

    def test_each_is_justified_by_a_fact(self):
        for f in self.findings:
            facts = deserved(self.record[f["date"]])
            self.assertIn(f["root"], facts, f)
            print(f"{f['date']}  {f['severity']:8}  {f['title']}: "
                  f"{facts[f['root']]}  [{f['rule']}]")

    def test_each_deserved_date_has_one_and_no_other(self):
        found = {f["date"] for f in self.findings}
        for date, r in self.record.items():
            if date == "2026-01-26":
                continue
            self.assertEqual(bool(deserved(r)), date in found, (date, r))
        self.assertEqual(len(self.record), 98)

    def test_the_documentation_lists_them(self):
        with open(os.path.join(TOP, "docs", "season.md"),
                  encoding="utf-8") as f:
            rows = re.findall(r"^\| (2\S+) \| `(\w+)` (bypassed|)[^|]*\|"
                              r" (\w+) \|", f.read(), re.M)
        self.assertEqual(
            [(date, root, severity) for date, root, _, severity in rows],
            [(date, root, severity) for (date, root, _), severity
             in FINDINGS.items()])
        self.assertEqual(
            [(date, root) for date, root, how, _ in rows if how],
            [(date, root) for date, root, kind in FINDINGS
             if kind == "bypass"])

    def test_the_sample_expects_them(self):
        """The same as a scenario that anyone with the record can play."""
        r = self.simulate(scenario=os.path.join(
            NBA, "sample", "season-expected.scenario"))
        self.assertEqual(r["unmet"], 0)
        self.assertEqual(r["findings"], self.findings)
        expected = [re.fullmatch(r"finding (\w+), kind (\w+), date (\S+), "
                                 r"severity (\w+)", e["expected"])
                    for e in r["expectations"]]
        self.assertEqual({(m[3], m[1], m[2]): m[4] for m in expected if m},
                         FINDINGS)

    def test_nothing_on_idle_days(self):
        idle = [d for d, r in self.record.items()
                if r["games_scheduled"] == 0]
        self.assertEqual(idle, ["2025-11-27", "2025-12-24"])
        self.assertEqual(self.season["counts"]["idle"], len(idle))
        for f in self.findings:
            self.assertNotIn(f["date"], idle)

    def test_nothing_of_what_warms_up(self):
        for f in self.findings:
            day = self.record[f["date"]]["season_day"]
            if day < 14:
                self.assertNotIn(f["root"], LATER, f)
                self.assertFalse({x["subject"] for x in f["follows"]} &
                                 LATER, f)
            for cause in f["cause"]:
                self.assertGreaterEqual(day, WARM.get(cause["check"], 0), f)

    def test_sources_are_judged_by_the_better_one(self):
        """Gamebooks alone lack games on more than fifty dates."""
        lacking = [d for d, r in self.record.items() if r["games_scheduled"]
                   and r["gamebook_games"] < r["games_scheduled"]]
        self.assertGreater(len(lacking), 50)
        raw = {f["date"] for f in self.findings if f["root"] == "raw"}
        self.assertEqual(raw, {"2026-01-08", "2026-01-24", "2026-01-25"})
        self.assertEqual(raw, {d for d, r in self.record.items()
                               if r["games_scheduled"] and not whole(r)
                               and d != "2026-01-26"})

    # ---- the last date, whose facts had not come yet

    def test_the_last_date_is_not_due(self):
        self.assertFalse([f for f in self.findings
                          if f["date"] >= "2026-01-26"])

    def test_beyond_the_record_it_speaks_when_it_is_due(self):
        """Taken for what they are not, the zeros of the last date are found:
        not a minute before they would have been due."""
        due = {"raw": "2026-01-27T06:00", "context_alarm":
               "2026-01-27T12:00", "phase4_failure": "2026-01-27T12:00"}
        r = self.simulate("--from", "2026-01-25", "--until",
                          "2026-01-27 20:00")
        late = [f for f in r["findings"] if f["date"] == "2026-01-26"]
        self.assertIn("raw", {f["root"] for f in late})
        for f in late:
            at = datetime.datetime.fromisoformat(due[f["root"]]).replace(
                tzinfo=ZONE)
            self.assertGreaterEqual(instant(f["since"]), at, f)

    # ---- what would have been told and done

    def test_one_conversation_each(self):
        opened = [m["incident"] for m in self.season["messages"]
                  if m["kind"] == "opened"]
        self.assertEqual(sorted(opened), sorted(f["incident"]
                                                for f in self.findings))
        self.assertEqual(sum(f["told"] for f in self.findings),
                         len(self.season["messages"]))
        last = {}
        for m in self.season["messages"]:
            at = instant(m["at"])
            if m["kind"] == "reminder":
                self.assertGreaterEqual(at - last[m["incident"]],
                                        datetime.timedelta(days=2, hours=23))
            last[m["incident"]] = at

    def test_nothing_runs_on_nothing(self):
        """Predictions are started once where they come, thrice where they
        don't, and never in warm-up or on idle days."""
        starts = {s.get("phase") or s["recovery"]: s
                  for s in self.season["starts"]}
        owed = [d for d, r in self.record.items() if r["games_scheduled"] and
                r["season_day"] >= 14 and d != "2026-01-26"]
        self.assertEqual(starts["predict"]["dates"], len(owed))
        self.assertEqual(starts["predict"]["outcomes"],
                         {"done": len(owed) - 1, "not_done": 3})
        self.assertEqual(starts["publish"]["dates"], len(owed) - 1)
        # the model of a repair is that it changes nothing: two tries each
        for name in ("bdl_retry", "phase4_backfill"):
            self.assertEqual(starts[name]["outcomes"],
                             {"no_effect": 2 * starts[name]["dates"]})

    def test_what_was_assumed_is_said(self):
        assumed = {a["check"]: a["answers"] for a in self.season["assumed"]}
        self.assertEqual(set(assumed), {"mlfs", "published", "graded"})
        self.assertGreater(min(assumed.values()), 1000)
        text = self.run_program("--from", "2026-01-20", fmt="--timeline")
        self.assertIn("mlfs passes: not measured", text)

    # ---- the simulation itself

    def test_the_same_input_gives_the_same_journal(self):
        a = self.simulate("--from", "2026-01-20")
        self.assertEqual(a, self.simulate("--from", "2026-01-20"))
        other = self.with_scenario('takes = "4m"', 'takes = "5m"')
        b = self.simulate("--from", "2026-01-20", scenario=other)
        self.assertNotEqual(a["journal"]["hash"], b["journal"]["hash"])
        self.assertEqual(len(a["findings"]), len(b["findings"]))

    def test_a_repair_that_helps_is_proved(self):
        """With a backfill that makes what it is asked for, two of the three
        dates with missing processors end well, without a word. The third is
        not repaired: what it would be made from is not there."""
        other = self.with_scenario(
            '{ name = "process_date";     takes = "5m"; }',
            '{ name = "process_date";  takes = "5m";'
            ' makes = ("psza", "pcf", "tdza"); }')
        r = self.simulate("--from", "2026-01-20", scenario=other)
        starts = {s.get("recovery"): s for s in r["starts"]}
        self.assertEqual(starts["phase4_backfill"]["outcomes"],
                         {"recovered": 2})
        self.assertEqual([f["date"] for f in r["findings"]
                          if f["root"] == "phase4_failure"], ["2026-01-25"])

    def test_lines(self):
        lines = [json.loads(x) for x in self.run_program(
            "--from", "2026-01-22", "--timeline", fmt="--jsonl").splitlines()]
        kinds = {x["type"] for x in lines}
        self.assertEqual(kinds, {"line", "finding", "message", "summary"})
        self.assertEqual(lines[-1]["type"], "summary")
        told = [x for x in lines if x["type"] == "line" and
                x["kind"] == "told"]
        self.assertEqual(len(told), sum(x["type"] == "message"
                                        for x in lines))
        self.assertEqual([x["at"] for x in lines if x["type"] == "line"],
                         sorted(x["at"] for x in lines
                                if x["type"] == "line"))


def main():
    if not os.path.exists(FACTS):
        print(f"skipped: no {FACTS} (set GATEWARDEN_DOMAIN_DATA)")
        return 77
    unittest.main(argv=sys.argv[:1], verbosity=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
