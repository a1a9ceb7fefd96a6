/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules_read.c -- from an event to a fact.
 *
 * Knows the members of the daemon's rows (engine/record.h has the same
 * names), and that what stands under "said" is the daemon's. A member that
 * isn't there is not known; a word that isn't one of ours is wrong.
 */
#include "journal/rules_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

/*------------------------------------------------------------------- words */

static const char *const results[] = { "pass", "warn", "fail", "unknown",
	"skip", "not_due", NULL };
static const char *const verdicts[] = { "open", "degraded", "waiting",
	"unknown", "blocked", NULL };
static const char *const phase_states[] = { "pending", "starting", "running",
	"verifying", "in_doubt", "done", "failed", "skipped", NULL };
static const char *const attempt_states[] = { "intent", "running",
	"in_doubt", "verifying", "closed", "held", NULL };
static const char *const outcomes[] = { "none", "recovered", "improved",
	"no_effect", "worse", "unproven", "done", "not_done", NULL };
static const char *const roots[] = { "phase", "alarm", "probe", "bypass",
	"attempt", "adoption", "action", "early", NULL };
static const char *const scopes[] = { "all", "pipeline", "phase",
	"recovery", NULL };
static const char *const permit_states[] = { "granted", "started", "closed",
	"expired", NULL };
static const char *const severities[] = { "none", "info", "warning",
	"critical", NULL };

struct reader {
	struct interned *words;
	struct room *room;
	const struct store_event *e;
	const char *pipeline;
	const json_t *data;
	const char *wrong;
};

/* A member that isn't there is the first of its words. */
static int
word(struct reader *r, const char *member, const char *const *words)
{
	const char *s = json_text(r->data, member, NULL);
	int i;

	if (s == NULL)
		return 0;
	for (i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	r->wrong = member;
	return 0;
}

static int32_t
severity(struct reader *r, const char *member)
{
	return json_object_get(r->data, member) ? word(r, member,
	    severities) : -1;
}

static bool
marked(const struct reader *r, const char *mark)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(r->data, "marks"), i, v)
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), mark) == 0)
			return true;
	return false;
}

static double
number(const json_t *o, const char *member)
{
	return json_num(o, member, NAN);
}

/* So far from the ends that a day more or less is a number. */
static int64_t
bounded(int64_t v)
{
	static const int64_t most = INT64_MAX / 1024;

	return v == INSTANT_NONE ? v : v > most ? most : v < -most ? -most : v;
}

static int64_t
instant(const json_t *o, const char *member)
{
	return bounded(json_int(o, member, INSTANT_NONE));
}

/* An id; what isn't one is none. */
static uint64_t
id(const struct reader *r, const char *member)
{
	int64_t v = json_int(r->data, member, 0);

	return v > 0 ? (uint64_t)v : 0;
}

static int32_t
count(const struct reader *r, const char *member)
{
	int64_t v = json_int(r->data, member, 0);

	return v > INT32_MAX ? INT32_MAX : v < 0 ? 0 : (int32_t)v;
}

struct law_names
read_names(struct interned *w, struct room *room, const json_t *list,
    char kind, const char *pipeline)
{
	struct law_names names = { 0, room->names + room->n_names };
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		room->full = room->full || room->n_names == READ_MAX;
		if (!json_is_string(v) || room->full)
			continue;
		room->names[room->n_names++] = interned_number(w, kind,
		    pipeline, json_string_value(v));
		names.n++;
	}
	return names;
}

/*---------------------------------------------------------------- readings */

static bool
result_of(const json_t *o, enum law_result *ret)
{
	const char *s = json_text(o, "result", "");
	int i;

	for (i = 0; results[i]; i++)
		if (strcmp(results[i], s) == 0) {
			*ret = (enum law_result)i;
			return true;
		}
	return false;
}

static bool
read_reading(struct reader *r, const json_t *o, int32_t day,
    struct law_reading *ret)
{
	const char *check = json_text(o, "check", NULL);

	*ret = (struct law_reading){ .day = day,
		.check = interned_number(r->words, 'c', NULL, check),
		.value = number(o, "value"),
		.expected = number(o, "expected"),
		.began = instant(o, "began_at"),
		.age_ms = json_int(o, "age_ms", -1),
		.fresh_ms = json_int(o, "fresh_ms", -1),
		.due = instant(o, "due_at") };
	return check && result_of(o, &ret->result);
}

static int32_t
read_readings(struct reader *r, const json_t *list, int32_t day,
    const struct law_reading **ret)
{
	struct room *room = r->room;
	int32_t n = 0;
	const json_t *o;
	size_t i;

	*ret = room->readings + room->n_readings;
	json_array_foreach(list, i, o) {
		room->full = room->full || room->n_readings == READ_MAX;
		if (!room->full && read_reading(r, o, day,
		    &room->readings[room->n_readings])) {
			room->n_readings++;
			n++;
		}
	}
	return n;
}

/*------------------------------------------------------------------ subjects */

static uint32_t
name_of(struct reader *r, char kind)
{
	return interned_number(r->words, kind, r->pipeline, r->e->subject);
}

static char
letter_of_root(enum law_root k)
{
	return k == LAW_ROOT_ALARM ? 'g' : k == LAW_ROOT_PROBE ||
	    k == LAW_ROOT_EARLY ? 'c' : k == LAW_ROOT_ACTION ? 'a' : 'p';
}

/*-------------------------------------------------------------------- facts */

static void
read_date(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_DATE;
	f->u.date = (struct law_date){ .owed = json_int(r->data, "owed", -1),
		.adopted = json_flag(r->data, "adopted", false),
		.closed = json_flag(r->data, "closed", false) };
}

static void
read_met(struct reader *r, struct law_fact *f)
{
	if (!read_day(json_text(r->data, "through", NULL), &f->day))
		return;
	f->kind = FACT_MET;
	f->name = name_of(r, 'p');
}

static void
read_check(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_CHECK;
	f->name = name_of(r, 'c');
	f->u.check = (struct law_check){
		.raw = (enum law_result)word(r, "raw", results),
		.measured = json_flag(r->data, "measured", true),
		.fault = json_flag(r->data, "fault", false),
		.value = number(r->data, "value"),
		.expected = number(r->data, "expected"),
		.extra = json_int(r->data, "extra", -1),
		.waived = json_int(r->data, "waived", 0),
		.measurement = id(r, "measurement"),
		.began = instant(r->data, "began_wall"),
		.ended = instant(r->data, "ended_wall"),
		.in_row = count(r, "in_row") };
}

static void
read_gate(struct reader *r, struct law_fact *f)
{
	const char *hash = json_text(r->data, "revision", "0");

	f->kind = FACT_GATE;
	f->name = name_of(r, 'g');
	f->u.gate = (struct law_gate){
		.verdict = (enum law_verdict)word(r, "verdict", verdicts),
		.revision = strtoull(hash, NULL, 16) };
}

static void
read_phase(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_PHASE;
	f->name = name_of(r, 'p');
	f->u.phase = (struct law_phase){
		.state = (enum law_phase_state)word(r, "state",
		    phase_states),
		.bypassed = marked(r, "bypassed"),
		.attempt = id(r, "attempt"),
		.attempts = count(r, "attempts"),
		.episode = count(r, "episode"),
		.outside = json_text(r->data, "run_id", "")[0] != '\0',
		.next_at = instant(r->data, "retry_at") };
}

static void
read_recovery(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_RECOVERY;
	f->name = name_of(r, 'r');
	f->u.recovery = (struct law_recovery){
		.attempts = count(r, "attempts"),
		.episode = count(r, "episode"),
		.ended = strcmp(json_text(r->data, "ended", "nothing"),
		    "nothing") != 0,
		.next_at = instant(r->data, "next_at") };
}

/* NULL: nothing is said of it. */
static const struct law_basis *
read_basis(struct reader *r, const struct law_fact *f, const json_t *said)
{
	struct room *room = r->room;
	const json_t *evidence = json_object_get(said, "evidence");

	if (!evidence)
		return NULL;
	room->basis.date_ended = instant(said, "date_ended_at");
	room->basis.n_readings = read_readings(r, evidence, f->day,
	    &room->basis.readings);
	return room->full ? NULL : &room->basis;
}

static void
read_attempt(struct reader *r, struct law_fact *f)
{
	const json_t *said = json_object_get(r->data, "said"), *proof;
	const char *failure = json_text(r->data, "failure", "none");
	bool repairs = json_text(r->data, "recovery", NULL) != NULL;
	struct law_attempt *a = &f->u.attempt;

	f->kind = FACT_ATTEMPT;
	f->name = name_of(r, repairs ? 'r' : 'p');
	*a = (struct law_attempt){ .id = id(r, "id"), .repairs = repairs,
		.action = interned_number(r->words, 'a', NULL,
		    json_text(r->data, "action", NULL)),
		.number = count(r, "number"),
		.state = (enum law_attempt_state)word(r, "state",
		    attempt_states),
		.outcome = (enum law_outcome)word(r, "outcome", outcomes),
		.failed = strcmp(failure, "none") != 0,
		.for_good = strcmp(failure, "permanent") == 0 ||
		    strcmp(failure, "config") == 0,
		.intent_at = instant(r->data, "intent_at"),
		.ended_at = instant(r->data, "ended_at"),
		.by_person = json_flag(r->data, "by_person", false),
		.backfill = id(r, "backfill"),
		.n_proof = -1 };
	if (json_text(r->data, "state", NULL) == NULL)
		r->wrong = "state";
	a->failing = read_names(r->words, r->room, json_object_get(r->data,
	    "failing"), 'c', NULL);
	proof = json_object_get(said, "proof");
	if (a->state == LAW_INTENT) {
		a->basis = read_basis(r, f, said);
		f->epoch = (uint64_t)json_int(said, "epoch",
		    (int64_t)f->epoch);
	} else if (proof)
		a->n_proof = read_readings(r, proof, f->day, &a->proof);
}

static void
read_incident(struct reader *r, struct law_fact *f)
{
	enum law_root kind = (enum law_root)word(r, "kind", roots);

	f->kind = FACT_INCIDENT;
	f->name = name_of(r, letter_of_root(kind));
	f->u.incident = (struct law_incident){ .number = id(r, "number"),
		.kind = kind, .open = json_flag(r->data, "open", true),
		.severity = severity(r, "severity"),
		.told = severity(r, "told"),
		.gave_up = json_flag(r->data, "gave_up", false),
		.message = id(r, "message"),
		.told_at = instant(r->data, "told_at"),
		.acked_until = instant(r->data, "acked_until") };
}

static void
read_breach(struct reader *r, struct law_fact *f)
{
	enum law_root kind = (enum law_root)word(r, "kind", roots);

	f->kind = FACT_BREACH;
	f->name = name_of(r, letter_of_root(kind));
	f->u.breach = (struct law_breach){ .incident = id(r, "incident"),
		.kind = kind, .open = json_flag(r->data, "open", true) };
}

static void
read_hold(struct reader *r, struct law_fact *f)
{
	enum law_scope scope = (enum law_scope)word(r, "scope", scopes);

	f->kind = FACT_HOLD;
	f->name = scope == LAW_HOLD_PHASE ? name_of(r, 'p') :
	    scope == LAW_HOLD_RECOVERY ? name_of(r, 'r') : 0;
	if (scope == LAW_HOLD_PIPELINE)
		f->pipeline = name_of(r, 'l');
	f->u.hold = (struct law_hold){ .id = id(r, "id"), .scope = scope,
		.any_date = json_flag(r->data, "any_date", false),
		.live = json_flag(r->data, "live", false),
		.until = instant(r->data, "until") };
}

static void
read_override(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_OVERRIDE;
	f->name = name_of(r, 'p');
	f->u.override = (struct law_override){ .id = id(r, "id"),
		.live = json_flag(r->data, "live", false),
		.until = instant(r->data, "until") };
}

static void
read_backfill(struct reader *r, struct law_fact *f)
{
	int32_t from = 0;

	f->kind = FACT_BACKFILL;
	if (!read_day(json_text(r->data, "from", NULL), &from))
		r->wrong = "from";
	f->u.backfill = (struct law_backfill){ .id = id(r, "id"),
		.runs = strcmp(json_text(r->data, "state", ""),
		    "running") == 0,
		.canary = json_flag(r->data, "canary", false),
		.proven = json_flag(r->data, "proven", false),
		.from = from, .at_most = count(r, "at_most"),
		.per_hour = count(r, "starts_per_hour"),
		.dates = json_text(r->data, "dates", "") };
}

static void
read_permit(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_PERMIT;
	f->name = name_of(r, 'p');
	f->u.permit = (struct law_permit){ .id = id(r, "id"),
		.state = (enum law_permit_state)word(r, "state",
		    permit_states),
		.verdict = (enum law_verdict)word(r, "verdict", verdicts),
		.valid_until = instant(r->data, "valid_until"),
		.basis = read_basis(r, f, json_object_get(r->data,
		    "said")) };
}

static void
read_breaker(struct reader *r, struct law_fact *f)
{
	static const char *const states[] = { "closed", "open", "half_open",
		NULL };

	f->kind = FACT_BREAKER;
	f->name = name_of(r, 'b');
	f->u.breaker = (struct law_breaker){
		.state = (enum law_breaker_state)word(r, "state", states),
		.probe_from = id(r, "probe_from") };
}

static void
read_disabled(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_DISABLED;
	f->name = name_of(r, 'r');
	f->u.disabled = (struct law_disabled){
		.live = json_flag(r->data, "live", false),
		.checks = read_names(r->words, r->room, json_object_get(
		    r->data, "checks"), 'c', NULL) };
}

static void
read_waiver(struct reader *r, struct law_fact *f)
{
	f->kind = FACT_WAIVER;
	f->name = name_of(r, 'c');
	f->u.waiver = (struct law_waiver){ .id = id(r, "id"),
		.live = strcmp(json_text(r->data, "state", ""), "live") == 0,
		.whole = json_text(r->data, "items", "")[0] == '\0' };
}

static void
read_daemon(struct reader *r, struct law_fact *f)
{
	const char *what = json_text(r->data, "what", "");

	f->kind = FACT_DAEMON;
	f->u.daemon = (struct law_daemon){ .epoch = id(r, "epoch"),
		.starts = strcmp(what, "start") == 0 };
}

static void
read_note(struct reader *r, struct law_fact *f)
{
	const char *kind = json_text(r->data, "kind", "");

	if (strcmp(kind, "clock_jump") == 0)
		f->kind = FACT_CLOCK_JUMP;
	if (strcmp(kind, "late_verdict") == 0) {
		f->kind = FACT_LATE;
		f->name = name_of(r, 'g');
	}
	if (strcmp(kind, "missed_slot") == 0) {
		f->kind = FACT_SLOT;
		f->name = name_of(r, 'c');
		f->u.slot.instant = json_int(r->data, "detail", 0);
	}
}

typedef void read_kind_fn(struct reader *, struct law_fact *);

static read_kind_fn *
reader_of(const char *kind)
{
	static const struct { const char *kind; read_kind_fn *fn; } all[] = {
		{ "check", read_check }, { "gate", read_gate },
		{ "phase", read_phase }, { "date", read_date },
		{ "attempt", read_attempt }, { "recovery", read_recovery },
		{ "incident", read_incident }, { "breach", read_breach },
		{ "hold", read_hold }, { "override", read_override },
		{ "breaker", read_breaker }, { "disabled", read_disabled },
		{ "permit", read_permit }, { "backfill", read_backfill },
		{ "waiver", read_waiver },
		{ "note", read_note },
		{ "met_phase", read_met }, { "daemon", read_daemon }
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].kind, kind) == 0)
			return all[i].fn;
	return NULL;
}

/* A row that has moved to another name, or is gone, says nothing more. */
static bool
says_nothing(const json_t *data)
{
	return json_object_get(data, "moved") || json_object_get(data,
	    "gone");
}

bool
read_fact(struct interned *w, struct room *room, const struct store_event *e,
    uint64_t seq, struct law_fact *ret, const char **ret_wrong)
{
	struct reader r = { w, room, e, e->pipeline, e->data, NULL };
	read_kind_fn *fn = reader_of(e->kind);

	*ret_wrong = NULL;
	room->n_names = room->n_readings = 0;
	room->full = false;
	if (e->data == NULL || says_nothing(e->data))
		return false;
	*ret = (struct law_fact){ .kind = FACT_OTHER, .seq = seq,
		.at = bounded(e->at) };
	ret->pipeline = interned_number(w, 'l', NULL, e->pipeline);
	ret->dated = read_day(e->date, &ret->day);
	if (fn)
		fn(&r, ret);
	*ret_wrong = r.wrong;
	return true;
}
