/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs.c -- THE verb table.
 *
 * Everything that can be asked of Gatewarden stands here once (what needs no
 * daemon, in verbs_local.c). The daemon refuses to start when a verb has no
 * handler; the client parses its command line, prints its help and writes its
 * manual page and completion from the same rows. So a verb is added by one
 * row, one handler and, where its answer is more than a sentence, one
 * renderer.
 *
 * Order is that of the manual: looking, asking, acting, stopping, keeping.
 * Levels name the least that may call it; the client's own verbs need none.
 */
#include "control/verbs_table.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"

#define DATE_HELP "data date, YYYY-MM-DD or 'last' (the newest ended one)"
#define UNTIL_HELP "when it ends by itself: 09:00, 2h, 2026-01-16 09:00"

/* Of a plan and of a start. */
#define BACKFILL_PARAMS \
	PLACE_("range", PARAM_TEXT, PARAM_NEEDED, "FROM..TO", \
	    "first and last date, or one date"), \
	OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE", \
	    "whose dates (needed where there are several)"), \
	OPTION_("phase", PARAM_NAME, 0, "PHASE", "this phase alone"), \
	OPTION_("at_most", PARAM_COUNT, 0, "N", "dates at once, up to 16"), \
	OPTION_("starts_per_hour", PARAM_COUNT, 0, "N", "its budget"), \
	FLAG_("newest_first", "begin at the end of the range"), \
	FLAG_("include_external", "what leaves the house, too")

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
	{ "coverage", LEVEL_OBSERVE, 0,
	    "what of each phase is watched, told, repaired and gated",
	    "Per phase: has it a due time, is somebody told by a route that "
	    "delivers, is what it rests on repaired with a proof, is its edge "
	    "gated, is there a command for who does it by hand. Scores with "
	    "numerator and denominator; each gap with file and line. With DIR "
	    "it needs no daemon, and can't know whether routes deliver or "
	    "starters ask. Exit 1 when there is a gap.",
	    "gatewarden coverage  the running configuration\n"
	    "gatewarden coverage conf.d/nba  a directory\n",
	    { PLACE_("dir", PARAM_PATH, 0, "DIR",
	        "directory or file (default: ask the daemon)"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
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
	{ "doctor", LEVEL_OBSERVE, 0,
	    "what asking costs, and what is configured to be lenient",
	    "What the databases have cost per day of UTC, of those that say "
	    "so or have a budget; gates that open on unknown, and until when; "
	    "phases that are done because their action ended.",
	    "gatewarden doctor  all of it\n",
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
	{ "check run", LEVEL_OPERATE, VERB_ACTS | VERB_WITHIN,
	    "measure a check for a date now",
	    "Waits for the answer and judges it. Exit 1 when it fails, 13 when "
	    "it could not tell.",
	    "gatewarden check run pdc --date 2026-01-16  one check\n"
	    "gatewarden check run --all --date last  all of a date\n",
	    { PLACE_("name", PARAM_NAME, 0, "NAME", "the check"),
	      FLAG_("all", "every check of the date"),
	      OPTION_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "notify test", LEVEL_OPERATE, VERB_ACTS,
	    "send a test message and wait for what the far end says",
	    "To one notifier, or to all of them. Exit 1 when one does not "
	    "deliver.",
	    "gatewarden notify test team  one\n"
	    "gatewarden notify test  all of them\n",
	    { PLACE_("name", PARAM_NAME, 0, "NAME", "the notifier") } },
	{ "recheck", LEVEL_OPERATE, VERB_ACTS | VERB_WITHIN,
	    "measure everything of a date again", NULL,
	    "gatewarden recheck 2026-01-16  does not wait\n",
	    { PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "gate wait", LEVEL_REPORT, VERB_TOP | VERB_ACTS,
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
	{ "signal", LEVEL_REPORT, VERB_ACTS,
	    "say that your run started, is done or failed",
	    "Of a phase that asked for a permit ('gate wait'), or of a "
	    "heartbeat: a check that measures what is reported. A phase needs "
	    "its date and run; a heartbeat without a date is of the newest "
	    "date that has ended, unless it says otherwise, and its run "
	    "pairs a start with its end. It is durable when it is answered.",
	    "gatewarden signal start predict --date 2026-01-16 --for run-7  "
	    "redeems the permit\n"
	    "gatewarden signal done predict --date 2026-01-16 --for run-7  "
	    "the evidence decides\n"
	    "gatewarden signal done nightly_backup --remark '42 GB'  "
	    "a heartbeat\n",
	    { { "event", PARAM_CHOICE, PARAM_PLACE | PARAM_NEEDED,
	        "start|done|failed", "what happened", "start|done|failed" },
	      PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "NAME",
	        "the phase, or the heartbeat"),
	      OPTION_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      OPTION_("for", PARAM_TEXT, 0, "RUN", "your run's id"),
	      OPTION_("remark", PARAM_TEXT, 0, "TEXT",
	        "kept with it, 4 KiB at most") } },
	{ "run", LEVEL_OPERATE, VERB_ACTS,
	    "start a phase now, under the same conditions as always",
	    "Nothing is bypassed: when a condition is closed it says which, "
	    "and the exit code is the verdict.",
	    "gatewarden run publish 2026-01-16  start it if it may\n",
	    { PLACE_("phase", PARAM_NAME, PARAM_NEEDED, "PHASE", "the phase"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "recover", LEVEL_OPERATE, VERB_ACTS,
	    "start a recovery now, within the same budgets", NULL,
	    "gatewarden recover phase4_backfill 2026-01-16 --dry-run  "
	    "the plan, with clock times and each end\n"
	    "gatewarden recover phase4_backfill 2026-01-16  start it\n",
	    { PLACE_("name", PARAM_NAME, PARAM_NEEDED, "NAME", "the recovery"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "reopen", LEVEL_OPERATE, VERB_ACTS,
	    "let a recovery or phase that has ended try again", NULL,
	    "gatewarden reopen recovery phase4_backfill 2026-01-16  "
	    "a new episode of its plan\n"
	    "gatewarden reopen publish 2026-01-16  a failed phase\n",
	    { PLACE_("what", PARAM_SCOPE, PARAM_NEEDED,
	        "PHASE | recovery NAME", "what has ended"),
	      PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE", DATE_HELP) } },
	{ "cancel", LEVEL_OPERATE, VERB_ACTS,
	    "end a running attempt", NULL,
	    "gatewarden cancel 118  TERM, then KILL\n",
	    { PLACE_("attempt", PARAM_COUNT, PARAM_NEEDED, "ATTEMPT",
	        "its number") } },
	{ "ack", LEVEL_OPERATE, VERB_TOP | VERB_ACTS,
	    "I have this incident: no reminders until then",
	    "It does not close the incident and does not stop automation; "
	    "worse news still comes through.",
	    "gatewarden ack 41 --until 09:00 looking at it  with a reason\n",
	    { PLACE_("incident", PARAM_COUNT, PARAM_NEEDED, "N",
	        "the incident's number"),
	      PLACE_("reason", PARAM_TEXT, PARAM_REST, "[TEXT]",
	        "why, for the others"),
	      OPTION_("until", PARAM_INSTANT, 0, "WHEN", UNTIL_HELP) } },
	{ "hold", LEVEL_OPERATE, VERB_TOP | VERB_ACTS,
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
	{ "release", LEVEL_OPERATE, VERB_ACTS,
	    "end a hold, by its number or by what it holds", NULL,
	    "gatewarden release 7  hold 7\n"
	    "gatewarden release all  the red button\n",
	    { PLACE_("what", PARAM_SCOPE, PARAM_NEEDED,
	        "ID | all | PHASE | recovery NAME | pipeline NAME",
	        "which hold"),
	      OPTION_("date", PARAM_DATE, 0, "DATE",
	        "the hold of this date") } },
	{ "override", LEVEL_OPERATE, VERB_TWO | VERB_ACTS,
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
	        "refuse if other conditions are closed than those shown") } },
	{ "backfill plan", LEVEL_OBSERVE, 0,
	    "what a backfill of a range of dates would do",
	    "The dates in order: what is whole already, what is missing and "
	    "which actions would start for it, what nothing can repair, what "
	    "would be published again, and how long it would take by the "
	    "durations that are known. Starts nothing.",
	    "gatewarden backfill plan 2025-12-01..2025-12-30  a month\n"
	    "gatewarden backfill plan 2026-01-02..last --pipeline nba --phase "
	    "precompute  one phase\n",
	    { BACKFILL_PARAMS } },
	{ "backfill start", LEVEL_OPERATE, VERB_TWO | VERB_ACTS,
	    "make a range of past dates whole",
	    "Shows the plan and asks. Then one date first, the canary; when "
	    "that has become whole, a few at a time. Only what is missing is "
	    "started, under all conditions but the age of the date, and from "
	    "a budget of its own; live dates go first. It stands still by "
	    "itself when the canary, or three dates in a row, did not become "
	    "whole. Nothing of its dates is told above its severity.",
	    "gatewarden backfill start 2025-12-01..2025-12-30 --reason "
	    "'outage of the source'  shows the plan, and asks\n"
	    "gatewarden backfill start 2025-12-01..2025-12-30 --canary "
	    "2025-12-10 --at-most 5 --reason outage --yes  without asking\n",
	    { BACKFILL_PARAMS,
	      OPTION_("reason", PARAM_TEXT, PARAM_NEEDED, "TEXT",
	        "why, for the record"),
	      OPTION_("canary", PARAM_DATE, 0, "DATE",
	        "the date that is first, and alone (default: the first that "
	        "lacks something)"),
	      FLAG_("no_canary", "begin with as many dates as are allowed"),
	      OPTION_("severity", PARAM_CHOICE, 0, "info|warning|critical",
	        "nothing of its dates is told higher (default info)"),
	      OPTION_("seen", PARAM_TEXT, 0, "TOKEN",
	        "refuse if the plan is another than the one shown") } },
	{ "backfill status", LEVEL_OBSERVE, 0,
	    "how far backfills are, and when they will be through", NULL,
	    "gatewarden backfill status  all of them\n"
	    "gatewarden backfill status 7  one, date by date\n",
	    { PLACE_("id", PARAM_COUNT, 0, "ID", "its number") } },
	{ "backfill pause", LEVEL_OPERATE, VERB_ACTS,
	    "start nothing more of a backfill; what runs is proved", NULL,
	    "gatewarden backfill pause 7  until it is resumed\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "ID", "its number") } },
	{ "backfill resume", LEVEL_OPERATE, VERB_ACTS,
	    "let a backfill that stands still go on", NULL,
	    "gatewarden backfill resume 7  also after it had stopped itself\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "ID", "its number") } },
	{ "backfill cancel", LEVEL_OPERATE, VERB_ACTS,
	    "end a backfill; what runs is proved", NULL,
	    "gatewarden backfill cancel 7  it can't be resumed\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "ID", "its number") } },
	{ "resolve", LEVEL_OPERATE, VERB_ACTS,
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
	{ "waive", LEVEL_OPERATE, VERB_ACTS,
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
	      FLAG_("ahead", "although it is not missing yet") } },
	{ "undo", LEVEL_OPERATE, VERB_ACTS,
	    "take back an override, hold, silence, waiver, label or ack",
	    NULL,
	    "gatewarden undo 12  by the number that was printed\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "ID",
	        "its number; of a label or ack, the incident's, the label "
	        "first") } },
	{ "reload", LEVEL_ADMIN, VERB_ACTS | VERB_WITHIN,
	    "read conf.d again: swap, or keep what runs and say why",
	    "With --dry-run it says what would happen at once: what the new "
	    "configuration would start, end and tell, given what was measured "
	    "last; what it would have to measure first is said to be not "
	    "known.",
	    "gatewarden reload  exit 1 when it was refused\n"
	    "gatewarden reload --dry-run --conf /srv/new.d  what another "
	    "one would do now\n",
	    { OPTION_("conf", PARAM_TEXT, 0, "PATH",
	        "with --dry-run: this one instead, as the daemon reads it"),
	      OPTION_("seen", PARAM_TEXT, 0, "HASH",
	        "refuse all but the configuration that was shown") } },
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
	{ "shutdown", LEVEL_ADMIN, VERB_ACTS | VERB_WITHIN,
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
	static const struct verb *(*const others[])(size_t) = {
		verb_report_at, verb_told_at, verb_deploy_at, verb_local_at };
	const struct verb *v;
	size_t k, n;

	if (i < ARRAY_SIZE(verbs))
		return &verbs[i];
	i -= ARRAY_SIZE(verbs);
	for (k = 0; k < ARRAY_SIZE(others); k++) {
		for (n = 0; (v = others[k](n)); n++)
			if (n == i)
				return v;
		i -= n;
	}
	return NULL;
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
	size_t i;

	for (i = 0; (p = verb_param_at(v, i)); i++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

const struct param *
verb_param_at(const struct verb *v, size_t i)
{
	static const struct param dry_run = FLAG_("dry_run",
	    "say what it would do, and do nothing");
	size_t n = 0;

	while (n < PARAMS_MAX && v->params[n].name)
		n++;
	if (i < n)
		return &v->params[i];
	return i == n && (v->flags & VERB_ACTS) ? &dry_run : NULL;
}

const struct exit_meaning *
exit_meaning_at(size_t i)
{
	return i < ARRAY_SIZE(exits) ? &exits[i] : NULL;
}
