#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with plugins that hang and crash, and a notifier that is
down.
"""
import os

from trouble import Trouble, main           # first: it says where lib is

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
routes = ( { to = "down";  severity = "info";  continue = true;
             digest = "none"; } );
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
        self.week_is_unchanged(journal, texts)


if __name__ == "__main__":
    main()
