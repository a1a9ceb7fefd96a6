#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifier `email` against Exim, as many sites have it: STARTTLS and TLS from
the start, with a login, one of two recipients refused.

Exim runs by itself on a port of loopback, with a configuration and a spool of
the test's own, as an ordinary user; it only takes mails, and delivers none.
"""
import email
import email.policy
import glob
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from email_test import CANARY, MESSAGE, certificate
from host import Case, Plugin, main

EXIM = os.environ.get("EXIM") or shutil.which("exim4") or \
    shutil.which("exim4", path="/usr/sbin")
if EXIM is None:
    print("skipped: exim4 is not installed")
    sys.exit(77)

CONFIGURATION = """
spool_directory = %(dir)s/spool
log_file_path = %(dir)s/log_%%s
pid_file_path = %(dir)s/pid
primary_hostname = localhost
exim_user = %(user)s
exim_group = %(group)s
keep_environment =
daemon_smtp_ports = %(port)d : %(tls_port)d
tls_on_connect_ports = %(tls_port)d
local_interfaces = 127.0.0.1
tls_certificate = %(cert)s
tls_privatekey = %(key)s
tls_advertise_hosts = *
queue_only = true
acl_smtp_rcpt = rcpt
acl_smtp_data = data
begin acl
rcpt:
  require message = authentication required
          authenticated = *
          encrypted = *
  deny    local_parts = gone
          message = no such user here
  defer   local_parts = later
          message = greylisted
  accept
data:
  deny    condition = ${if match{$h_subject:}{spam}}
          message = this is spam
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and {{eq{$auth2}{gw}}{eq{$auth3}{%(password)s}}}}
  server_advertise_condition = ${if def:tls_in_cipher}
"""


def free_ports(n):
    them = [socket.socket() for _ in range(n)]
    try:
        for s in them:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in them]
    finally:
        for s in them:
            s.close()


class Exim:
    """A server, as an ordinary user; None where it doesn't start."""
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="gatewarden-exim-")
        self.key, self.cert = certificate(self.dir)
        self.port, self.tls_port = free_ports(2)
        path = os.path.join(self.dir, "exim.conf")
        who = pwd.getpwnam("nobody") if os.getuid() == 0 else \
            pwd.getpwuid(os.getuid())
        with open(path, "w", encoding="ascii") as f:
            f.write(CONFIGURATION % {
                "user": who.pw_name,
                "group": grp.getgrgid(who.pw_gid).gr_name,
                "dir": self.dir, "port": self.port, "cert": self.cert,
                "tls_port": self.tls_port, "key": self.key,
                "password": CANARY})
        os.mkdir(os.path.join(self.dir, "spool"))
        how = {}
        if os.getuid() == 0:
            how = {"user": who.pw_uid, "group": who.pw_gid,
                   "extra_groups": []}
            for where, _, names in os.walk(self.dir):
                for name in (where, *(os.path.join(where, n)
                                      for n in names)):
                    os.chown(name, who.pw_uid, who.pw_gid)
        # pylint: disable=consider-using-with
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [EXIM, "-C", path, "-bdf"], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, **how)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def wait(self):
        """Until it answers; False: it has ended."""
        until = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port),
                                         1).close()
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def mails(self):
        """(recipients, message) of each that it took, oldest first."""
        found = []
        for body in sorted(glob.glob(os.path.join(self.dir, "spool", "input",
                                                  "*-D")),
                           key=os.path.getmtime):
            with open(body[:-1] + "H", encoding="utf-8") as f:
                head = f.read()
            with open(body, encoding="utf-8") as f:
                data = f.read().split("\n", 1)[1]
            envelope, headers = head.split("\n\n", 1)
            lines = envelope.split("\n")
            to = [x for x in lines if re.fullmatch(r"[^<]\S*@\S+", x)]
            # "038  Subject: ...": a length, a mark, the header
            text = re.sub(r"^\d{3,}[ A-Z*] ", "", headers, flags=re.M)
            found.append((to, email.message_from_string(
                text + "\n" + data, policy=email.policy.default)))
        return found

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


SERVER = None


class Mail(Case):
    def options(self, **more):
        return {"server": f"smtp://localhost:{SERVER.port}",
                "ca_file": SERVER.cert, "user": "gw", "password": CANARY,
                "from": "gatewarden@example.org",
                "to": ["ops@example.org"], **more}

    def send(self, options, **message):
        with Plugin("notifier", "email", options) as p:
            r = p.call(**{**MESSAGE, **message})
            self.assertNotIn(CANARY, str(r) + p.output())
            return r

    def test_starttls_and_a_login(self):
        n = len(SERVER.mails())
        r = self.send(self.options(), title="über <b>")
        self.assertEqual(r["status"], "ok", r)
        to, m = SERVER.mails()[n]
        self.assertEqual(to, ["ops@example.org"])
        self.assertEqual(m["Subject"],
                         "[critical] nba 2026-01-16: über <b>")
        self.assertEqual(m.get_content_type(), "multipart/mixed")
        text = m.get_body(("plain",)).get_content()
        self.assertEqual(text.rstrip("\n"), MESSAGE["text"].rstrip("\n"))
        self.assertIn("&lt;min 1&gt;", m.get_body(("html",)).get_content())

    def test_tls_from_the_start(self):
        n = len(SERVER.mails())
        r = self.send(self.options(
            server=f"smtps://localhost:{SERVER.tls_port}"))
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(len(SERVER.mails()), n + 1)

    def test_one_refused_recipient(self):
        n = len(SERVER.mails())
        r = self.send(self.options(to=["gone@example.org",
                                       "ops@example.org"]))
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("not to gone@example.org: 550 no such user here",
                      r["remark"])
        self.assertEqual(SERVER.mails()[n][0], ["ops@example.org"])

    def test_refusals(self):
        n = len(SERVER.mails())
        for options, message, failure, words in (
                ({"to": ["gone@example.org"]}, {}, "permanent", "550"),
                ({"to": ["later@example.org"]}, {}, "transient", "451"),
                ({"password": "wrong"}, {}, "config", "535"),
                ({"ca_file": None}, {}, "config", "certificate"),
                ({"tls": "none", "user": None}, {}, "permanent", "550"),
                ({}, {"title": "spam"}, "permanent", "this is spam")):
            with self.subTest(options, message=message):
                o = {k: v for k, v in self.options(**options).items()
                     if v is not None}
                self.assert_failed(self.send(o, **message), failure, words)
        self.assertEqual(len(SERVER.mails()), n)


if __name__ == "__main__":
    SERVER = Exim()
    try:
        if not SERVER.wait():
            print("skipped: Exim doesn't run here:", SERVER.said()[-300:])
            sys.exit(77)
        main()
    finally:
        SERVER.close()
