#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with a supervisor that is killed again and again.
GATEWARDEN_SEED repeats a run, GATEWARDEN_KILLS says how many.
"""
import os
import random
import sqlite3

from trouble import Trouble, main           # first: it says where lib is

from stage import END, START, ms, wait_for

SEED = int(os.environ.get("GATEWARDEN_SEED", "20260113"))
KILLS = int(os.environ.get("GATEWARDEN_KILLS", "20"))


class Line10Kills(Trouble):
    def kill_at(self, at):
        """Kills once the virtual clock has come to `at`; asks at random
        moments, so that it is not always between two steps."""
        wait_for("the moment", 300, lambda: self.stage.now() >= at,
                 self.random.uniform(0.01, 0.11))
        self.stage.kill()
        self.stage.run()

    def runs(self):
        db = sqlite3.connect(self.stage.warehouse)
        found = db.execute("SELECT operation, count(*) FROM runs"
                           " GROUP BY 1").fetchall()
        db.close()
        return found

    def test_twenty_kills(self):
        print(f"  seed {SEED}")
        self.random = random.Random(SEED)
        moments = sorted(self.random.uniform(ms(START), ms(END))
                         for _ in range(KILLS))
        self.stage.run()
        for at in moments:
            self.kill_at(at)
        wait_for("the week to end", 300,
                 lambda: self.stage.now() >= ms(END), 0.2)
        journal = self.finish()
        self.no_second_intent(journal)
        self.ended_was_told(journal)
        self.evidence(f"{len(moments)} kills, {len(journal.events)} events,"
                      f" {len(self.runs())} runs, each once")

    def no_second_intent(self, journal):
        intents = [e["data"]["id"] for e in journal.of("attempt")
                   if e["data"]["state"] == "intent"]
        self.assertEqual(len(intents), len(set(intents)))
        for operation, times in self.runs():
            self.assertEqual(times, 1, operation)

    def ended_was_told(self, journal):
        for number, rows in journal.incidents().items():
            kinds = [m["kind"] for m in journal.told(incident=number)]
            announced = "opened" in kinds or "worse" in kinds
            if announced and not rows[-1]["data"]["open"]:
                self.assertEqual(kinds[-1], "resolved", number)
        for m in journal.messages:
            self.assertIn("delivered_at", m, m["id"])


if __name__ == "__main__":
    main()
