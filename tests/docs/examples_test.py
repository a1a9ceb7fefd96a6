#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""What the documentation shows is true: each configuration is loaded by the
daemon's program, each plugin is compiled against the header and described by
the host, each command is one that the client knows.

Blocks are found by their fence: ```conf is a configuration; ```conf part goes
beside the README's first pipeline, called `orders`, as another file of the
same directory would; ```c is a plugin; ```sh are commands. Secrets that are
files get one. The pages of section 5 have their blocks in .Bd -literal.

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

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DAEMON = os.path.abspath("core/daemon/gatewardend")
HOST = os.path.abspath("core/host/gatewarden-host")
CLIENT = os.path.abspath("core/client/gatewarden")
PAGES = [os.path.join(TOP, "README.md"),
         *sorted(glob.glob(os.path.join(TOP, "docs", "*.md")))]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
          "-Wshadow", "-Werror"]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def blocks(kind):
    """(place, text) of each fenced block of that kind."""
    found = []
    for page in PAGES:
        text = read(page)
        for m in re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.M | re.S):
            if m.group(1).strip() == kind:
                line = text.count("\n", 0, m.start()) + 1
                found.append((f"{os.path.basename(page)}:{line}",
                              m.group(2)))
    return found


class Configurations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not (os.access(DAEMON, os.X_OK) and os.access(HOST, os.X_OK)):
            raise unittest.SkipTest("the daemon has not been built")
        cls.tmp = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.plugins = os.path.join(cls.tmp.name, "plugins")
        os.mkdir(cls.plugins)
        for path in glob.glob("plugins/**/.libs/*.so", recursive=True):
            os.symlink(os.path.abspath(path),
                       os.path.join(cls.plugins, os.path.basename(path)))

    def secrets(self, text):
        """Every file: of a secret becomes one that is there."""
        def replace(m):
            path = os.path.join(self.tmp.name,
                                os.path.basename(m.group(1)))
            with open(path, "w", encoding="utf-8") as f:
                f.write("https://127.0.0.1/hook\n")
            os.chmod(path, 0o600)
            return f'"file:{path}"'
        return re.sub(r'"file:([^"]+)"', replace, text)

    def load(self, place, *texts):
        with tempfile.TemporaryDirectory() as conf:
            for i, text in enumerate(texts):
                with open(os.path.join(conf, f"{i}.conf"), "w",
                          encoding="utf-8") as f:
                    f.write(self.secrets(text))
            p = subprocess.run(
                [DAEMON, "--check", conf, "--plugin-dir", self.plugins,
                 "--host", HOST], text=True, capture_output=True,
                env={**os.environ, "SHOP_TOKEN": "x"}, timeout=60,
                check=False)
        self.assertEqual(p.returncode, 0, place + "\n" + p.stdout + p.stderr)

    def test_whole_ones(self):
        found = blocks("conf")
        self.assertGreater(len(found), 0)
        for place, text in found:
            with self.subTest(place):
                self.load(place, text)

    def test_parts(self):
        (_, first), *_ = blocks("conf")
        found = blocks("conf part")
        self.assertGreater(len(found), 0)
        for place, text in found:
            with self.subTest(place):
                self.load(place, first, text)

    def test_manual_page(self):
        (_, first), *_ = blocks("conf")
        page = read(os.path.join(TOP, "docs", "gatewarden.conf.5"))
        found = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", page,
                           re.M | re.S)
        self.assertGreater(len(found), 1)
        for i, text in enumerate(found):
            with self.subTest(i):
                text = text.replace("\\&", "").replace("\\e", "\\")
                whole = "pipelines" in text
                self.load(f"gatewarden.conf.5, block {i}",
                          *([] if whole else [first]), text)

    def test_a_mistake_is_found(self):
        (_, first), *_ = blocks("conf")
        with self.assertRaises(AssertionError):
            self.load("spoilt", first.replace("due", "deu"))


class Plugins(unittest.TestCase):
    @unittest.skipUnless(shutil.which("cc"), "no compiler")
    def test_they_compile_and_describe_themselves(self):
        kinds = set()
        for place, text in blocks("c"):
            with self.subTest(place), tempfile.TemporaryDirectory() as d:
                source = os.path.join(d, "plugin.c")
                with open(source, "w", encoding="utf-8") as f:
                    f.write(text)
                subprocess.run(
                    ["cc", *STRICT, "-shared", "-fPIC", "-I",
                     os.path.join(TOP, "sdk", "include"), "-o",
                     source + ".so", source], check=True)
                if os.access(HOST, os.X_OK):
                    p = subprocess.run([HOST, "--describe", source + ".so"],
                                       check=True, capture_output=True)
                    kinds.add(json.loads(p.stdout)["kind"])
        if os.access(HOST, os.X_OK):
            self.assertEqual(kinds, {"check", "gate", "action", "notifier"})


class Commands(unittest.TestCase):
    """Lines that begin with `gatewarden` name a verb that there is."""

    def test_verbs(self):
        if not os.access(CLIENT, os.X_OK):
            self.skipTest("the client has not been built")
        said = set()
        for page in PAGES:
            said |= set(re.findall(
                r"(?:^ *|`)gatewarden ((?:[a-z-]+)(?: [a-z]+)?)",
                read(page), re.M))
        self.assertGreater(len(said), 10)
        for words in sorted(said):
            first, both = words.split()[0], words.split()
            known = any(subprocess.run(
                [CLIENT, "help", *verb], capture_output=True,
                check=False).returncode == 0 for verb in (both, [first]))
            self.assertTrue(known, f"gatewarden {words}")


if __name__ == "__main__":
    unittest.main(verbosity=1)
