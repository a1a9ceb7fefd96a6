/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs_told.c -- the rows of the verb table about who is told, and why.
 */
#include "control/verbs_table.h"

#include "base/cleanup.h"

static const struct verb rows[] = {
	{ "silence", LEVEL_OPERATE, VERB_ACTS,
	    "do not tell me of this until then",
	    "Matchers are pipeline=, phase=, date=, severity=, incident= and "
	    "tag=; all of them must match. What it holds is not lost: when "
	    "it ends, how things are is compared with what was told, and the "
	    "difference is said. --preview shows what it would mute now; one "
	    "that mutes nothing is listed as that.",
	    "gatewarden silence phase=publish --until 06:00 --reason "
	    "'warehouse moves' --preview  looks first\n"
	    "gatewarden silence incident=41 --until 2h --reason 'vendor "
	    "has it'  one incident\n",
	    { PLACE_("matchers", PARAM_WORDS, PARAM_NEEDED, "MATCHER...",
	        "what it is about: phase=publish severity=warning"),
	      OPTION_("until", PARAM_INSTANT, PARAM_NEEDED, "WHEN",
	        "when it ends by itself: 09:00, 2h, 2026-01-16 09:00"),
	      OPTION_("reason", PARAM_TEXT, PARAM_NEEDED, "TEXT",
	        "why, for the others"),
	      FLAG_("preview", "show what it would mute now, make none") } },
	{ "silences", LEVEL_OBSERVE, 0,
	    "the silences that stand, and what each mutes now", NULL,
	    "gatewarden silences  with who made each, and why\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } },
	{ "notify explain", LEVEL_OBSERVE, 0,
	    "why somebody was told of an incident, or was not",
	    "Each ruling with the stages that it passed (route, news, "
	    "maintenance, silence, flapping, quiet, burst, digest, cap) and "
	    "the one that stopped it, by name and place; then what became of "
	    "the messages.",
	    "gatewarden notify explain 41  incident 41\n"
	    "gatewarden notify explain 118 --message  by a message's id\n",
	    { PLACE_("id", PARAM_COUNT, PARAM_NEEDED, "N",
	        "the incident's number"),
	      FLAG_("message", "N is the id of a message") } },
	{ "why-quiet", LEVEL_OBSERVE, 0,
	    "what was not sent about a date, and why",
	    "What is held or was collected, what had nothing new to say, and "
	    "what hangs under another incident and is said with that.",
	    "gatewarden why-quiet 2026-01-16  one date\n",
	    { PLACE_("date", PARAM_DATE, PARAM_NEEDED, "DATE",
	        "data date, YYYY-MM-DD or 'last' (the newest ended one)"),
	      OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE",
	        "only this one") } },
	{ "routes", LEVEL_OBSERVE, 0,
	    "who is told of what, and when each was last reached", NULL,
	    "gatewarden routes  in the order in which they are tried\n",
	    { { NULL, PARAM_TEXT, 0, NULL, NULL, NULL } } }
};

const struct verb *
verb_told_at(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
