#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Action `exec`: words, environment, exit codes, signals, deadlines."""
import json
import os
import signal
import time

from host import HOSTILE, Case, Plugin, main, refusal

SAY = ("#!/usr/bin/python3\nimport json, os, sys\n"
       "json.dump({'argv': sys.argv[1:], 'env': dict(os.environ),"
       " 'group': os.getpgrp(), 'parent': os.getppid()},"
       " open(os.path.join(os.path.dirname(sys.argv[0]), 'said'), 'w'))\n"
       "print('said it')\n")


# A handler would be late for a signal that comes just before a sleep, and a
# shell waits for what it has started.
WAITS_FOR_TERM = """#!/usr/bin/python3
import signal
term = {signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, term)
print('up', flush=True)
signal.sigwait(term)
print('cleaned', flush=True)
"""

class Exec(Case):
    def script(self, text):
        return self.file("script", text, 0o755)

    def run_script(self, text, options=None, **how):
        with Plugin("action", "exec", {"argv": [self.script(text)],
                                       **(options or {})}) as p:
            r = p.call(**how)
            self.output = p.output()
            return r

    def said(self):
        with open(os.path.join(self.dir, "said"), encoding="utf-8") as f:
            return json.load(f)

    def test_words_and_lists(self):
        argv = [self.script(SAY), "{date}", "--games", "{missing}", "--",
                "{failing}", "x={missing}", "{{date}", "{}", ""]
        how = {"missing": list(HOSTILE), "failing": ["pdc", "pcf"]}
        with Plugin("action", "exec", {"argv": argv}) as p:
            r = p.call(**how)
            self.assertEqual(r["status"], "ok", r)
            self.assertIn("exit 0", r["remark"])
            self.assertIn("said it", p.output())
            self.assertEqual(self.said()["argv"], [
                "2026-01-16", "--games", *HOSTILE, "--", "pdc", "pcf",
                "x=" + ",".join(HOSTILE), "{date}", "{}", ""])
            r = p.call(missing=[])
            self.assertEqual(self.said()["argv"][1:4],
                             ["--games", "--", "x="])
        self.assertEqual(sorted(os.listdir(self.dir)), ["said", "script"])

    def test_environment_and_group(self):
        env = {"PATH": "/usr/bin:/bin", "GATEWARDEN_PHASE": "stale",
               "GATEWARDEN_TOKEN": "stale", "KEPT": "yes"}
        with Plugin("action", "exec", {"argv": [self.script(SAY)]},
                    env=env) as p:
            self.assertEqual(p.call(operation="op 7", attempt=3)["status"],
                             "ok")
            host = p.process.pid
            group = os.getpgid(host)
        said = self.said()
        self.assertEqual(
            {k: v for k, v in said["env"].items()
             if k.startswith(("GATEWARDEN", "KEPT"))},
            {"GATEWARDEN_DATE": "2026-01-16", "KEPT": "yes",
             "GATEWARDEN_NOW": "2026-01-17T06:00:00-05:00",
             "GATEWARDEN_PIPELINE": "nba", "GATEWARDEN_ATTEMPT": "3",
             "GATEWARDEN_INSTANCE": "under_test",
             "GATEWARDEN_OPERATION": "op 7"})
        self.assertEqual((said["group"], said["parent"]), (group, host))

    def test_exit_codes(self):
        options = {"not_yet_codes": ["11", "75"], "permanent_codes": ["12"]}
        for code, failure in ((1, "transient"), (2, "transient"),
                              (64, "permanent"), (78, "config"),
                              (126, "config"), (127, "config"),
                              (11, "not_yet"), (75, "not_yet"),
                              (12, "permanent")):
            r = self.run_script(f"#!/bin/sh\nexit {code}\n", options)
            self.assert_failed(r, failure, f"exit {code} after")
        self.assert_failed(self.run_script("#!/bin/sh\nexit 75\n"),
                           "transient")
        self.assert_failed(self.run_script("#!/bin/sh\nkill -9 $$\n"),
                           "transient", "killed by signal 9")

    def test_words_go_before_codes(self):
        rules = [{"match": "Missing required option", "class": "permanent"},
                 {"match": "^quota: [0-9]+ left$", "class": "not_yet"},
                 {"match": "(connection|broken) ", "class": "transient"},
                 {"match": "credentials", "class": "config"}]
        for says, code, failure in (
                ("echo 'click: Missing required option --date' >&2", 1,
                 "permanent"),
                ("echo a; echo 'quota: 0 left'; echo b", 1, "not_yet"),
                ("echo 'a quota: 0 left'", 1, "transient"),
                ("echo broken pipe", 64, "transient"),
                ("echo bad credentials", 75, "config"),
                # standard error first, and of one text the first rule
                ("echo Missing required option; echo credentials >&2", 1,
                 "config"),
                ("echo 'credentials, Missing required option'", 1,
                 "permanent"),
                ("echo nothing that we know", 64, "permanent"),
                ("head -c 200000 /dev/zero | tr '\\0' x; echo;"
                 " echo 'quota: 1 left'", 1, "not_yet")):
            r = self.run_script(f"#!/bin/sh\n{says}\nexit {code}\n",
                                {"classify": rules})
            self.assert_failed(r, failure, f"exit {code} after")
        # and what it writes is seen as before
        self.assertIn("quota: 1 left", self.output)
        self.assertGreater(len(self.output), 200000)
        r = self.run_script("#!/bin/sh\necho credentials\n",
                            {"classify": rules})
        self.assertEqual(r["status"], "ok", r)

    def test_what_is_left_behind_is_not_waited_for(self):
        # until the test is over and its directory gone
        path = self.script("#!/bin/sh\n(while [ -e \"$0\" ]; do sleep 0.1;"
                           " done) &\necho no; exit 1\n")
        with Plugin("action", "exec", {"argv": [path], "classify": [
                {"match": "no", "class": "permanent"}]}) as p:
            p.start()
            self.assert_failed(p.receive("done")["result"], "permanent",
                               "exit 1")

    def test_rules_are_checked(self):
        for rule, words in (
                ({"match": "(", "class": "config"}, "'(' is no extended"),
                ({"match": "", "class": "config"}, "is empty")):
            for name, more in (("exec", {"argv": ["/bin/true"]}),
                               ("http", {"url": "http://127.0.0.1:1/"})):
                self.assertIn(words, refusal("action", name, {
                    "classify": [rule], **more}))

    def test_what_cannot_be_started_is_configuration(self):
        with Plugin("action", "exec", {"argv": ["/nowhere/x"]}) as p:
            self.assert_failed(p.call(), "config", "could not be started")
        path = self.file("plain", "x")
        with Plugin("action", "exec", {"argv": [path]}) as p:
            self.assert_failed(p.call(), "config", "denied")

    def test_a_hole_is_no_command(self):
        with Plugin("action", "exec", {"argv": [self.script(SAY),
                                                "{phase}"]}) as p:
            self.assert_failed(p.call(), "config", "this run has no phase")
            self.assert_failed(p.call(phase=""), "config", "has no phase")
            self.assertFalse(os.path.exists(os.path.join(self.dir, "said")))
            self.assertEqual(p.call(phase="raw")["status"], "ok")

    def test_the_deadline_asks_first(self):
        r = self.run_script(WAITS_FOR_TERM, budget_ms=6000)
        self.assert_failed(r, "transient", "stopped at the deadline")
        self.assertIn("cleaned", self.output)

    def test_the_deadline_is_kept_by_force(self):
        began = time.monotonic()
        r = self.run_script("#!/usr/bin/python3\nimport signal, time\n"
                            "signal.signal(signal.SIGTERM,"
                            " signal.SIG_IGN)\ntime.sleep(60)\n",
                            budget_ms=4000)
        self.assert_failed(r, "transient", "stopped at the deadline")
        self.assertLess(time.monotonic() - began, 20)

    def test_cancelling_stops_it(self):
        with Plugin("action", "exec", {
                "argv": [self.script(WAITS_FOR_TERM)]}) as p:
            p.start(budget_ms=60000)
            until = time.monotonic() + 20
            while "up" not in p.output():
                self.assertLess(time.monotonic(), until)
            p.process.send_signal(signal.SIGTERM)
            r = p.finish()
            self.assert_failed(r, "transient", "the call was cancelled")
            self.assertIn("cleaned", p.output())

    def test_what_is_cancelled_before_it_begins_does_not_begin(self):
        with Plugin("action", "exec", {"argv": [self.script(SAY)]}) as p:
            p.wait_idle()
            p.process.send_signal(signal.SIGSTOP)
            p.start()
            p.process.send_signal(signal.SIGTERM)
            p.process.send_signal(signal.SIGCONT)
            self.assert_failed(p.finish(), "transient",
                               "the call was cancelled")
        self.assertFalse(os.path.exists(os.path.join(self.dir, "said")))

    def test_cancelling_stops_it_at_any_moment(self):
        """Before the program is started, while it is, and after."""
        for i in range(20):
            with Plugin("action", "exec", {"argv": ["/bin/sleep", "60"]}) \
                    as p:
                p.start(budget_ms=60000)
                time.sleep(i / 4000)    # no state to wait for
                p.process.send_signal(signal.SIGTERM)
                try:
                    r = p.finish()
                except AssertionError as e:
                    # before it looked for the call
                    self.assertIn("the host is gone", str(e))
                    continue
                self.assert_failed(r, "transient", "the call was cancelled")

    def test_options(self):
        self.assertIn("argv is empty", refusal("action", "exec", {}))
        self.assertIn("can't be a list", refusal(
            "action", "exec", {"argv": ["{missing}"]}))
        self.assertIn("argv[2]: {game} is no placeholder", refusal(
            "action", "exec", {"argv": ["/bin/true", "{game}"]}))
        for code in ("0", "256", "x", "1.5", ""):
            self.assertIn(f"'{code}' is no exit code", refusal(
                "action", "exec", {"argv": ["/bin/true"],
                                   "permanent_codes": [code]}))


if __name__ == "__main__":
    main()
