#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with a table that vanishes for a while: a probe fails,
which is no reading of the data.
"""
from trouble import Trouble, main           # first: it says where lib is

import findings
from journal import Journal
from play import Play
from stage import instant, shown


class Line8QueryError(Trouble):
    """A table is gone for a while on the morning of the 15th."""

    def vanish(self, _stage, e):
        if not (e["kind"] == "phase" and e.get("date") == "2026-01-14"
                and e.get("subject") == "analytics"
                and e["data"].get("state") == "done"):
            return False
        self.sql("ALTER TABLE player_daily_cache RENAME TO gone")
        self.gone = instant(e["at"])
        return True

    def appear(self, _stage, e):
        if not (e["kind"] == "incident"
                and e["data"].get("kind") == "probe"):
            return False
        self.sql("ALTER TABLE gone RENAME TO player_daily_cache")
        self.back = instant(e["at"])
        return True

    def test_a_failing_probe_closes_and_heals(self):
        until = findings.due("2026-01-14", "16:00")
        Play(self.stage, cues=(self.vanish, self.appear)).until(until)
        journal = self.finish()
        between = [e for e in journal.events
                   if self.gone < e["at"] <= self.back]
        self.assertTrue([e for e in between if e["kind"] == "check"
                         and e["subject"] == "pdc"
                         and e["data"]["raw"] == "unknown"])
        self.assertTrue([e for e in between if e["kind"] == "gate"
                         and e["subject"] == "precompute_quorum"
                         and e["data"]["verdict"] == "unknown"])
        self.assertEqual([e for e in between if e["kind"] == "attempt"
                          and e["data"].get("recovery")
                          == "phase4_backfill"], [])
        probes = [rows for rows in journal.incidents().values()
                  if rows[0]["data"]["kind"] == "probe"]
        self.assertEqual(len(probes), 1, "one per target")
        self.assertFalse(probes[0][-1]["data"]["open"])
        number = probes[0][0]["data"]["number"]
        kinds = [m["kind"] for m in journal.told(incident=number)]
        self.assertEqual((kinds[0], kinds[-1]), ("opened", "resolved"))
        start = journal.reached("2026-01-14", "predict", "starting")
        self.assertGreaterEqual(start["at"], self.back)
        self.assertIsNotNone(journal.reached("2026-01-14", "publish",
                                             "done"))
        self.evidence(f"gone {shown(self.gone)}, incident {number} about"
                      f" the probe, back {shown(self.back)}, predict"
                      f" {shown(start['at'])}, no repair")


if __name__ == "__main__":
    main()
