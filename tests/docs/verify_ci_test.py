#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""docs/verify-in-ci.md: what its jobs run, run.

Every `gatewarden` command of a job (```yaml) is run by a shell, in a checkout
with a conf.d of its own, first where all is there, then where something is
absent, then where there is something that nobody declared. What a deploy job
runs is run beside a daemon.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SCENARIO = os.path.join(TOP, "tests", "scenario")
sys.path.insert(0, SCENARIO)

from small_site import BUILD, Site, START               # noqa: E402
from stage import program                               # noqa: E402

INVENTORY = """
inventory = ( { name = "jobs";  what = "schedulers";  plugin = "exec";
                argv = ("%s", "%s/jobs", "nightly"); } );
"""


def jobs():
    """{name: [command]} of the page's yaml."""
    with open(os.path.join(TOP, "docs", "verify-in-ci.md"),
              encoding="utf-8") as f:
        text = f.read()
    found = {}
    for number, block in enumerate(re.findall(
            r"^```yaml\n(.*?)^```$", text, re.M | re.S)):
        name = "?"
        for line in block.splitlines():
            job = re.match(r"^(?:  )?([a-z]+):$", line)
            if job and job.group(1) not in ("jobs", "script"):
                name = f"{number}.{job.group(1)}"
            command = re.match(r"^\s*(?:- )?(?:run: )?(gatewarden .*)$",
                               line)
            if command:
                found.setdefault(name, []).append(command.group(1))
    return found


class Jobs(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.site = site = Site(BUILD, self.tmp.name, 1.0, START)
        site.make()
        self.checkout = os.path.join(site.dir, "checkout")
        shutil.copytree(site.conf, os.path.join(self.checkout, "conf.d"))
        with open(os.path.join(self.checkout, "conf.d", "60-inventory.conf"),
                  "w", encoding="utf-8") as f:
            f.write(INVENTORY % (os.path.join(SCENARIO, "lister.py"),
                                 site.dir))
        self.exists("nightly")
        self.bin = os.path.join(site.dir, "bin")
        os.mkdir(self.bin)
        self.wrap()

    def exists(self, *names):
        with open(os.path.join(self.site.dir, "jobs"), "w",
                  encoding="utf-8") as f:
            f.writelines(name + "\n" for name in names)

    def wrap(self):
        """`gatewarden`, as it would be installed."""
        path = os.path.join(self.bin, "gatewarden")
        with open(path, "w", encoding="utf-8") as f:
            f.write(f'#!/bin/sh\nexec {program(BUILD, "gatewarden")} "$@" '
                    f'--plugin-dir {self.site.plugins} --host '
                    f'{program(BUILD, "gatewarden-host")}\n')
        os.chmod(path, 0o755)

    def run_(self, command):
        return subprocess.run(
            ["sh", "-ec", command], cwd=self.checkout, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=120, env={**os.environ, "GATEWARDEN_SOCKET":
                              self.site.socket, "PATH": self.bin + ":" +
                              os.environ["PATH"]})

    def codes(self, commands):
        return [self.run_(c).returncode for c in commands]

    def report(self, name):
        return ElementTree.parse(os.path.join(self.checkout, name)
                                 ).getroot()[0]

    def test_before_a_deployment(self):
        both = [v for k, v in jobs().items() if k.endswith(".verify")]
        self.assertEqual([len(v) for v in both], [2, 2])
        for commands in both:
            self.exists("nightly")
            self.assertEqual(self.codes(commands), [0, 0])
            self.assertEqual(self.report("verify.xml").get("failures"), "0")
            self.exists()
            self.assertEqual(self.codes(commands), [0, 1])
            self.assertEqual(self.report("verify.xml").get("failures"), "1")
            self.exists("nightly", "old")
            self.assertEqual(self.codes(commands), [0, 10])
            self.assertEqual(self.run_(commands[1] + " || test $? -eq 10"
                                       ).returncode, 0)

    def test_a_deployment(self):
        (commands,) = [v for k, v in jobs().items() if k.endswith(".deploy")]
        self.site.run()
        self.addCleanup(self.site.stop)
        self.assertEqual(self.site.gatewarden("notify", "test").returncode,
                         0)
        for command in commands:
            p = self.run_(command)
            self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        self.assertEqual(self.report("deployed.xml").get("failures"), "0")
        self.assertEqual(self.site.ask("status")["daemon"]["generation"], 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
