#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Plays the sample's week through the real daemon and asserts what must be
true of it (acceptance.py). The programs are those of the build directory in
which this runs, or that the first argument names.
"""
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                "conf.d", "nba", "lib"))

import acceptance                                      # noqa: E402
from journal import Journal                            # noqa: E402
from play import Play                                  # noqa: E402
from stage import END, Stage, ms                       # noqa: E402


def texts_of(stage, seen):
    """What the client said, during the run and at its end."""
    return {"blocked": seen.blocked or "", "plan": seen.plan or "",
            "checks19": stage.gatewarden("checks", "--date",
                                         "2026-01-19").stdout}


def week(stage):
    """One run of the week; what the tests read of it."""
    stage.make()
    try:
        seen = Play(stage).until(ms(END))
        return (Journal(stage.export()), texts_of(stage, seen),
                stage.gatewarden("journal", "check"))
    finally:
        stage.stop()


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "."
    speed = float(os.environ.get("GATEWARDEN_TEST_SPEED", "20000"))
    with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
        journal, texts, check = week(
            Stage(build, directory, speed))
    print(f"{len(journal.events)} events, {len(journal.messages)} messages")
    print("journal check:", check.stdout.strip() or check.stderr.strip())
    acceptance.Week.journal, acceptance.Week.texts = journal, texts
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite(map(load, acceptance.LINES))
    good = unittest.TextTestRunner(stream=sys.stdout).run(suite)
    return not (good.wasSuccessful() and check.returncode == 0)


if __name__ == "__main__":
    sys.exit(main())
