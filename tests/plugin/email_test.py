#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifier `email` against a real SMTP server, aiosmtpd."""
import email
import email.policy
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import warnings

from host import HOSTILE, Case, Plugin, Raw, main, refusal

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword
except ImportError:
    print("skipped: python3-aiosmtpd is not installed")
    sys.exit(77)

CANARY = "owl_canary_password"
MESSAGE = {"id": "7", "kind": "opened", "severity": "critical",
           "incident": "41", "title": "publish will miss 09:00",
           "text": "why    marts: 0 rows <min 1>\n.\n..look  explain 41\n"}


class Far:
    """The server's side: what came, and what it answers."""
    def __init__(self, refuse=(), data="250 OK", rcpt=None):
        self.refuse, self.data, self.rcpt = refuse, data, rcpt
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _opts):
        if address in self.refuse:
            return self.rcpt or "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        if self.data.startswith("250"):
            self.mails.append((session, envelope))
        return self.data


def talk(link, said):
    """SMTP by hand. `said` has what is answered otherwise than 250, by the
    beginning of a command; None hangs up."""
    link.sendall(b"220 x\r\n")
    for line in link.makefile("r", encoding="ascii", newline="\r\n"):
        answer = [a for word, a in said.items() if line.startswith(word)]
        if answer and answer[0] is None:
            return
        if line.startswith("QUIT"):
            answer = ["221 bye"]
        elif line.startswith("DATA") and not answer:
            link.sendall(b"354 go on\r\n")
            body = b""
            while not body.endswith(b"\r\n.\r\n"):
                body += link.recv(65536)
        link.sendall((answer[0] if answer else "250 OK").encode() +
                     b"\r\n")


def certificate(directory, name="localhost"):
    key, cert = (os.path.join(directory, f"{name}.{x}")
                 for x in ("key", "crt"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
         cert, "-days", "2", "-subj", f"/CN={name}", "-addext",
         f"subjectAltName=DNS:{name}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return key, cert


class Email(Case):
    def serve(self, far, **how):
        c = Controller(far, hostname="localhost", port=0, **how)
        # Controller connects to its own port to see that it runs; port 0
        # has to be known first
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            c.port = s.getsockname()[1]
        c.hostname = "127.0.0.1"
        c.start()
        self.addCleanup(c.stop)
        return c.port

    def options(self, port, **more):
        return {"server": f"smtp://localhost:{port}", "tls": "none",
                "from": "gatewarden@example.org",
                "to": ["ops@example.org"], **more}

    def send(self, options, message=None, **how):
        with Plugin("notifier", "email", options) as p:
            result = p.call(**{**MESSAGE, **(message or {}), **how})
            self.assertNotIn(CANARY, str(result) + p.output())
            return result

    def parsed(self, far, i=0):
        return email.message_from_bytes(far.mails[i][1].content,
                                        policy=email.policy.default)

    def test_text_and_html_of_the_same_words(self):
        far = Far()
        r = self.send(self.options(self.serve(far)))
        self.assertEqual(r["status"], "ok", r)
        m = self.parsed(far)
        self.assertEqual(m["Subject"], "[critical] nba 2026-01-16: publish"
                         " will miss 09:00")
        self.assertEqual(m["From"], "gatewarden@example.org")
        self.assertEqual(m["To"], "ops@example.org")
        self.assertEqual(m["Message-ID"],
                         "<gatewarden.7.under_test@example.org>")
        self.assertEqual(m["References"],
                         "<gatewarden.incident.41.under_test@example.org>")
        self.assertEqual(m["Auto-Submitted"], "auto-generated")
        self.assertIsNotNone(m["Date"].datetime)
        text = m.get_body(("plain",)).get_content()
        self.assertEqual(text.replace("\r\n", "\n").rstrip("\n"),
                         MESSAGE["text"].rstrip("\n"))
        html = m.get_body(("html",)).get_content()
        self.assertIn("&lt;min 1&gt;", html)
        self.assertIn("publish will miss 09:00", html)

    def test_the_id_is_the_same_for_all_tries(self):
        far = Far()
        o = self.options(self.serve(far))
        self.send(o)
        self.send(o)
        self.assertEqual(self.parsed(far)["Message-ID"],
                         self.parsed(far, 1)["Message-ID"])

    def test_one_refused_recipient_does_not_lose_the_mail(self):
        far = Far(refuse=("gone@example.org",))
        r = self.send(self.options(self.serve(far), to=[
            "ops@example.org", "gone@example.org", "boss@example.org"]))
        self.assertEqual(r["status"], "ok", r)
        self.assertIn("gone@example.org", r["remark"])
        self.assertIn("no such user", r["remark"])
        self.assertEqual(far.mails[0][1].rcpt_tos,
                         ["ops@example.org", "boss@example.org"])

    def test_all_refused_is_a_failure(self):
        for reply, failure in (("550 5.1.1 no such user", "permanent"),
                               ("450 4.2.1 try later", "transient")):
            far = Far(refuse=("ops@example.org",), rcpt=reply)
            self.assert_failed(self.send(self.options(self.serve(far))),
                               failure, reply)
            self.assertEqual(far.mails, [])

    def test_a_refused_recipient_does_not_decide_about_what_follows(self):
        def hang_up(link):
            talk(link, {"RCPT TO:<gone": "550-5.1.1 no such user\r\n"
                        "550-5.1.1 try another\r\n550 5.1.1 end",
                        "DATA": None})

        with Raw(lambda _, link: hang_up(link)) as s:
            r = self.send(self.options(s.port, to=[
                "gone@example.org", "ops@example.org"]))
        self.assert_failed(r, "transient")
        self.assertNotIn("no such user", r["remark"])

    def test_one_that_may_be_taken_later_is_asked_again(self):
        for to in (["later@example.org", "gone@example.org"],
                   ["gone@example.org", "later@example.org"]):
            with Raw(lambda _, link: talk(link, {
                    "RCPT TO:<gone": "550 5.1.1 no such user",
                    "RCPT TO:<later": "450 4.2.1 greylisted"})) as s:
                self.assert_failed(self.send(self.options(s.port, to=to)),
                                   "transient")

    def test_a_refusal_of_many_lines_is_one(self):
        with Raw(lambda _, link: talk(link, {
                "RCPT TO:<gone": "550-5.1.1 no such user\r\n"
                "550-5.1.1 try another\r\n550 5.1.1 end"})) as s:
            r = self.send(self.options(s.port, to=[
                "gone@example.org", "ops@example.org"]))
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(r["remark"], "delivered, but not to"
                         " gone@example.org: 550-5.1.1 no such user")

    def test_a_long_sender_stays_an_address(self):
        far = Far()
        who = "gatewarden@" + "notifications." * 5 + "example.org"
        self.send(self.options(self.serve(far), **{"from": who}))
        self.assertIn(f"From: {who}".encode(), far.mails[0][1].content)

    def test_what_the_server_says_after_the_data_decides(self):
        for reply, failure in (("554 5.7.1 spam", "permanent"),
                               ("451 4.3.0 greylisted", "transient")):
            far = Far(data=reply)
            self.assert_failed(self.send(self.options(self.serve(far))),
                               failure, reply)

    def test_nothing_is_sent_in_the_clear_unless_it_is_said(self):
        far = Far()
        o = self.options(self.serve(far), user="gw", password=CANARY)
        del o["tls"]
        self.assert_failed(self.send(o), "config", "not delivered")
        self.assertEqual(far.mails, [])

    def test_starttls_with_a_login(self):
        key, cert = certificate(self.dir)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        seen = []

        def login(_server, _session, _envelope, _mechanism, data):
            assert isinstance(data, LoginPassword)
            seen.append((data.login, data.password))
            return AuthResult(success=data.password == CANARY.encode(),
                              handled=False)

        far = Far()
        port = self.serve(far, tls_context=context, require_starttls=True,
                          authenticator=login, auth_required=True,
                          auth_require_tls=True)
        o = self.options(port, ca_file=cert, user="gw", password=CANARY)
        del o["tls"]
        self.assertEqual(self.send(o)["status"], "ok")
        self.assertEqual(seen[-1], (b"gw", CANARY.encode()))
        self.assertIsNotNone(far.mails[0][0].ssl)
        o["password"] = "wrong"
        self.assert_failed(self.send(o), "config")
        # who answers has to be who is meant
        other = self.options(port, user="gw", password=CANARY)
        del other["tls"]
        n = len(seen)
        self.assert_failed(self.send(other), "config", "certificate")
        other["ca_file"] = certificate(self.dir, "elsewhere")[1]
        self.assert_failed(self.send(other), "config", "certificate")
        self.assertEqual(len(seen), n, "a password went to a stranger")

    def test_tls_from_the_start(self):
        key, cert = certificate(self.dir)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        far = Far()
        with socket.socket() as plain:
            plain.bind(("127.0.0.1", 0))
            plain.listen()
            port = plain.getsockname()[1]
            done = threading.Thread(target=converse, daemon=True,
                                    args=(plain, context, far))
            done.start()
            o = self.options(port, server=f"smtps://localhost:{port}",
                             ca_file=cert)
            del o["tls"]
            self.assertEqual(self.send(o)["status"], "ok")
            done.join(20)
        self.assertIn(b"Subject: [critical] nba", far.mails[0])

    def test_hostile_texts_stay_texts(self):
        far = Far()
        o = self.options(self.serve(far))
        hostile = (*HOSTILE, "x\r\nBcc: evil@example.org",
                   "a\rb\nSubject: b", "=?UTF-8?Q?evil?=", "\u202egnp.exe",
                   "<!channel>", "ü" * 300)
        for text in hostile:
            self.send(o, title=text, text=text)
        self.assertEqual(len(far.mails), len(hostile))
        for i, text in enumerate(hostile):
            m = self.parsed(far, i)
            self.assertIsNone(m["Bcc"])
            self.assertEqual(len(m.get_all("Subject")), 1)
            self.assertEqual(far.mails[i][1].rcpt_tos, ["ops@example.org"])
            body = m.get_body(("plain",)).get_content()
            # a lone carriage return is a line's end to some, not to others
            self.assertEqual(
                body.replace("\r", "").rstrip("\n").split("\n"),
                text.replace("\r", "").rstrip("\n").split("\n"))
            self.assertNotIn("</script>",
                             m.get_body(("html",)).get_content())
        self.assertIn("\u202e", self.parsed(far, len(HOSTILE) + 3)["Subject"])
        for raw in far.mails:
            head = raw[1].content.split(b"\r\n\r\n", 1)[0]
            self.assertTrue(all(len(x) <= 998 for x in head.split(b"\r\n")))
            self.assertTrue(head.isascii())

    def test_a_server_that_is_away_or_silent(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
            self.assert_failed(self.send(self.options(port)), "transient")
            s.listen()
            self.assert_failed(self.send(self.options(port), budget_ms=800),
                               "transient", "deadline")

    def test_options_are_checked(self):
        for wrong, words in (
                ({"server": "https://localhost"}, "smtp://"),
                ({"server": "localhost"}, "smtp://"),
                ({"from": "me"}, "from: expected name@domain"),
                ({"from": "a@b\r\nBcc: c@d"}, "from: expected"),
                ({"to": ["a@b", "c d@e"]}, "to: expected name@domain"),
                ({"to": []}, "nobody"),
                ({"user": "gw"}, "without a password")):
            with self.subTest(wrong):
                self.assertIn(words, refusal("notifier", "email", {
                    **self.options(25), **wrong}) or "")


def converse(listener, context, far):
    """One mail over TLS, by hand: another implementation than aiosmtpd."""
    raw, _ = listener.accept()
    with context.wrap_socket(raw, server_side=True) as s:
        f = s.makefile("rwb")

        def say(line):
            f.write(line + b"\r\n")
            f.flush()

        say(b"220 by hand")
        for line in f:
            word = line[:4].upper()
            if word == b"DATA":
                say(b"354 go on")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += f.readline()
                far.mails.append(data)
            elif word == b"QUIT":
                say(b"221 bye")
                return
            say(b"250 OK")


if __name__ == "__main__":
    # what strangers do to its handshakes is what is tested
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
