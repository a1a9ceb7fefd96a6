#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""make install puts everything where it belongs, and nothing else; what it
has put there works: the samples load with the installed plugins, the daemon
plays the sample, a plugin can be built from what an author finds.

It installs below a directory of its own (DESTDIR). Runs in a build directory.
"""
import glob
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

SRC = os.path.abspath(os.environ.get("srcdir", "."))
sys.path.insert(0, os.path.join(SRC, "conf.d", "nba", "lib"))

from stage import Stage                                # noqa: E402

# Automake's names.
DIRS = ("plugindir", "pkgconfigdir", "gwincludedir", "bashcompdir",
        "systemdsystemunitdir", "sysusersdir", "templatedir", "sdkdir",
        "docdir", "sampledir", "mandir", "bindir", "sbindir", "libexecdir")

SINGLE = """
bindir/gatewarden sbindir/gatewardend libexecdir/gatewarden-host
libexecdir/gatewarden-simulate libexecdir/gatewarden-backtest
bashcompdir/gatewarden docdir/LICENSE docdir/NEWS.md docdir/README.md
gwincludedir/plugin.h mandir/man1/gatewarden.1
libexecdir/gatewarden-prove libexecdir/gatewarden-report pkgconfigdir/gatewarden.pc
systemdsystemunitdir/gatewardend.service
sysusersdir/gatewarden-sysusers.conf templatedir/hello.c sdkdir/try-plugin
"""
PROGRAMS = ("bindir", "sbindir", "libexecdir", "plugindir")


def make(*words, **more):
    """Without what a make above this test has told its children."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DESTDIR")}
    return subprocess.run([os.environ.get("MAKE", "make"), "-s", *words],
                          env=env, text=True, capture_output=True,
                          check=False, **more)


def directories():
    """What automake's names mean in this build."""
    text = "include Makefile\nshow-directories:\n" + "".join(
        f"\t@echo {d} '$({d})'\n" for d in DIRS)
    p = make("-f", "-", "show-directories", input=text)
    return dict(line.split(" ", 1) for line in p.stdout.splitlines())


def samples():
    """The sources' samples: all of conf.d but what builds it."""
    for path in glob.glob(os.path.join(SRC, "conf.d", "**"),
                          recursive=True):
        name = os.path.relpath(path, SRC)
        if os.path.isfile(path) and "__pycache__" not in name \
                and not name.endswith(".mk"):
            yield "sampledir/" + name


def pages():
    """The manual and the guides; state.md is about the sources."""
    for path in glob.glob(os.path.join(SRC, "docs", "*.*")):
        name = os.path.basename(path)
        if name.endswith(".md") and name != "state.md":
            yield "docdir/" + name
        elif name[-1].isdigit():
            yield f"mandir/man{name[-1]}/{name}"


def plugins():
    for path in glob.glob("plugins/*/.libs/*.so"):
        name = os.path.basename(path)
        yield "plugindir/" + name
        yield f"mandir/man7/gatewarden-{name.removesuffix('.so')}.7"


def web():
    """What is built where libmicrohttpd is found."""
    if os.path.exists("core/web/gatewarden-web"):
        yield "sbindir/gatewarden-web"
        yield "systemdsystemunitdir/gatewarden-web.service"


@unittest.skipUnless(os.path.exists("Makefile"), "no build directory")
class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        cls.root = os.path.join(cls.tmp.name, "root")
        cls.dirs = directories()
        cls.installed = make("install", "DESTDIR=" + cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def at(self, directory, *more):
        return os.path.join(self.root + self.dirs[directory], *more)

    def places(self, names):
        return {self.at(*name.split("/", 1)) for name in names}

    def files(self):
        for path, _, names in os.walk(self.root):
            for name in names:
                yield os.path.join(path, name)

    def run_it(self, *words, **more):
        p = subprocess.run(words, text=True, capture_output=True,
                           stdin=subprocess.DEVNULL, check=False, **more)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        return p.stdout

    def test_it_installs(self):
        self.assertEqual(self.installed.returncode, 0, self.installed.stderr)

    def test_every_file_is_there_and_no_other(self):
        expected = {*SINGLE.split(), *samples(), *pages(),
                    *plugins(), *web()}
        expected, found = self.places(expected), set(self.files())
        self.assertEqual(sorted(expected - found), [], "not installed")
        self.assertEqual(sorted(found - expected), [], "not expected")

    def test_modes(self):
        programs = tuple(map(self.at, PROGRAMS))
        for path in self.files():
            mode = stat.S_IMODE(os.stat(path).st_mode)
            with open(path, "rb") as f:
                runs = f.read(2) == b"#!"
            want = 0o755 if runs or path.startswith(programs) else 0o644
            self.assertEqual(oct(mode), oct(want), path)

    def test_the_way_to_configuration_and_state(self):
        conf = self.run_it(self.at("sbindir", "gatewardend"), "--help")
        conf = "".join(conf.split())    # it breaks its lines
        found = [d for d, _, _ in os.walk(self.root)
                 if d.endswith("/gatewarden/conf.d")
                 and d[len(self.root):] in conf]
        self.assertEqual(len(found), 1, "where the daemon looks for it")

    def test_samples_load(self):
        for sample in ("nba", "shop"):
            said = self.run_it(
                self.at("sbindir", "gatewardend"), "--check",
                self.at("sampledir", "conf.d", sample),
                "--plugin-dir", self.at("plugindir"),
                "--host", self.at("libexecdir", "gatewarden-host"))
            self.assertIn("no errors", said)

    def test_samples_name_what_is_installed(self):
        for path in glob.glob(self.at("sampledir", "conf.d", "*", "*.conf")):
            with open(path, encoding="utf-8") as f:
                words = f.read().split('"')[1::2]
            for word in words:
                if "/gatewarden/conf.d/" in word:
                    self.assertTrue(os.access(self.root + word, os.X_OK),
                                    word)

    def test_the_daemon_runs_where_it_is(self):
        prefix = os.path.dirname(self.at("bindir"))
        if self.at("plugindir") != prefix + "/lib/gatewarden/plugins":
            self.skipTest("configured with a layout of its own")
        stage = Stage(prefix, os.path.join(self.tmp.name, "stage"), 60)
        stage.make()
        try:
            stage.run()
            said = stage.gatewarden("plugins")
            self.assertIn("sql_coverage", said.stdout, said.stderr)
        finally:
            stage.stop()

    @unittest.skipUnless(shutil.which("pkg-config"), "no pkg-config")
    def test_pkg_config_knows_the_header(self):
        env = {**os.environ, "PKG_CONFIG_PATH": self.at("pkgconfigdir"),
               "PKG_CONFIG_SYSROOT_DIR": self.root}
        flags = self.run_it("pkg-config", "--cflags", "gatewarden", env=env)
        so = os.path.join(self.tmp.name, "check-hello.so")
        self.run_it("cc", *flags.split(), "-shared", "-fPIC", "-o", so,
                    self.at("templatedir", "hello.c"))
        said = self.run_it(self.at("libexecdir", "gatewarden-host"),
                           "--describe", so)
        self.assertIn('"hello"', said)
        where = self.run_it("pkg-config", "--variable=plugindir",
                            "gatewarden", env=env).strip()
        self.assertTrue(where.endswith(self.dirs["plugindir"]), where)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd")
    def test_the_unit_is_understood(self):
        with open(self.at("systemdsystemunitdir", "gatewardend.service"),
                  encoding="utf-8") as f:
            text = f.read().replace(self.dirs["sbindir"],
                                    self.at("sbindir"))
        # systemd has no manual pages where they are installed here
        unit = os.path.join(self.tmp.name, "gatewardend.service")
        with open(unit, "w", encoding="utf-8") as f:
            f.write(text)
        p = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                           text=True, capture_output=True, check=False)
        mine = [line for line in p.stderr.splitlines()
                if "gatewardend" in line]
        self.assertEqual(mine, [])
        self.assertEqual(p.returncode, 0, p.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
