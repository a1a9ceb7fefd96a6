/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.c -- the laws, fed from the events of a journal.
 *
 * Only takes things from one place to another: events become facts
 * (rules_read.c), the laws judge them, and what they find becomes a finding
 * of the audit. The event's number stands in front, the guarantee behind.
 */
#include "journal/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "journal/rules_read.h"

struct rules {
	struct audit *audit;    /* borrowed */
	struct laws *laws;
	struct interned words;
	struct room room;
};

static void
found(void *arg, const struct law_finding *x)
{
	struct rules *r = arg;

	if (x->seq != 0)
		audit_finding(r->audit, "event %llu: %s (guarantee %d: %s)",
		    (unsigned long long)x->seq, x->sentence,
		    law_guarantee(x->law), law_says(x->law));
	else
		audit_finding(r->audit, "%s (guarantee %d: %s)", x->sentence,
		    law_guarantee(x->law), law_says(x->law));
}

static const char *
name(void *arg, uint32_t number)
{
	const struct rules *r = arg;

	return interned_text(&r->words, number);
}

struct rules *
rules_new(struct audit *a)
{
	struct rules *r = calloc(1, sizeof *r);

	if (r == NULL)
		abort();
	r->audit = a;
	r->laws = laws_new(&(struct laws_options){ .arg = r, .found = found,
		.name = name });
	interned_init(&r->words);
	return r;
}

/* An end that waits for its recipient, or that a digest told him of, stands
 * in no message of the incident: it counts as one that is on its way. The
 * outbox comes later and has the last word on those that it has. */
static void
see_telling(struct rules *r, const struct stored_event *e)
{
	const json_t *d = e->e.data;
	struct law_fact f = { .kind = FACT_MESSAGE, .at = e->e.at,
		.name = interned_number(&r->words, 'n', NULL, json_text(d,
		"notifier", "")) };

	if (strcmp(json_text(d, "kind", ""), "resolved") != 0 ||
	    (!json_flag(d, "waits", false) &&
	    !json_flag(d, "by_digest", false)))
		return;
	f.u.message = (struct law_message){
		.id = (uint64_t)json_int(d, "message", 0),
		.incident = (uint64_t)json_int(d, "incident", 0),
		.kind = LAW_RESOLVED, .queued_at = e->e.at,
		.delivered_at = INSTANT_NONE, .gave_up_at = INSTANT_NONE };
	laws_see(r->laws, &f);
}

static void
see(void *arg, const struct law_fact *f)
{
	struct rules *r = arg;

	laws_see(r->laws, f);
}

void
rules_event(struct rules *r, const struct stored_event *e)
{
	const char *wrong;
	struct law_fact f;

	if (!read_fact(&r->words, &r->room, &e->e, e->seq, &f, &wrong))
		return;
	if (wrong) {
		audit_finding(r->audit, "event %llu: %s/%s has no known %s: "
		    "'%s'", (unsigned long long)e->seq, e->e.kind,
		    e->e.subject ? e->e.subject : "-", wrong,
		    json_text(e->e.data, wrong, ""));
		return;
	}
	if (strcmp(e->e.kind, "telling") == 0)
		see_telling(r, e);
	if (strcmp(e->e.kind, "graph") == 0)
		read_definitions(&r->words, &r->room, &f, e->e.data, see, r);
	else
		laws_see(r->laws, &f);
}

static enum law_notice
notice_of(const char *kind)
{
	static const char *const words[LAW_NOTICES] = {
		[LAW_OPENED] = "opened", [LAW_WORSENED] = "worse",
		[LAW_GAVE_UP] = "gave_up", [LAW_REMINDER] = "reminder",
		[LAW_RESOLVED] = "resolved", [LAW_ADOPTED] = "adopted",
		[LAW_TEST] = "test"
	};
	int i;

	for (i = 0; i < LAW_NOTICES; i++)
		if (strcmp(words[i], kind) == 0)
			return (enum law_notice)i;
	/* both say of an incident that it is open; "digest" is of none */
	if (strcmp(kind, "escalated") == 0 || strcmp(kind, "flapping") == 0)
		return LAW_REMINDER;
	return LAW_TEST;
}

void
rules_message(struct rules *r, const struct stored_message *m)
{
	struct law_fact f = { .kind = FACT_MESSAGE, .at = m->queued_at,
		.name = interned_number(&r->words, 'n', NULL, m->m.notifier) };

	if (m->m.body == NULL)
		audit_finding(r->audit, "message %llu to '%s' is unreadable",
		    (unsigned long long)m->m.id, m->m.notifier);
	f.u.message = (struct law_message){ .id = m->m.id,
		.incident = m->m.incident,
		.kind = notice_of(json_text(m->m.body, "kind", "")),
		.tries = m->tries, .queued_at = m->queued_at,
		.delivered_at = m->delivered_at,
		.gave_up_at = m->gave_up_at };
	laws_see(r->laws, &f);
}

void
rules_end(struct rules *r)
{
	laws_end(r->laws);
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	laws_free(r->laws);
	interned_free(&r->words);
	free(r);
}
