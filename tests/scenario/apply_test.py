#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""apply: a configuration brought to work in one command, on the small site.

What is refused on the way changes nothing: the files, the generation that
runs and the journal's attempts are compared before and after. What is
applied runs, is verified, and can be taken back by the same command.
"""
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from small_site import BUILD, Site, START                # noqa: E402
from stage import ms, program, wait_for                 # noqa: E402

LISTER = os.path.join(HERE, "lister.py")
MORE = """
inventory = ( { name = "jobs";  what = "schedulers";  plugin = "exec";
                argv = ("%s", "%s/jobs", "nightly"); } );
alarms = ( { name = "raw_alarm";  plugin = "all";  inputs = "raw_rows";
             at = "+1d 08:00"; } );
"""


class Between(threading.Thread):
    """Between the client and its daemon: the line of a reload is cut, before
    or after the daemon has heard and answered it."""

    def __init__(self, site, heard, then=None):
        super().__init__(daemon=True)
        self.site, self.heard, self.then = site, heard, then
        self.path = os.path.join(site.dir, "between")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        daemon = socket.socket(socket.AF_UNIX)
        try:
            daemon.connect(self.site.socket)
        except OSError:
            client.close()
            return
        cut = threading.Event()
        threading.Thread(target=self.answer, args=(daemon, client, cut),
                         daemon=True).start()
        with daemon, client, client.makefile("rb") as lines:
            for line in lines:
                call = json.loads(line)
                if (call["method"] == "reload" and
                        "dry_run" not in call["params"]):
                    cut.set()
                    if self.then:
                        self.then()
                    if not self.heard:
                        break
                daemon.sendall(line)
            daemon.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def answer(daemon, client, cut):
        try:
            while some := daemon.recv(65536):
                if cut.is_set():
                    break
                client.sendall(some)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass                # the client was first

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Apply(unittest.TestCase):
    hours = 0           # of history
    between = None

    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.addCleanup(self.tmp.cleanup)
        self.site = site = Site(BUILD, self.tmp.name,
                                20000.0 if self.hours else 1.0, START)
        site.make()
        os.rename(os.path.join(site.conf, "00-test.conf"),
                  os.path.join(site.conf, "00-demo.conf"))
        site.bring("raw", "2026-01-15", at="2026-01-16T10:00:00Z")
        site.run()
        self.addCleanup(site.stop)
        if self.hours:
            site.until(ms(START) + self.hours * 3600000)
            site.go_on_at(1.0)
        p = site.gatewarden("notify", "test")
        self.assertEqual(p.returncode, 0, p.stdout)
        self.new = os.path.join(site.dir, "new.d")
        shutil.copytree(site.conf, self.new)
        self.jobs("nightly")
        self.add(MORE % (LISTER, site.dir))

    def jobs(self, *names):
        with open(os.path.join(self.site.dir, "jobs"), "w",
                  encoding="utf-8") as f:
            f.writelines(name + "\n" for name in names)

    def add(self, text, name="60-more.conf"):
        with open(os.path.join(self.new, name), "w", encoding="utf-8") as f:
            f.write(text)

    def words(self, *more):
        return [program(BUILD, "gatewarden"), "--socket",
                self.between.path if self.between else self.site.socket,
                "apply", *more, "--plugin-dir",
                self.site.plugins, "--host",
                program(BUILD, "gatewarden-host")]

    def apply(self, *more, code=0):
        p = subprocess.run(self.words(*more), text=True, timeout=120,
                           stdin=subprocess.DEVNULL, capture_output=True,
                           check=False)
        self.assertEqual(p.returncode, code, p.stdout + p.stderr)
        return p.stdout + p.stderr

    def at_terminal(self, answer):
        """The exit code, and what was said."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ["TERM"] = "dumb"
            os.execv(self.words()[0], self.words(self.new))
        said = b""
        try:
            while True:
                some = os.read(fd, 4096)
                if not some:
                    break
                said += some
                if said.endswith(b"[y/N] "):
                    os.write(fd, answer)
        except OSError:
            pass                # the other end is closed
        os.close(fd)
        return (os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
                said.decode(errors="replace"))

    def state(self):
        files = {}
        for name in sorted(os.listdir(self.site.conf)):
            with open(os.path.join(self.site.conf, name),
                      encoding="utf-8") as f:
                files[name] = f.read()
        return files, self.site.ask("status")["daemon"]["generation"]

class Whole(Apply):
    hours = 30

    def test_from_the_check_to_the_next_steps(self):
        before = self.state()[0]
        said = self.apply(self.new, "--yes")
        for part in ("== check", "== what would happen at once",
                     "== what would have been otherwise", "raw_alarm",
                     "== reload", "the new configuration runs",
                     "== verify", "jobs", "== next", "notify test"):
            self.assertIn(part, said)
        files, generation = self.state()
        self.assertEqual(generation, 2)
        self.assertIn("60-more.conf", files)
        # and back again
        self.apply(self.site.conf + ".previous", "--yes")
        self.assertEqual(self.state(), (before, 3))

class Parts(Apply):
    def test_what_is_wrong_changes_nothing(self):
        before = self.state()
        self.add('checks = ( { nmae = "x"; } );\n', "70-wrong.conf")
        said = self.apply(self.new, "--yes", code=1)
        self.assertIn("70-wrong.conf:1", said)
        self.assertIn("nothing was changed", said)
        self.assertEqual(self.state(), before)
        self.assertFalse(os.path.exists(self.site.conf + ".previous"))

    def test_a_dry_run_and_nobody_who_says_yes(self):
        before = self.state()
        said = self.apply(self.new, "--dry-run")
        self.assertIn("dry run: nothing was done", said)
        self.assertIn("raw_alarm", said)
        self.assertEqual(self.state(), before)
        self.assertIn("say --yes", self.apply(self.new, code=4))
        self.assertEqual(self.state(), before)

    def test_the_question(self):
        before = self.state()
        code, said = self.at_terminal(b"n\n")
        self.assertEqual(code, 4, said)
        self.assertEqual(self.state(), before)
        code, said = self.at_terminal(b"y\n")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.state()[1], before[1] + 1)

    def test_what_verify_finds_is_told_of_what_runs(self):
        self.jobs("another")
        answer = json.loads(self.apply(self.new, "--yes", "--json", code=10))
        self.assertIs(answer["applied"], True)
        self.assertIs(answer["reload"]["swapped"], True)
        self.assertEqual(answer["verify"]["absent"], 1)
        self.assertEqual(answer["verify"]["undeclared"], 1)
        self.assertEqual(self.state()[1], 2)

    def test_edited_in_place(self):
        shutil.copy(os.path.join(self.new, "60-more.conf"), self.site.conf)
        said = self.apply("--yes")
        self.assertIn("edited in place", said)
        self.assertEqual(self.state()[1], 2)

    def test_only_what_was_shown_is_reloaded(self):
        before = self.state()
        p = self.site.gatewarden("reload", "--seen", "0123456789abcdef")
        self.assertEqual(p.returncode, 1, p.stdout)
        self.assertIn("has changed since it was shown", p.stdout)
        self.assertEqual(self.state(), before)
        shown = self.site.ask("reload", "--dry-run")["config"]
        p = self.site.gatewarden("reload", "--seen", shown)
        self.assertEqual(p.returncode, 0, p.stdout)

    def killed_before_the_reload(self):
        pid, fd = pty.fork()
        if pid == 0:
            os.environ["TERM"] = "dumb"
            os.execv(self.words()[0], self.words(self.new))
        said = b""
        while not said.endswith(b"[y/N] "):
            said += os.read(fd, 4096)
        os.kill(self.site.daemon.pid, signal.SIGSTOP)
        os.write(fd, b"y\n")
        wait_for("the files", 60, lambda: "60-more.conf" in os.listdir(
            self.site.conf))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)

    def test_killed_halfway_it_keeps_what_ran(self):
        before, previous = self.state()[0], self.site.conf + ".previous"
        self.killed_before_the_reload()
        self.site.kill()
        self.site.run()
        self.add("# another\n", "70-another.conf")
        said = self.apply(self.new, "--yes")
        self.assertIn("was cut off", said)
        self.assertEqual(sorted(os.listdir(previous)), sorted(before))
        self.assertFalse(os.path.exists(previous + ".needed"))
        # and the next one is as ever
        os.unlink(os.path.join(self.new, "70-another.conf"))
        said = self.apply(self.new, "--yes")
        self.assertNotIn("was cut off", said)
        self.assertIn("70-another.conf", os.listdir(previous))

    def cut(self, heard, then=None):
        self.between = Between(self.site, heard, then)
        self.addCleanup(self.between.close)

    def test_an_answer_that_was_lost(self):
        self.cut(heard=True)
        said = self.apply(self.new, "--yes")
        self.assertIn("went away before it had answered", said)
        self.assertIn("it runs the new configuration, all the same", said)
        self.assertIn("== verify", said)
        files, generation = self.state()
        self.assertEqual(generation, 2)
        self.assertIn("60-more.conf", files)

    def test_a_reload_that_was_lost(self):
        before = self.state()
        self.cut(heard=False)
        said = self.apply(self.new, "--yes", code=5)
        self.assertIn("it runs what it ran before, and has its files", said)
        self.assertEqual(self.state(), before)

    def test_a_daemon_that_dies_over_the_reload(self):
        before = self.state()
        self.cut(heard=False, then=self.site.kill)
        said = self.apply(self.new, "--yes", code=5)
        self.assertIn("whether it had swapped can't be told. The files are"
                      " those that ran before", said)
        self.site.run()
        self.assertEqual(self.state(), before)

    def test_a_reload_that_was_lost_of_what_was_edited(self):
        path = os.path.join(self.site.conf, "60-more.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("# more\n")
        self.cut(heard=False)
        said = self.apply("--yes", code=5)
        self.assertIn("it runs what it ran before\n", said)
        self.assertTrue(os.path.exists(path))

    @staticmethod
    def pad(directory, pages):
        for name, n in pages.items():
            with open(os.path.join(directory, name), "w",
                      encoding="utf-8") as f:
                f.write("#" * (n * os.sysconf("SC_PAGESIZE") - 1) + "\n")

    def on_a_disk(self, free):
        """apply, where the running directory has so many pages free."""
        page = os.sysconf("SC_PAGESIZE")
        used = sum(-(-os.path.getsize(os.path.join(self.site.conf, f))
                     // page) for f in os.listdir(self.site.conf))
        words = ["unshare", "-m" if os.geteuid() == 0 else "-rm", "sh",
                 "-c", 'mount -t tmpfs -o "size=$1" none "$2" || exit 99; '
                 'cp -a "$3/." "$2" || exit 99; shift 3; exec "$@"', "sh",
                 str((used + free) * page), self.site.conf,
                 self.site.dir + "/copy"]
        shutil.copytree(self.site.conf, self.site.dir + "/copy")
        p = subprocess.run([*words, *self.words(self.new, "--yes")],
                           text=True, timeout=120, capture_output=True,
                           stdin=subprocess.DEVNULL, check=False)
        if p.returncode == 99 or "unshare failed" in p.stderr:
            self.skipTest("no file systems of one's own: " + p.stderr)
        return p

    def test_a_full_disk_is_not_said_to_be_as_before(self):
        os.unlink(os.path.join(self.new, "60-more.conf"))
        self.pad(self.site.conf, {"80-a.conf": 3, "81-b.conf": 1,
                                  "82-c.conf": 1})
        self.pad(self.new, {"80-a.conf": 3, "81-b.conf": 3,
                            "82-c.conf": 4})
        p = self.on_a_disk(3)
        self.assertEqual(p.returncode, 5, p.stdout + p.stderr)
        self.assertIn("No space left", p.stderr)
        self.assertNotIn("nothing was changed", p.stderr)
        self.assertIn("what ran is in " + self.site.conf + ".previous",
                      p.stderr)

    def test_who_could_read_it_still_can(self):
        path = os.path.join(self.site.conf, "10-parts.conf")
        os.chmod(path, 0o640)
        if os.geteuid() == 0:
            os.chown(path, 1, 1)
        was = os.stat(path)
        os.chmod(os.path.join(self.new, "60-more.conf"), 0o644)
        p = subprocess.run(
            ["sh", "-c", 'umask 077; exec "$@"', "sh",
             *self.words(self.new, "--yes")], timeout=120, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        st = os.stat(path)
        self.assertNotEqual(st.st_ino, was.st_ino)
        self.assertEqual((st.st_mode, st.st_uid, st.st_gid),
                         (was.st_mode, was.st_uid, was.st_gid))
        more = os.path.join(self.site.conf, "60-more.conf")
        self.assertEqual(os.stat(more).st_mode & 0o777, 0o644)

    def test_no_daemon(self):
        self.site.stop()
        self.apply(self.new, "--yes", code=3)
        wait_for("it", 60, lambda: not self.site.alive())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
