/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pubsub.c -- check `pubsub`: does anybody listen, and does he keep up?
 *
 * Publishing to a topic without a subscriber succeeds, and the message is
 * gone. So the first measure is how many of the topics exist and have a
 * subscription, or those that their group names; the others are missing
 * items, with the reason as evidence.
 *
 * The other measures are of subscriptions: how many messages wait there, how
 * old the oldest of them is in seconds, or how many dead letters wait for
 * somebody, which is the backlog of the subscriptions on their dead-letter
 * topics. Pub/Sub itself tells none of these; Cloud Monitoring has samples,
 * some minutes old.
 *
 * Could not tell: a missing right (Pub/Sub Viewer, Monitoring Viewer), no
 * sample within `window`, which is also what a subscription that doesn't
 * exist looks like, no dead-letter policy, or a dead-letter topic whose
 * messages nobody keeps.
 */
#include "lib/instant.h"
#include "lib/timeseries.h"
#include "lib/wanted.h"

struct pubsub {
	struct cloud cloud;
	struct google *monitoring;
};

/*------------------------------------------------------------------- topics */

struct look {
	const struct call *c;
	struct wanted wanted;
	char **names;                   /* of a list of names */
	size_t n;
};

static void
look_free(struct look *l)
{
	wanted_free(&l->wanted);
	strings_free(l->names);
}

static bool
take_topic(void *arg, const json_t *j, struct buf *why)
{
	const char *name = google_text(j, "name", "");
	struct look *l = arg;

	if (*name == '\0') {
		buf_add(why, "a topic without a name");
		return false;
	}
	(void)wanted_met(l->c, &l->wanted, name);
	return true;
}

static bool
take_name(void *arg, const json_t *j, struct buf *why)
{
	struct look *l = arg;

	if (!json_is_string(j)) {
		buf_add(why, "a subscription that is no name");
		return false;
	}
	strings_add(&l->names, &l->n, last_part(json_string_value(j)));
	return true;
}

/* The subscriptions of a topic, by its full name. */
static bool
list_subscriptions(const struct call *c, struct pubsub *p, const char *topic,
    struct look *l, struct buf *why)
{
	struct buf path CLEANUP_BUF = { 0 };
	struct google_error error;

	strings_free(l->names);
	l->names = NULL;
	l->n = 0;
	path_add_name(&path, "/v1/", topic);
	buf_add(&path, "/subscriptions?pageSize=100");
	return cloud_list(c, &p->cloud, buf_str(&path), "subscriptions",
	    take_name, l, topic, &error, why);
}

static bool
has(const struct look *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->names[i], name) == 0)
			return true;
	return false;
}

static bool
check_topic(const struct call *c, struct pubsub *p, struct look *l,
    struct wanted_thing *t, struct buf *why)
{
	uint32_t n = wanted_count(c, &l->wanted, t, "subscriptions"), i;
	struct buf topic CLEANUP_BUF = { 0 };

	buf_addf(&topic, "projects/%s/topics/%s", p->cloud.project, t->name);
	if (!list_subscriptions(c, p, buf_str(&topic), l, why))
		return false;
	if (l->n == 0)
		buf_add(&t->lacks, "has no subscriber");
	for (i = 0; i < n && t->lacks.len == 0; i++) {
		const char *s = wanted_item(c, &l->wanted, t,
		    "subscriptions", i);

		if (!has(l, s))
			buf_addf(&t->lacks, "lacks the subscription '%s'",
			    s);
	}
	return true;
}

static int32_t
measure_subscribers(const struct call *c, struct pubsub *p, struct buf *why)
{
	struct look l CLEANUP(look_free) = { .c = c };
	struct buf path CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct google_error error;
	size_t i;

	wanted_read(c, "topics", "declared", &l.wanted);
	path_add(&path, "/v1/projects/", p->cloud.project);
	buf_add(&path, "/topics?pageSize=500");
	buf_addf(&what, "topics of %s", p->cloud.project);
	if (!cloud_list(c, &p->cloud, buf_str(&path), "topics", take_topic,
	    &l, buf_str(&what), &error, why))
		return call_unknown(c, why);
	for (i = 0; i < l.wanted.n; i++)
		if (l.wanted.v[i].met && !check_topic(c, p, &l,
		    &l.wanted.v[i], why))
			return call_unknown(c, why);
	return wanted_tell(c, &l.wanted);
}

/*------------------------------------------------------------ subscriptions */

/* What a subscription's id consists of; nothing that ends a quoted text. */
static bool
is_id(const char *s)
{
	return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.~+%") == strlen(s);
}

static bool
sample_of(const struct call *c, struct pubsub *p, const char *subscription,
    const char *metric, double *ret, struct buf *why)
{
	int64_t window = c->host->integer(c->ctx, "window");
	struct buf filter CLEANUP_BUF = { 0 };
	struct buf text CLEANUP_BUF = { 0 };
	struct buf reason CLEANUP_BUF = { 0 };
	char at[INSTANT_TEXT];
	struct sample s;

	buf_addf(&filter, "metric.type=\"pubsub.googleapis.com/subscription/"
	    "%s\" AND resource.type=\"pubsub_subscription\" AND "
	    "resource.labels.subscription_id=\"%s\"", metric, subscription);
	if (!is_id(subscription)) {
		buf_addf(why, "'%s' is no id of a subscription",
		    subscription);
		return false;
	}
	if (!timeseries_newest(c, p->monitoring, p->cloud.project,
	    buf_str(&filter), window, &s, &reason)) {
		buf_addf(why, "%s of %s: %s", metric, subscription,
		    buf_str(&reason));
		return false;
	}
	if (!s.found) {
		buf_addf(why, "%s of %s has no sample in the last %lld s; "
		    "does it exist?", metric, subscription,
		    (long long)(window / 1000));
		return false;
	}
	*ret = s.value;
	buf_addf(&text, "%.0f at %s", s.value, instant_format(s.at, at));
	c->host->evidence(c->ctx, subscription, buf_str(&text));
	return true;
}

/* Adds what waits on the topic for dead letters. */
static bool
add_dead_letters(const struct call *c, struct pubsub *p, const char *name,
    double *value, struct buf *why)
{
	struct look l CLEANUP(look_free) = { .c = c };
	json_t *j CLEANUP_GOOGLE_JSON = NULL;
	struct buf path CLEANUP_BUF = { 0 };
	struct buf reason CLEANUP_BUF = { 0 };
	struct google_error error;
	const char *topic;
	double v;
	size_t i;

	path_add(&path, "/v1/projects/", p->cloud.project);
	path_add(&path, "/subscriptions/", name);
	j = google_get(c, p->cloud.google, buf_str(&path), &error, &reason);
	topic = google_text(json_object_get(j, "deadLetterPolicy"),
	    "deadLetterTopic", NULL);
	if (topic == NULL) {
		buf_addf(why, "%s: %s", name, j ? "it has no dead-letter "
		    "policy, so nothing becomes a dead letter" :
		    buf_str(&reason));
		return false;
	}
	if (!list_subscriptions(c, p, topic, &l, why))
		return false;
	for (i = 0; i < l.n; i++) {
		if (!sample_of(c, p, l.names[i], "num_undelivered_messages",
		    &v, why))
			return false;
		*value += v;
	}
	if (l.n == 0)
		buf_addf(why, "the dead letters of %s go to %s, which has no "
		    "subscriber: they are lost", name, topic);
	return l.n > 0;
}

static int32_t
measure_subscriptions(const struct call *c, struct pubsub *p,
    const char *measure, struct buf *why)
{
	uint32_t n = c->host->count(c->ctx, "subscriptions"), i;
	bool age = strcmp(measure, "age") == 0;
	double value = 0, v = 0;

	for (i = 0; i < n; i++) {
		const char *name = c->host->item(c->ctx, "subscriptions", i);

		if (strcmp(measure, "dead_letters") == 0) {
			if (!add_dead_letters(c, p, name, &value, why))
				return call_unknown(c, why);
			continue;
		}
		if (!sample_of(c, p, name, age ? "oldest_unacked_message_age"
		    : "num_undelivered_messages", &v, why))
			return call_unknown(c, why);
		value = age ? (v > value ? v : value) : value + v;
	}
	c->host->value(c->ctx, value);
	return GW_OK;
}

/*--------------------------------------------------------------------- life */

static int32_t
pubsub_call(struct gw_ctx *ctx, void *self)
{
	struct pubsub *p = self;
	struct call c = call_begin(p->cloud.host, ctx);
	const char *measure = option_or(c.host, ctx, "measure",
	    "subscribers");
	struct buf why CLEANUP_BUF = { 0 };

	return strcmp(measure, "subscribers") == 0 ?
	    measure_subscribers(&c, p, &why) :
	    measure_subscriptions(&c, p, measure, &why);
}

static void
pubsub_close(struct gw_ctx *ctx, void *self)
{
	struct pubsub *p = self;

	(void)ctx;
	cloud_close(&p->cloud);
	google_free(p->monitoring);
	free(p);
}

static bool
check_options(const struct gw_host *host, struct gw_ctx *ctx, struct buf *why)
{
	bool subscribers = strcmp(option_or(host, ctx, "measure",
	    "subscribers"), "subscribers") == 0;
	uint32_t n = host->count(ctx, "subscriptions"), i;

	if (subscribers && n > 0) {
		buf_add(why, "subscriptions is for the other measures; those "
		    "of a topic stand in its group in `declared`");
		return false;
	}
	for (i = 0; i < n; i++)
		if (!is_id(host->item(ctx, "subscriptions", i))) {
			buf_addf(why, "subscriptions: '%s' is no id of a "
			    "subscription", host->item(ctx, "subscriptions",
			    i));
			return false;
		}
	return subscribers ? wanted_check(host, ctx, "topics", "declared",
	    why) : wanted_check(host, ctx, "subscriptions", NULL, why);
}

static int32_t
pubsub_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct pubsub *p = mem_new(1, sizeof *p);
	struct buf why CLEANUP_BUF = { 0 };

	if (check_options(host, ctx, &why) && cloud_open(&p->cloud, host,
	    ctx, "https://pubsub.googleapis.com", &why)) {
		p->monitoring = google_new_at(host, ctx, "",
		    "monitoring_endpoint", "https://monitoring.googleapis.com",
		    &why);
		if (p->monitoring) {
			*ret_self = p;
			return GW_OK;
		}
	}
	pubsub_close(ctx, p);
	return open_failed(host, ctx, &why);
}

static const struct gw_option topic_options[] = {
	{ .name = "name", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the topic's name, without its project" },
	{ .name = "subscriptions", .type = GW_T_LIST,
	  .help = "subscriptions that it has to have; default: any" },
	{ .name = NULL }
};

static const char *const measures[] = { "subscribers", "backlog", "age",
	"dead_letters", NULL };

static const struct gw_option options[] = {
	{ .name = "measure", .type = GW_T_ENUM, .choices = measures,
	  .fallback = "\"subscribers\"",
	  .help = "topics that have a subscriber; or of subscriptions the "
	      "messages that wait, the age of the oldest in seconds, or the "
	      "dead letters that wait" },
	{ .name = "topics", .type = GW_T_LIST,
	  .help = "topics that have to exist and have a subscriber" },
	{ .name = "declared", .type = GW_T_GROUPS, .members = topic_options,
	  .help = "the same, with the subscriptions of each" },
	{ .name = "subscriptions", .type = GW_T_LIST,
	  .help = "what the other measures are of; several are added up, of "
	      "ages the greatest counts" },
	{ .name = "window", .type = GW_T_DURATION, .min = 60000,
	  .max = 86400000, .fallback = "\"15m\"",
	  .help = "how old the newest sample may be" },
	{ .name = "monitoring_endpoint", .type = GW_T_STRING,
	  .fallback = "\"https://monitoring.googleapis.com\"",
	  .help = "where samples are asked for; http:// on loopback only" },
	WANTED_UNDECLARED("topics"),
	CLOUD_OPTIONS("https://pubsub.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "pubsub", .version = "1",
	.summary = "topics of Pub/Sub that have subscribers, and what waits "
	    "for them",
	.options = options, .open = pubsub_open, .call = pubsub_call,
	.close = pubsub_close
);
