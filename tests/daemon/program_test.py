#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""gatewardend as a process: its command line, --check, signals, what it says
to the service manager, and what it leaves behind when it can't start.

Run in a build directory, or with it as the first argument.
"""
import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "conf.d", "nba", "lib"))

from stage import Stage, program, wait_for             # noqa: E402

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
WRONG = 'notifiers = (\n  { name = "a";  plugin = "consol"; }\n);\n'


class Program(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.stage = Stage(BUILD, self.tmp.name, 60)
        self.stage.make()

    def tearDown(self):
        self.stage.stop()
        self.tmp.cleanup()

    def daemon(self, *words, **more):
        return subprocess.run(
            [program(BUILD, "gatewardend"), *words,
             "--plugin-dir", self.stage.plugins,
             "--host", program(BUILD, "gatewarden-host")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False, **more)

    def spoil(self):
        self.stage.add("50-wrong.conf", WRONG)

    def mend(self):
        os.unlink(os.path.join(self.stage.conf, "50-wrong.conf"))

    def log(self, word):
        return word in self.stage.tail(50)


class CommandLine(Program):
    def test_help_and_version(self):
        p = self.daemon("--help")
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertIn("--state-dir DIR", p.stdout)
        self.assertTrue(all(len(x) < 80 for x in p.stdout.splitlines()))
        self.assertRegex(self.daemon("--version").stdout,
                         r"^gatewardend \d+\.\d+\.\d+\n$")

    def test_a_mistake_is_not_a_start(self):
        p = self.daemon("--confg", self.stage.conf)
        self.assertEqual((p.returncode, p.stdout), (2, ""))
        self.assertIn("did you mean '--config'?", p.stderr)


class Check(Program):
    def test_a_sound_configuration(self):
        p = self.daemon("--check", self.stage.conf)
        self.assertEqual((p.returncode, p.stdout, p.stderr),
                         (0, "no errors, no warnings\n", ""))
        self.assertEqual(os.listdir(self.stage.state), [])

    def test_findings_have_a_place(self):
        self.spoil()
        p = self.daemon("--check", self.stage.conf)
        first, *_, last = p.stdout.splitlines()
        self.assertEqual(p.returncode, 1)
        self.assertTrue(first.startswith(
            os.path.join(self.stage.conf, "50-wrong.conf") + ":2: "), first)
        self.assertIn("console", first)
        self.assertRegex(last, r"^1 error, (no warnings|1 warning)$")

    def test_what_is_not_written_is_no_success(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            p = subprocess.run(
                [program(BUILD, "gatewardend"), "--check", self.stage.conf,
                 "--plugin-dir", self.stage.plugins,
                 "--host", program(BUILD, "gatewarden-host")],
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                check=False)
        self.assertEqual(p.returncode, 5)
        self.assertIn("standard output can't be written", p.stderr)

    def test_findings_as_json(self):
        self.spoil()
        p = self.daemon("--check", self.stage.conf, "--json")
        finding = [f for f in json.loads(p.stdout)
                   if f["level"] == "error"][0]
        self.assertEqual(p.returncode, 1)
        self.assertEqual(finding["line"], 2)
        self.assertIn("'console'", finding["sentence"])

    def test_resolved(self):
        p = self.daemon("--check", self.stage.conf, "--resolved")
        self.assertEqual(p.returncode, 0)
        self.assertIn("precompute_quorum", p.stdout)
        self.assertEqual(p.stderr, "no errors, no warnings\n")
        p = self.daemon("--check", self.stage.conf, "--resolved", "--json")
        both = json.loads(p.stdout)
        self.assertEqual(both["findings"], [])
        self.assertIn("pdc", both["resolved"]["checks"])

    def test_the_client_asks_the_same(self):
        p = subprocess.run(
            [program(BUILD, "gatewarden"), "config", "check",
             self.stage.conf, "--plugin-dir", self.stage.plugins,
             "--host", program(BUILD, "gatewarden-host")],
            env={**os.environ, "PATH": os.path.dirname(
                program(BUILD, "gatewardend")) + ":" + os.environ["PATH"]},
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((p.returncode, p.stdout),
                         (0, "no errors, no warnings\n"), p.stderr)

    def test_a_place_that_is_not_there(self):
        p = self.daemon("--check", "/nowhere/at/all")
        self.assertEqual(p.returncode, 1)
        self.assertIn("/nowhere/at/all: ", p.stdout)


class Life(Program):
    def test_a_wrong_configuration_starts_nothing(self):
        self.spoil()
        p = self.daemon("--config", self.stage.conf)
        self.assertEqual(p.returncode, 1)
        self.assertIn("50-wrong.conf:2", p.stderr)
        self.assertEqual(os.listdir(self.stage.state), [])
        self.assertFalse(os.path.exists(self.stage.socket))

    def test_term_and_int_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.stage.run()
            self.stage.daemon.send_signal(number)
            self.assertEqual(self.stage.daemon.wait(timeout=30), 0)
        p = self.stage.gatewarden("journal", "check", "--dir",
                                  self.stage.state)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def test_the_directory_of_its_socket_is_made(self):
        self.stage.socket = os.path.join(self.stage.dir, "run", "of",
                                         "control")
        self.stage.add("00-demo.conf", self.stage.clock())
        self.stage.run()

    def test_a_message_to_the_console_is_seen(self):
        path = os.path.join(self.stage.conf, "90-site.conf")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = re.sub(r'(name = "pipeline_health";\s+plugin = )"file".*?; }',
                      r'\1"console"; }', text)
        self.stage.add("90-site.conf", text)
        self.stage.run()
        wait_for("the message", 30, lambda: self.log(
            "<4>message: ADOPTED nba"))

    def test_hup_keeps_what_runs_when_the_new_is_wrong(self):
        self.stage.run()
        before = self.stage.ask("status")["daemon"]["generation"]
        self.spoil()
        self.stage.daemon.send_signal(signal.SIGHUP)
        wait_for("the finding", 30, lambda: self.log("50-wrong.conf:2"))
        self.assertEqual(self.stage.ask("status")["daemon"]["generation"],
                         before)
        self.mend()
        self.stage.add("98-more.conf", 'notifiers = ( { name = "more"; '
                       'plugin = "console"; } );\n')
        self.stage.daemon.send_signal(signal.SIGHUP)
        wait_for("the new generation", 30, lambda: self.stage.ask(
            "status")["daemon"]["generation"] != before)

    def test_the_name_of_a_file_may_be_any_bytes(self):
        self.stage.run()
        with open(os.path.join(os.fsencode(self.stage.conf), b"5\xff.conf"),
                  "w", encoding="utf-8") as f:
            f.write(WRONG)
        finding = self.stage.ask("reload")["findings"][0]
        self.assertTrue(finding["file"].endswith("/5\\xff.conf"), finding)
        self.assertTrue(self.stage.answers())

    def test_a_second_one_is_refused(self):
        self.stage.run()
        p = self.daemon("--config", self.stage.conf, "--socket",
                        self.stage.socket + ".2")
        self.assertEqual(p.returncode, 1)
        self.assertIn(str(self.stage.daemon.pid), p.stderr)
        self.assertIn("not started", p.stderr)
        self.assertTrue(self.stage.answers())

    def test_what_it_makes_is_its_own(self):
        os.rmdir(self.stage.state)
        self.stage.run()
        for path in [self.stage.state] + glob.glob(
                os.path.join(self.stage.state, "*")):
            self.assertEqual(os.stat(path).st_mode & 0o007, 0, path)
        with open(f"/proc/{self.stage.daemon.pid}/status",
                  encoding="ascii") as f:
            self.assertIn("Umask:\t0077", f.read())

    def test_it_survives_without_standard_files(self):
        command = [program(self.stage.build, "gatewardend"),
                   "--config", self.stage.conf,
                   "--plugin-dir", self.stage.plugins,
                   "--host", program(self.stage.build, "gatewarden-host")]
        self.stage.daemon = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command],
            cwd=self.stage.dir)
        wait_for("the daemon to answer", 30, self.stage.answers)
        for fd in range(3):
            self.assertEqual(os.stat(
                f"/proc/{self.stage.daemon.pid}/fd/{fd}").st_rdev,
                os.stat("/dev/null").st_rdev)


class Manager(Program):
    """The service manager's side."""

    def setUp(self):
        super().setUp()
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = os.path.join(self.tmp.name, "notify")
        self.heard.bind(path)
        self.heard.settimeout(30)
        os.environ["NOTIFY_SOCKET"] = path
        os.environ["WATCHDOG_USEC"] = "400000"

    def tearDown(self):
        os.environ.pop("NOTIFY_SOCKET", None)
        os.environ.pop("WATCHDOG_USEC", None)
        super().tearDown()
        self.heard.close()

    def until(self, word):
        while True:
            lines = self.heard.recv(4096).decode().splitlines()
            if word in lines:
                return

    def test_ready_alive_reloading_stopping(self):
        self.stage.run()
        self.until("READY=1")
        for _ in range(3):
            self.until("WATCHDOG=1")
        self.stage.daemon.send_signal(signal.SIGHUP)
        self.until("RELOADING=1")
        self.until("READY=1")
        self.stage.daemon.send_signal(signal.SIGTERM)
        self.until("STOPPING=1")
        self.assertEqual(self.stage.daemon.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
