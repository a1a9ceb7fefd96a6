#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The SDK as a stranger meets it: one header, one template, one program.

The template is built with nothing but the header, strictly, as C99; the
header is read as C++; the result exports one symbol, describes itself and is
driven over a socket pair with the packets that core/base/wire.h documents.
"""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

SRC = os.path.abspath(os.environ.get("srcdir", "."))
HOST = os.path.abspath("core/host/gatewarden-host")
INCLUDE = os.path.join(SRC, "sdk/include")
HEADER = os.path.join(INCLUDE, "gatewarden/plugin.h")
TEMPLATE = os.path.join(SRC, "sdk/template/hello.c")
TRY = os.path.join(SRC, "sdk/try-plugin")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow",
          "-Werror"]
CPP = """
#include <gatewarden/plugin.h>
static int32_t my_open(gw_ctx *, const gw_host *, void **) { return GW_OK; }
static int32_t my_call(gw_ctx *, void *) { return GW_UNKNOWN; }
extern "C" GW_EXPORT const gw_plugin gw_plugin = {
	GW_ABI, sizeof(struct gw_plugin), GW_CHECK, sizeof(gw_option),
	"cpp", "1", "In C++.", nullptr, my_open, my_call, nullptr, nullptr };
"""


class Link:
    """A host with a plugin, driven as the daemon drives it."""

    def __init__(self, plugin, *options):
        self.end, theirs = socket.socketpair(socket.AF_UNIX,
                                             socket.SOCK_SEQPACKET)
        self.end.settimeout(20)
        self.host = subprocess.Popen(
            [HOST, "--fd", str(theirs.fileno()), *options, plugin],
            pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
        theirs.close()

    def hear(self):
        return json.loads(self.end.recv(65536))

    def say(self, message, /, **body):
        self.end.send(json.dumps({message: body}).encode())

    def ask(self, message, /, **body):
        self.say(message, **body)
        return self.hear()

    def close(self):
        self.end.close()
        return self.host.wait(20)


class Sdk(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)

    def build(self, source, *command):
        out = os.path.join(self.dir, "plugin.so")
        subprocess.run([*command, *STRICT, "-I", INCLUDE, "-shared", "-fPIC",
                        "-o", out, source], check=True)
        return out

    def template(self):
        return self.build(TEMPLATE, "cc", "-std=c99")

    def describe(self, plugin):
        done = subprocess.run([HOST, "--describe", plugin], check=True,
                              capture_output=True)
        return json.loads(done.stdout)

    def test_header_stays_short(self):
        with open(HEADER, encoding="ascii") as f:
            self.assertLess(len(f.readlines()), 300)

    def test_template_exports_one_symbol(self):
        names = subprocess.run(["nm", "-D", "--defined-only",
                                self.template()], check=True,
                               capture_output=True, text=True).stdout
        self.assertEqual([n.split()[-1] for n in names.splitlines()],
                         ["gw_plugin"])

    def test_template_describes_itself(self):
        d = self.describe(self.template())
        self.assertEqual((d["abi"], d["kind"], d["name"]),
                         (1, "check", "hello"))
        self.assertEqual([o["name"] for o in d["options"]],
                         ["directory", "expected"])

    def test_template_measures(self):
        for name in ("a", "b", ".hidden"):
            open(os.path.join(self.dir, name), "w", encoding="ascii").close()
        link = Link(self.template())
        self.assertEqual(link.hear()["hello"]["name"], "hello")
        self.assertEqual(
            link.ask("open", instance=1, name="in", budget_ms=5000,
                     options={"directory": "in"}),
            {"refused": {"instance": 1,
                         "why": "directory must be an absolute path"}})
        self.assertEqual(
            link.ask("open", instance=2, name="in", budget_ms=5000,
                     options={"directory": self.dir, "expected": 3}),
            {"opened": {"instance": 2}})
        done = link.ask("call", instance=2, id=17, budget_ms=5000,
                        input={"date": "2026-01-16"})["done"]
        self.assertEqual(done["id"], 17)
        self.assertEqual(done["result"], {
            "status": "ok", "value": 3.0, "expected": 3.0,
            "evidence": {"directory": self.dir},
            "remark": "3 entries on 2026-01-16"})   # a, b and plugin.so
        link.say("close", instance=2)
        self.assertEqual(
            link.ask("open", instance=3, name="in", budget_ms=5000,
                     options={"directory": "/nowhere/at/all"}),
            {"opened": {"instance": 3}})
        done = link.ask("call", instance=3, id=18, budget_ms=5000,
                        input={"date": "2026-01-16"})["done"]
        self.assertEqual(done["result"]["status"], "unknown")
        link.say("quit")
        self.assertEqual(link.close(), 0)

    def try_plugin(self, *words):
        return subprocess.run([TRY, "--host", HOST, *words],
                              capture_output=True, text=True, check=False)

    def test_try_plugin(self):
        plugin = self.template()
        p = self.try_plugin("--date", "2026-01-16", plugin,
                            "directory=" + self.dir, "expected=3")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(json.loads(p.stdout), {
            "status": "ok", "value": 1.0, "expected": 3.0,
            "evidence": {"directory": self.dir},
            "remark": "1 entries on 2026-01-16"})
        for status, said, words in (
                (1, "", (plugin, "directory=/nowhere/at/all")),
                (2, "one of directory, expected", (plugin, "path=/x")),
                (2, "'x' is no int", (plugin, "expected=x")),
                (3, "must be an absolute path", (plugin, "directory=in")),
                (3, "No such file", (plugin + ".not",))):
            p = self.try_plugin(*words)
            self.assertEqual(p.returncode, status, p.stderr)
            self.assertIn(said, p.stderr)

    def test_host_ends_with_its_link(self):
        link = Link(self.template())
        link.hear()
        self.assertEqual(link.close(), 0)

    def test_host_refuses_another_kind(self):
        link = Link(self.template(), "--kind", "gate")
        self.assertEqual(link.hear(), {"unfit": {
            "why": "it is a check, not a gate"}})
        self.assertEqual(link.close(), 3)

    @unittest.skipUnless(shutil.which("c++"), "no C++ compiler")
    def test_cpp(self):
        source = os.path.join(self.dir, "plugin.cc")
        with open(source, "w", encoding="ascii") as f:
            f.write(CPP)
        d = self.describe(self.build(source, "c++", "-std=c++11"))
        self.assertEqual(d["name"], "cpp")

    @unittest.skipUnless(shutil.which("pkg-config"), "no pkg-config")
    def test_pkg_config(self):
        done = subprocess.run(
            ["pkg-config", "--cflags", "--variable=abi", "sdk/gatewarden.pc"],
            check=True, capture_output=True, text=True)
        self.assertIn("1", done.stdout)


if __name__ == "__main__":
    unittest.main()
