# SPDX-License-Identifier: BSD-2-Clause
"""When each of the week's failures was detected, then and now.

t_viol is the time by which the data was due; t_det the first failing, due
result that the journal has. Then, all of it was found in one look at
2026-01-19 22:45 UTC, and the week's report says "48 to 72 hours" of it.
"""
import datetime

from stage import ZONE, ms

FOUND_THEN = int(datetime.datetime(
    2026, 1, 19, 22, 45, tzinfo=datetime.timezone.utc).timestamp() * 1000)

FAILURES = (
    [("box scores", f"2026-01-{d}", "box_scores", "06:00")
     for d in range(13, 19)] +
    [("phase 4", f"2026-01-{d}", "pdc", "11:00") for d in (16, 18)] +
    [("grading", f"2026-01-{d}", "graded", "15:00")
     for d in (13, 14, 15, 17)])


def due(date, clock):
    """The instant of a wall-clock time on the day after a date."""
    day = datetime.date.fromisoformat(date) + datetime.timedelta(days=1)
    return ms(datetime.datetime.combine(
        day, datetime.time.fromisoformat(clock), tzinfo=ZONE))


def detected(journal, date, check, since):
    """The first instant from `since` on at which the journal says that the
    check fails: a reading that turned bad then, or one that was bad already
    and became due, which shows in what hangs on it."""
    bad = None
    for e in journal.events:
        if e.get("date") != date:
            continue
        if e["kind"] == "check" and e.get("subject") == check:
            bad = e["data"].get("raw") == "fail"
        if bad and e["at"] >= since and e["kind"] in (
                "check", "attempt", "incident", "breach", "gate"):
            return e["at"]
    return None


def table(journal):
    """(what, date, t_viol, t_det, found_then) of each failure."""
    return [(what, date, due(date, clock),
             detected(journal, date, check, due(date, clock)), FOUND_THEN)
            for what, date, check, clock in FAILURES]


def hours(later, earlier):
    return (later - earlier) / 3600e3
