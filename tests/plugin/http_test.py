#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Check and action `http` against a real server on loopback."""
import email.utils
import json
import threading
import time
import urllib.parse

from host import HOSTILE, Case, Plugin, Server, main, refusal

OK = (200, {"Content-Type": "application/json"},
      '{"rows": 12, "want": 15, "env": 3, "list": [1, 2], "s": "x"}')


class Check(Case):
    def ask(self, *answers, budget_ms=20000, date="2026-01-16", **options):
        with Server(*answers) as s:
            options.setdefault("url", "/{date}")
            options["url"] = s.url + options["url"]
            with Plugin("check", "http", options) as p:
                r = p.call(budget_ms=budget_ms, date=date)
            self.seen = s.seen
            return r

    def test_status_and_latency(self):
        r = self.ask(OK)
        self.assert_value(r, 1, 1)
        self.assertEqual(r["evidence"]["status"], "200")
        self.assertGreaterEqual(int(r["evidence"]["latency_ms"]), 0)
        self.assertEqual(self.seen[0][:2], ("GET", "/2026-01-16"))
        self.assert_value(self.ask((204, {}, "")), 1, 1)

    def test_an_error_is_never_zero(self):
        for status in (400, 401, 404, 429, 500, 503):
            r = self.ask((status, {}, '{"rows": 0}\nmore'),
                         value_jq=".rows")
            self.assert_unknown(r, f'status {status}: {{"rows": 0}}')
            self.assertEqual(r["evidence"]["status"], str(status))
        self.assert_value(self.ask((404, {}, ""), status=["200", "404"]),
                          1, 1)
        self.assert_unknown(self.ask((201, {}, ""), status=["200"]), "201")

    def test_the_head_of_something_big(self):
        """What isn't read can't be too long."""
        def big(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(50 << 30))
            handler.end_headers()

        self.assert_value(self.ask(big, method="HEAD"), 1, 1)
        self.assert_unknown(self.ask(big), "longer than")
        # nor can it have a text, or a number
        for more in ({"content": "ready"}, {"value_jq": ".rows"}):
            self.assertIn("HEAD", refusal("check", "http", {
                "url": "http://x/", "method": "HEAD", **more}) or "")

    def test_numbers_by_jq(self):
        r = self.ask(OK, value_jq=".rows", expected_jq=".want")
        self.assert_value(r, 12, 15)
        self.assert_value(self.ask(OK, value_jq=".list | length"), 2)
        self.assert_value(self.ask(OK, value_jq=".env"), 3)
        for program, words in (
                (".none", "gave null, which is no number"),
                (".s", 'gave "x", which is no number'),
                (".list[]", "more than one result"),
                ("empty", "gave nothing"), (".rows[0]", "Cannot index"),
                ("error(\"no\")", "no"), ("nan", "no number"),
                (".rows, error(\"later\")", "later"),
                (".rows, .s[0]", "Cannot index"),
                ("infinite", "counted exactly")):
            with self.subTest(program):
                r = self.ask(OK, value_jq=program)
                self.assertEqual(r["status"], "unknown", r)
                if program != "nan":
                    self.assertIn(words, r["remark"])
        self.assert_unknown(self.ask((200, {}, "<html>"), value_jq=".rows"),
                            "not JSON")

    def test_missing_items(self):
        answer = (200, {}, json.dumps({"n": 3, "all": 5, "gone": [
            "0022500101", 7, "café", "a\nb"]}))
        r = self.ask(answer, value_jq=".n", expected_jq=".all",
                     missing_jq=".gone")
        self.assert_value(r, 3, 5)
        self.assertEqual(r["missing"], ["0022500101", "7", "café", "a\\x0ab"])
        self.assertEqual(r["missing_count"], 4)
        self.assertEqual(self.ask(answer, value_jq=".n", missing_jq="[]")
                         .get("missing_count", 0), 0)
        for program, words in ((".n", "no list"), (".none", "no list"),
                               ("[.gone]", "no list of texts"),
                               ("[null]", "no list of texts"),
                               ('["a\\u0000b"]', "no list of texts"),
                               (".gone[]", "more than one"),
                               ("empty", "expected one list")):
            with self.subTest(program):
                r = self.ask(answer, value_jq=".n", missing_jq=program)
                self.assert_unknown(r, words)
                self.assertNotIn("missing", r)

    def test_what_is_not_there(self):
        """Measured as zero where the status is said to mean that."""
        r = self.ask((404, {}, "no such day"), absent_status=["404"])
        self.assert_value(r, 0, 1)
        self.assertIn("no such day", r["remark"])
        self.assert_value(self.ask((410, {}, "{}"), value_jq=".rows",
                                   absent_status=["404", "410"]), 0)
        self.assert_unknown(self.ask((500, {}, ""), absent_status=["404"]),
                            "status 500")
        self.assert_unknown(self.ask((404, {}, ""), absent_status=["404"],
                                     measure="time"), "status 404")
        self.assert_value(self.ask((204, {}, ""), status=["2xx", "404"]),
                          1, 1)
        self.assert_unknown(self.ask((302, {}, ""), status=["2xx"]), "302")

    def test_content(self):
        answer = (200, {}, "header\nstate: ready 7\n")
        self.assert_value(self.ask(answer, content="^state: ready"), 1, 1)
        r = self.ask(answer, content="^state: done")
        self.assert_value(r, 0, 1)
        self.assertIn("content", r["remark"])
        self.assert_unknown(self.ask((200, {}, b"a\0\nstate: done\n"),
                                     content="^state: done"), "a NUL byte")
        self.assert_unknown(self.ask((500, {}, "state: done"),
                                     content="^state: done"), "500")

    def test_time_is_the_value(self):
        def slow(_):
            time.sleep(0.3)     # slow on purpose
            return OK

        r = self.ask(slow, measure="time")
        self.assertEqual(r["status"], "ok")
        self.assertTrue(300 <= r["value"] < 5000, r)
        self.assertNotIn("expected", r)
        self.assert_unknown(self.ask((500, {}, ""), measure="time"), "500")
        # 0 ms would be the best of all times
        r = self.ask((200, {}, "login"), measure="time", content="ready")
        self.assertEqual((r["status"], r["stated"]), ("ok", "fail"), r)
        self.assertNotIn("value", r)
        self.assertIn("without a text that matches", r["remark"])

    def test_the_longest_body(self):
        for length, good in ((99, True), (100, True), (101, False)):
            r = self.ask((200, {}, "x" * length), max_body=100)
            if good:
                self.assert_value(r, 1, 1)
            else:
                self.assert_unknown(r, "longer than 100 bytes")

    def test_another_server_for_the_name(self):
        with Server(OK) as s, Plugin("check", "http", {
                "url": "http://api.invalid/x",
                "connect_to": f"127.0.0.1:{s.port}"}) as p:
            self.assert_value(p.call(), 1, 1)
            self.assertEqual(s.seen[0][2]["Host"], "api.invalid")

    def test_an_expression_sees_the_answer_only(self):
        for program in ("env", "$ENV", "env.PATH", ".rows | env", "input",
                        "[inputs]", "$ENV.PATH", "import \"a\" as a; 1",
                        "include \"a\"; 1", "halt", "\"\\(env)\"",
                        "1 | debug", "input_filename"):
            why = refusal("check", "http", {"url": "http://x/",
                                            "value_jq": program})
            self.assertIn("is not available here", why or "", program)

    def test_options(self):
        for options, words in (
                ({"url": "ftp://x/"}, "http://"), ({"url": "x"}, "http://"),
                ({"url": "file:///etc/passwd"}, "http://"),
                ({"url": "http://x/{phase}"}, "{phase} is no placeholder"),
                ({"url": "http://x/", "value_jq": ".a |"}, "value_jq:"),
                ({"url": "http://x/", "expected_jq": "1"}, "needs value_jq"),
                ({"url": "http://x/", "headers": ["a: b\r\nc: d"]},
                 "headers"),
                ({"url": "http://x/", "headers": ["nothing"]}, "headers"),
                ({"url": "http://x/", "status": ["20"]}, "status: '20'"),
                ({"url": "http://x/", "status": ["2x0"]}, "status: '2x0'"),
                ({"url": "http://x/", "absent_status": ["9xx"]},
                 "absent_status: '9xx'"),
                ({"url": "http://x/", "missing_jq": "[]"}, "needs value_jq"),
                ({"url": "http://x/", "content": "("}, "content: "),
                ({"url": "http://x/", "content": "x", "value_jq": "."},
                 "two measurements"),
                ({"url": "http://x/", "measure": "time", "value_jq": "."},
                 "measure"),
                ({"url": "http://x/", "connect_to": "x"}, "HOST:PORT"),
                ({"url": "http://x/", "connect_to": ":1"}, "HOST:PORT"),
                ({"url": "http://x/", "authorization": "a\nb: c"},
                 "one line"),
                ({"url": "http://x/", "body": "{"}, "body is not JSON"),
                ({"url": "http://x/", "body": '["{dat}"]'}, "{dat}")):
            with self.subTest(options):
                self.assertIn(words, refusal("check", "http", options) or "")

    def test_headers_and_body(self):
        r = self.ask(OK, method="POST", headers=["X-One: 1"],
                     authorization="Bearer secret",
                     body='{"day": "{date}", "n": [1, "{{date}"]}')
        self.assert_value(r, 1, 1)
        method, _, headers, body = self.seen[0]
        self.assertEqual((method, headers["X-One"],
                          headers["Authorization"]),
                         ("POST", "1", "Bearer secret"))
        self.assertEqual(json.loads(body), {"day": "2026-01-16",
                                            "n": [1, "{date}"]})

    def test_hostile_dates_are_data(self):
        for text in HOSTILE:
            self.assert_value(self.ask(
                OK, url="/a/{date}?d={date}", date=text, method="POST",
                body='{"{date}": "{date}"}'), 1, 1)
            path = self.seen[0][1]
            quoted = urllib.parse.quote(text, safe="")
            self.assertEqual(path, f"/a/{quoted}?d={quoted}")
            self.assertEqual(json.loads(self.seen[0][3]), {"{date}": text})

    def test_redirects(self):
        to = (302, {"Location": "/there"}, "")
        self.assert_unknown(self.ask(to, OK), "status 302")
        self.assertEqual(len(self.seen), 1)
        self.assert_value(self.ask(to, OK, value_jq=".rows", redirects=1),
                          12)
        self.assert_unknown(self.ask(to, redirects=3),
                            "more than 3 redirects")
        self.assertEqual(len(self.seen), 4)
        for url in ("file:///etc/passwd", "ftp://127.0.0.1:1/x"):
            self.assert_unknown(self.ask((302, {"Location": url}, ""),
                                         redirects=1), "another place")
        self.assert_unknown(self.ask(to, OK, redirects=3, method="POST"),
                            "status 302")

    def test_no_answer_is_unknown(self):
        with Plugin("check", "http",
                    {"url": "http://127.0.0.1:1/secret-path"}) as p:
            r = p.call()
        self.assert_unknown(r, "no answer")
        self.assertNotIn("secret-path", r["remark"])

        over = threading.Event()
        self.addCleanup(over.set)

        def hang(request):
            over.wait(60)
            request.close_connection = True

        began = time.monotonic()
        self.assert_unknown(self.ask(hang, budget_ms=700),
                            "stopped at the deadline")
        self.assertLess(time.monotonic() - began, 20)
        self.assert_unknown(self.ask((200, {}, "x" * 5000000)),
                            "longer than 4194304 bytes")

    def test_a_broken_answer_is_unknown(self):
        def broken(request):
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n"
                                b"\r\n{")
            request.close_connection = True

        self.assert_unknown(self.ask(broken), "no answer")


class Action(Case):
    def run_it(self, *answers, options=None, **how):
        with Server(*answers) as s:
            o = {"url": "/run", **(options or {})}
            o["url"] = s.url + o["url"]
            with Plugin("action", "http", o) as p:
                r = p.call(**how)
                self.output = p.output()
            self.seen = s.seen
            return r

    def test_done(self):
        for status in (200, 201, 202, 204):
            r = self.run_it((status, {}, "" if status == 204 else "queued"))
            self.assertEqual(r["status"], "ok", r)
            self.assertIn(f"status {status}", r["remark"])
        r = self.run_it((202, {}, "job 7 queued"), operation="op:7 x\r\ny")
        self.assertIn("job 7 queued", self.output)
        method, path, headers, body = self.seen[0]
        self.assertEqual((method, path, body), ("POST", "/run", ""))
        self.assertEqual(headers["Idempotency-Key"], "op%3A7%20x%0D%0Ay")

    def test_failures_by_class(self):
        for status, failure in (
                (400, "permanent"), (404, "permanent"), (409, "permanent"),
                (401, "config"), (403, "config"), (408, "transient"),
                (425, "not_yet"), (429, "transient"), (500, "transient"),
                (502, "transient"), (503, "transient"), (301, "permanent")):
            r = self.run_it((status, {"Location": "/x"}, "why it is so"))
            self.assert_failed(r, failure, f"status {status}: why it is so")
            self.assertEqual(len(self.seen), 1)

    def test_retry_after(self):
        r = self.run_it((429, {"Retry-After": "37"}, ""))
        self.assertEqual(r["retry_after_ms"], 37000)
        when = email.utils.formatdate(time.time() + 90, usegmt=True)
        r = self.run_it((503, {"Retry-After": when}, ""))
        self.assertTrue(60000 <= r["retry_after_ms"] <= 91000, r)
        for text in ("soon", "-5", "", "x9", "0"):
            r = self.run_it((429, {"Retry-After": text}, ""))
            self.assertEqual(r.get("retry_after_ms", 0), 0, text)
        past = email.utils.formatdate(time.time() - 90, usegmt=True)
        r = self.run_it((503, {"Retry-After": past}, ""))
        self.assertEqual(r.get("retry_after_ms", 0), 0)
        for huge in ("1000000000", "9" * 18):
            r = self.run_it((429, {"Retry-After": huge}, ""))
            self.assertEqual(r["retry_after_ms"], 7 * 86400 * 1000, huge)

    def test_words_go_before_the_status(self):
        rules = [{"match": "no such table", "class": "config"},
                 {"match": '"retry": *true', "class": "transient"}]
        for status, body, failure in (
                (500, "no such table: x", "config"),
                (400, '{"retry": true}', "transient"),
                (400, '{"retry": false}', "permanent"),
                (200, "no such table", None)):
            r = self.run_it((status, {}, body), options={"classify": rules})
            if failure:
                self.assert_failed(r, failure, f"status {status}")
            else:
                self.assertEqual(r["status"], "ok", r)

    def test_proxies_of_the_environment_are_not_asked(self):
        with Server(OK) as s, Plugin(
                "action", "http", {"url": s.url + "/x"},
                env={"http_proxy": "http://127.0.0.1:1/",
                     "ALL_PROXY": "http://127.0.0.1:1/"}) as p:
            self.assertEqual(p.call()["status"], "ok")

    def test_body_and_lists(self):
        body = ('{"date": "{date}", "games": "{missing}", "which": "all of'
                ' {failing}", "phase": "{phase}", "try": "{attempt}",'
                ' "deep": [{"x": "{failing}"}]}')
        how = {"phase": "raw", "attempt": 2, "operation": "op",
               "missing": list(HOSTILE), "failing": ["a", "b"]}
        r = self.run_it(OK, options={"body": body}, **how)
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(json.loads(self.seen[0][3]), {
            "date": "2026-01-16", "games": list(HOSTILE),
            "which": "all of a,b", "phase": "raw", "try": "2",
            "deep": [{"x": ["a", "b"]}]})

    def test_lists_in_the_url(self):
        r = self.run_it(OK, options={"url": "/r?g={missing}",
                                     "method": "PUT"},
                        missing=["a&b", "c,d"])
        self.assertEqual(r["status"], "ok", r)
        self.assertEqual(self.seen[0][:2], ("PUT", "/r?g=a%26b,c%2Cd"))

    def test_a_hole_is_no_request(self):
        r = self.run_it(OK, options={"body": '{"phase": "{phase}"}'})
        self.assert_failed(r, "config", "this run has no phase")
        self.assertEqual(self.seen, [])

    def test_no_answer(self):
        with Plugin("action", "http",
                    {"url": "http://127.0.0.1:1/secret"}) as p:
            r = p.call()
        self.assert_failed(r, "transient", "no answer")
        self.assertNotIn("secret", r["remark"])

    def test_the_secret_is_not_printed(self):
        r = self.run_it((500, {}, "x"),
                        options={"authorization": "Bearer s3cr3t"})
        self.assertNotIn("s3cr3t", json.dumps(r) + self.output)


if __name__ == "__main__":
    main()
