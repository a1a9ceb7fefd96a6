#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages say what there is: each is clean for mandoc, and names
every key, option, member and constant that the sources have. gatewarden(1)
is printed by the program and needs only the first.

Pages and sources are found from here; what is built, in the current
directory.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PAGES = sorted(glob.glob(os.path.join(TOP, "docs", "*.[1-8]")))
BUILT = "docs/gatewarden.1"


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as f:
        return f.read()


def words(page):
    """What a page has as arguments of macros or as text."""
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", page))


class Lint(unittest.TestCase):
    @unittest.skipUnless(shutil.which("mandoc"), "mandoc isn't installed")
    def test_mandoc(self):
        self.assertGreaterEqual(len(PAGES), 4)
        for page in [*PAGES, *filter(os.path.exists, [BUILT]),
                     *glob.glob("docs/plugins/*.7")]:
            p = subprocess.run(["mandoc", "-Tlint", "-W", "warning", page],
                               text=True, capture_output=True, check=False)
            self.assertEqual((p.returncode, p.stdout + p.stderr), (0, ""))

    def test_references_lead_somewhere(self):
        names = {os.path.basename(p) for p in PAGES} | {
            "gatewarden.1", "systemd.1"}
        for page in [*PAGES, *filter(os.path.exists, [BUILT])]:
            with open(page, encoding="utf-8") as f:
                for name, section in re.findall(
                        r"^\.Xr (\S+) (\d)", f.read(), re.M):
                    self.assertIn(f"{name}.{section}", names, page)


class Configuration(unittest.TestCase):
    page = read("docs", "gatewarden.conf.5")

    def section(self, heading):
        """The text below .Ss or .Sh heading, up to the next of them."""
        found = re.search(rf"^\.S[sh] {heading}\n(.*?)(?=^\.S[sh] )",
                          self.page, re.M | re.S)
        self.assertIsNotNone(found, f"no section {heading}")
        return words(found.group(1))

    def test_keys(self):
        files = sorted(glob.glob(os.path.join(TOP, "core", "config",
                                              "tables*.c")))
        tables = "".join(map(read, files))
        sections = {"top": "SETTINGS", "clock": "SETTINGS",
                    "recovery": "recoveries", "inventory": "inventory"}
        seen = 0
        for name, body in re.findall(
                r"(\w+)\[\] = \{(.*?)^\};", tables, re.M | re.S):
            kind = name.split("_")[0]   # check_table, or its check_band
            for key in re.findall(r'\.name = "(\w+)"', body):
                self.assertIn(key, self.section(
                    sections.get(kind, kind + "s")), f"{name}.{key}")
                seen += 1
        self.assertGreater(seen, 200)
        keys = set(re.findall(r'\.name = "(\w+)"', read(
            "core", "config", "retry_keys.c")))
        self.assertGreater(len(keys), 8)
        self.assertEqual(keys - self.section("retry"), set())

    def test_plugins(self):
        have, seen = words(self.page), 0
        for kind in ("check", "gate", "recovery", "notifier"):
            for path in glob.glob(os.path.join(TOP, "plugins", kind,
                                               "*.c")):
                with open(path, encoding="utf-8") as f:
                    source = f.read()
                for name in re.findall(r'\.name = "(\w+)"', source):
                    self.assertIn(name, have, path)
                    seen += 1
        self.assertGreater(seen, 100)

    def test_example_loads(self):
        for path in ("core/daemon/gatewardend", "core/host/gatewarden-host"):
            if not os.access(path, os.X_OK):
                self.skipTest(f"{path} has not been built")
        example = re.search(r"^\.Sh EXAMPLES.*?^\.Bd [^\n]*\n(.*?)^\.Ed",
                            self.page, re.M | re.S).group(1)
        with tempfile.TemporaryDirectory() as d:
            secret = os.path.join(d, "slack.url")
            with open(secret, "w", encoding="utf-8") as f:
                f.write("https://127.0.0.1/hook\n")
            os.chmod(secret, 0o600)
            with open(os.path.join(d, "a.conf"), "w",
                      encoding="utf-8") as f:
                f.write(example.replace("/etc/gatewarden/slack.url",
                                        secret))
            for path in glob.glob("plugins/**/.libs/*.so", recursive=True):
                os.symlink(os.path.abspath(path),
                           os.path.join(d, os.path.basename(path)))
            p = subprocess.run(
                ["core/daemon/gatewardend", "--check", d, "--plugin-dir",
                 d, "--host", "core/host/gatewarden-host"], text=True,
                capture_output=True, timeout=60, check=False)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)


    def test_pages_of_plugins(self):
        """Each plugin that has been built has one, with all its options."""
        host = "core/host/gatewarden-host"
        if not os.access(host, os.X_OK):
            self.skipTest(f"{host} has not been built")
        for path in glob.glob("plugins/*/.libs/*-*.so"):
            with self.subTest(path):
                p = subprocess.run([host, "--describe", path], text=True,
                                   capture_output=True, check=True)
                q = subprocess.run([host, "--manual", path], text=True,
                                   capture_output=True, check=True)
                items = re.findall(r"^\.It Cm (\S+)$", q.stdout, re.M)
                self.assertEqual(items, [
                    name for o in json.loads(p.stdout)["options"]
                    for name in (o["name"], *(
                        m["name"] for m in o.get("members", ())))])


class Daemon(unittest.TestCase):
    def test_options(self):
        daemon = "core/daemon/gatewardend"
        if not os.access(daemon, os.X_OK):
            self.skipTest("gatewardend has not been built")
        p = subprocess.run([daemon, "--help"], text=True,
                           capture_output=True, timeout=60, check=True)
        page = read("docs", "gatewardend.8")
        options = set(re.findall(r"--([a-z-]+)", p.stdout))
        self.assertGreater(len(options), 8)
        for option in options:
            self.assertRegex(page, rf"(Fl|,) -{option}\b")


class Plugin(unittest.TestCase):
    page = read("docs", "gatewarden-plugin.3")
    header = read("sdk", "include", "gatewarden", "plugin.h")

    def test_members(self):
        have = words(self.page)
        code = re.sub(r"/\*.*?\*/", "", self.header, flags=re.S)
        members = re.findall(r"\(\*(\w+)\)\(", code)
        self.assertGreater(len(members), 30)
        for member in members:
            self.assertIn(member, have)

    def test_constants(self):
        have = words(self.page)
        for name in re.findall(r"#define (GW_[A-Z]_\w+|GW_[A-Z]+) ",
                               self.header):
            if re.match(r"GW_[RVS]_", name) or name == "GW_EXPORT":
                continue        # ranges are named by their ends
            self.assertIn(name, have)

    @unittest.skipUnless(shutil.which("cc"), "no compiler")
    def test_example_compiles(self):
        example = re.search(r"^\.Sh EXAMPLES.*?^\.Bd [^\n]*\n(.*?)^\.Ed",
                            self.page, re.M | re.S).group(1)
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "hello.c")
            with open(path, "w", encoding="utf-8") as f:
                f.write(example.replace("\\e", "\\"))
            subprocess.run(
                ["cc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
                 "-I", os.path.join(TOP, "sdk", "include"), "-o",
                 os.path.join(d, "hello.so"), path], check=True)


if __name__ == "__main__":
    unittest.main(verbosity=1)
