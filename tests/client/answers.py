# SPDX-License-Identifier: BSD-2-Clause
"""Answers of a daemon on the morning of January 17, 2026, New York time,
member by member as core/daemon makes them.
"""

DAY = "2026-01-16"


def at(clock, day="2026-01-17"):
    return f"{day}T{clock}:00-05:00"


NOW = at("11:02")
QUORUM = "30-gates-alarms.conf:15"


def check(name, result, value=None, expected=None, **more):
    o = {"check": name, "result": result}
    if value is None:
        o["reading"] = "-"
    else:
        o.update(raw=result, value=float(value),
                 expected=None if expected is None else float(expected),
                 reading=str(value) if expected is None
                 else f"{value}/{expected}",
                 read_at=at("10:59"), age_ms=180000,
                 since=at("06:00"), in_row=4)
    o.update(rule="20-checks.conf:58", limits="fail below 1", item=name,
             plugin="sql", target="warehouse", fresh=True,
             due=at("11:00"), next=at("11:19"))
    o.update(more)
    return o


FIVE = [check("pdc", "fail", 0), check("psza", "pass", 442),
        check("pcf", "fail", 0), check("mlfs", "pass", 170),
        check("tdza", "pass", 30)]

CHECKS19 = [
    check("box_scores", "warn", 8, 3, rule="20-checks.conf:20",
          limits="fail below 100 %, over warns", plugin="sql_coverage",
          extra_count=5, missing_count=0,
          extra=["0022500601", "0022500602", "0022500603", "0022500604",
                 "0022500605"]),
    check("gamebooks", "fail", 1, 9, rule="20-checks.conf:26",
          missing_count=8, missing=[f"002250057{i}" for i in range(8)],
          limits="fail below 100 %", plugin="sql_coverage"),
    check("graded", "not_due", 0, 181, due=at("15:00")),
    check("contexts", "unknown", remark="no such table: upcoming\x1b[2J",
          fault="query failed after 12 ms"),
    check("games", "skip", fresh=False, limits="none given"),
]


def cell(phase, view, number="-", **more):
    o = {"phase": phase, "view": view,
         "edge": "open" if view in ("done", "running") else "blocked",
         "marks": [], "number": number, "late": False, "held": False,
         "due": at("12:00"), "next_try": None}
    o.update(more)
    return o


PRECOMPUTE_WHY = "gate 'precompute_quorum' is blocked: pdc is missing"


def date(day, cells, owed=9, **more):
    return {"date": day, "owed": owed, "adopted": False, "ended": True,
            "cells": cells, **more}


DATES = [
    date("2026-01-14", [
        cell("raw", "skipped"), cell("analytics", "skipped"),
        cell("precompute", "skipped"), cell("predict", "skipped"),
        cell("publish", "skipped"), cell("grade", "skipped")], owed=0),
    date("2026-01-15", [
        cell("raw", "done", "2/2"), cell("analytics", "done", "7/9",
                                         marks=["degraded", "outside"]),
        cell("precompute", "done", "5/5"), cell("predict", "done", "181"),
        cell("publish", "running"),
        cell("grade", "waiting", "0/181", late=True)]),
    date(DAY, [
        cell("raw", "done", "2/2"), cell("analytics", "done", "6/6"),
        cell("precompute", "blocked", "3/5", late=True, why=PRECOMPUTE_WHY),
        cell("predict", "blocked", "0", held=True,
             why="phase 'precompute' is not done"),
        cell("publish", "waiting", "0"), cell("grade", "waiting", "0/1",
                                              marks=["overridden"])]),
    date("2026-01-17", [
        cell("raw", "pending", "0/2"), cell("analytics", "waiting", "0/9"),
        cell("precompute", "waiting", "0/5"), cell("predict", "waiting"),
        cell("publish", "waiting"), cell("grade", "not_watched")],
        owed=None, ended=False),
]

INCIDENT = {
    "incident": 41, "kind": "phase", "severity": "critical", "open": True,
    "title": "precompute missed 11:00: blocked", "pipeline": "nba",
    "date": DAY, "root": "precompute", "opened_at": at("11:00"),
    "lasted_ms": 120000, "clearing": False, "gave_up": True,
    "acked_by": "uid 1000", "acked_until": at("12:30"), "told": 2,
    "breaches": [
        {"kind": "phase", "subject": "precompute", "follows": False,
         "open": True, "severity": "warning", "why": "gate",
         "why_text": "its gate is closed",
         "since": at("11:00")},
        {"kind": "phase", "subject": "predict", "follows": True,
         "open": True, "severity": "critical", "why": "upstream",
         "why_text": "a phase before it is not done",
         "since": at("12:00")}],
}

ENDED = {**INCIDENT, "incident": 40, "open": False, "severity": "warning",
         "title": "box_score_alarm: box_scores 7 of 9 (78 %)",
         "kind": "alarm", "root": "box_score_alarm",
         "opened_at": at("16:00", "2026-01-15"),
         "closed_at": at("18:00", "2026-01-15"), "lasted_ms": 7200000,
         "gave_up": False, "told": 0, "breaches": []}
for _k in ("acked_by", "acked_until"):
    del ENDED[_k]

HOSTILE = "a | b `c` <script>alert(1)</script> [x](http://y) *z* \\ # @all"

STORY = {
    "now": at("12:02"), "number": 41, "zone": "America/New_York",
    "title": "precompute missed 11:00: " + HOSTILE, "pipeline": "nba",
    "date": DAY, "kind": "phase", "root": "precompute",
    "severity": "critical", "open": False, "label": "false",
    "labelled_by": "uid 1000", "label_reason": "vendor | said <so>",
    "times": [
        {"what": "due", "at": at("11:00"), "how": "+1d 11:00"},
        {"what": "detected", "at": at("11:00"), "how": "its first cause "
         "stood"},
        {"what": "resolved", "at": at("11:31"), "how": "its last cause was "
         "proven over"}],
    "figures": [
        {"figure": "time to detect", "ms": 0, "formula": "detected - due"},
        {"figure": "time to resolve", "ms": None, "why": "a | why",
         "formula": "resolved - detected"}],
    "breaches": [
        {"kind": "phase", "subject": "precompute", "follows": False,
         "open": False, "severity": "warning", "why_text":
         "its gate is closed", "since": at("11:00"), "until": at("11:31")},
        {"kind": "alarm", "subject": "phase4_failure", "follows": True,
         "open": True, "severity": "critical", "since": at("12:00"),
         "until": None}],
    "timeline": [
        {"at": at("10:40"), "what": "check", "text": "pdc 0: fail"},
        {"at": at("11:00"), "what": "attempt", "text": "phase4_backfill, "
         "try 1 (attempt 15) for pdc"},
        {"at": at("11:05"), "what": "command", "text": "uid 1000: resolve "
         "41: " + HOSTILE + "\nsecond line"}],
    "left_out": 3,
    "evidence": [
        {"check": "pdc", "rule": "20-checks.conf:57",
         "at_open": {"result": "fail", "reading": "0", "source":
                     "warehouse", "read_at": at("10:40"),
                     "age_ms": 1200000},
         "at_end": None}],
    "rules": [{"object": "phase", "name": "pre_compute",
               "rule": "10-pipeline.conf:47"}],
    "fix": ["process_date --date " + DAY, "echo ```` | sh"],
    "questions": ["What was it? gatewarden resolve 41 --true"], "told": [],
}


def answer(state, how=""):
    return {"state": state, "how": how}


COVERAGE = {
    "live": False, "pipelines": [
        {"pipeline": "nba", "mode": "enforce", "phases": [
            {"phase": "raw", "due": answer("yes"), "told": answer("yes"),
             "repaired": answer("partly"), "gated": answer("none_needed"),
             "fix": answer("no")}]}],
    "scores": [
        {"score": "alerting", "have": 1, "partly": 0, "of": 1,
         "percent": 100, "means": "phases of which somebody is told"},
        {"score": "self-healing", "have": 0, "partly": 1, "of": 1,
         "percent": 0, "means": "phases that are repaired"},
        {"score": "pre-flight", "have": 0, "partly": 0, "of": 0,
         "percent": None, "means": "phases behind an edge"}],
    "gaps": [
        {"pipeline": "nba", "phase": "raw", "what": "repaired", "state":
         "partly", "why": "bdl_retry for 1 of 2 checks; not: gamebooks",
         "rule": "10-pipeline.conf:36"},
        {"pipeline": "nba", "phase": "raw", "what": "fix", "state": "no",
         "why": "no command is offered; add fix",
         "rule": "10-pipeline.conf:36"}],
}

TOLD = [
    {"at": at("11:00"), "notifier": "nba_alerts", "kind": "opened",
     "severity": "warning", "title": "precompute missed 11:00: blocked",
     "delivered_at": at("11:00"), "tries": 1, "reply": "ok",
     "gave_up": False},
    {"at": at("11:01"), "notifier": "slack", "kind": "gave_up",
     "severity": "critical", "title": "precompute missed 11:00: blocked",
     "delivered_at": None, "tries": 3, "reply": "503 from the far end",
     "gave_up": False}]

STATUS = {
    "now": "2026-01-17T16:02:00Z", "clock_virtual": True, "checks_ran": 30,
    "checks_owed": 31, "checked_ms_ago": 24000,
    "route_proven_at": at("06:00"),
    "daemon": {"generation": "1f", "outbox": {"pending": 1,
                                              "oldest": at("11:01")},
               "journal": {"seq": 812, "failed": False}},
    "pipelines": [{
        "pipeline": "nba", "mode": "enforce", "zone": "America/New_York",
        "now": NOW, "phases": ["raw", "analytics", "precompute", "predict",
                               "publish", "grade"],
        "dates_watched": 4, "dates": DATES}],
    "needs": [
        {**{k: v for k, v in INCIDENT.items() if k != "breaches"},
         "look": "gatewarden explain 41", "kind": "incident"},
        {"kind": "held_attempt", "sentence": "attempt 7 of publish for "
         "2026-01-15 is in doubt: it may or may not have happened",
         "look": "gatewarden log 7"},
        {"kind": "exhausted", "sentence": "bdl_retry has ended for "
         "2026-01-15 after 2 attempts: no_effect",
         "look": "gatewarden explain bdl_retry 2026-01-15"}],
    "holds": [{"hold": 3, "scope": "phase", "name": "predict",
               "date": DAY, "by": "uid 1000", "reason": "waiting for legal",
               "until": at("06:00", "2026-01-18")}],
    "next": [
        {"at": at("11:20"), "in_ms": 1080000, "what": "recovery",
         "pipeline": "nba", "date": DAY, "subject": "phase4_backfill"},
        {"at": at("06:00", "2026-01-18"), "in_ms": 68280000, "what": "due",
         "pipeline": "nba", "date": "2026-01-17", "subject": "raw"}],
}

SICK_STATUS = {
    **STATUS, "checks_ran": 0, "checked_ms_ago": 7200000,
    "daemon": {"journal": {"seq": 812, "failed": True,
                           "why": "disk I/O error"},
               "outbox": {"pending": 3, "notifiers": [
                   {"notifier": "told", "failures": 0},
                   {"notifier": "slack", "failures": 2,
                    "error": "503 from the far end"}]}},
    "pipelines": [{**STATUS["pipelines"][0], "mode": "observe",
                   "dates": []}],
    "needs": [], "holds": [], "next": []}

EMPTY_STATUS = {
    "now": "2026-01-17T16:02:00Z", "clock_virtual": False, "checks_ran": 0,
    "checks_owed": 0, "checked_ms_ago": None, "route_proven_at": None,
    "daemon": {}, "pipelines": [], "needs": [], "holds": [], "next": []}

ATTEMPT = {
    "attempt": 118, "recovery": "phase4_backfill", "action": "process_date",
    "number": 1, "state": "closed", "outcome": "improved",
    "intent_at": at("11:00"), "started_at": at("11:00"),
    "ended_at": "2026-01-17T11:01:10-05:00", "by": "gatewarden",
    "exit_code": 0, "elapsed_ms": 70000, "missing": [],
    "failing": ["pdc", "pcf"],
    "failed_before": [{"check": "pdc", "short_by": 1.0},
                      {"check": "pcf", "short_by": None}],
    "output": "".join(f"line {i} of the backfill\n" for i in range(1, 8)),
    "output_total": 154}

FAILED = {
    "attempt": 119, "phase": "predict", "action": "run_predictions",
    "number": 2, "state": "closed", "outcome": "not_done",
    "failure": "transient", "intent_at": at("11:00"),
    "started_at": at("11:00"), "ended_at": at("11:01"), "by": "uid 1000",
    "exit_code": -1, "signal": 9, "fault": "killed at its deadline",
    "output": "only this", "output_total": 99000}

RECOVERY = {
    "recovery": "phase4_backfill", "rule": "40-recoveries.conf:20",
    "repairs": ["pdc", "psza", "pcf", "mlfs", "tdza"],
    "action": "process_date", "order": 1, "mode": "enforce",
    "why": "backoff",
    "why_text": "it waits after the last try", "next_at": at("11:20"), "attempts": 1, "of": 4,
    "track": {"action": "process_date", "tries": 41, "succeeded": 12,
              "in_vain": 3, "in_vain_since": at("09:40"),
              "succeeded_at": at("06:12", "2026-01-14")},
    "breaker": {"target": "cloud_run", "state": "half_open",
                "since": at("10:58"), "until": None, "failures": 3,
                "opens_at": 3, "within_ms": 3600000,
                "failed": [115, 116, 117],
                "text": "the breaker of cloud_run is half open: one attempt "
                        "at a time until 1 of them has succeeded"},
    "disabled": {"checks": ["psza"], "attempt": 98, "at": at("07:10"),
                 "text": "phase4_backfill is disabled for psza, on every "
                         "date, since 07:10: attempt 98 made it worse"},
    "last": "improved", "fix": "process_date --date {date}",
    "plan": [
        {"n": 2, "wait_ms": 300000, "not_before": at("11:20")},
        {"n": 3, "wait_ms": 600000, "not_before": at("11:30")},
        {"n": 4, "wait_ms": 1200000, "not_before": at("11:50")}],
    "ends": ["proof: all that failed passes, measured after the attempt",
             "4 attempts", "2 in a row with no effect",
             "anything is worse than before",
             "a permanent or configuration failure"],
    "tries": [ATTEMPT]}

PLAN = {**RECOVERY, "recovery": "bdl_retry", "why": None, "why_text": None, "next_at": None,
        "attempts": 0, "of": 5, "repairs": ["box_scores"],
        "action": "scrape_bdl", "tries": [],
        "plan": [{"n": 1, "wait_ms": 0, "not_before": at("11:02")},
                 {"n": 2, "wait_ms": 60000, "not_before": at("11:03")}]}
del PLAN["last"]

GATE = {
    "gate": "precompute_quorum", "verdict": "blocked", "severity": "none",
    "alarm": False, "reasons": ["3 of 5, need 3, but pdc is required and "
                                "missing"],
    "opens_with": ["pdc"], "at": at("11:00"), "next_change": None,
    "rule": QUORUM, "plugin": "quorum", "mode": "enforce", "inputs": FIVE}

ALARM = {
    "gate": "box_score_alarm", "verdict": "open", "severity": "warning",
    "alarm": True, "reasons": ["box_scores 5 of 6, below 90 % at +12h"],
    "opens_with": [], "at": at("16:00", "2026-01-16"),
    "next_change": at("04:00", "2026-01-18"),
    "rule": "30-gates-alarms.conf:26", "plugin": "ladder",
    "mode": "enforce", "inputs": [CHECKS19[1]]}

HEAD = {"pipeline": "nba", "mode": "enforce", "zone": "America/New_York",
        "date": DAY, "now": NOW}

CONDITIONS = [
    {"why": "upstream", "subject": "precompute",
     "rule": "10-pipeline.conf:40",
     "sentence": "phase 'precompute' is not done"},
    {"why": "held", "subject": 3,
     "sentence": "held (hold 3) by uid 1000: waiting for legal"}]

DO = [
    {"command": "gatewarden override predict 2026-01-16 --reason TEXT",
     "what": "let it start although these conditions are closed"},
    {"command": "gatewarden recover phase4_backfill 2026-01-16",
     "what": "start the repair now"},
    {"command": "process_date --date 2026-01-16 --processors pdc pcf",
     "what": "the fix that the configuration names"}]

UPSTREAM = {
    **cell("precompute", "blocked", "3/5", late=True, why=PRECOMPUTE_WHY,
           due=at("11:00")),
    "rule": "10-pipeline.conf:40", "done_holds": False,
    "done_verdict": "blocked", "not_before": None, "closed": [],
    "upstream": [cell("analytics", "done", "6/6")], "guards": [],
    "done": {"kind": "gate", "gate": GATE}, "tries": [],
    "state": "pending", "attempts": 0, "since": at("04:00"),
    "done_at": None}

EXPLAIN_PHASE = {
    "about": "phase", **HEAD,
    "phase": {
        **cell("predict", "blocked", "0", held=True,
               why="phase 'precompute' is not done"),
        "rule": "10-pipeline.conf:47", "done_holds": False,
        "done_verdict": "blocked", "not_before": None,
        "closed": CONDITIONS,
        "upstream": [cell("precompute", "blocked", "3/5", late=True,
                          why=PRECOMPUTE_WHY)],
        "guards": [],
        "done": {"kind": "checks", "checks": [
            check("predicted", "not_due", 0, rule="20-checks.conf:80",
                  due=at("12:00"))]},
        "tries": [], "start": "run_predictions",
        "fix": "run_predictions --date {date}", "state": "pending",
        "attempts": 0, "since": at("04:00"), "done_at": None,
        "plan": [{"n": 1, "wait_ms": 0, "not_before": at("11:02")}],
        "ends": ["its done holds within 10m of a start", "3 attempts"]},
    "because": [UPSTREAM],
    "opens_with": ["precompute is done", "hold 3 is released",
                   "precompute_quorum opens with pdc"],
    "recoveries": [RECOVERY], "incident": INCIDENT, "told": TOLD, "do": DO}

EXPLAIN_GATE = {
    "about": "gate", **HEAD, "gate": GATE, "used_by": ["precompute"],
    "opens_with": ["precompute_quorum opens with pdc"],
    "recoveries": [], "do": DO[1:]}

EXPLAIN_CHECK = {
    "about": "check", **HEAD,
    "check": {**CHECKS19[1], "evidence": {
        "query": "SELECT DISTINCT game_id FROM gamebooks",
        "database": "warehouse"}},
    "recoveries": [], "do": [
        {"command": "gatewarden check run gamebooks --date 2026-01-16",
         "what": "measure it now"}]}

EXPLAIN_RECOVERY = {
    "about": "recovery", **HEAD, "recovery": RECOVERY, "checks": FIVE,
    "do": DO[1:]}

EXPLAIN_DATE = {
    "about": "date", "date": DAY, "now": "2026-01-17T16:02:00Z",
    "pipelines": [{
        "about": "date", **HEAD, "watched": True, "owed": 6,
        "adopted": False, "ends_at": at("04:00"), "anchor": at("04:00"),
        "cells": DATES[2]["cells"], "alarms": [ALARM, {
            **ALARM, "gate": "context_alarm", "severity": "none"}],
        "recoveries": [{**RECOVERY, "ended": "no_effect",
    "ended_text": "too often without effect", "plan": []}],
        "incidents": [INCIDENT]}, {
        "about": "date", **HEAD, "pipeline": "shop", "watched": False,
        "adopted": False, "ends_at": at("04:00"), "anchor": None,
        "cells": [], "alarms": [], "incidents": []}]}

EXPLAIN_ADOPTION = {
    "about": "incident", **HEAD, "told": [], "do": [],
    "incident": {**ENDED, "kind": "adoption", "root": None,
                 "title": "dates that had ended were adopted: measured, "
                 "nothing started"}}


def event(seq, kind, subject, data, clock="11:00"):
    return {"seq": seq, "at": at(clock), "kind": kind, "pipeline": "nba",
            "date": DAY, "subject": subject, "data": data}


EVENTS = [
    event(801, "check", "pdc", {"raw": "fail", "measured": True,
                                "value": 0.0, "expected": None,
                                "missing": -1, "extra": -1,
                                "fault": False}),
    event(802, "gate", "precompute_quorum", {"verdict": "blocked",
                                             "severity": "none"}),
    event(803, "attempt", "phase4_backfill", {
        "id": 118, "recovery": "phase4_backfill", "phase": None,
        "number": 1, "state": "intent", "outcome": "none",
        "failure": "none", "failing": ["pdc", "pcf"]}),
    event(804, "incident", "precompute", {
        "number": 41, "kind": "phase", "severity": "warning",
        "open": True, "gave_up": False, "clearing": False}),
    {"seq": 805, "at": at("11:01"), "kind": "generation",
     "data": {"files": 5, "was": None, "what": "loaded"}},
]

PLUGINS = [
    {"kind": "check", "name": "pdc", "path": "/usr/lib/gw/sql.so",
     "calls": 1200, "faults": 0, "last_fault": None,
     "last_fault_ms_ago": None, "quarantined": False, "backoff_ms": 0,
     "workers": 1, "average_ms": 3.2},
    {"kind": "check", "name": "hangs", "path": "/usr/lib/gw/hang.so",
     "calls": 4, "faults": 4, "last_fault": "killed by signal 9 (SIGKILL) "
     "after 10000 ms", "last_fault_ms_ago": 61000, "quarantined": True,
     "backoff_ms": 480000, "workers": 0, "average_ms": 10000.0}]


DOCTOR = {
    "now": "2026-01-17T16:02:00Z",
    "databases": [
        {"database": "lake", "max_bytes_per_day": 107374182400,
         "max_bytes_per_query": 10737418240, "days": [
             {"database": "lake", "day": "2026-01-17", "bytes": 5368709120,
              "reserved": 10737418240},
             {"database": "lake", "day": "2026-01-16",
              "bytes": 107374182400, "reserved": 0}]},
        {"database": "scratch", "days": [
            {"database": "scratch", "day": "2026-01-17", "bytes": 20971520,
             "reserved": 0}]},
        {"database": "new", "max_bytes_per_day": 1048576,
         "max_bytes_per_query": 104857, "days": []}],
    "open_on_unknown": [{"gate": "quorum", "until": at("12:00", "2026-02-01"),
                         "rule": QUORUM}],
    "done_by_exit": [{"pipeline": "nba", "phase": "publish",
                      "rule": "10-pipeline.conf:40"}]}


def backfill_date(day, state, actions=(), missing=()):
    return {"date": day, "state": state,
            "missing": [{"phase": p, "view": "blocked", "external": False,
                         "can": why is None, "why": why}
                        for p, why in missing],
            "actions": [{"action": "process_date", "phase": p,
                         "recovery": r, "median_ms": ms}
                        for p, r, ms in actions]}


BOTH = (("predict", None, 180000), (None, "phase4_backfill", 240000))
NOBODY = (("raw", "it has no start: others make it"),)

BACKFILL_PLAN = {
    "pipeline": "nba", "from": "2026-01-02", "to": "2026-01-08",
    "order": "oldest_first", "phase": None, "at_most": 3,
    "starts_per_hour": 60, "severity": "info", "external": False,
    "with_canary": True, "canary": "2026-01-03",
    "dates": [
        backfill_date("2026-01-02", "whole"),
        backfill_date("2026-01-03", "missing", BOTH),
        backfill_date("2026-01-04", "missing", BOTH),
        backfill_date("2026-01-05", "idle"),
        backfill_date("2026-01-06", "stuck", (), NOBODY),
        backfill_date("2026-01-07", "unknown"),
        backfill_date("2026-01-08", "missing", BOTH[:1])],
    "counts": {"missing": 3, "whole": 1, "idle": 1, "stuck": 1,
               "unknown": 1},
    "starts": 5, "left_out": 2, "estimate_ms": 600000, "no_history": [],
    "seen": "0123456789abcdef"}


def backfill(number, state, stop=None, **more):
    o = {"backfill": number, "pipeline": "nba", "from": "2025-12-01",
         "to": "2025-12-30", "phase": None, "state": state, "stop": stop,
         "why": None, "at_most": 3, "starts_per_hour": 60,
         "severity": "info", "canary": True, "proven": True, "by": "anna",
         "reason": "the outage", "at": at("08:00"),
         "changed_at": at("10:00"), "ended_at": None, "dates": 30,
         "ended": 11, "waiting": 16, "active": 3, "repaired": 8, "whole": 2,
         "external": 0, "idle": 0, "gave_up": 1, "took_ms": 10800000,
         "per_hour": 3.6666, "estimate_ms": 18654545}
    o.update(more)
    return o


BACKFILLS = {"now": NOW, "backfills": [
    backfill(91, "running", why="no attempt is left"),
    backfill(88, "paused", "canary", ended=1, waiting=29, active=0,
             repaired=0, whole=0, gave_up=1, why="a permanent failure",
             estimate_ms=None),
    backfill(80, "done", ended=30, waiting=0, active=0, repaired=30,
             gave_up=0, estimate_ms=None, ended_at=at("09:00"))]}
