#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""A way to people that leads nowhere is found before it is needed, told by
another way, and over when it delivers again: a refusal, a far end that is
down, a secret that can't be read, a canary.
"""
import datetime
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import small_site                                      # noqa: E402
from receiver import Receiver                          # noqa: E402
from small_site import (DATE, Scenario, days_before)   # noqa: E402
from stage import ZONE, Failed, wait_for                       # noqa: E402

TOLD = """
notifiers = (
  { name = "team";  plugin = "webhook";  url = "file:%(dir)s/url";
    timeout = "20s";  canary = "0 6,9 * * *"; },
  { name = "last";  plugin = "file";  path = "%(dir)s/messages.log";
    pace = "0s"; } );
routes = ( { to = "team";  fallback = "last";  digest = "none"; } );
"""

QUIET = """
notifiers = ( { name = "team";  plugin = "webhook";  url = "file:%(dir)s/url";
                timeout = "20s";  pace = "60s"; } );
routes = ( { to = "team";  digest = "none"; } );
"""


class Notifier(Scenario):
    speed = 900.0

    def prepare(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.site.put("20-told.conf", TOLD)
        self.secret(self.receiver.url + "/team")
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    def secret(self, url):
        with open(os.path.join(self.site.dir, "url"), "w",
                  encoding="ascii") as f:
            f.write(url + "\n")

    def last(self):
        """What came by the last resort."""
        try:
            with open(os.path.join(self.site.dir, "messages.log"),
                      encoding="utf-8") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def needs(self):
        return [n["sentence"] for n in self.site.ask("status")["needs"]
                if n["kind"] == "notifier"]

    def trouble(self, live):
        rows = [r["data"] for r in self.site.journal().rows
                if r["key"] == "notifier/team"]
        return rows and rows[0]["live"] == live and rows

    def test_one_that_refuses(self):
        self.site.run()
        p = self.site.gatewarden("notify", "test", "team")
        self.assertEqual((p.returncode, p.stdout), (
            0, "team delivers: status 200\n"), p.stderr)
        self.assertEqual(self.needs(), [])
        self.receiver.become("gone")
        p = self.site.gatewarden("notify", "test")
        self.assertEqual(p.returncode, 1, p.stdout)
        self.assertIn("team does not deliver: status 404", p.stdout)
        self.assertIn("last delivers", p.stdout)
        self.assertTrue(self.trouble(True))
        need, = self.needs()
        self.assertRegex(need, "'team' does not deliver since .*404")
        wait_for("the last resort", 60, lambda: "CRITICAL  notifier 'team' "
                 "does not deliver" in self.last())
        self.assertIn("gatewarden notify test team", self.last())
        # refused again, told once
        self.site.gatewarden("notify", "test", "team")
        self.receiver.become("ok")
        self.site.gatewarden("notify", "test", "team")
        wait_for("the end", 60, lambda: "RESOLVED  notifier 'team' delivers "
                 "again" in self.last())
        self.assertEqual(self.last().count("does not deliver"), 1)
        self.assertTrue(self.trouble(False))
        self.assertEqual(self.needs(), [])
        p = self.site.gatewarden("notify", "test", "nobody")
        self.assertIn("a notifier: team, last", p.stderr)
        self.sound()

    def test_one_that_is_renamed_meanwhile(self):
        self.site.run()
        self.receiver.become("gone")
        self.site.gatewarden("notify", "test", "team")
        self.assertTrue(self.trouble(True))
        self.site.put("20-told.conf", TOLD.replace(
            'name = "team";', 'name = "crew";  was = "team";').replace(
            'to = "team";', 'to = "crew";'))
        p = self.site.gatewarden("reload")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        need, = self.needs()
        self.assertRegex(need, "'crew' does not deliver since .*404")
        self.receiver.become("ok")
        self.site.gatewarden("notify", "test", "crew")
        self.assertEqual(self.needs(), [])
        wait_for("the end", 20, lambda: "RESOLVED  notifier 'crew' delivers "
                 "again" in self.last())
        self.assertEqual(self.last().count("does not deliver"), 1)
        self.sound()

    def test_a_secret_that_is_gone(self):
        self.site.run()
        # one that was on its way with the secret would mend it
        self.site.summarized()
        os.unlink(os.path.join(self.site.dir, "url"))
        p = self.site.gatewarden("notify", "test", "team")
        self.assertIn("team does not deliver: secret 'file:", p.stdout)
        wait_for("the last resort", 60, lambda: "notifier 'team' does not "
                 "deliver" in self.last())
        # written isn't yet journalled: stopped between, it comes twice
        wait_for("its delivery", 60, lambda: all(
            m.get("delivered_at") for m in self.site.journal().messages
            if m["notifier"] == "last"))
        # a start without it is refused, loudly
        self.site.stop()
        with self.assertRaises(Failed) as no:
            self.site.run()
        self.assertIn("the secret 'url'", str(no.exception))
        self.secret(self.receiver.url + "/team")
        self.site.run()         # it is known, and mended by what waits
        wait_for("the end", 60, lambda: self.needs() == [])
        wait_for("its word", 60, lambda: "delivers again" in self.last())
        self.assertEqual(self.last().count("does not deliver"), 1)
        self.sound()

    def test_a_canary(self):
        self.site.run()
        six = datetime.datetime(2026, 1, 16, 6, tzinfo=ZONE)
        self.receiver.become("error")
        self.site.until(six.timestamp() * 1000)
        wait_for("the canary's trouble", 30, self.needs)
        self.assertIn("500", self.needs()[0])
        self.receiver.become("ok")
        self.site.until((six.timestamp() + 3 * 3600) * 1000)
        told = wait_for("the next one", 30, lambda: self.site.told(
            kind="test")[1:] and self.site.told(kind="test"))
        wait_for("its delivery", 30, lambda: self.needs() == [])
        self.assertEqual(len(told), 2)
        self.assertEqual(told[0]["title"],
                         "a test: notifier 'team' delivers")
        self.sound()

    def test_what_is_new_in_a_reload_waits_for_its_slot(self):
        self.site.put("20-told.conf", TOLD.replace(
            'canary = "0 6,9 * * *";', ""))
        self.site.run()
        nine = datetime.datetime(2026, 1, 16, 9, tzinfo=ZONE)
        self.site.until((nine.timestamp() - 2 * 3600) * 1000)
        self.site.put("20-told.conf", TOLD + 'reports = ( { name = "daily";'
                      '  period = "day";  at = "0 6,9 * * *";'
                      '  to = "last"; } );\n')
        p = self.site.gatewarden("reload")
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        wait_for("the slot", 60, lambda: self.site.told(kind="test") and
                 self.site.told(kind="report"))
        times = [m["queued_at"] for m in self.site.journal().messages
                 if m["body"]["kind"] in ("test", "report")]
        self.assertEqual(len(times), 2)
        self.assertGreaterEqual(min(times), nine.timestamp() * 1000)

    def test_who_follows_sees_all_of_it(self):
        """Messages, tests and what is said of them, in their order."""
        self.site.run()
        self.site.summarized()
        # pylint: disable=consider-using-with
        follower = subprocess.Popen(
            [*self.site.client(), "events", "--follow", "--json", "--limit",
             "1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True)
        self.addCleanup(follower.communicate)
        self.addCleanup(follower.kill)
        seen = [json.loads(follower.stdout.readline())["seq"]]
        wait_for("an incident to be told", 60,
                 lambda: self.site.told(kind="opened"))
        self.site.gatewarden("notify", "test", "team")
        self.site.gatewarden("hold", "all", "seen it all")
        kinds = set()
        while "hold" not in kinds:
            e = json.loads(follower.stdout.readline())
            self.assertNotIn("gap", e)
            kinds.add(e["kind"])
            seen.append(e["seq"])
        self.assertEqual(seen, list(range(seen[0], seen[-1] + 1)))
        self.assertLessEqual({"incident", "telling", "canary"}, kinds)

    def test_what_it_asks_for_is_granted(self):
        """A wish of 40 s is waited for; one of two hours sends the news
        by the fallback at once. Nothing is lost, nothing comes twice."""
        self.site.put("20-told.conf", TOLD.replace(
            'canary = "0 6,9 * * *";', ""))
        self.receiver.become("wait", "ok", "long")
        self.site.run()
        wait_for("an incident to be told", 60,
                 lambda: self.site.told(kind="opened"))
        self.site.settled()
        rows = {(m["notifier"], m["id"]): m
                for m in self.site.journal().messages}
        first, second = sorted(i for n, i in rows if n == "team")[:2]
        self.assertEqual(rows["team", first]["tries"], 2)
        self.assertGreaterEqual(rows["team", first]["delivered_at"],
                                rows["team", first]["queued_at"] + 40_000)
        self.assertIn("gave_up_at", rows["team", second])
        self.assertLess(rows["last", second]["delivered_at"],
                        rows["team", second]["queued_at"] + 7_200_000)
        self.assertEqual([i for i, _ in self.receiver.arrivals("/team")],
                         [first])
        self.sound()


class Quiet(Scenario):
    """Messages have times of their own, when nothing else moves."""

    speed = 20.0    # checks are asked every 90 s

    def prepare(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.site.put("20-told.conf", QUIET)
        with open(os.path.join(self.site.dir, "url"), "w",
                  encoding="ascii") as f:
            f.write(self.receiver.url + "/team\n")
        for name in ("raw", "load", "publish"):
            self.site.bring(name, *days_before(DATE, 8))

    def rows(self):
        """The rows of the outbox."""
        return [m for m in self.site.journal().messages
                if m["body"]["kind"] == "test"]

    def test_a_pace_is_waited_for(self):
        self.site.run()
        self.site.summarized()
        for _ in range(2):
            p = self.site.gatewarden("notify", "test", "team")
            self.assertEqual(p.returncode, 0, p.stdout + p.stderr)
        first, second = self.rows()
        self.assertGreaterEqual(second["delivered_at"],
                                first["queued_at"] + 60_000)
        self.sound()
        # its receipt is the last of the journal: the clock goes on from there
        self.site.kill()
        self.site.run()
        start = self.site.journal().of("daemon")[-1]
        self.assertGreaterEqual(start["at"], second["delivered_at"])
        self.sound()

    def test_what_failed_is_tried_again(self):
        self.site.run()
        self.site.summarized()
        self.receiver.become("error", "ok")
        p = self.site.gatewarden("notify", "test", "team")
        self.assertIn("team does not deliver: status 500", p.stdout)
        wait_for("another try", 30, lambda: "delivered_at" in
                 self.rows()[0])
        self.sound()


if __name__ == "__main__":
    small_site.main()
