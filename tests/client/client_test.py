#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The client against a daemon that gives canned answers: what is sent, what
is shown, and with which exit code.

Screens are compared with golden/NAME.txt; run with GOLDEN_UPDATE=1 to write
them anew, and read the difference. The program is that of the build
directory in which this runs, or the first argument.
"""
import errno
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import answers as A                                    # noqa: E402
from fake import Close, Daemon, Error, client, environment  # noqa: E402

PROGRAM = os.path.abspath("core/client/gatewarden")
DEADLINE = 15


def pipelines(what, things, **more):
    return {"pipelines": [{
        "pipeline": "nba", "zone": "America/New_York", "date": A.DAY,
        "now": A.NOW, what: things, **more}]}


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="gatewarden-")
        self.path = os.path.join(self.tmp.name, "control")
        self.daemon = None

    def tearDown(self):
        if self.daemon:
            self.daemon.close()
        self.tmp.cleanup()

    def serve(self, answers):
        self.daemon = Daemon(self.path, answers)

    def run_(self, *words, answer=None, verb=None, **env):
        if self.daemon is None:
            name = verb or " ".join(words[:2]) if " ".join(words[:2]) in (
                "check run", "gate wait", "journal check",
                "backfill plan", "backfill status",
                "journal export") else words[0]
            self.serve({name: answer})
        return client(PROGRAM, self.path, *words, **env)

    def golden(self, name, text):
        path = os.path.join(HERE, "golden", name + ".txt")
        if os.environ.get("GOLDEN_UPDATE"):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(f.read(), text)

    def screen(self, name, answer, *words, code=0):
        p = self.run_(*words, answer=answer)
        self.assertEqual((p.returncode, p.stderr), (code, ""), p.stdout)
        self.assertNotIn("\x1b", p.stdout)
        for line in p.stdout.splitlines():
            self.assertEqual(line, line.rstrip())
        self.golden(name, p.stdout)
        return p.stdout


class Screens(Case):
    def test_status(self):
        text = self.screen("status", A.STATUS, "status")
        self.assertTrue(text.startswith(
            "checked 24 s ago, 30 of 31 checks ran, route proven 06:00"))

    def test_status_of_nothing(self):
        self.screen("status-empty", A.EMPTY_STATUS, "status")

    def test_status_of_a_sick_daemon(self):
        self.screen("status-sick", A.SICK_STATUS, "status")

    def test_alone_is_status(self):
        self.serve({"status": A.EMPTY_STATUS})
        p = client(PROGRAM, self.path)
        self.assertEqual(p.returncode, 0)
        self.assertEqual(self.daemon.calls, [("status", {})])

    def test_explain_phase(self):
        text = self.screen("explain-phase", A.EXPLAIN_PHASE, "explain",
                           "predict", A.DAY)
        for word in ("precompute_quorum", "30-gates-alarms.conf:", "442",
                     "170", "pdc", "psza", "mlfs", "tdza", "pcf"):
            self.assertIn(word, text)
        self.assertRegex(text, r"opens? with.*pdc")

    def test_explain_gate(self):
        self.screen("explain-gate", A.EXPLAIN_GATE, "explain",
                    "precompute_quorum")

    def test_explain_check(self):
        self.screen("explain-check", A.EXPLAIN_CHECK, "explain",
                    "gamebooks")

    def test_explain_recovery(self):
        self.screen("explain-recovery", A.EXPLAIN_RECOVERY, "explain",
                    "phase4_backfill")

    def test_explain_date(self):
        self.screen("explain-date", A.EXPLAIN_DATE, "explain", A.DAY)

    def test_explain_incident(self):
        text = self.screen("explain-incident", A.EXPLAIN_PHASE, "explain",
                           "41")
        self.assertTrue(text.startswith("critical incident 41"))

    def test_explain_incident_without_object(self):
        self.screen("explain-adoption", A.EXPLAIN_ADOPTION, "explain", "40")

    def test_checks(self):
        text = self.screen("checks", pipelines("checks", A.CHECKS19),
                           "checks", "--date", "last")
        line = next(x for x in text.splitlines() if "box_scores" in x)
        self.assertRegex(line, "8 of 3, 5 extra")
        self.assertNotIn("267", text)
        self.assertIn("upcoming\\x1b[2J", text)

    def test_phases(self):
        self.screen("phases", pipelines("phases", [
            {**c, "rule": "10-pipeline.conf:40"}
            for c in A.DATES[2]["cells"]]), "phases")

    def test_gates(self):
        gates = [{k: v for k, v in g.items() if k != "inputs"}
                 for g in (A.GATE, A.ALARM)]
        self.screen("gates", pipelines("gates", gates), "gates")

    def test_due(self):
        self.screen("due", {"within_ms": 86400000, "due": [
            {"at": A.at("11:00"), "in_ms": -120000, "pipeline": "nba",
             "date": A.DAY, "phase": "precompute", "view": "blocked",
             "late": True},
            {"at": A.at("15:00"), "in_ms": 14280000, "pipeline": "nba",
             "date": A.DAY, "phase": "grade", "view": "waiting",
             "late": False},
            {"at": A.at("14:20"), "in_ms": 9000000, "pipeline": "nba",
             "date": A.DAY, "phase": "grade", "view": "waiting",
             "late": False, "what": "last start"}]}, "due")

    def test_incidents(self):
        self.screen("incidents", {"incidents": [A.INCIDENT], "ended": 3,
                                  "now": A.NOW}, "incidents")

    def test_incidents_all(self):
        self.screen("incidents-all", {
            "incidents": [A.INCIDENT, A.ENDED], "ended": 1, "now": A.NOW},
            "incidents", "--all")

    def test_coverage(self):
        self.screen("coverage", A.COVERAGE, "coverage", code=1)
        self.daemon.close()
        self.daemon = None
        p = self.run_("coverage", answer={**A.COVERAGE, "gaps": []})
        self.assertEqual(p.returncode, 0)
        self.assertIn("no gaps", p.stdout)

    def test_incident(self):
        self.screen("incident", A.STORY, "incident", "41")

    def test_incident_as_markdown(self):
        text = self.screen("incident-md", A.STORY, "incident", "41", "--md")
        self.assertNotIn("<script", text)
        tables = [line for line in text.splitlines() if
                  line.startswith("|")]
        # no data makes a cell: bars are escaped
        for line in tables:
            self.assertIn(len(re.findall(r"(?<!\\)\|", line)), (3, 4, 5),
                          line)

    def test_events(self):
        self.screen("events", {"seq": 805, "more": True,
                               "events": A.EVENTS}, "events")

    def test_plugins(self):
        self.screen("plugins", {"instances": A.PLUGINS}, "plugins")

    def test_doctor(self):
        self.screen("doctor", A.DOCTOR, "doctor")

    def test_log(self):
        self.screen("log", A.ATTEMPT, "log", "118")

    def test_log_of_a_cut_output(self):
        self.screen("log-cut", A.FAILED, "log", "predict", A.DAY)

    def test_recover_dry_run(self):
        text = self.screen("recover-plan", {"date": A.DAY,
                                            "recovery": A.PLAN},
                           "recover", "bdl_retry", A.DAY, "--dry-run")
        for word in ("60", "attempts", "no effect"):
            self.assertIn(word, text)
        self.assertEqual(self.daemon.calls, [("recover", {
            "name": "bdl_retry", "date": A.DAY, "dry_run": True})])

    def test_backfill_plan(self):
        text = self.screen("backfill-plan", A.BACKFILL_PLAN, "backfill",
                           "plan", "2026-01-02..2026-01-08")
        self.assertIn("2 starts of what leaves the house", text)
        self.assertEqual(self.daemon.calls, [("backfill plan", {
            "range": "2026-01-02..2026-01-08"})])

    def test_backfill_plan_without_history(self):
        p = self.run_("backfill", "plan", "2026-01-02", answer={
            **A.BACKFILL_PLAN, "estimate_ms": None, "no_history": ["etl"]})
        self.assertIn("can't be told: no history of etl", p.stdout)

    def test_backfill_status(self):
        text = self.screen("backfill-status", A.BACKFILLS, "backfill",
                           "status")
        self.assertIn("the canary did not become whole", text)

    def test_backfill_start_asks(self):
        shown = {**A.BACKFILL_PLAN, "code": "shown",
                 "question": "Start this backfill?"}

        def answer(call, send):
            send({"jsonrpc": "2.0", "id": call["id"], "result": shown
                  if call["params"].get("dry_run")
                  else {"code": "ok", "id": 91}})

        self.serve({"backfill start": answer})
        p = client(PROGRAM, self.path, "backfill", "start",
                   "2026-01-02..2026-01-08", "--reason", "outage", "--yes")
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertIn("backfill 91 has begun", p.stdout)
        self.assertEqual([c[1].get("seen") for c in self.daemon.calls],
                         [None, shown["seen"]])

    def test_reload(self):
        findings = [{"level": "error", "file": "conf.d/nba.conf",
                     "line": 12, "sentence": "no such check 'pcd'; did you "
                     "mean 'pdc'?"},
                    {"level": "warning", "file": "conf.d/nba.conf",
                     "sentence": "due is later than that of 'grade'"},
                    {"level": "error", "sentence": "no pipeline"}]
        self.screen("reload-refused", {
            "swapped": False, "errors": 2, "findings": findings}, "reload",
            code=1)

    def test_verify(self):
        self.screen("verify", {
            "live": True, "absent": 3, "undeclared": 1, "unmatched": [],
            "counts": {"fail": 2, "unknown": 1, "warn": 1, "pass": 1,
                       "skip": 1},
            "entries": [
                {"name": "grading_jobs", "what": "schedulers",
                 "looks_at": "exec", "date": A.DAY, "result": "fail",
                 "value": 1, "expected": 3, "missing_count": 2,
                 "missing": ["grade-1", "grade-2"],
                 "rule": "60-inventory.conf:3"},
                {"name": "apis", "what": "apis", "looks_at": "exec",
                 "date": A.DAY, "result": "unknown",
                 "fault": "killed by signal 9", "rule": "60.conf:6"},
                {"name": "other_jobs", "what": "schedulers",
                 "looks_at": "exec", "date": A.DAY, "result": "warn",
                 "value": 1, "expected": 1, "extra": ["old-job"],
                 "extra_count": 1, "rule": "60-inventory.conf:9"},
                {"name": "plugins", "looks_at": "plugins can be loaded",
                 "result": "pass", "value": 8, "expected": 8},
                {"name": "secrets", "looks_at": "secrets are set",
                 "result": "fail", "value": 0, "expected": 1,
                 "missing": ["notifier team, webhook: file:/x is absent"],
                 "missing_count": 1},
                {"name": "routes", "looks_at": "routes are proven",
                 "result": "skip", "remark": "there are none"}]},
            "verify", code=1)

    def test_a_dry_run_says_what_would_be_done(self):
        would = [{"what": "start", "sentence": "start etl for load on "
                  "2026-01-16, attempt 1"}]
        p = self.run_("run", "load", A.DAY, "--dry-run", answer={
            "code": "ok", "id": 7, "dry_run": True, "would": would})
        self.assertEqual(p.returncode, 0)
        self.assertEqual(p.stdout, f"would {would[0]['sentence']}\n"
                         "dry run: nothing was done\n")

    def test_a_daemon_that_is_a_dry_run_has_not_obeyed(self):
        p = self.run_("gate", "wait", "load", "--date", A.DAY, "--for", "r",
                      answer={"code": "granted", "granted": False,
                              "verdict": "open", "dry_run": True,
                              "would": []})
        self.assertEqual(p.returncode, 4)
        self.assertIn("the daemon is a dry run", p.stdout)

    def test_reload_swaps(self):
        self.screen("reload", {"swapped": True, "errors": 0,
                               "findings": []}, "reload")

    def test_empty_lists(self):
        for words, answer, said in (
                (("incidents",), {"incidents": [], "ended": 0},
                 "no open incidents"),
                (("incidents", "--all"), {"incidents": [], "ended": 0},
                 "no incidents"),
                (("events",), {"seq": 0, "more": False, "events": []},
                 "no events yet"),
                (("events", "--kind", "hold"),
                 {"seq": 9, "more": False, "events": []},
                 "no events of that kind"),
                (("due",), {"due": [], "within_ms": 3600000},
                 "nothing is late, and nothing is due within 60 min"),
                (("plugins",), {"instances": []},
                 "no plugin has been called yet"),
                (("doctor",), {"databases": []},
                 "no database says what it costs"),
                (("checks",), {"pipelines": []},
                 "no date is watched yet"),
                (("checks",), pipelines("checks", []), "no checks"),
                (("gates",), pipelines("gates", []), "no gates"),
                (("phases",), pipelines("phases", []), "no phases")):
            p = self.run_(*words, answer=answer)
            self.assertIn(said, p.stdout)
            self.assertEqual((p.returncode, p.stderr), (0, ""))
            self.daemon.close()
            self.daemon = None

    def test_members_that_are_not_there(self):
        """Neither an older daemon nor a newer one crashes a screen."""
        for verb in ("status", "explain x", "incident 1", "incident 1 --md",
                     "events", "incidents", "phases",
                     "checks", "gates", "plugins", "due", "log 1", "doctor",
                     "journal check", "reload", "undo 1"):
            for answer in ({}, {"about": "phase", "pipelines": [{}, 7],
                                "events": [{}], "incidents": [{}],
                                "needs": [{}], "next": [{}], "holds": [{}],
                                "due": [{}], "instances": [{}]}):
                p = self.run_(*verb.split(), answer=answer)
                self.assertGreaterEqual(p.returncode, 0, (verb, p.stderr))
                self.assertNotIn("Sanitizer", p.stderr)
                self.daemon.close()
                self.daemon = None


class Replies(Case):
    """Commands: a sentence and an exit code."""

    def check(self, code, pattern, *words, answer):
        p = self.run_(*words, answer=answer)
        self.assertEqual((p.returncode, p.stderr), (code, ""), p.stdout)
        self.assertRegex(p.stdout, pattern)
        self.daemon.close()
        self.daemon = None
        return p

    def wait(self, status, pattern, **answer):
        self.check(status, pattern, "gate", "wait", "predict", "--date",
                   A.DAY, "--for", "run-7", "--timeout", "1m", answer={
                       "date": A.DAY, "phase": "predict", "run": "run-7",
                       "timed_out": False, **answer})

    def test_gate_wait(self):
        granted = {"code": "granted", "granted": True, "id": 12,
                   "until": A.at("11:30"), "conditions": []}
        self.wait(0, r"(?s)permit 12 for run-7.*signal start predict "
                  "--date 2026-01-16 --for run-7", verdict="open",
                  **granted)
        self.wait(10, "degraded", verdict="degraded", **granted)
        closed = {"code": "not_now", "granted": False,
                  "conditions": A.CONDITIONS}
        self.wait(11, "waiting", verdict="waiting", **closed)
        self.wait(12, r"(?s)blocked.*precompute' is not done",
                  verdict="blocked", **closed)
        self.wait(13, "(?s)unknown.*waited for 1m", verdict="unknown",
                  **{**closed, "timed_out": True})
        # never "open" without a permit
        self.wait(12, "not now", verdict="open", **closed)
        self.wait(4, "runs or has been done", code="already",
                  granted=False)

    def test_gate_wait_golden(self):
        self.screen("gate-wait-blocked", {
            "code": "not_now", "granted": False, "verdict": "blocked",
            "date": A.DAY, "timed_out": True, "phase": "predict",
            "conditions": A.CONDITIONS}, "gate", "wait", "predict",
            "--date", A.DAY, "--for", "r", code=12)

    def test_signal(self):
        for event, answer, code in (
                ("start", "ok", 0), ("start", "already", 4),
                ("done", "ok", 0), ("done", "already", 0),
                ("failed", "ok", 0)):
            self.check(code, A.DAY, "signal", event, "predict", "--date",
                       A.DAY, "--for", "r", answer={"code": answer,
                                                    "date": A.DAY})

    def test_signal_of_a_heartbeat(self):
        for event, answer, said in (
                ("start", {}, "backup 2026-01-16: start noted"),
                ("done", {"duration_ms": 3_600_000}, "done noted, after 1h"),
                ("failed", {}, "failed noted"),
                ("done", {"code": "already"}, "that was so already")):
            self.check(0, said, "signal", event, "backup", answer={
                "code": "ok", "heartbeat": "backup", "date": A.DAY,
                **answer})

    def test_run(self):
        self.check(0, "started, attempt 7", "run", "publish", A.DAY,
                   answer={"code": "ok", "date": A.DAY, "id": 7})
        self.check(12, r"(?s)not now, blocked.*explain publish 2026-01-16",
                   "run", "publish", A.DAY, answer={
                       "code": "not_now", "date": A.DAY,
                       "verdict": "blocked", "conditions": A.CONDITIONS})

    def test_recover(self):
        self.check(0, "started, attempt 8", "recover", "b", A.DAY,
                   answer={"code": "ok", "date": A.DAY, "id": 8})
        self.check(4, "(?s)not now.*backoff", "recover", "b", A.DAY,
                   answer={"code": "not_now", "verdict": "open",
                           "date": A.DAY, "conditions": [
                               {"why": "backoff", "sentence": "backoff"}]})

    def test_check_run(self):
        def run(code, *checks):
            self.check(code, A.DAY, "check", "run", "--all", "--date",
                       "last", answer={
                           "date": A.DAY, "pending": sum(
                               c.get("pending", False) for c in checks),
                           "checks": list(checks)})

        good, bad, dunno = A.FIVE[1], A.FIVE[0], A.CHECKS19[3]
        run(0, good)
        run(0, A.CHECKS19[0], A.CHECKS19[2])
        run(1, good, dunno, bad)
        run(13, good, dunno)
        run(13, {**good, "pending": True})

    def test_holds(self):
        self.check(0, "(?s)everything: held, hold 3, until .*release 3",
                   "hold", "all", "maintenance", "--until", "06:00",
                   answer={"code": "ok", "id": 3, "until": A.at("06:00")})
        self.check(0, "recovery bdl_retry: held, hold 4, until it is "
                   "released", "hold", "recovery", "bdl_retry", "down",
                   answer={"code": "ok", "id": 4})
        self.check(0, "released: everything", "release", "all",
                   answer={"code": "ok"})
        self.check(0, "is not held", "release", "all",
                   answer={"code": "already"})

    def test_the_rest(self):
        self.check(0, "(?s)incident 41 is yours.*undo 41", "ack", "41",
                   "--until", "2h", "looking", "at", "it",
                   answer={"code": "ok", "until": A.at("13:02")})
        self.check(0, "(?s)41 is labelled a false positive.*it stays open "
                   "until its evidence is good.*worse news.*undo 41",
                   "resolve", "41", "--false", "--reason", "x",
                   answer={"code": "ok", "open": True, "label": "false"})
        self.check(0, "(?s)^incident 41 is labelled a true positive\ntake",
                   "resolve", "41", "--true", "--reason", "x",
                   answer={"code": "ok", "open": False, "label": "true"})
        self.check(0, "noted in the timeline of incident 41", "resolve",
                   "41", "--reason", "x", answer={"code": "ok",
                                                  "open": True})
        self.check(0, "(?s)^box_scores 2026-01-16: affects 1 date, 2 items; "
                   "waiver 9, until .*measured again.*undo 9", "waive",
                   "box_scores", A.DAY, "--items", "a,b", "--reason", "x",
                   answer={"code": "ok", "check": "box_scores", "id": 9,
                           "date": A.DAY, "dates": 1, "items": 2,
                           "until": A.at("13:02")})
        self.check(0, "^box_scores 2026-01-16: affects 1 date, all of it "
                   r"\(3 missing now\); nothing was waived$", "waive",
                   "box_scores", A.DAY, "--reason", "x", "--dry-run",
                   answer={"code": "shown", "check": "box_scores",
                           "date": A.DAY, "dates": 1, "missing": 3})
        self.check(0, "9 is taken back", "undo", "9",
                   answer={"code": "ok"})
        self.check(0, "118 is being ended", "cancel", "118",
                   answer={"code": "ok"})
        self.check(0, "may try again", "reopen", "recovery", "b", A.DAY,
                   answer={"code": "ok", "date": A.DAY})
        self.check(0, "measured again", "recheck", A.DAY,
                   answer={"code": "ok", "date": A.DAY})
        self.check(0, "stops", "shutdown", answer={"code": "ok"})

    def test_journal_check(self):
        self.check(0, "812 events, folded again: no difference", "journal",
                   "check", answer={"events": 812, "errors": 0,
                                    "findings": []})
        self.check(1, "(?s)chain broken.*812 events, 2 errors; the first 1",
                   "journal", "check", answer={
                       "events": 812, "errors": 2,
                       "findings": ["event 7: chain broken"]})


class Override(Case):
    SHOWN = {"code": "shown", "phase": "predict", "date": A.DAY,
             "verdict": "blocked", "seen": "00ff", "conditions":
             A.CONDITIONS}
    DONE = {"code": "ok", "date": A.DAY, "id": 12, "until": A.at("13:02"),
            "accepted": A.CONDITIONS}
    WORDS = ("override", "predict", A.DAY, "--reason", "PCF is fine")

    def serve_both(self, shown=None):
        def answer(call, send):
            dry = call["params"].get("dry_run")
            send({"jsonrpc": "2.0", "id": call["id"], "result":
                  (shown or self.SHOWN) if dry else self.DONE})
        self.serve({"override": answer})

    def params(self):
        return [p for _, p in self.daemon.calls]

    def test_yes(self):
        self.serve_both()
        p = client(PROGRAM, self.path, *self.WORDS, "--yes")
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.golden("override", p.stdout)
        asked = {"phase": "predict", "date": A.DAY,
                 "reason": "PCF is fine"}
        self.assertEqual(self.params(), [{**asked, "dry_run": True},
                                         {**asked, "seen": "00ff"}])

    def test_without_a_terminal_nothing_is_done(self):
        self.serve_both()
        p = client(PROGRAM, self.path, *self.WORDS)
        self.assertEqual(p.returncode, 4)
        self.assertIn("--seen 00ff", p.stderr)
        self.assertIn("precompute' is not done", p.stdout)
        self.assertEqual(len(self.daemon.calls), 1)

    def test_nothing_closed(self):
        self.serve_both({**self.SHOWN, "code": "nothing_closed",
                         "conditions": []})
        p = client(PROGRAM, self.path, *self.WORDS, "--yes")
        self.assertEqual(p.returncode, 4)
        self.assertIn("nothing to override", p.stdout)
        self.assertEqual(len(self.daemon.calls), 1)

    def test_json(self):
        self.serve_both()
        p = client(PROGRAM, self.path, *self.WORDS, "--yes", "--json")
        self.assertEqual(json.loads(p.stdout), self.DONE)

    def test_asks_at_a_terminal(self):
        for answer, code, calls in (("y", 0, 2), ("n", 4, 1)):
            self.serve_both()
            out, status = Terminal(self.path, *self.WORDS).talk(
                b"[y/N]", lambda: answer.encode() + b"\n")
            self.assertEqual(status, code, out)
            self.assertEqual(len(self.daemon.calls), calls)
            self.daemon.close()
            self.daemon = None


class Terminal:
    """The client on a terminal of its own."""

    def __init__(self, path, *words, columns=80, **env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            time_limit = 60
            signal.alarm(time_limit)
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 24, columns, 0, 0))
            os.execve(PROGRAM, [PROGRAM, "--socket", path, *words],
                      environment(TERM="xterm", **env))

    def talk(self, prompt=None, answer=lambda: b""):
        """All that it writes, and its exit code. When `prompt` has come,
        `answer` is called and typed."""
        out = b""
        while True:
            ready, _, _ = select.select([self.fd], [], [], DEADLINE)
            if not ready:
                raise TimeoutError(out)
            try:
                got = os.read(self.fd, 65536)
            except OSError as e:
                if e.errno != errno.EIO:
                    raise
                got = b""
            if not got:
                break
            out += got
            if prompt and prompt in out:
                os.write(self.fd, answer())
                prompt = None
        os.close(self.fd)
        _, status = os.waitpid(self.pid, 0)
        return (out.decode().replace("\r\n", "\n"),
                os.waitstatus_to_exitcode(status))


class OnTerminal(Case):
    VERBS = (("status", A.STATUS), ("explain x", A.EXPLAIN_PHASE),
             ("explain x", A.EXPLAIN_DATE),
             ("checks", pipelines("checks", A.CHECKS19)),
             ("plugins", {"instances": A.PLUGINS}),
             ("incidents", {"incidents": [A.INCIDENT], "ended": 0,
                            "now": A.NOW}),
             ("events", {"seq": 1, "more": False, "events": A.EVENTS}))

    def show(self, verb, answer, **env):
        self.serve({verb.split()[0]: answer})
        text, code = Terminal(self.path, *verb.split(), **env).talk()
        self.daemon.close()
        self.daemon = None
        self.assertEqual(code, 0, text)
        return text

    def test_colour_beside_words(self):
        for verb, answer in self.VERBS:
            coloured = self.show(verb, answer)
            plain = self.show(verb, answer, NO_COLOR="1")
            self.assertIn("\x1b[", coloured)
            self.assertNotIn("\x1b", plain)
            self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", coloured), plain)

    def test_lines_fit(self):
        for columns in (80, 120):
            for verb, answer in self.VERBS:
                text = self.show(verb, answer, NO_COLOR="1",
                                 columns=columns)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), columns,
                                         f"{verb}: {line!r}")

    def test_says_that_it_waits(self):
        seen = threading.Event()

        def answer(call, send):
            seen.wait(DEADLINE)
            send({"jsonrpc": "2.0", "id": call["id"],
                  "result": A.EMPTY_STATUS})

        def let_it():
            seen.set()
            return b""

        self.serve({"status": answer})
        text, code = Terminal(self.path, "status").talk(b"waiting, 1 s",
                                                        let_it)
        self.assertEqual(code, 0)
        self.assertIn("no pipeline", text)

    def test_status_at_80(self):
        self.golden("status-80", self.show("status", A.STATUS,
                                           NO_COLOR="1"))

    def test_explain_at_80(self):
        self.golden("explain-80", self.show("explain x", A.EXPLAIN_PHASE,
                                            NO_COLOR="1"))


class Failures(Case):
    def test_unreachable(self):
        p = client(PROGRAM, self.path, "status")
        self.assertEqual((p.returncode, p.stdout), (3, ""))
        for word in (self.path, "start gatewardend", "GATEWARDEN_SOCKET"):
            self.assertIn(word, p.stderr)

    def test_nobody_listens(self):
        with socket.socket(socket.AF_UNIX) as left_behind:
            left_behind.bind(self.path)
        p = client(PROGRAM, self.path, "status")
        self.assertEqual(p.returncode, 3)
        self.assertIn("nobody listens", p.stderr)

    def test_path_too_long(self):
        p = client(PROGRAM, "/" + 200 * "x", "status")
        self.assertEqual(p.returncode, 3)
        self.assertIn("at most 107 bytes", p.stderr)

    def test_socket_of_the_environment(self):
        self.serve({"status": A.EMPTY_STATUS})
        p = subprocess.run([PROGRAM], env=environment(
            GATEWARDEN_SOCKET=self.path), capture_output=True, timeout=60,
            check=False)
        self.assertEqual(p.returncode, 0)

    def test_refusals(self):
        for code, want in ((-32602, 2), (-32601, 2), (-32600, 2),
                           (-32700, 2), (-32003, 2), (-32001, 6),
                           (-32004, 4), (-32005, 4), (-32002, 5),
                           (-32603, 5), (-32006, 5)):
            p = self.run_("undo", "1", answer=Error(
                code, "no such\x1b thing", {"conditions": A.CONDITIONS}))
            self.assertEqual((p.returncode, p.stdout), (want, ""), code)
            self.assertIn("gatewarden: no such\\x1b thing\n", p.stderr)
            self.assertIn("precompute' is not done", p.stderr)
            self.daemon.close()
            self.daemon = None

    def test_asks_again_after_a_reload(self):
        again = Error(-32004, "reloaded: ask again", {"again": True})
        for times, code, calls in ((2, 0, 3), (9, 4, 4)):
            def answer(call, send, times=times):
                o = {"jsonrpc": "2.0", "id": call["id"]}
                send({**o, "error": again.error} if
                     len(self.daemon.calls) <= times else
                     {**o, "result": {"code": "ok"}})

            p = self.run_("undo", "1", answer=answer)
            self.assertEqual(p.returncode, code, p.stderr)
            self.assertEqual(len(self.daemon.calls), calls)
            self.daemon.close()
            self.daemon = None

    def test_refusal_as_json(self):
        p = self.run_("undo", "1", "--json", answer=Error(-32003, "no"))
        self.assertEqual(p.returncode, 2)
        self.assertEqual(json.loads(p.stdout),
                         {"error": {"code": -32003, "message": "no"}})

    def odd(self, answer, said):
        p = self.run_("status", answer=answer)
        self.assertEqual((p.returncode, p.stdout), (5, ""), p.stderr)
        self.assertIn(said, p.stderr)
        self.assertNotIn("Sanitizer", p.stderr)
        self.daemon.close()
        self.daemon = None

    def test_goes_away(self):
        def hang_up(call, send):
            raise Close

        def half(call, send):
            send(b'{"jsonrpc": "2.0", "id":')
            raise Close

        self.odd(hang_up, "went away")
        self.odd(half, "went away")

    def test_speaks_something_else(self):
        for junk in (b"SSH-2.0-OpenSSH\n", b"[]\n", b"\n", b"\0\0\n",
                     b'{"jsonrpc":"2.0"}\n', 5 * (1 << 20) * b"x",
                     b'{"a":1,"a":2}\n', b"\xff\xfe\n"):
            self.odd(lambda call, send, junk=junk: send(junk),
                     "doesn't speak")

    def test_in_small_pieces(self):
        def dribble(call, send):
            line = json.dumps({"jsonrpc": "2.0", "id": call["id"],
                               "result": A.STATUS}).encode() + b"\n"
            for i in range(0, len(line), 97):
                send(line[i:i + 97])

        self.assertEqual(self.run_("status", answer=dribble).returncode, 0)

    def test_too_many_clients(self):
        """The daemon refuses at once, before it has read anything."""
        self.serve({})
        self.daemon.talk = lambda conn: (conn.sendall(json.dumps(
            {"jsonrpc": "2.0", "id": None, "error": {
                "code": -32002, "message": "too many clients, try later"}}
        ).encode() + b"\n"), conn.close())
        p = client(PROGRAM, self.path, "status")
        self.assertEqual(p.returncode, 5)
        self.assertIn("too many clients", p.stderr)

    def test_full_disk(self):
        self.serve({"status": A.STATUS})
        for json_ in ((), ("--json",)):
            with open("/dev/full", "w", encoding="utf-8") as full:
                p = subprocess.run(
                    [PROGRAM, "--socket", self.path, *json_], stdout=full,
                    stderr=subprocess.PIPE, text=True, timeout=60,
                    env=environment(), check=False)
            self.assertEqual(p.returncode, 5)
            self.assertIn("No space left", p.stderr)


class Json(Case):
    def test_is_the_result(self):
        p = self.run_("status", "--json", answer=A.STATUS)
        self.assertEqual(json.loads(p.stdout), A.STATUS)
        self.assertEqual(p.stdout.count("\n"), 1)

    def test_has_the_same_exit_code(self):
        p = self.run_("reload", "--json", answer={
            "swapped": False, "errors": 1, "findings": []})
        self.assertEqual(p.returncode, 1)
        self.assertFalse(json.loads(p.stdout)["swapped"])


class Lines(Case):
    """The command line."""

    def usage(self, said, *words):
        p = client(PROGRAM, self.path, *words)
        self.assertEqual((p.returncode, p.stdout), (2, ""), p.stderr)
        self.assertIn(said, p.stderr)

    def test_mistakes(self):
        self.usage("did you mean 'explain'?", "explian", "x")
        self.usage("did you mean 'gate wait'?", "gate")
        self.usage("'journal check' or 'journal export'", "journal")
        self.usage("no verb 'xyzzyx'; 'gatewarden help'", "xyzzyx")
        self.usage("did you mean '--follow'?", "events", "--folow")
        self.usage("did you mean '--dry-run'?", "recover", "--dry_rnu")
        self.usage("'--until' needs a value", "ack", "1", "--until")
        self.usage("'--follow' takes no value", "events", "--follow=1")
        self.usage("needs --date DATE", "gate", "wait", "p", "--for", "r")
        self.usage("needs REASON", "hold", "all")
        self.usage("takes no further argument 'b'", "undo", "1", "b")
        self.usage("a whole number from 1", "undo", "0")
        self.usage("a whole number from 1", "undo", "99999999999999999999")
        self.usage("start|done|failed", "signal", "stop", "p", "--date",
                   "last", "--for", "r")
        self.usage("a duration such as", "due", "--within", "soon")
        self.usage("'recovery' needs a name", "hold", "recovery")
        self.usage("no option '-x'", "status", "-x")
        self.usage("isn't UTF-8", "ack", "1", "caf\udce9")
        self.usage("see 'gatewarden help undo'", "undo")

    def sent(self, *words):
        self.serve({})
        client(PROGRAM, self.path, *words)
        calls = self.daemon.calls
        self.daemon.close()
        self.daemon = None
        self.assertEqual(len(calls), 1, words)
        return calls[0]

    def test_values(self):
        self.assertEqual(
            self.sent("ack", "41", "--until", "09:00", "looking", "at",
                      "it"),
            ("ack", {"incident": 41, "until": "09:00",
                     "reason": "looking at it"}))
        self.assertEqual(
            self.sent("hold", "recovery", "bdl", "source", "--date=last",
                      "is", "--", "--down"),
            ("hold", {"what": "recovery bdl", "date": "last",
                      "reason": "source is --down"}))
        self.assertEqual(
            self.sent("explain", "--json", "predict", "last"),
            ("explain", {"words": ["predict", "last"]}))
        self.assertEqual(
            self.sent("--json", "--days", "3"), ("status", {"days": 3}))
        self.assertEqual(
            self.sent("recover", "--name", "b", "--dry_run", "last"),
            ("recover", {"name": "b", "dry_run": True, "date": "last"}))
        self.assertEqual(
            self.sent("signal", "done", "p", "--date", "last", "--for",
                      "r"),
            ("signal", {"event": "done", "phase": "p", "date": "last",
                        "for": "r"}))

    def test_help(self):
        for words in ((), ("--help",)):
            p = client(PROGRAM, self.path, *(words or ("help",)))
            self.assertEqual((p.returncode, p.stderr), (0, ""))
            self.assertIn("gate wait", p.stdout)
            self.assertNotIn("shutdown", p.stdout)
        every = client(PROGRAM, self.path, "help", "all").stdout
        self.assertIn("journal export", every)
        one = client(PROGRAM, self.path, "help", "gate", "wait").stdout
        self.golden("help-gate-wait", one)
        self.assertEqual(client(PROGRAM, self.path, "gate", "wait",
                                "--help").stdout, one)
        self.usage("did you mean 'status'", "help", "statsu")

    def test_every_verb_has_help(self):
        every = client(PROGRAM, self.path, "help", "all").stdout
        verbs = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", every, re.M)
        self.assertGreater(len(verbs), 25)
        for verb in verbs:
            p = client(PROGRAM, self.path, "help", *verb.split())
            self.assertEqual(p.returncode, 0)
            self.assertIn("examples", p.stdout)

    def test_version(self):
        for word in ("--version", "-V"):
            p = client(PROGRAM, self.path, word)
            self.assertRegex(p.stdout, r"^gatewarden \d")

    def test_completion(self):
        script = client(PROGRAM, self.path, "help", "--completion").stdout

        def complete(*words):
            p = subprocess.run(
                ["bash", "-c", script + 'COMP_WORDS=("$@") '
                 "COMP_CWORD=$(($# - 1)); _gatewarden; "
                 'printf "%s\\n" "${COMPREPLY[@]}"', "_", "gatewarden",
                 *words], text=True, capture_output=True, timeout=60,
                check=True)
            self.assertEqual(p.stderr, "")
            return p.stdout.split()

        self.assertEqual(complete("expl"), ["explain"])
        self.assertEqual(complete("gate", "w"), ["wait"])
        self.assertEqual(complete("journal", ""), ["check", "export"])
        self.assertEqual(complete("gate", "wait", "p", "--t"),
                         ["--timeout"])
        self.assertEqual(complete("signal", "d"), ["done"])
        self.assertEqual(complete("checks", "--da"), ["--date"])


class Follow(Case):
    def note(self, seq, kind="phase", clock="11:00"):
        e = A.event(seq, kind, "predict", {"state": "done"}, clock)
        return {"jsonrpc": "2.0", "method": "event", "params": e}

    def result(self, call, seq, events=(), more=False):
        return {"jsonrpc": "2.0", "id": call["id"], "result": {
            "seq": seq, "more": more, "events": list(events)}}

    def start(self, *words):
        p = subprocess.Popen(
            [PROGRAM, "--socket", self.path, "events", "--follow", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment())
        self.addCleanup(p.stdout.close)
        self.addCleanup(p.stderr.close)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        return p

    def stop(self, p):
        p.terminate()
        err = p.communicate(timeout=DEADLINE)[1].decode()
        self.assertNotIn("Sanitizer", err)
        return err

    def lines(self, p, n):
        """The first n lines, or as many as come."""
        got = b""
        deadline = time.monotonic() + DEADLINE
        while got.count(b"\n") < n:
            ready, _, _ = select.select([p.stdout], [], [], max(
                0, deadline - time.monotonic()))
            more = os.read(p.stdout.fileno(), 65536) if ready else b""
            if not more:
                break
            got += more
        found = got.decode().splitlines()
        self.assertGreaterEqual(len(found), n, found)
        return found[:n]

    def test_streams_with_gap(self):
        def answer(call, send):
            send(self.result(call, 10, [self.note(10)["params"]]))
            send(self.note(11))
            send(self.note(11))
            send(self.note(14))

        self.serve({"events": answer})
        p = self.start("--limit", "1")
        lines = self.lines(p, 4)
        self.stop(p)
        self.assertIn("phase", lines[0])
        self.assertIn("gap: events 12 to 13", lines[2])
        self.assertEqual(self.daemon.calls[0], (
            "events", {"follow": True, "limit": 1}))

    def test_json_and_filter(self):
        def answer(call, send):
            send(self.result(call, 10))
            send(self.note(11, "check"))
            send(self.note(12))
            send(self.note(15, "check"))
            send(self.note(16))

        self.serve({"events": answer})
        p = self.start("--json", "--kind", "phase")
        got = [json.loads(x) for x in self.lines(p, 3)]
        self.stop(p)
        self.assertEqual(got[0], self.note(12)["params"])
        self.assertEqual(got[1], {"gap": {"from": 13, "to": 14}})
        self.assertEqual(got[2]["seq"], 16)

    def test_comes_back(self):
        calls = []

        def answer(call, send):
            calls.append(call["params"])
            if len(calls) == 1:
                send(self.result(call, 10))
                send(self.note(11))
                raise Close
            if len(calls) == 2:         # 12 came meanwhile
                send(self.result(call, 12, [
                    self.note(i)["params"] for i in (11, 12)], True))
                raise Close
            send(self.result(call, 99, [
                self.note(i)["params"] for i in (98, 99)], True))
            send(self.note(100))

        self.serve({"events": answer})
        p = self.start("--json", "--since", "2h")
        got = [json.loads(x) for x in self.lines(p, 6)]
        err = self.stop(p)
        self.assertEqual([x.get("seq") for x in got],
                         [11, 12, None, 98, 99, 100])
        self.assertEqual(got[2], {"gap": {"from": 13, "to": 97}})
        self.assertIn("connected again", err)
        self.assertEqual(calls[0], {"follow": True, "since": "2h"})
        self.assertEqual(calls[1], {"follow": True, "limit": 1000})

    def test_another_journal(self):
        calls = []

        def answer(call, send):
            calls.append(call)
            if len(calls) == 1:
                send(self.result(call, 50))
                raise Close
            send(self.result(call, 3, [self.note(3)["params"]]))
            send(self.note(4))

        self.serve({"events": answer})
        p = self.start("--json")
        got = [json.loads(x)["seq"] for x in self.lines(p, 2)]
        err = self.stop(p)
        self.assertEqual(got, [3, 4])
        self.assertIn("another journal", err)

    def test_last_is_a_date(self):
        def answer(call, send):
            send(self.result(call, 10))
            other = self.note(11)
            other["params"]["date"] = "2026-01-15"
            send(other)
            send(self.note(12))

        self.serve({"events": answer, "phases": pipelines("phases", [])})
        p = self.start("--json", "--date", "last")
        got = json.loads(self.lines(p, 1)[0])
        self.stop(p)
        self.assertEqual(got["seq"], 12)
        self.assertEqual(self.daemon.calls[1][1]["date"], A.DAY)

    def test_refused(self):
        p = self.run_("events", "--follow", answer=Error(-32602, "no"))
        self.assertEqual(p.returncode, 2)


class Export(Case):
    LINES = ['{"export":"gatewarden journal"}', '{"seq":1,"x":"é\\u001b"}',
             '{"end":true}']

    def export(self, count, hang_up=False):
        def answer(call, send):
            for line in self.LINES:
                send({"jsonrpc": "2.0", "method": "line",
                      "params": {"line": line}})
            if hang_up:
                raise Close
            send({"jsonrpc": "2.0", "id": call["id"],
                  "result": {"lines": count}})

        return self.run_("journal", "export", answer=answer)

    def test_whole(self):
        p = self.export(3)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertEqual(p.stdout, "".join(x + "\n" for x in self.LINES))

    def test_not_whole(self):
        p = self.export(4)
        self.assertEqual(p.returncode, 5)
        self.assertIn("not whole", p.stderr)

    def test_cut_off(self):
        p = self.export(3, hang_up=True)
        self.assertEqual(p.returncode, 5)
        self.assertIn("went away", p.stderr)


class Local(Case):
    def test_journal_check_of_a_file(self):
        path = os.path.join(self.tmp.name, "x.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            f.write('{"seq": 1}\n' + 200 * "\n")
        p = client(PROGRAM, self.path, "journal", "check", "--file", path)
        self.assertEqual(p.returncode, 1)
        self.assertRegex(p.stdout, "^line 1: not an event")
        self.assertIn("\nline 9: not an object of JSON\n", p.stdout)
        self.assertTrue(p.stdout.endswith(
            "0 events, 203 errors; the first 100 are shown\n"), p.stdout)
        p = client(PROGRAM, self.path, "journal", "check", "--file",
                   path + "x")
        self.assertEqual(p.returncode, 5)
        self.assertIn("No such file", p.stderr)

    def test_journal_check_of_no_directory(self):
        p = client(PROGRAM, self.path, "journal", "check", "--dir",
                   os.path.join(self.tmp.name, "none"))
        self.assertEqual(p.returncode, 5)
        self.assertIn("none", p.stderr)

    def stand_in(self, name):
        """The client beside a program that prints its arguments."""
        own = os.path.join(self.tmp.name, "gatewarden")
        os.link(PROGRAM, own) if os.stat(PROGRAM).st_dev == os.stat(
            self.tmp.name).st_dev else subprocess.run(
                ["cp", PROGRAM, own], check=True)
        path = os.path.join(self.tmp.name, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write('#!/bin/sh\nprintf "[%s]" "$@"\nexit 1\n')
        os.chmod(path, 0o755)
        return own

    def test_config_check_becomes_the_daemon(self):
        own = self.stand_in("gatewardend")
        p = client(own, self.path, "config", "check", "conf d",
                   "--resolved", "--plugin-dir", "p", "--host", "h",
                   "--json")
        self.assertEqual(p.returncode, 1, p.stderr)
        self.assertEqual(p.stdout, "[--check][--config][conf d]"
                         "[--plugin-dir][p][--host][h][--resolved][--json]")

    def test_a_plan_asks_for_what_was_not_given(self):
        """Where the running configuration is, and its journal."""
        own = self.stand_in("gatewarden-backtest")
        journal = {"lines": 0}
        self.serve({"status": {"daemon": {"config": "/etc/c.d"}},
                    "journal export": journal})
        p = client(own, self.path, "config", "plan", "new", "--last", "3")
        self.assertRegex(p.stdout, r"^\[plan\]\[--conf\]\[new\]\[--last\]\[3\]"
                         r"\[--facts\]\[/proc/self/fd/\d+\]\[--facts-name\]"
                         r"\[%s\]\[--against\]\[/etc/c.d\]$" % self.path)
        self.assertEqual([c[0] for c in self.daemon.calls],
                         ["journal export", "status"])
        p = client(own, self.path, "backtest", "--conf", "new", "--against",
                   "old", "--journal", "j", "--from", "2026-01-13")
        self.assertEqual(p.stdout, "[backtest][--conf][new][--from]"
                         "[2026-01-13][--facts][j][--against][old]")
        self.assertEqual(len(self.daemon.calls), 2)

    def test_a_diff_without_a_daemon(self):
        """With the installed one, which its program knows."""
        own = self.stand_in("gatewarden-backtest")
        p = client(own, self.path, "config", "diff", "new", "--json")
        self.assertEqual(p.stdout, "[diff][--conf][new][--json]", p.stderr)
        p = client(own, self.path, "config", "plan", "new")
        self.assertEqual((p.returncode, p.stdout), (1, ""))
        p = client(own, self.path, "backtest", "--conf", "new")
        self.assertEqual((p.returncode, p.stdout), (3, ""))

    def test_a_diff_with_what_only_the_daemon_finds(self):
        """Nothing else is taken in its place."""
        own = self.stand_in("gatewarden-backtest")
        self.serve({"status": {"daemon": {"config": "/srv/conf.d"}}})
        p = client(own, self.path, "config", "diff", "new")
        self.assertIn("[--against][/srv/conf.d]", p.stdout)
        self.daemon.close()
        self.serve({"status": Error(-32001, "no")})
        p = client(own, self.path, "config", "diff", "new")
        self.assertEqual((p.returncode, p.stdout), (1, ""))


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.exists(sys.argv[1]):
        PROGRAM = os.path.abspath(sys.argv.pop(1))
    if not os.access(PROGRAM, os.X_OK):
        print(f"skipped: {PROGRAM} has not been built")
        sys.exit(77)
    unittest.main(verbosity=1)
