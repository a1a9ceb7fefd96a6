#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `exec` with Debian's monitoring plugins, as they are."""
import os
import subprocess
import sys

from host import Case, Plugin, main

DIR = "/usr/lib/nagios/plugins"


class Monitoring(Case):
    def ask(self, *argv, **options):
        words = [os.path.join(DIR, argv[0]), *argv[1:]]
        env = {"LC_ALL": "de_DE.UTF-8", "PATH": "/usr/bin:/bin"}
        with Plugin("check", "exec", {"argv": words, **options},
                    env=env) as p:
            return p.call()

    def test_check_dummy(self):
        for code, stated in enumerate(("pass", "warn", "fail")):
            r = self.ask("check_dummy", str(code), "words; here")
            self.assertEqual(r["stated"], stated)
            self.assertTrue(r["remark"].endswith("words; here"), r)
        self.assert_unknown(self.ask("check_dummy", "3", "no idea"),
                            "no idea")

    def test_check_disk(self):
        r = self.ask("check_disk", "-w", "0%", "-c", "0%", "-p", "/")
        self.assertEqual(r["stated"], "pass", r)
        self.assertGreater(r["value"], 0)
        r = self.ask("check_disk", "-w", "100%", "-c", "100%", "-p", "/",
                     perfdata="/")
        self.assertEqual(r["stated"], "fail", r)
        self.assertGreater(r["value"], 0)
        self.assert_unknown(self.ask("check_disk", "-w", "0%", "-c", "0%",
                                     "-p", "/", perfdata="/nowhere"),
                            "no number for '/nowhere'")

    def test_check_procs(self):
        r = self.ask("check_procs", "-c", "1:", perfdata="procs")
        self.assertEqual(r["stated"], "pass", r)
        self.assertGreaterEqual(r["value"], 1)
        r = self.ask("check_procs", "-c", "1:", "-C", "no_such_command")
        self.assertEqual((r["stated"], r["value"]), ("fail", 0))

    def test_the_exit_code_decides_and_not_the_thresholds(self):
        """Its size=...B;0;0 reads as an alarm by the rule of ranges."""
        path = self.file("f", "some text\n")
        program = os.path.join(DIR, "check_file_age")
        if not os.path.exists(program):
            self.skipTest("no check_file_age")
        r = self.ask("check_file_age", "-w", "600", "-c", "900", "-f", path,
                     perfdata="size")
        self.assertEqual((r["stated"], r["value"]), ("pass", 10))

    def test_usage_is_unknown(self):
        self.assert_unknown(self.ask("check_disk"), "exit 3")

    def test_decimal_points(self):
        r = self.ask("check_load", "-w", "9999,9999,9999", "-c",
                     "9999,9999,9999", perfdata="load1")
        self.assertEqual(r["stated"], "pass", r)
        out = subprocess.run([os.path.join(DIR, "check_load")], check=False,
                             capture_output=True, text=True).stdout
        self.assertIn("load", out.lower())


if __name__ == "__main__":
    if not os.path.exists(os.path.join(DIR, "check_dummy")):
        print(f"skipped: no monitoring plugins in {DIR}")
        sys.exit(77)
    main()
