#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What the sample's checks find in its warehouse they find on BigQuery, too:
each of them is asked through both drivers, for each date of the bad week, as
the week goes on."""
import datetime
import os
import re
import subprocess
import tempfile
import unittest

from fake_bigquery import BigQuery
from host import Plugin, main

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
NBA = os.path.join(TOP, "conf.d", "nba")
UTC = datetime.timezone.utc
DATES = [f"2026-01-{day}" for day in range(13, 20)]
INSTANTS = [datetime.datetime(2026, 1, day, hour, tzinfo=UTC)
            for day, hour in ((15, 11), (18, 23))]


def checks():
    """(name, plugin, queries) of the sample's checks of a database."""
    with open(os.path.join(NBA, "20-checks.conf"), encoding="utf-8") as f:
        text = re.sub(r"^\s*#.*$", "", f.read(), flags=re.M)
    for m in re.finditer(r'\{ name = "(\w+)";\s*plugin = "(sql\w*)";(.*?)\}',
                         text, re.S):
        yield m.group(1), m.group(2), dict(re.findall(
            r'(value|expected|actual)\s*=\s*"([^"]*)"', m.group(3)))


class Week(unittest.TestCase):
    def setUp(self):
        # pylint: disable=consider-using-with
        tmp = tempfile.TemporaryDirectory(prefix="gatewarden-plugin-")
        self.addCleanup(tmp.cleanup)
        self.path = os.path.join(tmp.name, "warehouse.db")
        subprocess.run([os.path.join(NBA, "bin", "build_warehouse"),
                        os.path.join(NBA, "sample"), self.path], check=True)

    def asked(self, plugin, options):
        found = []
        with Plugin("check", plugin, options) as p:
            for date in DATES:
                for at in INSTANTS:
                    r = p.call(date=date, budget_ms=30000,
                               now_ms=int(at.timestamp() * 1000))
                    found.append((date, at.isoformat(), r["status"],
                                  r.get("value"), r.get("expected"),
                                  r.get("missing"), r.get("extra")))
        return found

    def test_both_find_the_same(self):
        sqlite = {"name": "warehouse", "driver": "sqlite",
                  "path": self.path, "dsn": None}
        names, different = [], 0
        with BigQuery(self.path) as server:
            for name, plugin, queries in checks():
                names.append(name)
                with self.subTest(name):
                    there = self.asked(plugin, {
                        **queries, "database": sqlite})
                    self.assertEqual(self.asked(plugin, {
                        **queries, "database": server.database()}), there)
                    self.assertEqual({r[2] for r in there}, {"ok"})
                    different += len({r[3] for r in there}) > 1
        self.assertGreater(len(names), 10, names)
        self.assertGreater(different, 10, "what they find never changes")


if __name__ == "__main__":
    main()
