#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The check `heartbeat` in the real host: what was reported, as the daemon
hands it over, and what it comes to."""
from host import HOSTILE, Case, Plugin, main, refusal

MIN = 60_000
HOUR = 60 * MIN
NOW = 1768647600000             # 2026-01-17 11:00 UTC
ENDS = NOW - 2 * HOUR


def said(event=None, at=None, **more):
    """Parameters are texts; instants are ms."""
    words = {f"signal_{k}": str(v) for k, v in more.items()}
    if event:
        words |= {"signal_event": event, "signal_at": str(at)}
    return words | {"date_begins": str(ENDS - 24 * HOUR),
                    "date_ends": str(ENDS)}


class OncePerDate(Case):
    def measured(self, options, words, now=NOW):
        with Plugin("check", "heartbeat", options) as p:
            r = p.call(now_ms=now, **words)
        self.assertEqual((r["status"], r["expected"]), ("ok", 1))
        return r["value"], r["remark"]

    def test_silence_is_none_of_one(self):
        self.assertEqual(self.measured({}, said()), (
            0, "nothing was reported for this date"))
        self.assertEqual(self.measured({}, {}), (
            0, "nothing was reported for this date"))

    def test_a_start_is_not_done(self):
        self.assertEqual(self.measured({}, said(
            "start", NOW - HOUR, started_at=NOW - HOUR)), (
                0, "started 2026-01-17T10:00:00Z, not done yet"))
        value, why = self.measured({"max_run": 30 * MIN}, said(
            "start", NOW - HOUR, started_at=NOW - HOUR))
        self.assertEqual(value, 0)
        self.assertIn("not a word for 1 h 0 min", why)

    def test_done_is_one(self):
        value, why = self.measured({}, said(
            "done", NOW - HOUR, done_at=NOW - HOUR, remark="42 GB"))
        self.assertEqual((value, why), (
            1, "done 2026-01-17T10:00:00Z: 42 GB"))
        # another run doesn't take it back, but its failure does
        self.assertEqual(self.measured({}, said(
            "start", NOW - MIN, done_at=NOW - HOUR,
            started_at=NOW - MIN))[0], 1)
        value, why = self.measured({}, said(
            "failed", NOW - MIN, done_at=NOW - HOUR, failed_at=NOW - MIN,
            remark="disk full"))
        self.assertEqual((value, why), (
            0, "failed 2026-01-17T10:59:00Z: disk full"))

    def test_what_isnt_a_number_was_not_said(self):
        for word in ("nan", "1e400", "soon", "", "0x10", "9" * 40):
            self.assertEqual(self.measured({}, {"signal_done_at": word})[0],
                             0, word)

    def test_hostile_remarks_are_data(self):
        for text in (*HOSTILE, "x" * 4096, "ü" * 2048):
            value, why = self.measured({}, said(
                "failed", NOW, failed_at=NOW, remark=text))
            self.assertEqual(value, 0)
            self.assertTrue(why.startswith("failed 2026-01-17T11:00:00Z: "))
            self.assertLess(len(why), 300)


class AgainAndAgain(OncePerDate):
    options = {"period": 15 * MIN, "grace": 5 * MIN}

    def test_it_is_alive_for_period_and_grace(self):
        for ago, value in ((19, 1), (20, 1), (21, 0), (500, 0)):
            at = NOW - 2 * HOUR - ago * MIN
            got, why = self.measured(self.options, said(
                "done", at, done_at=at), NOW - 2 * HOUR)
            self.assertEqual(got, value, (ago, why))
        self.assertIn("8 h 20 min before the date's end, where 20 min may "
                      "pass", why)

    def test_the_date_before_counts_at_its_beginning(self):
        begins = ENDS - 24 * HOUR
        self.assertEqual(self.measured(self.options, said(
            before=begins - MIN), begins + MIN)[0], 1)
        self.assertEqual(self.measured(self.options, said(
            before=begins - MIN), begins + 30 * MIN)[0], 0)

    def test_what_was_alive_at_its_end_stays_so(self):
        at = ENDS - 10 * MIN
        self.assertEqual(self.measured(self.options, said(
            "done", at, done_at=at), NOW + 99 * HOUR)[0], 1)

    def test_a_failure_is_heard_at_once(self):
        self.assertEqual(self.measured(self.options, said(
            "failed", NOW, done_at=NOW - MIN, failed_at=NOW))[0], 0)


class Durations(Case):
    def took(self, words):
        with Plugin("check", "heartbeat", {"measure": "duration"}) as p:
            return p.call(now_ms=NOW, **words)

    def test_seconds_of_the_last_run(self):
        r = self.took(said("done", NOW, duration_ms=125500))
        self.assertEqual((r["value"], r["remark"]), (125.5, "took 2 min"))
        # one that takes longer than the last did
        r = self.took(said("start", NOW - HOUR, started_at=NOW - HOUR,
                           duration_ms=125500))
        self.assertEqual((r["value"], r["remark"]), (3600,
                                                     "runs for 1 h 0 min"))

    def test_no_run_has_no_duration(self):
        r = self.took(said())
        self.assertIsNone(r.get("value"))
        self.assertEqual(r["stated"], "fail")

    def test_a_period_has_none_either(self):
        self.assertIn("keep one", refusal("check", "heartbeat", {
            "measure": "duration", "period": MIN}))


if __name__ == "__main__":
    main()
