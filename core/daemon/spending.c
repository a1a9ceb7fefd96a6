/* SPDX-License-Identifier: BSD-2-Clause
 *
 * spending.c -- what checks may cost, where a database is paid by the bytes
 * that are read.
 *
 * A row for each database and day of UTC: bytes that were spent, and bytes
 * that are out with calls under way. A call gets a share (at most
 * max_bytes_per_query), which is debited durably before it is made; the
 * answer says what it has cost, and the rest comes back. What never answers
 * has cost its share; what is found reserved at start was under way when the
 * daemon ended, and has cost it, too. So a restart refunds nothing, and all
 * calls together can't spend more than the day has, unless a plugin spends
 * more than it was given: that is debited as well.
 *
 * A call for which less than a share is left waits while others are under
 * way: they may give something back. Afterwards it gets what is left, and
 * when that is nothing the check is unknown, because of the budget.
 *
 * Days are of UTC, by the clock that the pipelines have.
 */
#include "daemon/spending.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
#include "calendar/day.h"
#include "daemon/dry.h"

enum { DAYS_KEPT = 31, SHARES = 10 };

/* What a plugin says may be anything: an EiB is more than enough. */
#define MOST_BYTES (INT64_C(1) << 60)

/* What stands in conf.d, in the options of an instance. */
struct budget {
	const char *name;       /* of the database; NULL: it has none */
	int64_t day, share;     /* bytes; 0: no limit */
};

static struct budget
budget_of(const struct instance *in)
{
	const char *key;
	json_t *v;

	json_object_foreach(in->options, key, v)
		if (json_text(v, "driver", NULL)) {
			struct budget b = { json_text(v, "name", NULL),
				json_int(v, "max_bytes_per_day", 0), 0 };

			b.share = json_int(v, "max_bytes_per_query",
			    b.day / SHARES);
			if (b.share > b.day)
				b.share = b.day;
			if (b.day > 0 && b.share == 0)
				b.share = 1;
			return b;
		}
	return (struct budget){ NULL, 0, 0 };
}

/*-------------------------------------------------------------------- rows */

static void
today(struct supervisor *s, char day[DATE_TEXT])
{
	char at[INSTANT_TEXT];
	struct now now;

	supervisor_now(s, &now);
	(void)snprintf(day, DATE_TEXT, "%.10s", instant_utc(now.wall, at));
}

/* Borrowed; NULL: nothing yet. */
static json_t *
row_of(const struct supervisor *s, const char *name, const char *day)
{
	return json_object_get(json_object_get(s->spending, name), day);
}

/* Days are few, and the oldest goes, to make room. */
static void
drop_oldest(json_t *days)
{
	const char *day, *oldest = NULL;
	json_t *row;

	if (json_object_size(days) < DAYS_KEPT)
		return;
	json_object_foreach(days, day, row)
		if (json_int(row, "reserved", 0) == 0 &&
		    (oldest == NULL || strcmp(day, oldest) < 0))
			oldest = day;
	if (oldest)
		(void)json_object_del(days, oldest);
}

static json_t *
row_made(struct supervisor *s, const char *name, const char *day)
{
	json_t *days = json_object_get(s->spending, name);
	json_t *row = json_object_get(days, day);

	if (row)
		return row;
	if (days == NULL) {
		days = json_object();
		(void)json_object_set_new(s->spending, name, days);
	}
	drop_oldest(days);
	row = json_object();
	json_put(row, "database", name);
	json_put(row, "day", day);
	json_put_int(row, "bytes", 0);
	json_put_int(row, "reserved", 0);
	(void)json_object_set_new(days, day, row);
	return row;
}

/* A dry run asks the checks all the same, and it is billed like any other:
 * the journal that stays has to know. */
static bool
write_row(struct supervisor *s, const char *name, const char *key,
    const json_t *row)
{
	return (!dry(s) || dry_note(s, "spending", name, key, row)) &&
	    commit_note(s, "spending", name, key, json_incref(
	    (json_t *)(uintptr_t)row));
}

/* Changes a row, in the journal first; false: it stays as it is. */
static bool
row_add(struct supervisor *s, json_t *row, int64_t bytes, int64_t reserved)
{
	CLEANUP_JSON json_t *next = json_deep_copy(row);
	CLEANUP_TEXT struct text key = { 0 };
	const char *name = json_text(row, "database", "?");

	bytes += json_int(row, "bytes", 0);
	json_put_int(next, "bytes", bytes < MOST_BYTES ? bytes :
	    MOST_BYTES);
	json_put_int(next, "reserved", json_int(row, "reserved", 0) +
	    reserved);
	text_addf(&key, "spending/%s/%s", name, json_text(row, "day", "?"));
	return write_row(s, name, text_str(&key), next) &&
	    json_object_update(row, next) == 0;
}

/*------------------------------------------------------------------- calls */

/* What this call could get now: *ret_more: others may give back. */
static int64_t
available(const struct supervisor *s, const struct budget *b,
    const char *day, bool *ret_more)
{
	const json_t *row = row_of(s, b->name, day);
	int64_t out = json_int(row, "reserved", 0);
	int64_t left = b->day - json_int(row, "bytes", 0) - out;

	*ret_more = out > 0 && left < b->share;
	return left < b->share ? left : b->share;
}

enum spending
spending_enter(struct asked *a, const struct instance *in, json_t *input)
{
	struct supervisor *s = a->s;
	struct budget b = budget_of(in);
	char text[24];
	bool more;
	int64_t n;

	a->instance = in;
	a->reserved = 0;
	if (b.name == NULL)
		return SPENDING_GO;
	today(s, a->spending_day);
	if (a->database == NULL)
		a->database = json_string(b.name);
	if (b.day == 0)
		return SPENDING_GO;
	n = available(s, &b, a->spending_day, &more);
	if (more)
		return SPENDING_WAIT;
	if (n <= 0)
		return SPENDING_OVER;
	if (!row_add(s, row_made(s, b.name, a->spending_day), 0, n))
		return SPENDING_UNWRITTEN;
	a->reserved = n;
	(void)snprintf(text, sizeof text, "%lld", (long long)n);
	json_put(json_object_get(input, "params"), "budget_bytes", text);
	return SPENDING_GO;
}

bool
spending_ready(const struct asked *a)
{
	struct budget b;
	char day[DATE_TEXT];
	bool more;

	if (a->generation != a->s->g.number)
		return true;
	b = budget_of(a->instance);
	today(a->s, day);
	(void)available(a->s, &b, day, &more);
	return !more;
}

static int64_t
cost_of(const struct asked *a, const struct call_reply *r)
{
	const char *text = json_text(json_object_get(r->result, "evidence"),
	    "bytes_billed", "0");
	long long n;

	if (r->status == CALL_REFUSED)
		return 0;
	if (r->status != CALL_ANSWERED)
		return a->reserved;
	n = strtoll(text, NULL, 10);
	return n < 0 ? 0 : n < MOST_BYTES ? n : MOST_BYTES;
}

void
spending_leave(struct asked *a, const struct call_reply *r)
{
	int64_t cost = cost_of(a, r), reserved = a->reserved;
	const char *name = json_string_value(a->database);

	a->reserved = 0;
	if (name == NULL || (cost == 0 && reserved == 0))
		return;
	if (!row_add(a->s, row_made(a->s, name, a->spending_day), cost,
	    -reserved))
		log_error("what database '%s' has cost could not be written: "
		    "%lld bytes", name, (long long)cost);
}

char *
spending_why(const struct asked *a, enum spending why)
{
	struct budget b = budget_of(a->instance);
	char size[SIZE_TEXT];
	struct text t = { 0 };

	if (why == SPENDING_UNWRITTEN)
		text_add(&t, "budget: the debit could not be written to the "
		    "journal");
	else
		text_addf(&t, "budget: the %s that database '%s' may cost on "
		    "%s (UTC) are spent", size_text(b.day, size), b.name,
		    a->spending_day);
	return text_take(&t);
}

/*------------------------------------------------------------------- start */

static int
restore_one(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct supervisor *s = arg;
	json_t *row;

	(void)key;
	(void)at;
	(void)last_seen;
	row = row_made(s, json_text(data, "database", "?"),
	    json_text(data, "day", "?"));
	(void)json_object_update(row, (json_t *)(uintptr_t)data);
	return 0;
}

static void
charge(struct supervisor *s, json_t *row)
{
	int64_t reserved = json_int(row, "reserved", 0);
	char size[SIZE_TEXT];

	if (reserved == 0)
		return;
	log_warning("checks of database '%s' were under way when the daemon "
	    "ended: %s are taken as spent", json_text(row, "database", "?"),
	    size_text(reserved, size));
	(void)row_add(s, row, reserved, -reserved);
}

int
spending_restore(struct supervisor *s)
{
	const char *name, *day;
	json_t *days, *row;
	int r;

	s->spending = json_object();
	r = store_rows(s->store, "spending", restore_one, s);
	if (r < 0) {
		log_error("journal: what databases have cost can't be read "
		    "(%s)", strerror(-r));
		return r;
	}
	json_object_foreach(s->spending, name, days)
		json_object_foreach(days, day, row)
			charge(s, row);
	return 0;
}

/*------------------------------------------------------------------- shown */

static int
newest_first(const void *a, const void *b)
{
	return strcmp(*(const char *const *)b, *(const char *const *)a);
}

static json_t *
days_json(const json_t *days)
{
	size_t n = json_object_size(days), i = 0;
	CLEANUP_FREE const char **v = calloc(n + 1, sizeof *v);
	json_t *list = json_array(), *row;
	const char *day;

	if (v == NULL)
		abort();
	json_object_foreach((json_t *)(uintptr_t)days, day, row)
		v[i++] = day;
	qsort(v, n, sizeof *v, newest_first);
	for (i = 0; i < n; i++)
		(void)json_array_append(list, json_object_get(days, v[i]));
	return list;
}

static void
add_database(const struct supervisor *s, json_t *all, const struct budget *b)
{
	const json_t *days = json_object_get(s->spending, b->name);
	json_t *o;

	if (json_object_get(all, b->name) || (days == NULL && b->day == 0))
		return;
	o = json_object();
	json_put(o, "database", b->name);
	if (b->day > 0) {
		json_put_int(o, "max_bytes_per_day", b->day);
		json_put_int(o, "max_bytes_per_query", b->share);
	}
	(void)json_object_set_new(o, "days", days_json(days));
	(void)json_object_set_new(all, b->name, o);
}

json_t *
supervisor_spending(const struct supervisor *s)
{
	CLEANUP_JSON json_t *all = json_object();
	json_t *list = json_array(), *o;
	const char *name;
	int32_t i;

	for (i = 0; i < s->g.conf->n_instances; i++) {
		struct budget b = budget_of(&s->g.conf->instances[i]);

		if (b.name)
			add_database(s, all, &b);
	}
	json_object_foreach(s->spending, name, o)
		add_database(s, all, &(struct budget){ name, 0, 0 });
	json_object_foreach(all, name, o)
		(void)json_array_append(list, o);
	return list;
}
