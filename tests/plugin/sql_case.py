# SPDX-License-Identifier: BSD-2-Clause
"""Asking a database through the checks `sql` and `sql_coverage`. Who uses it
says which: database()."""
from host import Plugin


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Asks:
    def options(self, **queries):
        return {"database": self.database(), **queries}

    def ask(self, value, expected=None, **how):
        o = self.options(value=value)
        if expected is not None:
            o["expected"] = expected
        with Plugin("check", "sql", o) as p:
            return p.call(**how)

    def cover(self, expected, actual, **how):
        with Plugin("check", "sql_coverage", self.options(
                expected=expected, actual=actual)) as p:
            return p.call(**how)
