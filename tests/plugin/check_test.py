#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Checks `file`, `facts` and `exec`."""
import json
import os
import subprocess
import time

from host import HOSTILE, Case, Plugin, main, refusal

NOW = 1768647600            # of Plugin.call: 2026-01-17 11:00 UTC


class File(Case):
    def look(self, path, **options):
        with Plugin("check", "file", {"path": path, **options}) as p:
            return p.call()

    def lacks(self, result, words):
        self.assert_value(result, 0, 1)
        self.assertIn(words, result["remark"])
        self.assertEqual(result["missing_count"], 1)

    def test_presence(self):
        path = self.file("2026-01-16.csv", "x")
        there = os.path.join(self.dir, "{date}.csv")
        r = self.look(there)
        self.assert_value(r, 1, 1)
        self.assertEqual(r["evidence"]["path"], path)
        self.assertEqual(r["evidence"]["bytes"], "1")
        os.remove(path)
        r = self.look(there)
        self.lacks(r, "is not there")
        self.assertEqual(r["missing"], [path])

    def test_what_is_there_may_lack_something(self):
        path = self.file("f", "header\nrows: 12\n")
        os.utime(path, (NOW - 7200, NOW - 7200))
        self.assert_value(self.look(path, min_size=16, max_age=7200000,
                                    content="^rows: [0-9]+$"), 1, 1)
        self.lacks(self.look(path, min_size=17),
                   "has 16 bytes, expected 17 at least")
        self.lacks(self.look(path, max_age=3600000),
                   "2026-01-17T09:00:00Z, 7200 s old, expected 3600 s")
        self.lacks(self.look(path, content="^rows: 0$"), "`content`")

    def test_what_cannot_be_looked_at_is_unknown(self):
        self.assert_unknown(self.look(self.dir), "is a directory")
        pipe = os.path.join(self.dir, "pipe")
        os.mkfifo(pipe)
        self.assert_unknown(self.look(pipe), "not a regular file")
        path = self.file("f", "x")
        self.assert_unknown(self.look(path + "/g"), "Not a directory")
        loop = os.path.join(self.dir, "loop")
        os.symlink(loop, loop)
        self.assert_unknown(self.look(loop), "symbolic links")
        if os.getuid() != 0:
            os.chmod(path, 0)
            self.assert_unknown(self.look(path), "denied")

    def test_content_behind_nul_bytes_is_found(self):
        path = self.file("f", "a\0b\nend\n")
        self.assert_value(self.look(path, content="^end$"), 1, 1)

    def test_options(self):
        self.assertIn("absolute", refusal("check", "file", {"path": "x"}))
        self.assertIn("content:", refusal("check", "file", {
            "path": "/x", "content": "("}))
        why = refusal("check", "file", {"path": "/x/{dat}"})
        self.assertIn("{dat} is no placeholder", why)
        self.assertIn("{date}", why)
        self.assertIn("{missing} is no placeholder", refusal(
            "check", "file", {"path": "/x/{missing}"}))


class Facts(Case):
    HEAD = "date,value,expected,missing,arrived_at\n"

    def facts(self, text, now_ms=NOW * 1000, date="2026-01-15", **options):
        path = self.file("facts.csv", text)
        with Plugin("check", "facts", {"path": path, **options}) as p:
            return p.call(now_ms=now_ms, date=date)

    def test_the_row_that_arrived_last_counts(self):
        text = self.HEAD + (
            "# box scores\n"
            "2026-01-15,0,9,,2026-01-16T07:00:00Z\n"
            "2026-01-15,3,9,g4;g5,2026-01-17T05:00:01.5-05:00\n"
            "2026-01-15,1,9,g2;g3;g4,2026-01-16T08:00:00Z\n"
            "2026-01-15,9,9,,2026-01-17T11:00:00.001Z\n"
            "2026-01-16,5,5,,\n")
        r = self.facts(text)
        self.assert_value(r, 3, 9)
        self.assertEqual(r["missing"], ["g4", "g5"])
        self.assertTrue(r["evidence"]["record"].endswith("facts.csv:4"))
        self.assert_value(self.facts(text, now_ms=NOW * 1000 + 1), 9, 9)
        r = self.facts(text, now_ms=NOW * 1000 - 7200000)
        self.assert_value(r, 1, 9)
        self.assertEqual(r["missing_count"], 3)
        self.assert_value(self.facts(text, date="2026-01-16"), 5, 5)

    def test_absent_is_not_zero_unless_it_says_so(self):
        text = self.HEAD + "2026-01-15,1,9,,2026-01-18T00:00:00Z\n"
        self.assert_unknown(self.facts(text), "nothing is recorded for "
                            "2026-01-15 yet")
        self.assert_value(self.facts(text, absent="zero"), 0)
        self.assert_unknown(self.facts(self.HEAD + "2026-01-15,,9,,\n",
                                       absent="zero"), ":2: no value")

    def test_columns_in_any_order_and_quotes(self):
        text = ('note,"value",date\r\n"a ""b"", c\nd",7,2026-01-15\r\n'
                "\r\nx,8,2026-01-14\r\n")
        self.assert_value(self.facts(text), 7)
        self.assert_value(self.facts(text, date="2026-01-14"), 8)

    def test_what_cannot_be_read_is_unknown_with_its_line(self):
        for text, words in (
                ("", "is empty"), ("a,b\n1,2\n", ":1: the header names no"),
                (self.HEAD + "2026-01-15,many,,,\n", ":2: value 'many'"),
                (self.HEAD + "2026-01-15,1,x,,\n", ":2: expected 'x'"),
                (self.HEAD + "2026-01-15,nan,,,\n", "no number"),
                (self.HEAD + "2026-01-15,1,,,yesterday\n", "no instant"),
                (self.HEAD + "2026-01-15,1,,,2026-01-16 07:00:00\n",
                 "no instant"),
                (self.HEAD + '2026-01-15,"1,,,\n', "quote"),
                (self.HEAD + '2026-01-15,"1"2,,,\n', "quote"),
                (self.HEAD + "," * 100, "too many fields")):
            with self.subTest(text):
                self.assert_unknown(self.facts(text), words)
        with Plugin("check", "facts", {"path": "/nowhere/x.csv"}) as p:
            self.assert_unknown(p.call(), "No such file")


class Exec(Case):
    def script(self, text):
        return self.file("script", text, 0o755)

    def run_script(self, text, budget_ms=10000, **options):
        with Plugin("check", "exec", {"argv": [self.script(text)],
                                      **options}) as p:
            return p.call(budget_ms=budget_ms)

    def says(self, document, **options):
        text = (document if isinstance(document, str)
                else json.dumps(document))
        return self.run_script("#!/bin/sh\ncat <<'EOF'\n" + text +
                               "\nEOF\n", **options)

    def test_json(self):
        r = self.says({"value": 3, "expected": 5, "missing": ["a", "ü;'"],
                       "extra": ["x"], "remark": "three of five",
                       "evidence": {"rows": 3, "from": "api"}, "more": 1})
        self.assert_value(r, 3, 5)
        self.assertEqual(r["missing"], ["a", "ü;'"])
        self.assertEqual(r["extra"], ["x"])
        self.assertEqual(r["remark"], "three of five")
        self.assertEqual(r["evidence"]["rows"], "3")
        self.assertEqual(r["evidence"]["from"], "api")
        r = self.says({"result": "warn"})
        self.assertEqual((r["status"], r["stated"]), ("ok", "warn"))
        self.assert_unknown(self.says({"unknown": "api is down"}),
                            "api is down")

    def test_json_that_is_no_measurement(self):
        for document, words in (
                ({}, 'no "value"'), ({"value": "3"}, '"value" that is no'),
                ({"value": 1e300}, "number to count with"),
                ({"value": 1, "missing": "a"}, '"missing" that is no list'),
                ({"value": 1, "missing": [1]}, '"missing" that is no list'),
                ({"value": 1, "result": "good"}, '"result"'),
                ({"value": 1, "evidence": 3}, '"evidence"'),
                ('{"value": NaN}', "is not JSON"),
                ('{"value": 1} x', "is not JSON"),
                ('{"value": 1, "value": 2}', "is not JSON"), ("{", "JSON")):
            with self.subTest(document):
                self.assert_unknown(self.says(document), words)
        self.assert_unknown(self.says("[1]", format="json"), "no object")
        self.assert_unknown(self.says("fine", format="json"), "not JSON")
        self.assert_unknown(
            self.run_script("#!/bin/sh\necho '{\"value\": 1}'\n"
                            "echo oops >&2\nexit 1\n"), "exit 1")

    def test_nagios(self):
        for code, stated in ((0, "pass"), (1, "warn"), (2, "fail")):
            r = self.run_script("#!/bin/sh\necho 'DISK x | /=12MB;1;2;0;9"
                                f" /var=3%'\nexit {code}\n")
            self.assertEqual((r["stated"], r["value"], r["remark"]),
                             (stated, 12, "DISK x"))
        r = self.run_script("#!/bin/sh\necho 'x |/=1 '\"'\"'a b'\"'\"'=7'",
                            perfdata="a b")
        self.assertEqual(r["value"], 7)
        self.assert_unknown(self.run_script(
            "#!/bin/sh\necho 'OK |a=U'", perfdata="a"), "no number for 'a'")
        r = self.run_script("#!/bin/sh\necho 'OK |a=U'")
        self.assertEqual((r["stated"], r.get("value")), ("pass", None))
        for code in (3, 4, 126, 255):
            self.assert_unknown(self.run_script(
                f"#!/bin/sh\necho no idea\nexit {code}\n"),
                f"exit {code} after")

    def test_json_is_only_taken_for_json_when_it_may_be(self):
        r = self.says('{"value": 1}', format="nagios")
        self.assertEqual(r["stated"], "pass")
        self.assertNotIn("value", r)

    def test_input_and_environment(self):
        r = self.run_script(
            "#!/bin/sh\nin=$(cat)\n"
            "echo \"{\\\"value\\\": 1, \\\"evidence\\\": {\\\"in\\\": $in,"
            " \\\"env\\\": \\\"$GATEWARDEN_DATE $GATEWARDEN_PIPELINE"
            " $LC_ALL\\\"}}\"\n")
        self.assertEqual(r["evidence"]["env"], "2026-01-16 nba C")
        self.assertEqual(json.loads(r["evidence"]["in"])["date"],
                         "2026-01-16")
        self.assertEqual(json.loads(r["evidence"]["in"])["now_ms"],
                         NOW * 1000)

    def test_hostile_words_are_words(self):
        script = self.script(
            "#!/usr/bin/python3\nimport json, sys\n"
            "print(json.dumps({'value': 1, 'missing': sys.argv[1:]}))\n")
        words = [w.replace("{", "{{") for w in HOSTILE]
        with Plugin("check", "exec",
                    {"argv": [script, "{date}", "x{date}"] + words}) as p:
            for text in HOSTILE:
                r = p.call(date=text)
                clean = text.replace("\n", "\\x0a").replace("\t", "\\x09")
                self.assertEqual(r["missing"][0], clean)
                self.assertEqual(r["missing"][1], "x" + clean)
            self.assertEqual(len(r["missing"]), 2 + len(HOSTILE))
        self.assertEqual(os.listdir(self.dir), ["script"])

    def test_what_cannot_be_run_is_unknown(self):
        with Plugin("check", "exec", {"argv": ["/nowhere/x"]}) as p:
            self.assert_unknown(p.call(), "could not be started: No such")
        with Plugin("check", "exec", {"argv": [self.dir]}) as p:
            self.assert_unknown(p.call(), "denied")
        self.assert_unknown(self.run_script("#!/bin/sh\nkill -SEGV $$\n"),
                            "killed by signal 11")

    def test_the_group_ends_at_the_deadline(self):
        pids = os.path.join(self.dir, "pids")
        began = time.monotonic()
        r = self.run_script(
            f"#!/bin/sh\ntrap '' TERM\nsleep 61 &\necho $! >{pids}\n"
            f"echo $$ >>{pids}\nwhile :; do sleep 62; done\n",
            budget_ms=5000)
        self.assert_unknown(r, "stopped at the deadline")
        self.assertLess(time.monotonic() - began, 30)
        with open(pids, encoding="ascii") as f:
            them = f.read().split()
        self.assertEqual(len(them), 2, "it had not begun")
        for pid in them:
            self.assertFalse(os.path.exists(f"/proc/{pid}"), pid)

    def test_what_is_left_behind_is_ended_and_not_waited_for(self):
        child = f"sleep 63.{os.getpid()}"       # this test's own
        r = self.run_script(f"#!/bin/sh\n{child} &\n"
                            "echo '{\"value\": 4}'\n")
        self.assert_value(r, 4)
        found = subprocess.run(["pgrep", "-f", "^" + child], check=False)
        self.assertEqual(found.returncode, 1)

    def test_output_is_bounded_and_read_to_the_end(self):
        r = self.run_script("#!/bin/sh\nhead -c 20000000 /dev/zero |"
                            " tr '\\0' x\nexit 1\n")
        self.assertEqual(r["stated"], "warn")
        self.assertLess(len(r["remark"]), 1000)
        self.assert_unknown(self.run_script(
            "#!/bin/sh\nprintf '{\"value\": 1, \"remark\": \"'\n"
            "head -c 2000000 /dev/zero | tr '\\0' x\necho '\"}'\n"),
            "wrote more than")

    def test_options(self):
        self.assertIn("argv is empty", refusal("check", "exec", {}))
        self.assertIn("argv[2]: {operation} is no placeholder", refusal(
            "check", "exec", {"argv": ["/bin/true", "{operation}"]}))
        self.assertIsNone(refusal("check", "exec", {
            "argv": ["/usr/bin/awk", "{{print}", "{ print }", "{}"]}))


if __name__ == "__main__":
    main()
