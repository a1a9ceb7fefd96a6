#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""Tokens, errors and requests as all plugins for Google APIs share them, by
way of check `bigquery_table`; and that check."""
import json
import os
import sys
import threading
import time

import tls
from fake_google import Google, error, needs_keys, why_no_keys
from host import HOSTILE, Case, Plugin, main, refusal

CANARY = "canary-in-a-secret"
DAY_MS = 86400000
NOW_MS = 1768647600000


class Tables(Google):
    """tables.get of BigQuery; `tables` by their last name."""
    def __init__(self, context=None):
        super().__init__(context)
        self.tables = {"scores": {
            "type": "TABLE", "numRows": "12",
            "tableReference": {"projectId": "acme-data",
                               "datasetId": "nba", "tableId": "scores"},
            "lastModifiedTime": str(NOW_MS - 2 * DAY_MS),
            "schema": {"fields": [
                {"name": "game_id", "type": "STRING"},
                {"name": "Player", "type": "RECORD", "fields": [
                    {"name": "name", "type": "STRING"}]}]}}}

    def answer(self, request):
        parts = request.path.split("/")
        table = self.tables.get(parts[-1])
        if table is None:
            return error(404, "notFound", f"Not found: Table {parts[4]}:"
                         f"{parts[6]}.{parts[8]}")
        return table


class CloudCase(Case):
    def setUp(self):
        super().setUp()
        self.google = Tables()
        self.enterContext(self.google)

    def options(self, directory=None, **more):
        return self.google.options(
            directory, project="acme-data", dataset="nba",
            **{"table": "scores", **more})

    def ask(self, *script, **more):
        self.google.script(*script)
        with Plugin("check", "bigquery_table", self.options(**more)) as p:
            return p.call()

    def enterContext(self, manager):    # Python 3.11 has it, too
        value = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return value


class Tokens(CloudCase):
    @needs_keys
    def test_a_service_account_signs(self):
        o = self.options(self.dir)
        with Plugin("check", "bigquery_table", o) as p:
            self.assert_value(p.call(), 1, 1)
            self.assert_value(p.call(), 1, 1)
        self.assertEqual(self.google.refused, [])
        self.assertEqual(self.google.token_requests, 1, "not kept")

    @needs_keys
    def test_a_key_that_is_none_is_refused_and_not_repeated(self):
        good = json.loads(self.google.key(self.dir))
        for changes, words in (
                ({"type": "authorized_user"}, "type authorized_user"),
                ({"private_key": CANARY}, "RSA private_key"),
                ({"private_key": None}, "RSA private_key"),
                ({"client_email": None}, "client_email"),
                ({"token_uri": "http://token.example/"}, "token_uri"),
                ({"token_uri": "ftp://127.0.0.1/"}, "token_uri")):
            with self.subTest(changes):
                key = json.dumps({**good, **changes})
                why = refusal("check", "bigquery_table",
                              self.options(credentials=key))
                self.assertIn(words, why or "")
                self.assertNotIn(CANARY, why)
                self.assertNotIn(good["private_key"][40:80], why)
        for text in (CANARY, "[]", "{}", '{"type": 1}'):
            why = refusal("check", "bigquery_table",
                          self.options(credentials=text))
            self.assertIn("not the JSON document", why or "")
            self.assertNotIn(CANARY, why)

    @needs_keys
    def test_another_key_of_the_same_account_is_refused(self):
        o = self.options(self.dir)
        other = os.path.join(self.dir, "other")
        os.mkdir(other)
        self.google.key(other)
        with Plugin("check", "bigquery_table", o) as p:
            self.assert_unknown(p.call(), "no token: the token endpoint:"
                                " credentials refused: Invalid JWT: the"
                                " signature is wrong (invalid_grant, status"
                                " 400)")

    def test_a_build_without_openssl_says_what_to_do(self):
        if why_no_keys() != "built without OpenSSL":
            self.skipTest("built with OpenSSL")
        why = refusal("check", "bigquery_table",
                      self.options(credentials='{"type": 1}'))
        self.assertIn("use the metadata server or token_command", why)

    def test_the_metadata_server(self):
        with Plugin("check", "bigquery_table", self.options()) as p:
            self.assert_value(p.call(), 1, 1)
            self.assert_value(p.call(), 1, 1)
        self.assertEqual(self.google.token_requests, 1)

    def test_a_metadata_server_that_is_none(self):
        for answer, words in (
                ((200, {"Metadata-Flavor": "Gaggle"}, "{}"), "none that"),
                ((200, {}, "no JSON"), "gave none that can be used"),
                ((200, {}, '{"access_token": 1}'), "can be used"),
                ((200, {}, '{"access_token": "a b"}'), "can be used"),
                ((200, {}, '{"access_token": "a\\nb: c"}'), "can be used"),
                ((404, {}, ""), "not found (status 404)"),
                ((503, {}, "busy"), "trouble at the far end: busy")):
            self.google.token_scripted = [answer]
            with self.subTest(answer):
                self.assert_unknown(self.ask(), words)
        self.assertEqual(self.google.requests, [])
        # what is no metadata server but answers everything
        with Google() as plain:
            plain.metadata = lambda _: (200, {}, '{"access_token": "x"}')
            o = {**self.options(), "metadata_server": plain.url}
            with Plugin("check", "bigquery_table", o) as p:
                self.assert_unknown(p.call(), "does not say that it is")

    def test_what_is_no_token_is_not_kept(self):
        """Neither it nor what was there before goes out instead."""
        script = self.file("token", f"""#!{sys.executable}
import os, sys
n = len(os.listdir({self.dir!r}))
open(os.path.join({self.dir!r}, str(n)), "w").close()
print({{1: "", 2: '{{"access_token": 7}}'}}.get(n, "tok-1"))
""", 0o755)
        self.google.live.add("tok-1")
        seen = []
        api = self.google.api
        self.google.api = lambda request: (
            seen.append(request.headers["Authorization"]), api(request))[1]
        with Plugin("check", "bigquery_table",
                    self.options(token_command=[script])) as p:
            for _ in range(2):
                self.assert_unknown(p.call(), "gave none that can be used")
            self.assert_value(p.call(), 1, 1)
        self.assertEqual(seen, ["Bearer tok-1"])
        seen.clear()
        self.google.expires_in = 1
        with Plugin("check", "bigquery_table", self.options()) as p:
            self.assert_value(p.call(), 1, 1)
            self.google.token_scripted = [(200, {}, "{}")] * 2
            until = time.monotonic() + 10
            while self.google.token_scripted:
                p.call()
                self.assertLess(time.monotonic(), until)
            n = len(seen)
            self.assert_value(p.call(), 1, 1)
        self.assertNotIn(seen[n], seen[:n], "an old one came back")

    def test_a_token_is_fetched_before_it_ends(self):
        self.google.expires_in = 1
        with Plugin("check", "bigquery_table", self.options()) as p:
            self.assert_value(p.call(), 1, 1)
            until = time.monotonic() + 20
            while self.google.token_requests < 2:
                self.assert_value(p.call(), 1, 1)
                self.assertLess(time.monotonic(), until)

    def test_a_refused_token_is_fetched_again_once(self):
        with Plugin("check", "bigquery_table", self.options()) as p:
            self.assert_value(p.call(), 1, 1)
            self.google.revoke()
            self.assert_value(p.call(), 1, 1)
            self.assertEqual(self.google.token_requests, 2)
            no = error(401, "authError", "Invalid Credentials")
            self.google.script(no, no)
            self.assert_unknown(p.call(), "credentials refused: Invalid"
                                " Credentials (authError, status 401)")
            self.assertEqual(self.google.scripted, [])
            self.assertEqual(self.google.token_requests, 3)
            self.assert_value(p.call(), 1, 1)

    def test_a_command_prints_one(self):
        script = self.file("token", f"""#!{sys.executable}
import json, sys
print(json.dumps({{"access_token": sys.argv[1], "expires_in": 3599}})
      if sys.argv[2:] else sys.argv[1])
""", 0o755)
        self.google.live.add("tok-1")
        for more in ([], ["json"]):
            self.assert_value(self.ask(
                token_command=[script, "tok-1", *more]), 1, 1)
        self.assertEqual(self.google.token_requests, 0)
        for argv, words in (
                (["/nonexistent/gcloud"], "token_command"),
                (["/bin/sh", "-c", "echo sorry >&2; exit 3"], "exit 3"),
                (["/bin/sh", "-c", "echo sorry >&2; exit 3"], ": sorry"),
                (["/bin/true"], "token_command gave none"),
                (["/bin/echo", "two words"], "token_command gave none"),
                ([script, "$(touch owned)"], "gave none")):
            with self.subTest(argv):
                self.assert_unknown(self.ask(token_command=argv), words)

    def test_one_source(self):
        self.assertIn("one of them", refusal(
            "check", "bigquery_table",
            self.options(credentials="{}", token_command=["x"])) or "")

    def test_plain_http_is_for_loopback(self):
        for url in ("http://bigquery.googleapis.com", "http://127.evil.com",
                    "ftp://127.0.0.1", "http://127.0.0.1.example",
                    "http://localhost.example", "127.0.0.1", "",
                    "http://127.0.0.1@bigquery.googleapis.com/"):
            with self.subTest(url):
                for option in ("endpoint", "metadata_server"):
                    why = refusal("check", "bigquery_table",
                                  self.options(**{option: url or "x"}))
                    self.assertIn(option + ":", why or "")
        for url in ("https://bigquery.example", "http://localhost:1",
                    "http://[::1]:1/", "http://127.8.8.8:1"):
            self.assertIsNone(refusal("check", "bigquery_table",
                                      self.options(endpoint=url)), url)


class Secrets(CloudCase):
    @needs_keys
    def test_keys_and_tokens_are_seen_nowhere(self):
        o = self.options(self.dir)
        key = json.loads(o["credentials"])["private_key"]
        seen = []
        with Plugin("check", "bigquery_table", o) as p:

            def look(_):
                for name in ("cmdline", "environ"):
                    with open(f"/proc/{p.process.pid}/{name}", "rb") as f:
                        seen.append(f.read().decode(errors="replace"))
                return error(403, "accessDenied", "no")

            self.google.script(look)
            seen.append(json.dumps(p.call()))
            self.google.revoke()
            self.google.token_scripted = [(400, {}, '{"error": "x"}')]
            seen.append(json.dumps(p.call()))
            seen.append(p.output())
        self.assertEqual(len(seen), 5)
        self.assertIn("access denied", seen[2])
        self.assertIn("no token: the token endpoint", seen[3])
        for text in seen:
            for secret in (key[40:80], "ya29.", "BEGIN PRIVATE"):
                self.assertNotIn(secret, text)


class Certificates(CloudCase):
    def test_who_is_asked_has_to_be_who_it_says(self):
        if tls.OPENSSL is None:
            self.skipTest("no openssl program")
        ca = tls.Authority(self.dir)
        with Tables(ca.server()) as server:
            server.live = self.google.live      # tokens are good there, too
            o = {**self.options(), "endpoint": server.url}
            with Plugin("check", "bigquery_table",
                        {**o, "ca_file": ca.ca}) as p:
                self.assert_value(p.call(), 1, 1)
            with Plugin("check", "bigquery_table", o) as p:
                self.assert_unknown(p.call(), "no answer: SSL cert")
            self.assertEqual(len(server.requests), 1, "was told a token")


class Errors(CloudCase):
    """The reason goes before the status; none of them is a number."""

    def test_by_reason(self):
        for status, reason, words in (
                (403, "accessDenied", "access denied: said so (accessDenied,"
                 " status 403)"),
                (403, "quotaExceeded", "quota used up"),
                (403, "rateLimitExceeded", "asked too often"),
                (403, "accessNotConfigured", "the API is not enabled"),
                (404, "notFound", "not found"),
                (500, "bytesBilledLimitExceeded", "over the limit of bytes"),
                (400, "bytesBilledLimitExceeded", "over the limit of bytes"),
                (400, "invalid", "refused"),
                (409, "duplicate", "exists already"),
                (500, "backendError", "trouble at the far end"),
                (400, "backendError", "trouble at the far end"),
                (503, "neverHeardOf", "trouble at the far end: said so"
                 " (UNAVAILABLE, status 503)"),
                (502, "neverHeardOf", "trouble at the far end: said so"
                 " (neverHeardOf, status 502)"),
                (429, "neverHeardOf", "asked too often"),
                (402, "neverHeardOf", "refused")):
            with self.subTest(reason):
                self.assert_unknown(
                    self.ask(error(status, reason, "said so")), words)

    def test_by_details(self):
        info = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 "reason": "SERVICE_DISABLED",
                 "domain": "googleapis.com"}]
        self.assert_unknown(self.ask(error(
            403, "forbidden", "BigQuery API has not been used",
            details=info)), "the API is not enabled: BigQuery API has not")

    def test_without_a_body_of_theirs(self):
        for status, body, words in (
                (502, "<html>Bad gateway", "far end: <html>Bad gateway"
                 " (status 502)"),
                (404, "", "not found (status 404)"),
                (403, '{"error": {}}', "access denied (status 403)"),
                (403, '{"error": "rateLimitExceeded"}', "asked too often"),
                (302, "", "refused (status 302)"),
                (200, "no JSON", "the answer is no JSON object: "),
                (200, "[1]", "the answer is no JSON object"),
                (200, b'{"numRows": "\xff"}', "no JSON object: "),
                (200, '{"numRows": "1', "no JSON object: ")):
            with self.subTest(body):
                self.assert_unknown(self.ask((status, {}, body)), words)
        self.assert_unknown(self.ask((302, {"Location": self.google.url}, "")),
                            "302")
        self.assert_unknown(self.ask(ConnectionError), "no answer")
        self.assert_unknown(self.ask((200, {}, b"x" * 25 * 1024 * 1024)),
                            "longer than")

    def test_a_redirect_does_not_get_the_token(self):
        with Google() as other:
            self.assert_unknown(self.ask(
                (307, {"Location": other.url + "/x"}, "")), "status 307")
            self.assertEqual(other.refused + other.requests, [])

    def test_a_drip_ends_with_the_call(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def drip(request):
            over.wait(60)
            return {}

        self.google.script(drip)
        with Plugin("check", "bigquery_table", self.options()) as p:
            began = time.monotonic()
            self.assert_unknown(p.call(budget_ms=2000),
                                "no answer: stopped at the deadline")
            self.assertLess(time.monotonic() - began, 20)


class Table(CloudCase):
    def test_what_is_there(self):
        r = self.ask()
        self.assert_value(r, 1, 1)
        self.assertEqual(r["evidence"], {
            "table": "nba.scores", "rows": "12",
            "modified": "2026-01-15T11:00:00Z"})
        self.assertEqual(self.google.requests[0].target, "/bigquery/v2/"
                         "projects/acme-data/datasets/nba/tables/scores")

    def test_columns(self):
        r = self.ask(columns=["game_id", "PLAYER.name", "points",
                              "game_id.x"])
        self.assert_value(r, 3, 5)
        self.assertEqual(r["missing"], ["nba.scores.points",
                                        "nba.scores.game_id.x"])

    def test_an_answer_that_describes_no_table(self):
        for answer, words in (
                ({}, "names no table"), ({"tableReference": "scores"},
                                         "names no table"),
                ({"error": "login"}, "names no table"),
                ({"tableReference": {"tableId": 7}}, "names no table")):
            with self.subTest(answer):
                r = self.ask(answer)
                self.assert_unknown(r, words)
                self.assertNotIn("missing", r)
        for schema in ({}, None, {"fields": "x"}, []):
            answer = {**self.google.tables["scores"], "schema": schema}
            r = self.ask(answer, columns=["game_id"])
            self.assert_unknown(r, "no columns")
            self.assertNotIn("missing", r)
            self.assert_value(self.ask(answer), 1, 1)

    def test_what_is_not_there(self):
        r = self.ask(table="score", columns=["game_id"])
        self.assert_value(r, 0, 2)
        self.assertEqual(r["missing"], ["nba.score", "nba.score.game_id"])
        self.assertIn("nba.score is not there", r["remark"])
        for message in ("Not found: Dataset acme-data:nba",
                        "Not found: Project acme-data", ""):
            self.assert_unknown(self.ask(error(404, "notFound", message)),
                                "not found")

    def test_age(self):
        self.assert_value(self.ask(max_age=2 * DAY_MS), 1, 1)
        r = self.ask(max_age=2 * DAY_MS - 1000)
        self.assert_value(r, 0, 1)
        self.assertEqual(r["missing"], ["nba.scores"])
        self.assertIn("172800 s ago", r["remark"])
        del self.google.tables["scores"]["lastModifiedTime"]
        self.assert_value(self.ask(), 1, 1)
        self.assert_unknown(self.ask(max_age=1000), "lastModifiedTime")

    def test_rows(self):
        self.assert_value(self.ask(min_rows=12), 1, 1)
        r = self.ask(min_rows=13)
        self.assert_value(r, 0, 1)
        self.assertIn("has 12 rows, expected 13", r["remark"])
        self.google.tables["scores"]["numRows"] = "many"
        self.assert_unknown(self.ask(min_rows=1), "min_rows")
        del self.google.tables["scores"]["numRows"]
        self.google.tables["scores"]["type"] = "VIEW"
        self.assert_unknown(self.ask(min_rows=1), "of what is a VIEW")

    def test_hostile_dates_are_data(self):
        with Plugin("check", "bigquery_table", self.options(
                table="t_{date}")) as p:
            for text in HOSTILE:
                self.google.requests.clear()
                r = p.call(date=text)
                self.assert_value(r, 0, 1)
                path = self.google.requests[0].raw_path
                self.assertEqual(path.count("/"), 8, path)
                self.assertEqual(self.google.requests[0].path,
                                 "/bigquery/v2/projects/acme-data/datasets/"
                                 "nba/tables/t_" + text)

    def test_options(self):
        for options, words in (
                ({"table": ""}, "table: is empty"),
                ({"table": "{phase}"}, "{phase} is no placeholder")):
            self.assertIn(words, refusal("check", "bigquery_table",
                                         self.options(**options)) or "")


if __name__ == "__main__":
    main()
