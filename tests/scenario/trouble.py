# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with something else going wrong: what the tests of that
share. Each is a program of its own, so that they run beside one another.
"""
import os
import sqlite3
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                "conf.d", "nba", "lib"))

import acceptance                                      # noqa: E402
from journal import Journal                            # noqa: E402
from stage import Stage, wait_for                      # noqa: E402

BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "."
SPEED = float(os.environ.get("GATEWARDEN_TEST_SPEED", "20000"))


class Trouble(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.stage = Stage(BUILD, self.tmp.name, SPEED)
        self.stage.make()

    def tearDown(self):
        self.stage.stop()
        self.tmp.cleanup()

    def sql(self, *statements):
        db = sqlite3.connect(self.stage.warehouse, timeout=20,
                             isolation_level=None)
        for s in statements:
            db.execute(s)
        db.close()

    def finish(self):
        """The journal; it must be sound, and every message delivered."""
        wait_for("the outbox to be empty", 60, self.delivered)
        check = self.stage.gatewarden("journal", "check")
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        return Journal(self.stage.export())

    def delivered(self):
        lines = Journal(self.stage.export()).messages
        return all("delivered_at" in m or "gave_up_at" in m for m in lines)

    def week_is_unchanged(self, journal, texts):
        """All that must be true of the week without trouble; which has
        incidents of its own beside the week's."""
        acceptance.Week.journal, acceptance.Week.texts = journal, texts
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        result = unittest.TestResult()
        unittest.TestSuite(load(line) for line in acceptance.LINES if
                           line is not acceptance.Line8Incidents).run(result)
        self.assertEqual(result.failures + result.errors, [])

    def evidence(self, text):
        print(f"  {self.id().rsplit('.', 1)[1]}: {text}", flush=True)


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
