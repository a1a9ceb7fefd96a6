#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Notifiers of this machine: `syslog` and `exec`."""
import json
import os
import re
import socket
import struct
import sys

from host import HOSTILE, Case, Plugin, main, refusal

MESSAGE = {"id": "7", "kind": "opened", "severity": "critical",
           "incident": "41", "title": "publish will miss 09:00",
           "text": "CRITICAL shop\nwhy    marts: 0 rows\n"}
HEAD = "critical nba 2026-01-16: publish will miss 09:00"


def fields(data):
    """A record of the journal's own protocol."""
    found = {}
    while data:
        line, data = data.split(b"\n", 1)
        if b"=" in line:
            k, v = line.split(b"=", 1)
        else:
            k, n = line, struct.unpack("<Q", data[:8])[0]
            v, data = data[8:8 + n], data[8 + n:]
            assert data[:1] == b"\n"
            data = data[1:]
        found[k.decode()] = v.decode()
    return found


class Syslog(Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.dir, "log")
        # pylint: disable=consider-using-with
        self.far = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.far.close)
        self.far.bind(self.path)
        self.far.settimeout(20)

    def send(self, message=None, budget_ms=10000, **options):
        with Plugin("notifier", "syslog", {"socket": self.path,
                                           **options}) as p:
            return p.call(budget_ms=budget_ms, **{**MESSAGE,
                                                  **(message or {})})

    def records(self):
        self.far.setblocking(False)
        found = []
        try:
            while True:
                found.append(self.far.recv(1 << 20))
        except BlockingIOError:
            return found

    def test_a_record_for_each_line(self):
        self.assertEqual(self.send()["status"], "ok")
        lines = [x.decode() for x in self.records()]
        for line in lines:
            self.assertRegex(line, r"^<26>[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:"
                             r"\d\d gatewarden\[\d+\]: ")
        self.assertEqual([x.split("]: ", 1)[1] for x in lines],
                         [HEAD, "CRITICAL shop", "why    marts: 0 rows"])

    def test_rfc_5424(self):
        self.send(format="rfc5424", facility="local3", tag="night")
        for line in self.records():
            self.assertRegex(line.decode(), r"^<154>1 \d{4}-\d\d-\d\dT\d\d:"
                             r"\d\d:\d\dZ \S+ night \d+ opened - \S")

    def test_the_journal_gets_one_record(self):
        self.send(format="journal")
        record, = self.records()
        f = fields(record)
        self.assertEqual(f, {
            "MESSAGE": HEAD + "\n" + MESSAGE["text"].rstrip("\n"),
            "PRIORITY": "2", "SYSLOG_FACILITY": "3",
            "SYSLOG_IDENTIFIER": "gatewarden", "GATEWARDEN_PIPELINE": "nba",
            "GATEWARDEN_DATE": "2026-01-16", "GATEWARDEN_INCIDENT": "41",
            "GATEWARDEN_MESSAGE": "7", "GATEWARDEN_KIND": "opened"})

    def test_levels(self):
        for severity, kind, level in (
                ("critical", "worse", 2), ("warning", "opened", 4),
                ("info", "opened", 6), ("info", "resolved", 5)):
            self.send({"severity": severity, "kind": kind})
            self.assertIn(f"<{24 + level}>".encode(), self.records()[0])

    def test_texts_are_no_records_of_their_own(self):
        nasty = "x\r\n<0>kernel: owned\nPRIORITY=0\x07" + " ".join(HOSTILE)
        self.send({"title": nasty, "text": nasty})
        for record in self.records():
            self.assertTrue(record.startswith(b"<26>"))
            self.assertTrue(all(c >= 0x20 and c != 0x7f for c in record))
        self.send({"title": nasty, "text": nasty}, format="journal")
        f = fields(self.records()[0])
        self.assertEqual(f["PRIORITY"], "2")
        self.assertEqual(len(f), 9)
        self.assertIn("PRIORITY=0", f["MESSAGE"])
        for form in ("rfc3164", "journal"):
            self.send({"text": "é" * 20000}, format=form)
            self.assertTrue(self.records())

    def test_a_far_end_that_is_away(self):
        for path, failure, words in (
                ("/nowhere/log", "transient", "No such file"),):
            self.assert_failed(self.send(socket=path), failure, words)
        self.far.close()
        self.assert_failed(self.send(), "transient", "refused")
        os.unlink(self.path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.bind(self.path)
            s.listen()
            self.assert_failed(self.send(), "config", "wrong type")

    def test_a_far_end_that_does_not_read(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.setblocking(False)
            try:
                while True:
                    filler.sendto(b"x", self.path)
            except BlockingIOError:
                pass
            self.assert_failed(self.send(budget_ms=500), "transient",
                               "nobody reads")

    def test_options(self):
        for wrong, words in (({"socket": "log"}, "absolute path"),
                             ({"socket": "/" + "x" * 200}, "107 bytes"),
                             ({"tag": "a b"}, "tag: expected"),
                             ({"tag": "x" * 40}, "tag: expected")):
            self.assertIn(words, refusal("notifier", "syslog", wrong) or "")


class Exec(Case):
    PROGRAM = ("import json, sys; json.dump([sys.argv[1:], "
               "json.load(sys.stdin)], open(sys.argv[1], 'w')); "
               "print('queued as 12')")

    def send(self, argv, message=None, **how):
        with Plugin("notifier", "exec", {"argv": argv}) as p:
            return p.call(**{**MESSAGE, **(message or {}), **how})

    def test_words_and_standard_input(self):
        out = os.path.join(self.dir, "out")
        for text in (*HOSTILE, "\u202e", ""):
            r = self.send([sys.executable, "-c", self.PROGRAM, out,
                           "{title}", "a{{b}", "{severity}:{incident}"],
                          {"title": text, "incident": "", "text": text})
            self.assertEqual(r["status"], "ok", r)
            self.assertIn("queued as 12", r["remark"])
            with open(out, encoding="utf-8") as f:
                argv, o = json.load(f)
            self.assertEqual(argv[1:], [text, "a{b}", "critical:"])
            self.assertEqual(o.get("text", ""), text)

    def test_exits_have_classes(self):
        for code, failure in ((1, "transient"), (75, "transient"),
                              (64, "permanent"), (65, "permanent"),
                              (78, "config"), (126, "config"),
                              (127, "config")):
            r = self.send(["/bin/sh", "-c", f"echo no; echo why >&2; "
                           f"exit {code}"])
            self.assert_failed(r, failure, ": why")
        self.assert_failed(self.send(["/nowhere/x"]), "config", "No such")
        self.assert_failed(self.send(["/bin/sh", "-c", "kill -9 $$"]),
                           "transient", "signal 9")
        # it needn't read what it is told
        self.assertEqual(self.send(["/bin/true"], {
            "text": "x" * 60000})["status"], "ok")

    def test_it_is_ended_at_the_deadline(self):
        r = self.send(["/bin/sh", "-c", "sleep 60 & wait"], budget_ms=600)
        self.assert_failed(r, "transient", "deadline")

    def test_options(self):
        self.assertIn("no placeholder", refusal("notifier", "exec", {
            "argv": ["/bin/true", "{missing}"]}))
        self.assertTrue(re.search("argv", refusal("notifier", "exec", {
            "argv": []})))


if __name__ == "__main__":
    main()
