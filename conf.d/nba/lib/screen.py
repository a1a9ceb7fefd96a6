# SPDX-License-Identifier: BSD-2-Clause
"""What the demonstration shows while it runs, and how it sets its pages."""
import os
import shutil
import sys
import time

from stage import shown


class Progress:
    """One line that is written over, on a terminal; nothing elsewhere."""

    def __init__(self, start, end):
        self.start, self.end = start, end
        self.tty = sys.stderr.isatty()
        self.began = time.monotonic()
        self.done, self.open, self.repairs, self.at = 0, 0, 0, start

    def event(self, e):
        row = e.get("data") or {}
        if e["kind"] == "phase" and row.get("state") == "done":
            self.done += 1
        elif e["kind"] == "attempt" and row.get("state") == "intent":
            self.repairs += 1

    def show(self, at):
        self.at = max(self.at, at)
        if not self.tty:
            return
        part = min(1, (self.at - self.start) / (self.end - self.start))
        width = max(10, min(30, shutil.get_terminal_size().columns - 60))
        bar = "=" * round(part * width)
        print(f"\r{shown(self.at, '%a %b %d %H:%M')} [{bar:<{width}}]"
              f" {self.done} phases done, {self.repairs} starts,"
              f" {time.monotonic() - self.began:.0f} s ", end="",
              file=sys.stderr, flush=True)

    def end_line(self):
        if self.tty:
            print(file=sys.stderr)


def page(title):
    """A heading between two parts of the output."""
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    on, off = ("\033[1m", "\033[0m") if bold else ("", "")
    print(f"\n{on}--- {title} {'-' * max(3, 74 - len(title))}{off}\n",
          flush=True)
