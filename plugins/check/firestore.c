/* SPDX-License-Identifier: BSD-2-Clause
 *
 * firestore.c -- check `firestore`: what a document says, such as a ledger of
 * what has completed.
 *
 * With `items` the value is how many of them the ledger holds: members of the
 * document, of the map at `field`, or texts of the array there. A member that
 * is null or false isn't held; with `accept` it has to be one of these texts,
 * or its own member `member` has to. The others are missing items. Names that
 * begin with an underscore are the writer's notes and never extra.
 *
 * Without `items` the value is the number at `field`: an integer or double,
 * true or false as 1 or 0, of a map or array how many it has.
 *
 * A document that isn't there is by the option `absent`: "could not tell",
 * or nothing held. A database or project that isn't there, a missing right
 * (Cloud Datastore Viewer), a field that isn't there or is no number, an
 * entry that is no value of Firestore: could not tell.
 *
 * A ledger is what somebody wrote down. Where the data can be asked, ask it,
 * and let both be reconciled.
 */
#include "lib/firestore.h"
#include "lib/template.h"
#include "lib/wanted.h"

/*-------------------------------------------------------------------- items */

static bool
is_accepted(const struct call *c, const char *text)
{
	uint32_t n = c->host->count(c->ctx, "accept"), i;

	for (i = 0; i < n; i++)
		if (strcmp(c->host->item(c->ctx, "accept", i), text) == 0)
			return true;
	return false;
}

/* What keeps an entry from being held; empty: nothing. */
static void
judge(const struct call *c, const json_t *value, struct buf *lacks)
{
	const char *member = c->host->text(c->ctx, "member");
	const json_t *v = member ? firestore_at(firestore_fields(value),
	    member) : value;
	struct buf text CLEANUP_BUF = { 0 };

	if (!firestore_is_set(v)) {
		buf_addf(lacks, "has no %s", member ? member : "value");
		return;
	}
	if (c->host->count(c->ctx, "accept") == 0)
		return;
	if (!firestore_text(v, &text))
		buf_addf(lacks, "has a %s that is no text", member ? member :
		    "value");
	else if (!is_accepted(c, buf_str(&text))) {
		buf_addf(lacks, "has the %s '", member ? member : "value");
		buf_add_line(lacks, text.s, text.len, 100);
		buf_add(lacks, "'");
	}
}

/* False with a sentence: an entry isn't what one can be. */
static bool
take_map(const struct call *c, struct wanted *w, const json_t *fields,
    struct buf *why)
{
	json_t *all = (json_t *)(uintptr_t)fields, *value;
	const char *key;

	json_object_foreach(all, key, value) {
		struct wanted_thing *t;

		if (*key == '_')
			continue;
		if (!firestore_is_value(value)) {
			buf_add(why, "the document's ");
			buf_add_line(why, key, strlen(key), 100);
			buf_add(why, " is no value");
			return false;
		}
		t = wanted_met_exactly(c, w, key);
		if (t)
			judge(c, value, &t->lacks);
	}
	return true;
}

static bool
take_array(const struct call *c, struct wanted *w, const json_t *values,
    struct buf *why)
{
	const json_t *value;
	size_t i;

	json_array_foreach(values, i, value) {
		struct buf text CLEANUP_BUF = { 0 };

		if (!firestore_is_value(value)) {
			buf_add(why, "the list has what is no value");
			return false;
		}
		if (firestore_text(value, &text))
			(void)wanted_met_exactly(c, w, buf_str(&text));
	}
	return true;
}

static int32_t
measure_items(const struct call *c, const json_t *fields, struct buf *why)
{
	const char *field = c->host->text(c->ctx, "field");
	const json_t *value = field ? firestore_at(fields, field) : NULL;
	struct wanted w CLEANUP_WANTED = { 0 };
	bool ok = false;

	wanted_read(c, "items", NULL, &w);
	w.absent = "is not recorded";
	if (field == NULL)
		ok = take_map(c, &w, fields, why);
	else if (value && !firestore_is_value(value))
		buf_addf(why, "'%s' is no value", field);
	else if (firestore_is_map(value))
		ok = take_map(c, &w, firestore_fields(value), why);
	else if (firestore_is_array(value))
		ok = take_array(c, &w, firestore_values(value), why);
	else
		buf_addf(why, "'%s' is %s", field, value ?
		    "neither a map nor an array" : "not there");
	return ok ? wanted_tell(c, &w) : call_unknown(c, why);
}

/*------------------------------------------------------------------- number */

static bool
read_number(const struct call *c, const json_t *fields, const char *option,
    double *ret, struct buf *why)
{
	const char *field = c->host->text(c->ctx, option);
	const json_t *value = firestore_at(fields, field);

	if (value && firestore_number(value, ret))
		return true;
	buf_addf(why, "'%s' is %s", field, value ?
	    "no number to count with" : "not there");
	return false;
}

static int32_t
measure_number(const struct call *c, const json_t *fields, struct buf *why)
{
	bool has_expected = c->host->text(c->ctx, "expected_field") != NULL;
	double value = 0, expected = 0;

	if (!read_number(c, fields, "field", &value, why) ||
	    (has_expected && !read_number(c, fields, "expected_field",
	    &expected, why)))
		return call_unknown(c, why);
	c->host->value(c->ctx, value);
	if (has_expected)
		c->host->expected(c->ctx, expected);
	return GW_OK;
}

/*--------------------------------------------------------------------- call */

static int32_t
nothing(const struct call *c, const char *path, bool items, struct buf *why)
{
	const char *absent = option_or(c->host, c->ctx, "absent", "unknown");

	struct wanted w CLEANUP_WANTED = { 0 };

	buf_addf(why, "the document %s does not exist", path);
	if (strcmp(absent, "zero") != 0)
		return call_unknown(c, why);
	if (items) {
		wanted_read(c, "items", NULL, &w);
		w.absent = "is not recorded";
		return wanted_tell(c, &w);
	}
	c->host->value(c->ctx, 0);
	c->host->remark(c->ctx, "%s", buf_str(why));
	return GW_OK;
}

static size_t
count_slashes(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '/';
	return n;
}

/* A value with a slash would name a document of another collection. */
static bool
expand(const struct call *c, struct buf *path, struct buf *why)
{
	const char *text = c->host->text(c->ctx, "document");

	if (!template_expand(c, text, TEMPLATE_RAW, path, why))
		return false;
	if (count_slashes(text) == count_slashes(buf_str(path)))
		return true;
	buf_add(why, "document: a value with a slash can't be part of a "
	    "document's name");
	return false;
}

static int32_t
firestore_call(struct gw_ctx *ctx, void *self)
{
	struct cloud *k = self;
	struct call c = call_begin(k->host, ctx);
	bool items = k->host->count(ctx, "items") > 0;
	json_t *document CLEANUP_GOOGLE_JSON = NULL;
	struct buf path CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	const json_t *fields;

	if (!expand(&c, &path, &why))
		return call_unknown(&c, &why);
	document = firestore_get(&c, k, option_or(k->host, ctx, "database",
	    "(default)"), buf_str(&path), &why);
	if (document == NULL && why.len > 0)
		return call_unknown(&c, &why);
	k->host->evidence(ctx, "document", buf_str(&path));
	if (document == NULL)
		return nothing(&c, buf_str(&path), items, &why);
	k->host->evidence(ctx, "updated", google_text(document, "updateTime",
	    "not said"));
	fields = json_object_get(document, "fields");
	if (fields && !json_is_object(fields)) {
		buf_add(&why, "the document's fields are none");
		return call_unknown(&c, &why);
	}
	return items ? measure_items(&c, fields, &why) :
	    measure_number(&c, fields, &why);
}

/*--------------------------------------------------------------------- life */

static void
firestore_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	cloud_close(self);
	free(self);
}

static bool
check_options(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	const char *path = option_or(host, ctx, "document", "");
	bool items = host->count(ctx, "items") > 0;

	if (!template_check(GW_CHECK, "document", path, why) ||
	    !cloud_check_name(host, ctx, "database", why) ||
	    (items && !wanted_check(host, ctx, "items", NULL, why)))
		return false;
	if (count_slashes(path) % 2 == 0 || *path == '/' ||
	    strstr(path, "//") || path[strlen(path) - 1] == '/')
		buf_addf(why, "document: '%s' is no document, such as "
		    "\"completion/{date}\"", path);
	else if (!items && host->text(ctx, "field") == NULL)
		buf_add(why, "items or field: expected what is to be "
		    "measured");
	else if (items ? host->text(ctx, "expected_field") != NULL :
	    host->count(ctx, "accept") > 0 || host->text(ctx, "member"))
		buf_add(why, items ? "expected_field is not for items" :
		    "accept and member are for items");
	else
		return true;
	return false;
}

static int32_t
firestore_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct cloud *k = mem_new(1, sizeof *k);
	struct buf why CLEANUP_BUF = { 0 };

	if (check_options(host, ctx, &why) && cloud_open(k, host, ctx,
	    "https://firestore.googleapis.com", &why)) {
		*ret_self = k;
		return GW_OK;
	}
	firestore_close(ctx, k);
	return open_failed(host, ctx, &why);
}

static const char *const absences[] = { "unknown", "zero", NULL };

static const struct gw_option options[] = {
	{ .name = "document", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the document's path, such as \"completion/{date}\"; "
	      "{date} and the like are filled in" },
	{ .name = "database", .type = GW_T_STRING,
	  .fallback = "\"(default)\"", .help = "the database's id" },
	{ .name = "field", .type = GW_T_STRING,
	  .help = "the field, \"a.b\" within maps: a number to be measured, "
	      "or with items the map or array that holds them" },
	{ .name = "expected_field", .type = GW_T_STRING,
	  .help = "the field of the number that there should be" },
	{ .name = "items", .type = GW_T_LIST,
	  .help = "names that the ledger has to hold" },
	{ .name = "member", .type = GW_T_STRING,
	  .help = "the member of each item's map that tells whether it is "
	      "held; default: the item itself" },
	{ .name = "accept", .type = GW_T_LIST,
	  .help = "texts with which an item is held, such as \"success\"; "
	      "default: anything but null and false" },
	{ .name = "absent", .type = GW_T_ENUM, .choices = absences,
	  .fallback = "\"unknown\"",
	  .help = "what it means that the document doesn't exist" },
	WANTED_UNDECLARED("items"),
	CLOUD_OPTIONS("https://firestore.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "firestore", .version = "1",
	.summary = "what a document of Firestore says: a number, or a ledger "
	    "of what has completed",
	.options = options, .open = firestore_open, .call = firestore_call,
	.close = firestore_close
);
