# SPDX-License-Identifier: BSD-2-Clause
"""BigQuery on loopback: jobs.insert as a dry run, jobs.query,
jobs.getQueryResults, jobs.cancel and tables.get, over a SQLite file, so that
what is written for BigQuery can be asked of the sample's warehouse.

    with BigQuery("warehouse.db") as b:
        database = b.database()         # as a check gets it

Queries are GoogleSQL as far as SQLite understands it: `project.set.table` is
the table, CAST(x AS STRING), COUNTIF, GREATEST, LEAST, SAFE_DIVIDE, DATE_SUB
and DATE_ADD with days are known. Every data set is the same file.

How it behaves is a matter of members: `polls` answers of a job that it isn't
complete; `page_rows` rows a page; `bytes` read by each query; `partitioned`
tables that want a filter; `types` of columns that aren't what Python's are;
`cached` answers from the cache.
"""
import datetime
import os
import re
import sqlite3
import sys

from fake_google import PROJECT, Google, error

MIB = 1024 * 1024
FUNCTIONS = (("GREATEST", -1, max), ("LEAST", -1, min),
             ("SAFE_DIVIDE", 2, lambda a, b: a / b if b else None),
             ("STARTS_WITH", 2, lambda a, b: int(a.startswith(b))))
CASTS = {"STRING": "TEXT", "INT64": "INTEGER", "FLOAT64": "REAL",
         "NUMERIC": "REAL", "DATE": "TEXT", "TIMESTAMP": "TEXT"}


class CountIf:
    def __init__(self):
        self.n = 0

    def step(self, v):
        self.n += bool(v)

    def finalize(self):
        return self.n


class Refused(Exception):
    """An error of theirs: status, reason, message."""


def billed(size):
    return max(10 * MIB, -(-size // MIB) * MIB) if size else 0


def without_text(sql):
    """The query without strings and comments."""
    return re.sub(r"'(?:\\.|[^'\\])*'|--[^\n]*|#[^\n]*|/\*.*?\*/", " ", sql,
                  flags=re.S)


def kind_of(sql):
    text = without_text(sql).strip().rstrip(";").strip()
    if ";" in text:
        return "SCRIPT"
    word = text.split(None, 1)[0].upper().lstrip("(") if text else ""
    if word in ("SELECT", "WITH"):
        return "SELECT"
    if word in ("CREATE", "DROP", "ALTER"):
        return word + "_TABLE"
    if word in ("INSERT", "UPDATE", "DELETE", "MERGE"):
        return word
    return "SCRIPT"


def to_sqlite(sql):
    sql = re.sub(r"`(?:[^`]*\.)?([^`.]+)`", r'"\1"', sql)
    sql = re.sub(r"\bAS\s+(%s)\s*\)" % "|".join(CASTS),
                 lambda m: f"AS {CASTS[m.group(1).upper()]})", sql,
                 flags=re.I)
    for name, sign in (("DATE_SUB", "-"), ("DATE_ADD", "+")):
        sql = re.sub(rf"\b{name}\(([^,()]+),\s*INTERVAL\s+(\d+)\s+DAY\)",
                     rf"date(\1, '{sign}\2 days')", sql, flags=re.I)
    return sql


class BigQuery(Google):
    def __init__(self, path=None, location="US"):
        super().__init__()
        self.path, self.location = path, location
        self.jobs, self.cancelled, self.inserted = {}, [], []
        self.polls, self.page_rows, self.bytes = 0, None, 12 * MIB
        self.cached, self.partitioned, self.types = False, {}, {}
        self.modified_ms = 1768640400000
        self.sessions = {}
        self.before_query = None        # called as a query begins to run

    def database(self, directory=None, **more):
        """The option of a check."""
        return {"name": "warehouse", "driver": "bigquery",
                "project": PROJECT, "dataset": "nba",
                **self.options(directory), **more}

    # ------------------------------------------------------------ requests

    def answer(self, request):
        parts = request.path.strip("/").split("/")
        try:
            if parts[:3] != ["bigquery", "v2", "projects"]:
                raise Refused(404, "notFound", "Not Found")
            if parts[3] != PROJECT:
                raise Refused(404, "notFound",
                              f"Not found: Project {parts[3]}")
            what = (request.method, *parts[4:5], len(parts))
            if what == ("POST", "queries", 5):
                return self.query(request.body)
            if what == ("GET", "queries", 6):
                return self.results(parts[5], request.query)
            if what == ("POST", "jobs", 5):
                return self.insert(request.body)
            if what == ("POST", "jobs", 7):
                self.cancelled.append((parts[5],
                                       request.query.get("location")))
                return {"kind": "bigquery#jobCancelResponse"}
            if what == ("GET", "datasets", 7):
                return self.tables(parts[5], request.query)
            if what == ("GET", "datasets", 8):
                return self.table(parts[5], parts[7])
            raise Refused(404, "notFound", "Not Found")
        except Refused as r:
            return error(*r.args)

    def insert(self, body):
        configuration = body["configuration"]
        assert configuration["dryRun"] is True, "only dry runs"
        query = configuration["query"]
        self.inserted.append(query)
        kind = kind_of(query["query"])
        if kind == "SELECT":
            self.check(query)
        statistics = {"totalBytesProcessed": str(self.bytes), "query": {
            "totalBytesProcessed": str(self.bytes),
            "totalBytesProcessedAccuracy": "PRECISE",
            "statementType": kind, "cacheHit": False}}
        return {"kind": "bigquery#job", "status": {"state": "DONE"},
                "configuration": configuration, "statistics": statistics,
                "jobReference": {"projectId": PROJECT, "location":
                                 self.location}}

    def query(self, body):
        assert body["useLegacySql"] is False, "legacy SQL by default"
        assert len(body["requestId"]) <= 36
        assert isinstance(body["jobTimeoutMs"], str)
        if body["query"] in ("BEGIN TRANSACTION", "CALL BQ.ABORT_SESSION()"):
            return self.session(body)
        if self.before_query:
            self.before_query()         # pylint: disable=not-callable
        fields, rows = self.check(body, self.session_of(body))
        most = int(body.get("maximumBytesBilled", "0"))
        if 0 < most < billed(self.bytes):
            raise Refused(500, "bytesBilledLimitExceeded", "Query exceeded"
                          f" limit for bytes billed: {most}. "
                          f"{billed(self.bytes)} or higher required.")
        name = f"job_{len(self.jobs)}"
        self.jobs[name] = {"fields": fields, "rows": rows,
                           "polls": self.polls}
        answer = self.page(name, 0)
        if answer["jobComplete"]:
            answer["totalBytesBilled"] = str(
                0 if self.cached else billed(self.bytes))
        return {"kind": "bigquery#queryResponse", **answer}

    @staticmethod
    def session_of(body):
        for p in body.get("connectionProperties", []):
            if p["key"] == "session_id":
                return p["value"]
        return None

    def session(self, body):
        """A transaction that is left open, or its end."""
        name = self.session_of(body)
        if name is None:
            assert body["createSession"] is True
            name = f"session-{len(self.jobs)}-{len(self.sessions)}"
            db = self.sessions[name] = self.connected()
            db.execute("BEGIN")
            for schema in ("main", "nba"):      # from here on
                db.execute("SELECT count(*) FROM"
                           f" {schema}.sqlite_master").fetchone()
        elif name not in self.sessions:
            raise Refused(400, "invalid", f"Session {name} is not found")
        else:
            self.sessions.pop(name).close()
        return {"kind": "bigquery#queryResponse", "jobComplete": True,
                "jobReference": {"jobId": "s"}, "schema": {},
                "sessionInfo": {"sessionId": name}}

    def results(self, name, query):
        if name not in self.jobs or query.get("location",
                                              "US") != self.location:
            raise Refused(404, "notFound", f"Not found: Job {PROJECT}:"
                          f"{query.get('location', 'US')}.{name}")
        return {"kind": "bigquery#getQueryResultsResponse",
                **self.page(name, int(query.get("pageToken", "p0")[1:]))}

    def page(self, name, start):
        job = self.jobs[name]
        answer = {"jobReference": {"projectId": PROJECT, "jobId": name,
                                   "location": self.location}}
        if job["polls"] > 0:
            job["polls"] -= 1
            return {**answer, "jobComplete": False}
        size = self.page_rows or max(len(job["rows"]), 1)
        rows = job["rows"][start:start + size]
        answer.update({
            "jobComplete": True, "schema": {"fields": job["fields"]},
            "totalRows": str(len(job["rows"])),
            "totalBytesProcessed": "0" if self.cached else str(self.bytes),
            "cacheHit": self.cached})
        if rows:                        # absent where there are none
            answer["rows"] = rows
        if start + size < len(job["rows"]):
            answer["pageToken"] = f"p{start + size}"
        return answer

    def tables(self, dataset, query):
        if dataset != "nba":
            raise Refused(404, "notFound",
                          f"Not found: Dataset {PROJECT}:{dataset}")
        with self.connected() as db:
            names = [n for n, in db.execute(
                "SELECT name FROM nba.sqlite_master WHERE type IN"
                " ('table', 'view') ORDER BY name")]
        start, size = int(query.get("pageToken", 0)), self.page_rows or 1000
        answer = {"kind": "bigquery#tableList", "totalItems": len(names)}
        some = names[start:start + size]
        if some:
            answer["tables"] = [
                {"kind": "bigquery#table", "type": "TABLE",
                 "tableReference": {"projectId": PROJECT, "tableId": n,
                                    "datasetId": dataset}} for n in some]
        if start + size < len(names):
            answer["nextPageToken"] = str(start + size)
        return answer

    def table(self, dataset, name):
        with self.connected() as db:
            columns = db.execute(
                "SELECT name, type FROM pragma_table_info(?)",
                (name,)).fetchall()
            if not columns:
                raise Refused(404, "notFound", "Not found: Table "
                              f"{PROJECT}:{dataset}.{name}")
            rows, = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        return {"kind": "bigquery#table", "type": "TABLE",
                "tableReference": {"projectId": PROJECT, "tableId": name,
                                   "datasetId": dataset},
                "numRows": str(rows), "location": self.location,
                "lastModifiedTime": str(self.modified_ms),
                "schema": {"fields": [
                    {"name": n, "type": t or "STRING"}
                    for n, t in columns]}}

    # ------------------------------------------------------------- queries

    def connected(self):
        db = sqlite3.connect(self.path or ":memory:",
                             isolation_level=None, check_same_thread=False)
        if self.path:
            # any data set is this file
            db.execute("ATTACH ? AS nba", (os.path.abspath(self.path),))
        for name, n, f in FUNCTIONS:
            db.create_function(name, n, f)
        db.create_aggregate("COUNTIF", 1, CountIf)
        return db

    def parameters(self, query):
        values = {}
        for p in query.get("queryParameters", []):
            kind, value = p["parameterType"]["type"], \
                p["parameterValue"]["value"]
            if kind == "DATE":
                try:
                    if datetime.date.fromisoformat(value).isoformat() \
                            != value:
                        raise ValueError
                except ValueError:
                    raise Refused(400, "invalidQuery", "Invalid value for"
                                  " type DATE") from None
            values[p["name"]] = value
        if values:
            assert query["parameterMode"] == "NAMED"
        return values

    def check(self, query, session=None):
        """(fields, rows) in their form."""
        sql = query["query"]
        values = self.parameters(query)
        for table, column in self.partitioned.items():
            bare = without_text(sql)
            if re.search(rf"\b{table}\b", bare) and not re.search(
                    rf"\b{column}\b", bare):
                raise Refused(400, "invalidQuery", "Cannot query over table"
                              f" '{PROJECT}.nba.{table}' without a filter"
                              f" over column(s) '{column}' that can be used"
                              " for partition elimination")
        for name in re.findall(r"@(\w+)", without_text(sql)):
            if name not in values:
                raise Refused(400, "invalidQuery", f"Query parameter"
                              f" '{name}' not found at [1:1]")
        db = self.sessions[session] if session else self.connected()
        try:
            cursor = db.execute(to_sqlite(sql), values)
            found = cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as why:
            m = re.match(r"no such table: (?:\w+\.)?(\S+)", str(why))
            if m:
                raise Refused(404, "notFound", "Not found: Table "
                              f"{PROJECT}:nba.{m.group(1)} was not found"
                              f" in location {self.location}") from why
            raise Refused(400, "invalidQuery", str(why)) from why
        names = [d[0] for d in cursor.description]
        fields = [self.field(n, [row[i] for row in found])
                  for i, n in enumerate(names)]
        return fields, [{"f": [{"v": self.cell(f, v)} for f, v in
                               zip(fields, row)]} for row in found]

    def field(self, name, values):
        kinds = {int: "INTEGER", float: "FLOAT", bytes: "BYTES"}
        kind = next((kinds.get(type(v), "STRING") for v in values
                     if v is not None), "STRING")
        return {"name": name, "type": self.types.get(name, kind),
                "mode": "NULLABLE"}

    @staticmethod
    def cell(field, value):
        if value is None:
            return None
        if field["type"] == "TIMESTAMP":        # useInt64Timestamp
            at = datetime.datetime.fromisoformat(
                value.replace("Z", "+00:00"))
            return str(int(at.timestamp() * 1000000))
        if isinstance(value, float):
            return repr(value).replace("nan", "NaN").replace(
                "inf", "Infinity")
        return str(value)


def serve():
    """fake_bigquery.py WAREHOUSE: prints the endpoint, serves until its
    standard input ends."""
    with BigQuery(sys.argv[1]) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve()
