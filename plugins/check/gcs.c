/* SPDX-License-Identifier: BSD-2-Clause
 *
 * gcs.c -- check `gcs`: objects of Cloud Storage under a prefix.
 *
 * They are listed (JSON API v1, all pages); an object counts when it matches,
 * is big enough and young enough. Names that end in a slash stand for folders
 * and are no objects. The value is how many count, of the expected names how
 * many are among them, their bytes, the age of the newest in seconds, or with
 * value_jq the sum of a number that is read in each of them as JSON.
 *
 * Age is that of the content: when this generation of the object was written,
 * on the pipeline's clock.
 *
 * An empty list is a measurement. Could not tell: a bucket that isn't there,
 * a missing right (Storage Object Viewer), also on one of the objects whose
 * content is to be read: a sum without it would be another number. The same
 * for one that isn't JSON or is too long, and for an age of nothing. What a
 * content of nothing is says the option `absent`.
 */
#include <fnmatch.h>
#include <stdio.h>

#include "lib/cloud.h"
#include "lib/instant.h"
#include "lib/query.h"
#include "lib/template.h"
#include "lib/wanted.h"

enum { READ_MOST = 100 };

struct gcs {
	struct cloud cloud;
	struct query *value, *expected; /* NULL: not asked for */
};

/* What has been seen of a list so far. */
struct tally {
	const struct call *c;
	struct wanted wanted;
	const char *object;             /* only this one; NULL: all */
	const char *prefix;             /* of all; its length */
	size_t prefix_len;
	size_t seen, counted;
	double bytes;
	int64_t newest;
	char **names;                   /* that count, the first ones */
	size_t n;
	struct buf lacks;               /* why one didn't count */
};

static void
tally_free(struct tally *t)
{
	wanted_free(&t->wanted);
	strings_free(t->names);
	buf_free(&t->lacks);
}

/* Why it doesn't count, as the end of a sentence; empty: it does. */
static void
compare(const struct call *c, int64_t size, int64_t written,
    struct buf *lacks)
{
	int64_t least = c->host->integer(c->ctx, "min_size");
	int64_t most = c->host->integer(c->ctx, "max_age");
	int64_t age = c->host->now(c->ctx) - written;
	char text[INSTANT_TEXT];

	if (size < least)
		buf_addf(lacks, "has %lld bytes, expected %lld at least",
		    (long long)size, (long long)least);
	else if (most > 0 && age > most)
		buf_addf(lacks, "is of %s, %lld s old, expected %lld s at "
		    "most", instant_format(written, text),
		    (long long)(age / 1000), (long long)(most / 1000));
}

static bool
is_asked_for(const struct tally *t, const char *name)
{
	const char *match = t->c->host->text(t->c->ctx, "match");
	size_t len = strlen(name);

	if (t->object)
		return strcmp(name, t->object) == 0;
	return name[len - 1] != '/' &&
	    (match == NULL || fnmatch(match, name + t->prefix_len, 0) == 0);
}

/* A list of others would make a number of others. */
static bool
begins_right(const struct tally *t, const char *name, struct buf *why)
{
	if (strncmp(name, t->prefix, t->prefix_len) == 0)
		return true;
	buf_add(why, "an object that doesn't begin as was asked for: ");
	buf_add_line(why, name, strlen(name), 100);
	return false;
}

static bool
take_object(void *arg, const json_t *j, struct buf *why)
{
	struct tally *t = arg;
	const char *name = google_text(j, "name", "");
	struct buf lacks CLEANUP_BUF = { 0 };
	struct wanted_thing *w;
	int64_t size, written;

	if (*name == '\0' || !google_integer(j, "size", &size) ||
	    (!cloud_instant(j, "timeCreated", &written) &&
	    !cloud_instant(j, "updated", &written))) {
		buf_add(why, "an object without name, size or time");
		return false;
	}
	if (!begins_right(t, name, why))
		return false;
	if (!is_asked_for(t, name))
		return true;
	t->seen++;
	compare(t->c, size, written, &lacks);
	w = wanted_find(&t->wanted, name + t->prefix_len);
	if (w) {
		w->met = true;
		buf_add(&w->lacks, buf_str(&lacks));
	}
	if (lacks.len > 0) {
		if (t->lacks.len == 0)
			buf_addf(&t->lacks, "%s %s", name, buf_str(&lacks));
		return true;
	}
	t->newest = t->counted == 0 || written > t->newest ? written :
	    t->newest;
	t->counted++;
	t->bytes += (double)size;
	if (t->n < READ_MOST)
		strings_add(&t->names, &t->n, name);
	return true;
}

static void
tell_evidence(const struct tally *t, const char *what)
{
	const struct gw_host *host = t->c->host;
	char text[INSTANT_TEXT + 32];

	host->evidence(t->c->ctx, "listed", what);
	(void)snprintf(text, sizeof text, "%zu of %zu", t->counted, t->seen);
	host->evidence(t->c->ctx, "objects", text);
	(void)snprintf(text, sizeof text, "%.0f", t->bytes);
	host->evidence(t->c->ctx, "bytes", text);
	if (t->counted > 0)
		host->evidence(t->c->ctx, "newest",
		    instant_format(t->newest, text));
	if (t->lacks.len > 0)
		host->remark(t->c->ctx, "%s", buf_str(&t->lacks));
}

/*------------------------------------------------------------------ content */

static bool
is_utf8(const struct buf *b)
{
	size_t i, n;

	for (i = 0; i < b->len; i += n) {
		n = utf8_length(b->s + i, b->len - i);
		if (n == 0)
			return false;
	}
	return true;
}

/* Adds the numbers of one object. */
static bool
read_object(const struct call *c, struct gcs *g, const char *name,
    double *value, double *expected, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	struct buf body CLEANUP_BUF = { 0 };
	struct google_error error;
	double v = 0, e = 0;

	path_add(&path, "/storage/v1/b/", c->host->text(c->ctx, "bucket"));
	path_add(&path, "/o/", name);
	buf_add(&path, "?alt=media");
	if (!google_bytes(c, g->cloud.google, "GET", buf_str(&path), NULL,
	    &body, &error, why))
		return false;
	if (!is_utf8(&body)) {
		buf_add(why, "its content is not UTF-8");
		return false;
	}
	if (!query_number(g->value, buf_str(&body), body.len, &v, why) ||
	    (g->expected && !query_number(g->expected, buf_str(&body),
	    body.len, &e, why)))
		return false;
	*value += v;
	*expected += e;
	return true;
}

static int32_t
measure_content(const struct call *c, struct gcs *g, const struct tally *t,
    struct buf *why)
{
	const char *absent = option_or(c->host, c->ctx, "absent", "unknown");
	double value = 0, expected = 0;
	size_t i;

	if (t->counted > READ_MOST) {
		buf_addf(why, "%zu objects would have to be read, %d is the "
		    "most", t->counted, READ_MOST);
		return call_unknown(c, why);
	}
	if (t->counted == 0 && strcmp(absent, "zero") != 0) {
		buf_add(why, t->lacks.len > 0 ? buf_str(&t->lacks) :
		    "no object is there to be read");
		return call_unknown(c, why);
	}
	for (i = 0; i < t->n; i++) {
		struct buf reason CLEANUP_BUF = { 0 };

		if (read_object(c, g, t->names[i], &value, &expected,
		    &reason))
			continue;
		buf_addf(why, "%s: %s", t->names[i], buf_str(&reason));
		return call_unknown(c, why);
	}
	c->host->value(c->ctx, value);
	if (g->expected && t->counted > 0)
		c->host->expected(c->ctx, expected);
	return GW_OK;
}

/*--------------------------------------------------------------------- call */

static int32_t
measure(const struct call *c, struct gcs *g, const struct tally *t,
    struct buf *why)
{
	const char *what = option_or(c->host, c->ctx, "measure", "count");

	if (g->value)
		return measure_content(c, g, t, why);
	if (t->wanted.n > 0)
		return wanted_tell(c, &t->wanted);
	if (strcmp(what, "age") == 0 && t->counted == 0) {
		buf_add(why, "no object is there to have an age");
		return call_unknown(c, why);
	}
	if (strcmp(what, "age") == 0)
		c->host->value(c->ctx, (double)(c->host->now(c->ctx) -
		    t->newest) / 1000);
	else
		c->host->value(c->ctx, strcmp(what, "bytes") == 0 ?
		    t->bytes : (double)t->counted);
	return GW_OK;
}

static int32_t
gcs_call(struct gw_ctx *ctx, void *self)
{
	struct gcs *g = self;
	const struct gw_host *host = g->cloud.host;
	struct call c = call_begin(host, ctx);
	const char *bucket = host->text(ctx, "bucket");
	const char *object = host->text(ctx, "object");
	struct tally t CLEANUP(tally_free) = { .c = &c };
	struct buf prefix CLEANUP_BUF = { 0 };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct google_error error;

	wanted_read(&c, "expected", NULL, &t.wanted);
	if (!template_expand(&c, object ? object :
	    option_or(host, ctx, "prefix", ""), TEMPLATE_RAW, &prefix,
	    &why) || !wanted_expand(&c, &t.wanted, &why))
		return call_unknown(&c, &why);
	t.object = object ? buf_str(&prefix) : NULL;
	t.prefix = buf_str(&prefix);
	t.prefix_len = object ? 0 : prefix.len;
	path_add(&path, "/storage/v1/b/", bucket);
	path_add(&path, "/o?maxResults=1000&fields=items(name,size,"
	    "timeCreated,updated),nextPageToken&prefix=", buf_str(&prefix));
	buf_addf(&what, "gs://%s/%s", bucket, buf_str(&prefix));
	if (!cloud_list(&c, &g->cloud, buf_str(&path), "items", take_object,
	    &t, buf_str(&what), &error, &why))
		return call_unknown(&c, &why);
	tell_evidence(&t, buf_str(&what));
	return measure(&c, g, &t, &why);
}

/*--------------------------------------------------------------------- life */

static void
gcs_close(struct gw_ctx *ctx, void *self)
{
	struct gcs *g = self;

	(void)ctx;
	cloud_close(&g->cloud);
	query_free(g->value);
	query_free(g->expected);
	free(g);
}

static bool
check_options(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	const char *measure = option_or(host, ctx, "measure", "count");
	bool list = host->count(ctx, "expected") > 0;
	bool content = host->text(ctx, "value_jq") != NULL;

	if (!cloud_check_name(host, ctx, "bucket", why) ||
	    !template_check(GW_CHECK, "prefix", option_or(host, ctx,
	    "prefix", ""), why) ||
	    !template_check(GW_CHECK, "object", option_or(host, ctx,
	    "object", ""), why) ||
	    !wanted_check_templates(host, ctx, "expected", why) ||
	    (list && !wanted_check(host, ctx, "expected", NULL, why)))
		return false;
	if (host->text(ctx, "object") && host->text(ctx, "prefix"))
		buf_add(why, "object and prefix are set; one of them says "
		    "what is looked at");
	else if (list + content + (strcmp(measure, "count") != 0) > 1)
		buf_add(why, "expected, value_jq and measure are ways to "
		    "measure; one of them may be set");
	else if (host->text(ctx, "expected_jq") && !content)
		buf_add(why, "expected_jq needs value_jq");
	else
		return true;
	return false;
}

static int32_t
gcs_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct gcs *g = mem_new(1, sizeof *g);
	struct buf why CLEANUP_BUF = { 0 };

	if (check_options(host, ctx, &why) &&
	    query_option(&g->value, host, ctx, "value_jq", &why) &&
	    query_option(&g->expected, host, ctx, "expected_jq", &why) &&
	    cloud_open_without_project(&g->cloud, host, ctx,
	    "https://storage.googleapis.com", &why)) {
		*ret_self = g;
		return GW_OK;
	}
	gcs_close(ctx, g);
	return open_failed(host, ctx, &why);
}

static const char *const measures[] = { "count", "bytes", "age", NULL };
static const char *const absences[] = { "unknown", "zero", NULL };

static const struct gw_option options[] = {
	{ .name = "bucket", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the bucket, without gs://" },
	{ .name = "prefix", .type = GW_T_STRING,
	  .help = "what the names of the objects begin with; {date} and the "
	      "like are filled in" },
	{ .name = "object", .type = GW_T_STRING,
	  .help = "the name of one object instead of a prefix" },
	{ .name = "match", .type = GW_T_STRING,
	  .help = "a pattern with * and ? for the part of a name after the "
	      "prefix, such as \"*.json\"" },
	{ .name = "max_age", .type = GW_T_DURATION,
	  .help = "how long ago an object that counts may have been written" },
	{ .name = "min_size", .type = GW_T_SIZE,
	  .help = "how big an object that counts is at least" },
	{ .name = "measure", .type = GW_T_ENUM, .choices = measures,
	  .fallback = "\"count\"", .help = "how many objects count, their "
	      "bytes, or the age of the newest in seconds" },
	{ .name = "expected", .type = GW_T_LIST,
	  .help = "names after the prefix that there should be; {date} and "
	      "the like are filled in" },
	{ .name = "value_jq", .type = GW_T_STRING,
	  .help = "a jq expression for one number of an object's content, "
	      "which is JSON; the value is the sum over those that count" },
	{ .name = "expected_jq", .type = GW_T_STRING,
	  .help = "the same for what there should be" },
	{ .name = "absent", .type = GW_T_ENUM, .choices = absences,
	  .fallback = "\"unknown\"",
	  .help = "what value_jq is when no object counts" },
	GOOGLE_OPTIONS("https://storage.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "gcs", .version = "1",
	.summary = "objects of Cloud Storage: how many, how old, how big, "
	    "what is in them",
	.options = options, .open = gcs_open, .call = gcs_call,
	.close = gcs_close
);
