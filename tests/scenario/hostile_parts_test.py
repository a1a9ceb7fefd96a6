#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with plugins that hang and crash, and a notifier that is
down.
"""
import os
import unittest

from trouble import Trouble, main           # first: it says where lib is

import acceptance
from demo_test import texts_of
from journal import Journal
from play import Play
from stage import END, ms

# What the test adds, read before the sample: its route comes first and
# lets others through. The plugins are those of the hostile zoo.
HOSTILE = """
checks = (
  { name = "hangs";    plugin = "zoo";  how = "hang";
    pipeline = "nba";  every = "12h";  timeout = "200ms";  patience = "1h"; },
  { name = "crashes";  plugin = "zoo";  how = "segfault";
    pipeline = "nba";  every = "12h";  timeout = "2s";  patience = "1h"; }
);
alarms = ( { name = "hostile";  plugin = "all";
             inputs = ("hangs", "crashes"); } );
notifiers = ( { name = "down";  plugin = "slack";
                webhook = "file:%s/webhook"; } );
routes = ( { to = "down";  severity = "info";  continue = true; } );
"""


class Line9HostileParts(Trouble):
    def test_the_rest_of_the_week_is_unchanged(self):
        self.stage.add("05-hostile.conf", HOSTILE % self.stage.dir)
        with open(os.path.join(self.stage.dir, "webhook"), "w",
                  encoding="utf-8") as f:
            f.write("http://127.0.0.1:1/down\n")
        os.chmod(f.name, 0o600)
        seen = Play(self.stage).until(ms(END))
        texts = texts_of(self.stage, seen)
        plugins = self.stage.gatewarden("plugins").stdout
        journal = Journal(self.stage.export())
        for name in ("hangs", "crashes", "down"):
            self.assertIn(name, plugins)
        for name in ("hangs", "crashes"):
            told = [m for m in journal.told() if name in m["text"]]
            self.assertTrue(told, f"{name} was never reported")
        refused = [m for m in journal.messages if m["notifier"] == "down"]
        self.assertTrue(refused)
        self.assertTrue(all("delivered_at" not in m for m in refused))
        hostile = {n for n, rows in journal.incidents().items()
                   if rows[0]["data"]["kind"] == "probe"}
        self.evidence(f"{len(hostile)} incidents of probes, {len(refused)}"
                      " messages refused by the notifier that is down")
        acceptance.Week.journal, acceptance.Week.texts = journal, texts
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        result = unittest.TestResult()
        unittest.TestSuite(map(load, acceptance.LINES)).run(result)
        self.assertEqual(result.failures + result.errors, [])


class Reloads(Trouble):
    """The configuration is read again, twenty times: nothing of what is
    known or under way may get lost by that."""

    def reload(self):
        last = ms(START)
        while not self.over.wait(0.2):
            if self.stage.now() < last + 8 * 3600_000:
                continue
            last = self.stage.now()
            self.stage.daemon.send_signal(signal.SIGHUP)
            self.reloads += 1

    def test_the_week_is_unchanged(self):
        self.over, self.reloads = threading.Event(), 0
        thread = threading.Thread(target=self.reload)
        thread.start()
        try:
            seen = Play(self.stage).until(ms(END))
        finally:
            self.over.set()
            thread.join()
        texts = texts_of(self.stage, seen)
        journal = self.finish()
        self.assertGreater(self.reloads, 10)
        self.evidence(f"{self.reloads} reloads")
        acceptance.Week.journal, acceptance.Week.texts = journal, texts
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        result = unittest.TestResult()
        unittest.TestSuite(map(load, acceptance.LINES)).run(result)
        self.assertEqual(result.failures + result.errors, [])


if __name__ == "__main__":
    main()
