#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The table of odd days: what fires when, where clocks change.

Each row was worked out by hand from the rule that changed the clocks, and is
compared twice: with the walk on Python's zoneinfo, so that the table itself
can't be wrong unseen, and with what calendar-query calculates. All instants
are UTC; a row lists all slots from its first to its last one, beginning
after the instant at which it starts.
"""
import datetime as dt
import sys

import cron_walk
from cron_walk import Cron, Zone, seconds, utc_text

# zone, expression, after, slots
TABLE = (
    # --- the gap: once, right after it
    ("America/New_York", "30 2 * * *", "2026-03-07T12:00",
     "2026-03-08T07:00 2026-03-09T06:30"),
    ("America/New_York", "0,20,40 2 * * *", "2026-03-07T12:00",
     "2026-03-08T07:00 2026-03-09T06:00"),
    # the slot that stands there anyway and the one from the gap are one
    ("America/New_York", "0 2,3 * * *", "2026-03-07T12:00",
     "2026-03-08T07:00 2026-03-09T06:00"),
    # an hourly job has no slot in the gap
    ("America/New_York", "30 * * * *", "2026-03-08T06:00",
     "2026-03-08T06:30 2026-03-08T07:30"),
    ("America/New_York", "*/30 * * * *", "2026-03-08T06:00",
     "2026-03-08T06:30 2026-03-08T07:00"),
    ("America/New_York", "0 12 * * *", "2026-03-07T12:00",
     "2026-03-07T17:00 2026-03-08T16:00"),
    # by the footer's rule, long after the file's last change
    ("America/New_York", "30 2 * * *", "2099-03-07T12:00",
     "2099-03-08T07:00 2099-03-09T06:30"),
    # --- the overlap: once, the first time
    ("America/New_York", "30 1 * * *", "2026-10-31T12:00",
     "2026-11-01T05:30 2026-11-02T06:30"),
    ("America/New_York", "30 1 * * *", "2026-11-01T05:30",
     "2026-11-02T06:30"),
    ("America/New_York", "30 * * * *", "2026-11-01T05:00",
     "2026-11-01T05:30 2026-11-01T06:30 2026-11-01T07:30"),
    ("America/New_York", "5 0-23 * * *", "2026-11-01T05:00",
     "2026-11-01T05:05 2026-11-01T06:05 2026-11-01T07:05"),
    ("America/New_York", "*/30 0-1 * * *", "2026-11-01T04:45",
     "2026-11-01T05:00 2026-11-01T05:30 2026-11-02T05:00"),
    # --- half an hour
    ("Australia/Lord_Howe", "15 2 * * *", "2026-10-02T16:00",
     "2026-10-03T15:30 2026-10-04T15:15"),
    ("Australia/Lord_Howe", "45 1 * * *", "2026-04-03T15:00",
     "2026-04-04T14:45 2026-04-05T15:15"),
    ("Australia/Lord_Howe", "*/15 * * * *", "2026-04-04T14:30",
     "2026-04-04T14:45 2026-04-04T15:00 2026-04-04T15:15 "
     "2026-04-04T15:30"),
    ("Australia/Lord_Howe", "0 * * * *", "2026-10-03T14:00",
     "2026-10-03T14:30 2026-10-03T16:00"),
    # --- 45 minutes off the hour
    ("Asia/Kathmandu", "15 6 * * *", "2026-01-15T12:00",
     "2026-01-16T00:30"),
    ("Pacific/Chatham", "0 3 * * *", "2026-09-25T20:00",
     "2026-09-26T14:00 2026-09-27T13:15"),
    ("Pacific/Chatham", "50 2 * * *", "2026-04-03T14:00",
     "2026-04-04T13:05 2026-04-05T14:05"),
    # --- two hours
    ("Antarctica/Troll", "30 1,2 * * *", "2026-03-28T12:00",
     "2026-03-29T01:00 2026-03-29T23:30"),
    ("Antarctica/Troll", "30 1,2 * * *", "2026-10-24T12:00",
     "2026-10-24T23:30 2026-10-25T00:30 2026-10-26T01:30"),
    # --- the clocks change at midnight
    ("America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00",
     "2018-11-04T03:00 2018-11-05T02:00"),
    ("America/Sao_Paulo", "30 23 * * *", "2019-02-16T12:00",
     "2019-02-17T01:30 2019-02-18T02:30"),
    ("Asia/Beirut", "0 0 * * *", "2026-03-28T12:00",
     "2026-03-28T22:00 2026-03-29T21:00"),
    # the slot belongs to Sunday, although it comes at one
    ("Asia/Beirut", "0 0 * * sun", "2026-03-23T12:00",
     "2026-03-28T22:00 2026-04-04T21:00"),
    ("Asia/Beirut", "15 23 * * sat", "2026-10-24T12:00",
     "2026-10-24T20:15 2026-10-31T21:15"),
    ("America/Havana", "30 0 * * *", "2026-10-31T12:00",
     "2026-11-01T04:30 2026-11-02T05:30"),
    ("America/Havana", "0 0 * * *", "2026-03-07T12:00",
     "2026-03-08T05:00 2026-03-09T04:00"),
    # a month that begins in the gap
    ("Asia/Amman", "0 0 1 4 *", "1994-01-01T00:00",
     "1994-03-31T22:00 1995-03-31T22:00"),
    # --- an hour before midnight, by a rule with a negative time of day
    ("America/Nuuk", "30 23 * * *", "2026-03-28T12:00",
     "2026-03-29T01:00 2026-03-30T00:30"),
    # --- dates that never were: once, as the next date begins
    ("Pacific/Apia", "0 12 * * *", "2011-12-29T12:00",
     "2011-12-29T22:00 2011-12-30T10:00 2011-12-30T22:00"),
    ("Pacific/Apia", "0 12 30 12 *", "2011-01-01T00:00",
     "2011-12-30T10:00 2012-12-29T22:00"),
    ("Pacific/Apia", "0 9 * * fri", "2011-12-25T00:00",
     "2011-12-30T10:00 2012-01-05T19:00"),
    ("Pacific/Apia", "0 * * * *", "2011-12-30T09:00",
     "2011-12-30T10:00 2011-12-30T11:00"),
    ("Pacific/Fakaofo", "30 6 30 12 *", "2011-01-01T00:00",
     "2011-12-30T11:00 2012-12-29T17:30"),
    ("Pacific/Kwajalein", "0 6 * * *", "1993-08-20T00:00",
     "1993-08-20T18:00 1993-08-21T12:00 1993-08-21T18:00"),
    # --- a date that came nearly twice: once
    ("Pacific/Kwajalein", "0 12 * * *", "1969-09-29T12:00",
     "1969-09-30T01:00 1969-10-02T00:00"),
    # --- other changes of the offset
    ("Asia/Pyongyang", "45 23 * * *", "2015-08-14T00:00",
     "2015-08-14T14:45 2015-08-15T15:15"),
    ("Asia/Pyongyang", "45 23 * * *", "2018-05-04T00:00",
     "2018-05-04T15:00 2018-05-05T14:45"),
    ("America/Caracas", "45 2 * * *", "2007-12-08T12:00",
     "2007-12-09T06:45 2007-12-10T07:15"),
    ("America/Caracas", "45 2 * * *", "2016-04-30T12:00",
     "2016-05-01T07:00 2016-05-02T06:45"),
    ("Antarctica/Casey", "0 0 * * *", "2010-03-04T00:00",
     "2010-03-04T13:00 2010-03-05T16:00"),
    # --- summer time that is standard time, and winter the exception
    ("Europe/Dublin", "30 1 * * *", "2026-03-28T12:00",
     "2026-03-29T01:00 2026-03-30T00:30"),
    ("Europe/Dublin", "30 1 * * *", "2026-10-24T12:00",
     "2026-10-25T00:30 2026-10-26T01:30"),
    # --- back for Ramadan
    ("Africa/Casablanca", "30 2 * * *", "2026-02-14T12:00",
     "2026-02-15T01:30 2026-02-16T02:30"),
    ("Africa/Casablanca", "30 2 * * *", "2026-03-21T12:00",
     "2026-03-22T02:00 2026-03-23T01:30"),
    # --- days that not every month or year has
    ("UTC", "0 0 29 2 *", "2096-03-01T00:00",
     "2104-02-29T00:00 2108-02-29T00:00"),
    ("UTC", "0 0 31 * *", "2026-01-31T00:00",
     "2026-03-31T00:00 2026-05-31T00:00 2026-07-31T00:00 "
     "2026-08-31T00:00"),
    ("Asia/Kolkata", "0 0 1 1 *", "2026-06-01T00:00",
     "2026-12-31T18:30 2027-12-31T18:30"),
)


def instant(text):
    return seconds(dt.datetime.fromisoformat(text))


def show(slots):
    return " ".join(utc_text(at)[:-4] for at in slots)


def main():
    questions = []
    for zone, expression, after, slots in TABLE:
        last = instant(slots.split()[-1])
        questions += [f"zone {zone}", f"cron {expression}",
                      f"slots {instant(after) * 1000} {last * 1000}"]
    lines = cron_walk.answers(questions)
    wrong = 0
    for i, (zone, expression, after, slots) in enumerate(TABLE):
        got = show(int(v) // 1000 for v in lines[3 * i + 2].split())
        last = instant(slots.split()[-1])
        seen = show(cron_walk.walk(Cron(expression), Zone(zone),
                                   instant(after), last))
        if got != slots or seen != slots:
            wrong += 1
            print(f"'{expression}' in {zone} after {after}:\n"
                  f"    table      {slots}\n    walk       {seen}\n"
                  f"    calculated {got}")
    print(f"{len(TABLE)} rows, {wrong} wrong")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
