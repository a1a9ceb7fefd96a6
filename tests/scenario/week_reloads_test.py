#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
"""The sample's week with a configuration that is read again all the time."""
import signal

from trouble import Trouble, main           # first: it says where lib is

from demo_test import texts_of
from play import Play
from stage import END, START, instant, ms


class Reloads(Trouble):
    """The configuration is read again, again and again: nothing of what is
    known or under way may get lost by that."""

    def reload(self, stage, e):
        if instant(e["at"]) >= self.last + 8 * 3600_000:
            self.last = instant(e["at"])
            self.reloads += 1
            stage.daemon.send_signal(signal.SIGHUP)
        return self.reloads == 15

    def test_the_week_is_unchanged(self):
        self.last, self.reloads = ms(START), 0
        seen = Play(self.stage, cues=[self.reload]).until(ms(END))
        texts = texts_of(self.stage, seen)
        journal = self.finish()
        swaps = [e for e in journal.of("daemon")
                 if e["data"]["what"] == "reload"]
        self.assertGreater(len(swaps), 10)
        self.evidence(f"{self.reloads} times told to, {len(swaps)} reloads")
        self.week_is_unchanged(journal, texts)


if __name__ == "__main__":
    main()
