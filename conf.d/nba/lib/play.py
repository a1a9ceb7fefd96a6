# SPDX-License-Identifier: BSD-2-Clause
"""Plays the week on a stage, and asks questions at the moments that matter.

A reader of the event stream asks, as an operator would, what the plan of a
repair is before it has run, and why a phase does not start while it does
not. `cues` let a test do something at such a moment: functions that get the
stage and an event, and say True when they have had their turn.
"""
import json
import threading

from stage import START, Failed, ms, shown, wait_for

BLOCKED = "2026-01-16"
HOUR = 3600 * 1000


def repair_begins(e):
    """The backfill of the blocked date is about to start."""
    row = e.get("data") or {}
    return (e["kind"] == "attempt" and e.get("date") == BLOCKED
            and row.get("recovery") == "phase4_backfill"
            and row.get("number") == 1)


class Watcher(threading.Thread):
    def __init__(self, stage, progress, cues):
        super().__init__(daemon=True)
        self.stage, self.progress, self.cues = stage, progress, list(cues)
        self.stream = stage.follow()
        self.blocked = None

    def run(self):
        for line in self.stream.stdout:
            try:
                e = json.loads(line)
            except ValueError:
                continue
            if "at" in e and "kind" in e:
                self.event(e)

    def event(self, e):
        if self.progress:
            self.progress.event(e)
        if self.blocked is None and repair_begins(e):
            self.blocked = self.stage.gatewarden(
                "explain", "predict", BLOCKED).stdout
        self.cues = [c for c in self.cues if not c(self.stage, e)]

    def stop(self):
        self.stream.terminate()
        self.stream.wait()
        self.join(timeout=10)


class Play:
    """`blocked` and `plan` are what the client said at those moments."""

    def __init__(self, stage, progress=None, cues=()):
        self.stage, self.progress, self.cues = stage, progress, cues
        self.blocked = self.plan = None
        self.now = 0

    def until(self, end):
        """Runs until a virtual instant (ms)."""
        self.stage.run()
        watcher = Watcher(self.stage, self.progress, self.cues)
        self.plan = self.stage.gatewarden(
            "recover", "bdl_retry", "2026-01-13", "--dry-run").stdout
        watcher.start()
        try:
            self.pass_time(end)
        finally:
            watcher.stop()
            self.blocked = watcher.blocked
        if watcher.cues:
            raise Failed("a cue never came")
        return self

    def pass_time(self, end):
        """Until the clock shows `end`. A slow machine may take its time, as
        the clock waits for what is under way; one that stands is an error."""
        limit = 60 + 4 * HOUR / 1000 / self.stage.speed
        for at in [*range(ms(START), end, HOUR), end]:
            wait_for(f"{shown(at)} on the daemon's clock", limit,
                     lambda: self.there(at), pause=0.2)

    def there(self, end):
        if self.now < end:
            self.now = self.stage.now()
            if self.progress:
                self.progress.show(self.now)
        return self.now >= end
