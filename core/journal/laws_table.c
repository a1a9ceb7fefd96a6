/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_table.c -- the laws by name, with the guarantee that each stands for.
 *
 * The numbers are those of the list "what can't happen" in the guide, where
 * people find what a finding means; the words are what `journal check`
 * prints behind it.
 */
#include <assert.h>

#include "journal/laws.h"

static const struct {
	const char *name;
	int guarantee;
	const char *says;
} table[LAWS] = {
	[LAW_INTENT_FIRST] = { "intent_first", 5,
	    "nothing begins without an intent in the journal before it" },
	[LAW_INTENT_ONCE] = { "intent_once", 5,
	    "an attempt has one intent" },
	[LAW_FORWARD] = { "forward", 5, "an attempt only goes forward" },
	[LAW_BEGUN_ONCE] = { "begun_once", 5,
	    "an attempt is begun once, by its intent" },
	[LAW_ALONE] = { "alone", 5,
	    "of a phase or recovery and date one attempt is in flight" },
	[LAW_APART] = { "apart", 5,
	    "nothing starts beside a repair of the same data" },
	[LAW_DOUBT] = { "doubt", 5,
	    "what was under way when the daemon ended is in doubt first" },
	[LAW_DECIDED_AFTER] = { "decided_after", 5,
	    "an attempt in doubt is decided by what is measured since" },
	[LAW_NOT_REPEATED] = { "not_repeated", 5,
	    "what can't be decided and must not be repeated is held" },
	[LAW_ONE_STARTER] = { "one_starter", 1,
	    "a phase and date has one starter: us, or a run with a permit" },
	[LAW_EDGE_OPEN] = { "edge_open", 1,
	    "a phase starts behind an open edge, or spends an override" },
	[LAW_ENFORCED] = { "enforced", 1,
	    "a pipeline that only watches starts nothing" },
	[LAW_PERMIT_OPEN] = { "permit_open", 1,
	    "a permit is granted on an open edge, or spends an override" },
	[LAW_REVISION] = { "revision", 2,
	    "a verdict is never of an older revision than the one before" },
	[LAW_NO_TIMER] = { "no_timer", 2,
	    "a blocked gate opens by new evidence, not by time" },
	[LAW_REPAIRS_FAILING] = { "repairs_failing", 3,
	    "a repair is for checks that fail, told and confirmed" },
	[LAW_NOTHING_PASSES] = { "nothing_passes", 3,
	    "what could not tell, NaN and 0 of 0 are not well" },
	[LAW_WORDS] = { "words", 4,
	    "a decision calls each result by the word that its row has" },
	[LAW_IDLE] = { "idle", 4,
	    "on a date that owes nothing nothing starts and nothing alarms" },
	[LAW_PROVED] = { "proved", 6,
	    "an outcome agrees with the checks that it is about" },
	[LAW_PROVED_BY_LATER] = { "proved_by_later", 6,
	    "an outcome rests on what was measured after the end" },
	[LAW_ENDED_STAYS] = { "ended_stays", 6,
	    "a plan that has ended stays so until a new episode" },
	[LAW_TURN] = { "turn", 6,
	    "a repair waits until those before it in order have ended" },
	[LAW_NUMBERED] = { "numbered", 7,
	    "attempts of a plan are numbered one after the other" },
	[LAW_PLANNED] = { "planned", 7,
	    "a plan starts no more than its attempts unasked" },
	[LAW_BACKOFF] = { "backoff", 7,
	    "another try comes no earlier than the journal says" },
	[LAW_BUDGET] = { "budget", 7,
	    "starts per hour and repairs per date stay within the budget" },
	[LAW_NO_REFUND] = { "no_refund", 7,
	    "counted attempts are never given back" },
	[LAW_OPENS_ONCE] = { "opens_once", 8,
	    "an incident opens once, and is told to open first of all" },
	[LAW_SEVERITY_GROWS] = { "severity_grows", 8,
	    "an incident only gets worse" },
	[LAW_TOLD_AGAIN] = { "told_again", 8,
	    "it is told again when it is worse, given up, or due again" },
	[LAW_ENDS_WHOLE] = { "ends_whole", 8,
	    "an incident ends when nothing in it stands" },
	[LAW_RESOLVED_LAST] = { "resolved_last", 8,
	    "the end of an incident is told once, and last" },
	[LAW_END_TOLD] = { "end_told", 8,
	    "whoever was told that it began is told that it ended" },
	[LAW_TRIED] = { "tried", 9, "what was delivered was tried" },
	[LAW_IN_ORDER] = { "in_order", 9,
	    "messages of one incident reach a notifier in order" },
	[LAW_OF_INCIDENT] = { "of_incident", 9,
	    "a message is about an incident that there is" },
	[LAW_EPOCH] = { "epoch", 12,
	    "nothing of an older epoch follows a newer one" },
	[LAW_SLOT_ONCE] = { "slot_once", 12,
	    "each slot of a schedule is used or decided once" },
	[LAW_FRESH] = { "fresh", 13,
	    "what something is started on is fresh" },
	[LAW_NOT_HELD] = { "not_held", 7,
	    "nothing starts under a hold" },
	[LAW_FOUND] = { "found", 14,
	    "a phase that ran although its edge was closed is told of" },
	[LAW_REACH] = { "reach", 15,
	    "adopted dates and old ones are not acted on unasked" },
	[LAW_BREAKER] = { "breaker", 7,
	    "an open breaker lets nothing start, a half open one one by one" },
	[LAW_DISABLED] = { "disabled", 6,
	    "what made its checks worse is off until a person re-opens it" },
	[LAW_RETIRED] = { "retired", 15,
	    "what belongs to a source that is given up repairs nothing" },
	[LAW_BACKFILL] = { "backfill", 15,
	    "a backfill starts while it runs, on its active dates, and "
	    "nothing that was whole" },
	[LAW_BACKFILL_ROOM] = { "backfill_room", 7,
	    "no more dates of a backfill are active than it may have" },
	[LAW_UNIQUE] = { "unique", 7, "a number is used once" },
};

const char *
law_name(enum law law)
{
	assert((unsigned int)law < LAWS);
	return table[law].name;
}

int
law_guarantee(enum law law)
{
	assert((unsigned int)law < LAWS);
	return table[law].guarantee;
}

const char *
law_says(enum law law)
{
	assert((unsigned int)law < LAWS);
	return table[law].says;
}
