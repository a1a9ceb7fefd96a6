#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Gates in the real host, and how each plugin describes itself."""
import glob
import json
import os
import subprocess

from host import BUILD, HOST, Case, Plugin, main, refusal

FIVE = ("pdc", "psza", "pcf", "mlfs", "tdza")
ANCHOR = 1768640400000          # 2026-01-17 04:00 New York
HOUR = 3600000


def rows(*values, result=None, due=None):
    return [{"name": n, "item": n, "value": v, "age_ms": 24000, "due": due,
             "missing": -1,
             "result": result or ("pass" if v else "fail")}
            for n, v in zip(FIVE, values)]


class Gates(Case):
    def test_the_quorum_of_january_16(self):
        with Plugin("gate", "quorum", {"need": 3,
                                       "require": ["pdc", "mlfs"]}) as p:
            r = p.call(inputs=rows(0, 442, 0, 170, 30))
            self.assertEqual((r["verdict"], r["severity"]),
                             ("blocked", "critical"))
            self.assertEqual(r["opens_with"], ["pdc"])
            self.assertEqual(r["reasons"], [
                "3 of 5 present, 3 needed; required but absent: pdc",
                "pdc fails: 0", "pcf fails: 0"])
            r = p.call(inputs=rows(151, 442, 0, 170, 30))
            self.assertEqual((r["verdict"], r["severity"]),
                             ("degraded", "warning"))
            r = p.call(inputs=rows(0, 0, 0, 0, 0, result="not_due",
                                   due=1768647600001))
            self.assertEqual((r["verdict"], r["next_change"]),
                             ("waiting", 1768647600001))

    def test_the_ladder_of_january_15(self):
        steps = [{"at": "+6h", "below": "100%", "severity": "info"},
                 {"at": "+12h", "below": "90%", "severity": "warning"},
                 {"at": "+24h", "below": "50%", "severity": "critical"}]
        one = [{"name": "box_scores", "result": "fail", "value": 1,
                "expected": 9, "missing": 8, "age_ms": 1}]
        said = []
        with Plugin("gate", "ladder", {"steps": steps}) as p:
            for hours in (5, 6, 12, 24):
                r = p.call(inputs=one, anchor=ANCHOR,
                           now_ms=ANCHOR + hours * HOUR)
                said.append((r["severity"], r["verdict"],
                             r.get("next_change")))
        self.assertEqual(said, [
            ("none", "open", ANCHOR + 6 * HOUR),
            ("info", "degraded", ANCHOR + 12 * HOUR),
            ("warning", "degraded", ANCHOR + 24 * HOUR),
            ("critical", "blocked", None)])
        self.assertEqual(r["reasons"],
                         ["box_scores: 1 of 9 (11 %), below 50 % at +24h"])
        steps[0]["at"] = "+1d 11:00"
        self.assertIn("steps[1].at = '+1d 11:00'",
                      refusal("gate", "ladder", {"steps": steps}))

    def test_tables_and_ledger(self):
        def two(tables, ledger):
            return [{"name": n, "item": n, "value": v, "expected": 5,
                     "missing": 5 - v, "age_ms": 1,
                     "result": "pass" if v == 5 else "fail"}
                    for n, v in (("tables", tables), ("ledger", ledger))]
        with Plugin("gate", "reconcile", {"decides": "ledger"}) as p:
            self.assertEqual(p.call(inputs=two(5, 5))["verdict"], "open")
            r = p.call(inputs=two(5, 2))
            self.assertEqual((r["verdict"], r["severity"]),
                             ("blocked", "critical"))
            self.assertEqual(r["reasons"][0], "ledger says 2 of 5, tables "
                             "says 5 of 5: they differ by 3 (tolerance 0); "
                             "ledger decides")
        self.assertIn("tolerance = 'some'", refusal(
            "gate", "reconcile", {"decides": "ledger", "tolerance": "some"}))

    def test_all_and_any(self):
        with Plugin("gate", "all") as p:
            self.assertEqual(p.call(inputs=rows(1, 0))["verdict"], "blocked")
            self.assertEqual(p.call()["verdict"], "unknown")
        with Plugin("gate", "any") as p:
            self.assertEqual(p.call(inputs=rows(0, 1))["verdict"], "open")


class Descriptions(Case):
    def test_each_says_what_it_is(self):
        found = glob.glob(os.path.join(BUILD, "plugins", "*", ".libs",
                                       "*.so"))
        self.assertGreaterEqual(len(found), 15)
        for path in found:
            d = json.loads(subprocess.run(
                [HOST, "--describe", path], check=True, text=True,
                capture_output=True).stdout)
            self.assertEqual(f"{d['kind']}-{d['name']}.so",
                             os.path.basename(path))
            self.assertTrue(d["summary"])
            self.options(path, d["options"])

    def options(self, path, options):
        for o in options:
            self.assertTrue(o["help"], f"{path}: {o['name']}")
            self.assertFalse(o["help"].endswith("."), o["help"])
            if o["type"] == "enum" and not o.get("required"):
                self.assertIn(o["default"].strip('"'), o["choices"])
            self.options(path, o.get("members") or [])


if __name__ == "__main__":
    main()
