#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with a configuration that is read again all the time."""
import signal
import threading

from trouble import Trouble, main           # first: it says where lib is

from demo_test import texts_of
from play import Play
from stage import END, START, ms


class Reloads(Trouble):
    """The configuration is read again, twenty times: nothing of what is
    known or under way may get lost by that."""

    def reload(self):
        last = ms(START)
        while not self.over.wait(0.2):
            if self.stage.now() < last + 8 * 3600_000:
                continue
            last = self.stage.now()
            self.stage.daemon.send_signal(signal.SIGHUP)
            self.reloads += 1

    def test_the_week_is_unchanged(self):
        self.over, self.reloads = threading.Event(), 0
        thread = threading.Thread(target=self.reload)
        thread.start()
        try:
            seen = Play(self.stage).until(ms(END))
        finally:
            self.over.set()
            thread.join()
        texts = texts_of(self.stage, seen)
        journal = self.finish()
        self.assertGreater(self.reloads, 10)
        self.evidence(f"{self.reloads} reloads")
        self.week_is_unchanged(journal, texts)


if __name__ == "__main__":
    main()
