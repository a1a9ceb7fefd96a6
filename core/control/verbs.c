/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs.c -- THE verb table.
 *
 * Everything that can be asked of Gatewarden stands here once. The daemon
 * refuses to start when a verb has no handler; the client parses its
 * command line, prints its help and writes its manual page and completion
 * from the same rows. So a verb is added by one row, one handler and, where
 * its answer is more than a sentence, one renderer.
 *
 * Order is that of the manual: looking, asking, acting, stopping, keeping.
 * Levels name the least that may call it; the client's own verbs need none.
 */
#include "control/verbs.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"

#define PLACE_(n, t, f, s, h) { n, t, PARAM_PLACE | (f), s, h, NULL }
#define OPTION_(n, t, f, s, h) { n, t, f, s, h, NULL }
#define FLAG_(n, h) { n, PARAM_FLAG, 0, NULL, h, NULL }

#define DATE_HELP "data date, YYYY-MM-DD or 'last' (the newest ended one)"
#define UNTIL_HELP "when it ends by itself: 09:00, 2h, 2026-01-16 09:00"

static const struct verb verbs[] = {
	{ "status", LEVEL_OBSERVE, VERB_TOP,
	    "the morning in one screen",
	    "Dates by phases with the number that decides each, what needs a "
	    "person, and what comes next. It opens with how long ago something "
	    "was measured and how many checks ran when they should. Without a "
	    "verb, gatewarden shows this.",
	    "gatewarden  all pipelines\n"
	    "gatewarden status nba --json  one pipeline, for a script\n",
	    { PLACE_("pipeline", PARAM_NAME, 0, "PIPELINE", "only this one"),
	      OPTION_("days", PARAM_COUNT, 0, "N",
	        "how many dates (default 7, at most 60)") } },
	{ "explain", LEVEL_OBSERVE, VERB_TOP,
	    "why something is as it is, with its evidence",
	    "Of a date, a phase on a date, a gate, check or recovery (on a "
	    "date; default 'last'), or an incident by its number. Walks the "
	    "chain: verdict, inputs with value, source and age, the rule with "
	    "file and line, attempts with outcomes and output, the retry plan "
	    "with clock times and each of its ends, who was told, what would "
	    "open it, and what you can do now.",
	    "gatewarden explain 41  incident 41\n"
	    "gatewarden explain predict 2026-01-16  a phase on a date\n"
	    "gatewarden explain precompute_quorum last  a gate\n",
	    { PLACE_("words", PARAM_WORDS, PARAM_NEEDED, "WHAT [DATE]",
	        "date, phase, gate, check, recovery, or incident number") } },
	{ "events", LEVEL_OBSERVE, VERB_TOP | VERB_STREAM,
	    "what happened, from the journal",
	    "Oldest first. With --follow it goes on until interrupted; a gap "
	    "in the sequence is said, never passed over.",
	    "gatewarden events --date 2026-01-16  all of one date\n"
	    "gatewarden events --since 2h --kind attempt  what was tried\n"
	    "gatewarden events --follow --json  for a script\n",
	    { FLAG_("follow", "go on with what happens next"),
	      OPTION_("since", PARAM_INSTANT, 0, "WHEN",
	        "not before: 2h (ago), or an instant"),
	      OPTION_("kind", PARAM_NAME, 0, "KIND",
	        "phase, gate, attempt, incident, note, command, ..."),
	      OPTION_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE", "only this one"),
	      OPTION_("limit", PARAM_COUNT, 0, "N",
	        "the newest N (default 200, at most 1000)") } },
	{ "incidents", LEVEL_OBSERVE, VERB_TOP,
	    "what is wrong, one line per root cause",
	    "Open ones with what hangs under each; --all adds those that have "
	    "ended and how long they took.",
	    "gatewarden incidents  what is open\n"
	    "gatewarden incidents --all --json  the history\n",
	    { FLAG_("all", "also those that have ended") } },
	{ "incident", LEVEL_OBSERVE, 0,
	    "what became of an incident, written from the journal",
	    "Its times with the figures that they make, what changed and "
	    "what was tried in the order in which it happened, who did what "
	    "and who was told, the evidence at its beginning and its end, "
	    "and the questions that are left for people. With --md it is "
	    "Markdown, ready to become a post-mortem.",
	    "gatewarden incident 41  on the terminal\n"
	    "gatewarden incident 41 --md > 41.md  a post-mortem's draft\n",
	    { PLACE_("incident", PARAM_COUNT, PARAM_NEEDED, "N",
	        "the incident's number"),
	      FLAG_("md", "as Markdown") } },
	{ "phases", LEVEL_OBSERVE, 0,
	    "the phases of a date and why each is where it is", NULL,
	    "gatewarden phases --date last  all pipelines\n",
	    { OPTION_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE",
	        "only this one") } },
	{ "checks", LEVEL_OBSERVE, VERB_TOP,
	    "what was measured for a date, and when", NULL,
	    "gatewarden checks --date 2026-01-16  all checks of that date\n",
	    { OPTION_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE",
	        "only this one") } },
	{ "gates", LEVEL_OBSERVE, 0,
	    "gates and alarms with their verdicts for a date", NULL,
	    "gatewarden gates --date last  verdicts and what opens them\n",
	    { OPTION_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE",
	        "only this one") } },
	{ "plugins", LEVEL_OBSERVE, 0,
	    "plugin instances, their calls, faults and quarantines", NULL,
	    "gatewarden plugins  one line per instance\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } },
	{ "due", LEVEL_OBSERVE, VERB_TOP,
	    "what is due next, and what is late", NULL,
	    "gatewarden due --within 12h  until tonight\n",
	    { OPTION_("within", PARAM_DURATION, 0, "TIME",
	        "how far ahead (default 24h)") } },
	{ "log", LEVEL_OBSERVE, VERB_TOP,
	    "the output of an attempt",
	    "By the attempt's number, or the last one of a phase or recovery "
	    "on a date. The first 16 and the last 48 KiB are kept, secrets "
	    "masked.",
	    "gatewarden log 118  attempt 118\n"
	    "gatewarden log predict 2026-01-16  its last start\n"
	    "gatewarden log phase4_backfill 2026-01-16  its last try\n",
	    { PLACE_("words", PARAM_WORDS, PARAM_NEEDED,
	        "ATTEMPT | PHASE DATE | RECOVERY DATE", "which attempt") } },
	{ "check run", LEVEL_OPERATE, 0,
	    "measure a check for a date now",
	    "Waits for the answer and judges it. Exit 1 when it fails, 13 when "
	    "it could not tell.",
	    "gatewarden check run pdc --date 2026-01-16  one check\n"
	    "gatewarden check run --all --date last  all of a date\n",
	    { PLACE_("name", PARAM_NAME, 0, "NAME", "the check"),
	      FLAG_("all", "every check of the date"),
	      OPTION_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "recheck", LEVEL_OPERATE, 0,
	    "measure everything of a date again", NULL,
	    "gatewarden recheck 2026-01-16  does not wait\n",
	    { PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "gate wait", LEVEL_REPORT, VERB_TOP,
	    "ask for the permit to start a phase yourself",
	    "How an outside orchestrator starts a phase. Answers as soon as "
	    "the phase may start, or when the timeout is over with what is "
	    "closed. The permit is journalled, the same for the same run, and "
	    "ends when it is not redeemed by 'signal start' in time. The exit "
	    "code is the verdict.",
	    "gatewarden gate wait predict --date 2026-01-16 --for run-7 "
	    "--timeout 30m  wait\n"
	    "gatewarden gate wait predict --date last --for run-7  ask once\n",
	    { PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "PHASE", "the phase"),
	      OPTION_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP),
	      OPTION_("for", PARAM_TEXT, PARAM_NEEDED, "RUN",
	        "your run's id, at most 63 bytes"),
	      OPTION_("timeout", PARAM_DURATION, 0, "TIME",
	        "how long to wait (default 0: ask once)") } },
	{ "signal", LEVEL_REPORT, 0,
	    "say that your run of a phase started, is done or failed", NULL,
	    "gatewarden signal start predict --date 2026-01-16 --for run-7  "
	    "redeems the permit\n"
	    "gatewarden signal done predict --date 2026-01-16 --for run-7  "
	    "the evidence decides\n",
	    { { "event", PARAM_CHOICE, PARAM_PLACE | PARAM_NEEDED,
	        "start|done|failed", "what happened", "start|done|failed" },
	      PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "PHASE", "the phase"),
	      OPTION_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP),
	      OPTION_("for", PARAM_TEXT, PARAM_NEEDED, "RUN",
	        "your run's id") } },
	{ "run", LEVEL_OPERATE, 0,
	    "start a phase now, under the same conditions as always",
	    "Nothing is bypassed: when a condition is closed it says which, "
	    "and the exit code is the verdict.",
	    "gatewarden run publish 2026-01-16  start it if it may\n",
	    { PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "PHASE", "the phase"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "recover", LEVEL_OPERATE, 0,
	    "start a recovery now, within the same budgets", NULL,
	    "gatewarden recover phase4_backfill 2026-01-16 --dry-run  "
	    "the plan, with clock times and each end\n"
	    "gatewarden recover phase4_backfill 2026-01-16  start it\n",
	    { PLACE_("name", PARAM_NAME, PARAM_NEEDED, "NAME", "the recovery"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP),
	      FLAG_("dry_run", "print the plan, start nothing") } },
	{ "reopen", LEVEL_OPERATE, 0,
	    "let a recovery or phase that has ended try again", NULL,
	    "gatewarden reopen recovery phase4_backfill 2026-01-16  "
	    "a new episode of its plan\n"
	    "gatewarden reopen publish 2026-01-16  a failed phase\n",
	    { PLACE_("what", PARAM_SCOPE, PARAM_NEEDED,
	        "PHASE | recovery NAME", "what has ended"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "cancel", LEVEL_OPERATE, 0,
	    "end a running attempt", NULL,
	    "gatewarden cancel 118  TERM, then KILL\n",
	    { PLACE_("attempt", PARAM_COUNT, PARAM_NEEDED, "ATTEMPT",
	        "its number") } },
	{ "ack", LEVEL_OPERATE, VERB_TOP,
	    "I have this incident: no reminders until then",
	    "It does not close the incident and does not stop automation; "
	    "worse news still comes through.",
	    "gatewarden ack 41 --until 09:00 looking at it  with a reason\n",
	    { PLACE_("incident", PARAM_COUNT, PARAM_NEEDED, "N",
	        "the incident's number"),
	      PLACE_("reason", PARAM_TEXT, PARAM_REST, "[TEXT]",
	        "why, for the others"),
	      OPTION_("until", PARAM_INSTANT, 0, "WHEN", UNTIL_HELP) } },
	{ "hold", LEVEL_OPERATE, VERB_TOP,
	    "do not run: everything, a pipeline, a phase or a recovery",
	    "'hold all' is the red button: no starts, no repairs; checks and "
	    "messages go on. What already runs is not stopped.",
	    "gatewarden hold all warehouse maintenance --until 06:00  "
	    "the red button\n"
	    "gatewarden hold publish --date 2026-01-16 waiting for legal  "
	    "one phase, one date\n"
	    "gatewarden hold recovery bdl_retry source is down  a recovery\n",
	    { PLACE_("what", PARAM_SCOPE, PARAM_NEEDED,
	        "all | PHASE | recovery NAME | pipeline NAME",
	        "what must not run"),
	      PLACE_("reason", PARAM_TEXT, PARAM_NEEDED | PARAM_REST, "REASON",
	        "why, for the others"),
	      OPTION_("date", PARAM_DATE, 0, "DATE", "only this date"),
	      OPTION_("until", PARAM_INSTANT, 0, "WHEN", UNTIL_HELP) } },
	{ "release", LEVEL_OPERATE, 0,
	    "end a hold, by its number or by what it holds", NULL,
	    "gatewarden release 7  hold 7\n"
	    "gatewarden release all  the red button\n",
	    { PLACE_("what", PARAM_SCOPE, PARAM_NEEDED,
	        "ID | all | PHASE | recovery NAME | pipeline NAME",
	        "which hold"),
	      OPTION_("date", PARAM_DATE, 0, "DATE",
	        "the hold of this date") } },
	{ "override", LEVEL_OPERATE, VERB_TWO,
	    "let a phase start although conditions are closed",
	    "Prints each closed condition and accepts those, as seen: a new "
	    "or worse one blocks again. Spent by one start, ends after two "
	    "hours. The mark travels downstream; the edge after the phase "
	    "stays as it is.",
	    "gatewarden override predict 2026-01-18 --reason 'PCF is fine'  "
	    "one start\n",
	    { PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "PHASE", "the phase"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP),
	      OPTION_("reason", PARAM_TEXT, PARAM_NEEDED, "TEXT",
	        "why, for the record"),
	      OPTION_("until", PARAM_INSTANT, 0, "WHEN",
	        "when it ends by itself (default 2h)"),
	      OPTION_("seen", PARAM_TEXT, 0, "TOKEN",
	        "refuse if other conditions are closed than those shown"),
	      FLAG_("dry_run", "print the conditions, accept nothing") } },
	{ "resolve", LEVEL_OPERATE, 0,
	    "say what an incident was: a false alarm, or a real one",
	    "A label is for the figures (false-positive rate) and for who "
	    "reads later. It closes nothing: an incident ends when its "
	    "evidence is good. While one is labelled false nobody is "
	    "reminded of it; worse news still comes through. Without --false "
	    "and --true the reason is a remark, which enters the incident's "
	    "timeline. 'undo N' takes the label back.",
	    "gatewarden resolve 41 --false --reason 'the source was late, as "
	    "announced'  a false alarm\n"
	    "gatewarden resolve 41 --reason 'vendor called back'  a remark\n",
	    { PLACE_("incident", PARAM_COUNT, PARAM_NEEDED, "N",
	        "the incident's number"),
	      FLAG_("false", "nothing was wrong"),
	      FLAG_("true", "something was wrong"),
	      OPTION_("reason", PARAM_TEXT, PARAM_NEEDED, "TEXT",
	        "why, for the record") } },
	{ "waive", LEVEL_OPERATE, 0,
	    "what a check lacks on a date is not owed",
	    "Of a game that the source will never have. Waived items leave "
	    "what is expected and what is missing; without --items the whole "
	    "check owes nothing. It goes on being measured and shown: what "
	    "arrives after all ends its waiver, and so does its time. No "
	    "alarm, repair or figure counts it meanwhile.",
	    "gatewarden waive box_scores 2026-01-16 --items 20260116_CHI_BKN "
	    "--reason 'never recorded'\n"
	    "gatewarden waive contexts 2026-01-16 --until 7d --reason "
	    "'no props that day' --dry-run  what it would affect\n",
	    { PLACE_("check", PARAM_NAME, PARAM_NEEDED, "CHECK",
	        "the check"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP),
	      OPTION_("items", PARAM_TEXT, 0, "A,B",
	        "only these of what is missing"),
	      OPTION_("reason", PARAM_TEXT, PARAM_NEEDED, "TEXT",
	        "why, for the record"),
	      OPTION_("until", PARAM_INSTANT, 0, "WHEN",
	        "how long (default: 30 days)"),
	      FLAG_("ahead", "although it is not missing yet"),
	      FLAG_("dry_run", "say what it would affect, waive nothing") } },
	{ "undo", LEVEL_OPERATE, 0,
	    "take back an override, hold, waiver, label or ack", NULL,
	    "gatewarden undo 12  by the number that was printed\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "ID",
	        "its number; of a label or ack, the incident's, the label "
	        "first") } },
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
	{ "reload", LEVEL_ADMIN, 0,
	    "read conf.d again: swap, or keep what runs and say why", NULL,
	    "gatewarden reload  exit 1 when it was refused\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } },
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
	        "the gatewarden-host to ask them with") } },
	{ "journal check", LEVEL_OPERATE, 0,
	    "fold the journal again and compare",
	    "Over the socket, of the running daemon; with --dir of a stopped "
	    "one; with --file of an export. Events, rows and messages are "
	    "also judged by what the program promises, such as that nothing "
	    "starts behind a closed edge; each finding names its event and "
	    "what it breaks. The guide lists all of it.",
	    "gatewarden journal check  the running one\n"
	    "gatewarden journal check --file week.jsonl  an export\n",
	    { OPTION_("dir", PARAM_PATH, 0, "DIR",
	        "state directory of a stopped daemon"),
	      OPTION_("file", PARAM_PATH, 0, "FILE", "an export") } },
	{ "journal export", LEVEL_OPERATE, VERB_STREAM,
	    "the whole journal as lines of JSON", NULL,
	    "gatewarden journal export > week.jsonl  to a file\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } },
	{ "shutdown", LEVEL_ADMIN, 0,
	    "stop the daemon after this answer", NULL,
	    "gatewarden shutdown  workers are ended, attempts adopted later\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } },
	{ "help", LEVEL_NONE, VERB_LOCAL,
	    "this, of all verbs, or of one", NULL,
	    "gatewarden help all  every verb\n"
	    "gatewarden help gate wait  one verb\n",
	    { PLACE_("words", PARAM_WORDS, 0, "all | VERB", "of what"),
	      FLAG_("mdoc", "as source of the manual page"),
	      FLAG_("completion", "as a script for bash") } }
};

static const struct exit_meaning exits[] = {
	{ EXIT_OPEN, "ok", "done; the verdict is open" },
	{ EXIT_NO, "no",
	    "a negative answer: a check fails, a configuration or journal has "
	    "errors, a reload was refused" },
	{ EXIT_USAGE, "usage",
	    "unknown verb, argument or object; config diff and config plan: "
	    "something changes" },
	{ EXIT_UNREACHABLE, "unreachable", "the daemon can't be reached" },
	{ EXIT_REFUSED, "refused",
	    "not as things are: it runs, was done, or somebody else has "
	    "it" },
	{ EXIT_SERVER, "error", "the daemon failed, or went away" },
	{ EXIT_FORBIDDEN, "forbidden", "the level isn't enough for this" },
	{ EXIT_DEGRADED, "degraded", "open, with a quality mark" },
	{ EXIT_WAITING, "waiting", "not due yet; time may open it" },
	{ EXIT_BLOCKED, "blocked", "closed by evidence" },
	{ EXIT_UNKNOWN, "unknown", "could not tell" }
};

const char *
level_name(enum level l)
{
	static const char *const names[] = {
		[LEVEL_NONE] = "none", [LEVEL_OBSERVE] = "observe",
		[LEVEL_REPORT] = "report", [LEVEL_OPERATE] = "operate",
		[LEVEL_ADMIN] = "admin"
	};

	return names[l];
}

const struct verb *
verb_at(size_t i)
{
	return i < ARRAY_SIZE(verbs) ? &verbs[i] :
	    verb_report_at(i - ARRAY_SIZE(verbs));
}

const struct verb *
verb_find(const char *name)
{
	const struct verb *v;
	size_t i;

	for (i = 0; (v = verb_at(i)); i++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

const char *
verb_nearest(const char *word)
{
	const struct verb *v;
	struct nearest n;
	size_t i;

	nearest_start(&n, word);
	for (i = 0; (v = verb_at(i)); i++)
		nearest_try(&n, v->name);
	return n.best;
}

const struct param *
verb_param(const struct verb *v, const char *name)
{
	const struct param *p;

	for (p = v->params; p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

const struct exit_meaning *
exit_meaning_at(size_t i)
{
	return i < ARRAY_SIZE(exits) ? &exits[i] : NULL;
}
