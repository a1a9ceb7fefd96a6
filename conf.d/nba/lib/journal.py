# SPDX-License-Identifier: BSD-2-Clause
"""Reads an exported journal the way a person would: what happened to a date.

Knows the lines of `gatewarden journal export` and the members of the rows
in them, and nothing of how they came about. All instants are ms.
"""


class Journal:
    def __init__(self, lines):
        self.events = [x for x in lines if "seq" in x and "row" not in x]
        self.rows = [x for x in lines if x.get("row")]
        self.messages = [x for x in lines if x.get("message")]

    def of(self, kind, date=None, subject=None):
        """Events of a kind, oldest first."""
        return [e for e in self.events if e["kind"] == kind
                and (date is None or e.get("date") == date)
                and (subject is None or e.get("subject") == subject)]

    def states(self, date, phase):
        """The states that a phase went through: (at, state, row)."""
        seen, last = [], None
        for e in self.of("phase", date, phase):
            state = e["data"].get("state")
            if state != last:
                seen.append((e["at"], state, e["data"]))
            last = state
        return seen

    def reached(self, date, phase, state):
        """The row with which a phase first reached a state, or None."""
        for at, name, row in self.states(date, phase):
            if name == state:
                return {"at": at, **row}
        return None

    def attempts(self, date, **wanted):
        """The last row of each attempt of a date, in order of intent."""
        last = {}
        for e in self.of("attempt", date):
            row = e["data"]
            if all(row.get(k) == v for k, v in wanted.items()):
                last[row["id"]] = row
        return [last[i] for i in sorted(last)]

    def incidents(self, date=None):
        """Of each incident every row, oldest first, by number."""
        found = {}
        for e in self.of("incident", date):
            found.setdefault(e["data"]["number"], []).append(e)
        return found

    def told(self, **wanted):
        """Messages, by what their body says: kind, severity, date, ...
        (`incident` as a number); one for each notice, however many
        notifiers it had."""
        seen = {}
        for m in self.messages:
            body = {**m["body"], "incident": m["incident"]}
            if all(body.get(k) == v for k, v in wanted.items()):
                seen.setdefault(m["id"], {**body, "queued_at": m["queued_at"],
                                          "message": m["id"]})
        return [seen[i] for i in sorted(seen)]
