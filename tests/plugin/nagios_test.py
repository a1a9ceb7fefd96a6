#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check `exec` with Debian's monitoring plugins, as they are."""
import os
import socket
import subprocess
import sys

from host import Case, Plugin, Raw, Server, main

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

    def test_servers(self):
        """Of Debian's, those that ask a server, against one on loopback."""
        def says(*lines):
            def speak(_, link):
                for line in lines:
                    link.sendall(line)
                    link.settimeout(5)
                    if not link.recv(1000):
                        return
            return speak

        for program, lines in (
                ("check_tcp", (b"hello\r\n",)),
                ("check_ftp", (b"220 ready\r\n", b"221 bye\r\n")),
                ("check_imap", (b"* OK ready\r\n", b"a1 OK\r\n")),
                ("check_pop", (b"+OK ready\r\n", b"+OK\r\n")),
                ("check_smtp", (b"220 x ESMTP\r\n", b"250 x\r\n",
                                b"221 bye\r\n")),
                ("check_ssh", (b"SSH-2.0-OpenSSH_9.2\r\n",))):
            with self.subTest(program), Raw(says(*lines)) as s:
                r = self.ask(program, "-H", "127.0.0.1", "-p", str(s.port))
                self.assertEqual(r.get("stated"), "pass", r)
            with self.subTest(program + ", nobody there"):
                with socket.create_server(("127.0.0.1", 0)) as s:
                    port = s.getsockname()[1]
                r = self.ask(program, "-H", "127.0.0.1", "-p", str(port))
                self.assertEqual(r.get("stated"), "fail", r)

    def test_check_http(self):
        def ask(answer, *more, **options):
            with Server(answer) as s:
                return self.ask("check_http", "-I", "127.0.0.1", "-p",
                                str(s.port), *more, **options)

        r = ask((200, {}, "x" * 1000), perfdata="size")
        self.assertEqual(r["stated"], "pass", r)
        self.assertGreater(r["value"], 1000)
        self.assertEqual(ask((404, {}, ""))["stated"], "warn")
        self.assertEqual(ask((500, {}, ""))["stated"], "fail")
        self.assertEqual(ask((200, {}, "no"), "-r", "yes")["stated"],
                         "fail")

    def test_the_machine(self):
        log = self.file("a.log", "one\n")
        old = os.path.join(self.dir, "old")
        for argv, stated in (
                (("check_users", "-w", "9999", "-c", "9999"), "pass"),
                (("check_cluster", "-s", "-d", "0,0,2", "-w", "0", "-c",
                  "1"), "warn"),
                (("check_cluster", "-s", "-d", "2,2,2", "-w", "0", "-c",
                  "1"), "fail"),
                (("check_log", "-F", log, "-O", old, "-q", "ERROR"),
                 "pass")):
            with self.subTest(argv):
                self.assertEqual(self.ask(*argv).get("stated"), stated)
        with open(log, "a", encoding="ascii") as f:
            f.write("ERROR: two\n")
        r = self.ask("check_log", "-F", log, "-O", old, "-q", "ERROR")
        self.assertEqual(r.get("stated"), "fail", r)

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
