/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs_local.c -- the rows of the verb table that the client answers alone.
 *
 * They read configurations, facts and scenarios and need no daemon; their
 * place in the order of the manual is after all that is asked of one.
 */
#include "control/verbs_table.h"

#include "base/cleanup.h"

static const struct verb rows[] = {
	{ "config check", LEVEL_NONE, VERB_LOCAL,
	    "read a configuration and say all that is wrong with it",
	    "Needs no daemon. All findings at once, as file:line: sentence. A "
	    "rule that can never fire or never clear is a warning (see "
	    "'prove'). Exit 1 when there is an error.",
	    "gatewarden config check  the installed one\n"
	    "gatewarden config check conf.d/nba --resolved  "
	    "everything as understood, with its origin\n",
	    { PLACE_("dir", PARAM_PATH, 0, "DIR", "directory or file"),
	      FLAG_("resolved", "print everything as understood"),
	      FLAG_("elsewhere", "for another machine, as in a CI: secrets "
	        "and programs need not be here"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "what was recorded: the rules are tried by it, too"),
	      OPTION_("scenario", PARAM_PATH, 0, "FILE",
	        "how it answers checks"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "config diff", LEVEL_NONE, VERB_LOCAL,
	    "what a candidate configuration changes, object by object",
	    "Objects added, changed, removed and renamed (`was`), each option "
	    "with both values and where each stands. Compared as understood: "
	    "a default that is written out is no difference. Without AGAINST "
	    "it is the running daemon's configuration, or the installed one. "
	    "Exit 0 when nothing differs, 2 when something does, 1 for "
	    "anything else.",
	    "gatewarden config diff new.d  against the running one\n"
	    "gatewarden config diff new.d /etc/gatewarden/conf.d --json  "
	    "for a script\n",
	    { PLACE_("conf", PARAM_PATH, PARAM_NEEDED, "CANDIDATE",
	        "directory or file"),
	      PLACE_("against", PARAM_PATH, 0, "AGAINST",
	        "directory or file (default: the running one)"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "config plan", LEVEL_NONE, VERB_LOCAL,
	    "what a candidate changes, and would have done otherwise",
	    "The objects of `config diff`, and the behaviour that changes: a "
	    "backtest of both over the last dates of history. Findings that "
	    "appear, disappear, change their severity or come sooner or "
	    "later; phases blocked longer or shorter; starts; messages a day. "
	    "History is the running daemon's journal, or --facts. Exit 0 when "
	    "nothing changes, 2 when something does, 1 for anything else.",
	    "gatewarden config plan new.d  over the last 14 dates\n"
	    "gatewarden config plan new.d --last 90 --json  for a script\n",
	    { PLACE_("conf", PARAM_PATH, PARAM_NEEDED, "CANDIDATE",
	        "directory or file"),
	      OPTION_("against", PARAM_PATH, 0, "PATH",
	        "directory or file (default: the running one)"),
	      OPTION_("last", PARAM_COUNT, 0, "N",
	        "how many dates (default 14)"),
	      OPTION_("from", PARAM_DATE, 0, "DATE", "first date"),
	      OPTION_("to", PARAM_DATE, 0, "DATE", "last date"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "history: CSV, or a journal export"),
	      OPTION_("scenario", PARAM_PATH, 0, "FILE",
	        "how it answers checks, and what actions do"),
	      OPTION_("against_scenario", PARAM_PATH, 0, "FILE",
	        "the same for --against"),
	      OPTION_("labels", PARAM_PATH, 0, "FILE",
	        "which findings were true"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "simulate", LEVEL_NONE, VERB_LOCAL,
	    "what a configuration would have done with recorded facts",
	    "Needs no daemon, starts nothing and tells nobody. The daemon's "
	    "own engine lives through the facts under a virtual clock: what a "
	    "journal export says of its checks, a CSV file with a row per "
	    "check and arrival, or one with a row per date and a scenario "
	    "that says which column answers which check. The scenario also "
	    "says what an action does, and may hold its facts itself and say "
	    "what it expects of the configuration: a test. Prints what would "
	    "have been told, with the rule that told it; the same input "
	    "gives the same journal hash. Exit 1 when configuration, "
	    "scenario or facts are wrong, 3 when an expectation is not met.",
	    "gatewarden simulate conf.d/nba --facts season.csv "
	    "--scenario conf.d/nba/sample/season.scenario  a season\n"
	    "gatewarden simulate conf.d/nba --facts f.csv --from 2026-01-13 "
	    "--to 2026-01-19 --timeline  a week, all that happens\n"
	    "gatewarden simulate conf.d/nba --scenario "
	    "conf.d/nba/scenarios  tests of a configuration\n",
	    { PLACE_("dir", PARAM_PATH, 0, "DIR", "directory or file"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "what was recorded: CSV, or a journal export"),
	      OPTION_("scenario", PARAM_WORDS, 0, "PATH",
	        "answers of checks, actions, what is expected; again, or "
	        "a directory, for several"),
	      OPTION_("from", PARAM_DATE, 0, "DATE",
	        "first date (default: of the facts)"),
	      OPTION_("to", PARAM_DATE, 0, "DATE",
	        "last date (default: of the facts)"),
	      OPTION_("until", PARAM_TEXT, 0, "WHEN",
	        "where the clock stops: 2026-01-27 00:00"),
	      FLAG_("timeline", "print all that happens"),
	      FLAG_("messages", "print every message in full"),
	      FLAG_("screen", "print what status would have shown at the end"),
	      FLAG_("jsonl", "print lines of JSON"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "backtest", LEVEL_NONE, VERB_LOCAL,
	    "what a candidate would have done over recorded history",
	    "Two rows and their difference: the candidate, and what runs (or "
	    "--against). Findings and criticals, how many of them false, true "
	    "or unknown, messages a day; then each rule with how often it was "
	    "true of a date (n/a: dates on which its silence rests on what "
	    "nothing measured), when first, and how long after it was due; "
	    "blocked phases, starts, and what history cannot answer, which "
	    "is counted and never guessed. A finding is false on a date that "
	    "owes nothing or while its checks warm up, by either "
	    "configuration; what --labels say is stronger (CSV: date, rule or "
	    "*, true|false|unknown, note, delay then); all else is unknown. "
	    "History is the running daemon's journal, or --facts as "
	    "'simulate' takes them. Starts nothing; the same input gives the "
	    "same hashes. Exit 1 when something given is wrong.",
	    "gatewarden backtest --conf new.d --from 2026-01-13 "
	    "--to 2026-01-19  against what runs\n"
	    "gatewarden backtest --conf conf.d/nba/sample/literal.conf "
	    "--against conf.d/nba --facts conf.d/nba/sample/january.csv "
	    "--scenario conf.d/nba/sample/literal.scenario "
	    "--against-scenario conf.d/nba/sample/season.scenario "
	    "--labels conf.d/nba/sample/january-labels.csv  "
	    "the sample's week, by its first rules and by its own\n",
	    { OPTION_("conf", PARAM_PATH, PARAM_NEEDED, "PATH",
	        "the candidate: directory or file"),
	      OPTION_("against", PARAM_PATH, 0, "PATH",
	        "directory or file (default: the running one)"),
	      OPTION_("from", PARAM_DATE, 0, "DATE",
	        "first date (default: of the facts)"),
	      OPTION_("to", PARAM_DATE, 0, "DATE",
	        "last date (default: of the facts)"),
	      OPTION_("last", PARAM_COUNT, 0, "N", "only the last N dates"),
	      OPTION_("until", PARAM_TEXT, 0, "WHEN",
	        "where the clock stops: 2026-01-27 00:00"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "history: CSV, or a journal export"),
	      OPTION_("journal", PARAM_PATH, 0, "FILE",
	        "history: a journal export"),
	      OPTION_("scenario", PARAM_PATH, 0, "FILE",
	        "how it answers checks, and what actions do"),
	      OPTION_("against_scenario", PARAM_PATH, 0, "FILE",
	        "the same for --against"),
	      OPTION_("labels", PARAM_PATH, 0, "FILE",
	        "which findings were true"),
	      FLAG_("jsonl", "print lines of JSON"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "prove", LEVEL_NONE, VERB_LOCAL,
	    "what fires each rule, and what clears it",
	    "Needs no daemon, starts nothing. Every limit, gate, alarm, step, "
	    "due time, recovery and plan gets a witness for both: readings at "
	    "its edges through the daemon's own judge and gates, and dates "
	    "that its engine lives through. A rule that can never fire or "
	    "never clear, or that nobody would hear, is a finding; what can't "
	    "be tried here is said to be not proven. With --facts the "
	    "readings are what was recorded, and a check that no recorded "
	    "date has passed is a finding too. Exit 1 when there is one, or "
	    "the configuration is wrong.",
	    "gatewarden prove  the installed one\n"
	    "gatewarden prove conf.d/nba --rule box_score_alarm  one alarm "
	    "and its steps\n"
	    "gatewarden prove conf.d/nba --facts season.csv --scenario "
	    "conf.d/nba/sample/season.scenario  against a season\n",
	    { PLACE_("dir", PARAM_PATH, 0, "DIR", "directory or file"),
	      OPTION_("rule", PARAM_TEXT, 0, "NAME",
	        "only those of this object, or with this text"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "what was recorded: CSV, or a journal export"),
	      OPTION_("scenario", PARAM_PATH, 0, "FILE",
	        "how it answers checks"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } }
};

const struct verb *
verb_local_at(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
