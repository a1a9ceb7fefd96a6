#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""docs/seed-map.md names what there is: each object stands in the sample with
what conf.d/nba/cloud puts over it, as `config check --resolved` prints it; each
command is one that the client knows; and no alarm, gate, recovery, target,
report or entry of the inventory is left out.

What is built is looked for in the current directory.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
NBA = os.path.join(TOP, "conf.d", "nba")
CLIENT = os.path.abspath("core/client/gatewarden")
HOST = os.path.abspath("core/host/gatewarden-host")
ALL_OF = ("alarms", "gates", "recoveries", "actions", "checks", "phases",
          "targets", "reports", "inventory", "notifiers", "databases")
HEADINGS = ("Alert functions", "Alerting", "Recovery",
            "Pre-flight validation", "Deployment",
            "Daily data quality report", "Metrics", "Checklist")


def rows():
    """(heading, [cells]) of each row of a table."""
    with open(os.path.join(TOP, "docs", "seed-map.md"),
              encoding="utf-8") as f:
        heading = None
        for line in f:
            if line.startswith("## "):
                heading = line[3:].strip()
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if line.startswith("| ") and cells[0] != "asked for":
                yield heading, cells


def resolved(directory):
    """The sample on Google Cloud, {section: {name: object}}."""
    conf, plugins = (os.path.join(directory, d) for d in ("c", "p"))
    os.mkdir(conf)
    os.mkdir(plugins)
    for pattern in ("*.conf", "cloud/*.conf"):
        for path in glob.glob(os.path.join(NBA, pattern)):
            shutil.copy(path, conf)
    for path in glob.glob("plugins/**/.libs/*.so", recursive=True):
        os.symlink(os.path.abspath(path),
                   os.path.join(plugins, os.path.basename(path)))
    p = subprocess.run(
        [CLIENT, "config", "check", conf, "--elsewhere", "--resolved",
         "--json", "--plugin-dir", plugins, "--host", HOST],
        capture_output=True, text=True, check=False, timeout=120)
    if not p.stdout:
        raise AssertionError(p.stderr)
    return json.loads(p.stdout)["resolved"]


class Map(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not (os.access(CLIENT, os.X_OK) and os.access(HOST, os.X_OK)):
            raise unittest.SkipTest("the client has not been built")
        with tempfile.TemporaryDirectory(prefix="gatewarden-") as directory:
            cls.objects = resolved(directory)
        cls.rows = list(rows())

    def test_every_row_says_what_shows_it(self):
        self.assertEqual(sorted({h for h, _ in self.rows}),
                         sorted(HEADINGS))
        self.assertGreater(len(self.rows), 60)
        for _, cells in self.rows:
            self.assertEqual(len(cells), 3, cells)
            self.assertRegex(cells[2], r"^`gatewarden [^`]+`$")

    def named(self):
        return {tuple(o.split(".", 1)) for _, cells in self.rows
                for o in re.findall(r"`(\w+\.[\w.]+)`", cells[1])}

    def test_every_object_exists(self):
        for section, name in sorted(self.named()):
            self.assertIn(name, self.objects.get(section, {}), section)

    def test_nothing_is_left_out(self):
        all_of_them = {(s, n) for s in ALL_OF for n in self.objects[s]}
        self.assertEqual(all_of_them - self.named(), {("checks", "games")})

    def test_every_command_is_known(self):
        said = {tuple(cells[2].strip("`").split()[1:3])
                for _, cells in self.rows}
        for words in sorted(said):
            known = any(subprocess.run(
                [CLIENT, "help", *verb], capture_output=True,
                check=False).returncode == 0 for verb in
                (words, words[:1]))
            self.assertTrue(known, words)


if __name__ == "__main__":
    unittest.main(verbosity=1)
