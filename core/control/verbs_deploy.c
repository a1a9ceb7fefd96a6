/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs_deploy.c -- the rows of the verb table about bringing a
 * configuration to work, and whether what it needs is there.
 */
#include "control/verbs_table.h"

#include "base/cleanup.h"

static const struct verb rows[] = {
	{ "apply", LEVEL_NONE, VERB_LOCAL | VERB_ACTS,
	    "check, plan, ask, reload and verify, in one command",
	    "Checks the candidate; says what would happen at once, and what "
	    "would have been otherwise over the last dates ('config plan'); "
	    "asks; puts its *.conf files in the place of those that the "
	    "daemon was started with, which are kept beside as .previous; "
	    "reloads, and only what was shown; verifies; and says what to do "
	    "next. Without CANDIDATE it is what the daemon was started with, "
	    "edited in place. Whatever is refused on the way changes "
	    "nothing. Exit 0 when it runs and all is there, 1 when it was "
	    "refused and nothing has changed, 4 when nobody said yes, 10 "
	    "when it runs and verify found something, 13 when it runs and "
	    "something could not be told.",
	    "gatewarden apply new.d  shows, asks, and does it\n"
	    "gatewarden apply new.d --dry-run  shows what it would do\n"
	    "gatewarden apply new.d --yes --json  for a script\n",
	    { PLACE_("conf", PARAM_PATH, 0, "CANDIDATE",
	        "directory or file (default: the running one, edited)"),
	      OPTION_("last", PARAM_COUNT, 0, "N",
	        "how many dates to compare over (default 14)"),
	      OPTION_("facts", PARAM_PATH, 0, "FILE",
	        "history, instead of the daemon's journal"),
	      OPTION_("scenario", PARAM_PATH, 0, "FILE",
	        "how it answers checks, and what actions do"),
	      OPTION_("skip", PARAM_WORDS, 0, "NAME",
	        "entries that verify leaves out; again for several"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } },
	{ "verify", LEVEL_OPERATE, 0,
	    "what is declared, against what exists",
	    "Each entry of the inventory is measured once, and what is "
	    "declared and absent, or exists and is not declared, is listed; "
	    "beside them, whether plugins can be loaded, secrets are set and "
	    "routes have delivered in the last seven days. With DIR it needs "
	    "no daemon, as before a deployment: entries with offline = false "
	    "and the routes are then left out, and said to be. Exit 0 when "
	    "all is there, 1 when something is absent or wrong, 13 when "
	    "something could not be told, 10 when there is only a warning, "
	    "such as something that nobody declared.",
	    "gatewarden verify  of what runs\n"
	    "gatewarden verify conf.d/nba --skip secrets --junit > "
	    "verify.xml  before a deployment\n"
	    "gatewarden verify --only schedulers --tap  one kind of thing\n",
	    { PLACE_("dir", PARAM_PATH, 0, "DIR",
	        "directory or file (default: ask the daemon)"),
	      OPTION_("date", PARAM_DATE, 0, "DATE",
	        "measured for this date (default: the newest ended one)"),
	      OPTION_("only", PARAM_WORDS, 0, "NAME",
	        "these entries, or all of this kind; again for several"),
	      OPTION_("skip", PARAM_WORDS, 0, "NAME",
	        "all but these, or this kind; again for several"),
	      FLAG_("junit", "as JUnit's XML"),
	      FLAG_("tap", "as TAP 14"),
	      OPTION_("plugin_dir", PARAM_PATH, 0, "DIR",
	        "where the plugins are"),
	      OPTION_("host", PARAM_PATH, 0, "PATH",
	        "the gatewarden-host to ask them with") } }
};

const struct verb *
verb_deploy_at(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
