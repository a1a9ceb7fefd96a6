/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pubsub.c -- action `pubsub`: publishes one message for a date.
 *
 * It is done when Pub/Sub has given the message an id; what subscribers make
 * of it is measured. Delivery is at least once anyway, so each message has
 * the operation among its attributes, by which a subscriber can tell a
 * repetition.
 *
 * A request without a clear answer may have been carried out, and nobody can
 * be asked about it afterwards: that is "can't tell". Evidence decides then,
 * or, where the action is declared idempotent, it is sent again.
 */
#include "lib/base64.h"
#include "lib/cloud.h"
#include "lib/template_json.h"

struct pubsub {
	struct cloud cloud;
	json_t *message;
};

/* The attributes that each message has. */
static const char *const known[] = { "date", "pipeline", "phase", "operation",
	"attempt" };

static void
add_known(const struct call *c, json_t *attributes)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		const char *s = c->host->param(c->ctx, known[i]);

		if (s && *s)
			json_object_set_new(attributes, known[i],
			    json_string(s));
	}
}

/* "name=text" each. */
static bool
add_attributes(const struct call *c, json_t *attributes, struct buf *why)
{
	uint32_t n = c->host->count(c->ctx, "attributes"), i;

	for (i = 0; i < n; i++) {
		const char *s = c->host->item(c->ctx, "attributes", i);
		size_t name = strcspn(s, "=");
		struct buf key CLEANUP_BUF = { 0 }, value CLEANUP_BUF = { 0 };

		buf_addn(&key, s, name);
		if (!template_expand(c, s + name + 1, TEMPLATE_RAW, &value,
		    why))
			return false;
		json_object_set_new(attributes, buf_str(&key),
		    json_string(buf_str(&value)));
	}
	return true;
}

/* Owned; NULL with a sentence. */
static json_t *
request(const struct call *c, const struct pubsub *p, struct buf *why)
{
	const char *key = c->host->text(c->ctx, "ordering_key");
	struct buf text CLEANUP_BUF = { 0 }, data CLEANUP_BUF = { 0 };
	struct buf order CLEANUP_BUF = { 0 };
	json_t *attributes, *message;

	if (!template_json_text(c, p->message, &text, why) ||
	    (key && !template_expand(c, key, TEMPLATE_RAW, &order, why)))
		return NULL;
	attributes = json_object();
	if (!add_attributes(c, attributes, why)) {
		json_decref(attributes);
		return NULL;
	}
	add_known(c, attributes);
	base64_add(&data, text.s, text.len);
	message = json_pack("{s:s, s:o}", "data", buf_str(&data),
	    "attributes", attributes);
	if (key)
		json_object_set_new(message, "orderingKey",
		    json_string(buf_str(&order)));
	return json_pack("{s:[o]}", "messages", message);
}

/* May the message be there all the same? */
static bool
doubtful(const struct google_error *e)
{
	return !e->unsent && (e->fault == GOOGLE_NO_ANSWER ||
	    e->fault == GOOGLE_BUSY || e->fault == GOOGLE_GARBLED);
}

static int32_t
pubsub_call(struct gw_ctx *ctx, void *self)
{
	struct pubsub *p = self;
	struct call c = call_begin(p->cloud.host, ctx);
	const char *topic = c.host->text(ctx, "topic"), *id;
	struct buf path CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
	json_t *body CLEANUP_GOOGLE_JSON = request(&c, p, &why);
	json_t *answer CLEANUP_GOOGLE_JSON = NULL;
	struct google_error error = { 0 };

	if (body == NULL)
		return call_failed(&c, GW_F_CONFIG, 0, &why);
	path_add(&path, "/v1/projects/", p->cloud.project);
	path_add(&path, "/topics/", topic);
	buf_add(&path, ":publish");
	buf_addf(&why, "topic %s: ", topic);
	answer = google_post(&c, p->cloud.google, buf_str(&path), body,
	    &error, &why);
	id = json_string_value(json_array_get(json_object_get(answer,
	    "messageIds"), 0));
	if (id && *id) {
		c.host->remark(ctx, "topic %s has message %s", topic, id);
		return GW_OK;
	}
	if (answer)
		buf_add(&why, "the answer has no message id");
	if (answer == NULL && !doubtful(&error))
		return call_failed(&c, error.fault == GOOGLE_NOT_FOUND ?
		    GW_F_CONFIG : error.failure, error.retry_after_ms, &why);
	buf_add(&why, "; the message may have been published");
	return call_unknown(&c, &why);
}

static void
pubsub_close(struct gw_ctx *ctx, void *self)
{
	struct pubsub *p = self;

	(void)ctx;
	cloud_close(&p->cloud);
	json_decref(p->message);
	free(p);
}

static bool
check_attributes(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	uint32_t n = host->count(ctx, "attributes"), i;
	size_t k;

	for (i = 0; i < n; i++) {
		const char *s = host->item(ctx, "attributes", i);
		size_t len = strcspn(s, "=");

		for (k = 0; k < ARRAY_SIZE(known); k++)
			if (strlen(known[k]) == len &&
			    strncmp(known[k], s, len) == 0)
				break;
		if (len == 0 || s[len] == '\0' || k < ARRAY_SIZE(known)) {
			buf_addf(why, "attributes: '%s': expected "
			    "name=text, and a name that isn't one of those "
			    "that each message has", s);
			return false;
		}
		if (!template_check(GW_ACTION, "attributes", s + len + 1,
		    why))
			return false;
	}
	return true;
}

static bool
set_up(struct pubsub *p, struct gw_ctx *ctx, const struct gw_host *host,
    struct buf *why)
{
	const char *key = host->text(ctx, "ordering_key");

	if (!cloud_check_name(host, ctx, "topic", why) ||
	    !check_attributes(host, ctx, why) ||
	    (key && !template_check(GW_ACTION, "ordering_key", key, why)))
		return false;
	p->message = template_json_parse(GW_ACTION, "message", option_or(host,
	    ctx, "message", "{\"date\": \"{date}\", "
	    "\"missing\": \"{missing}\"}"), why);
	return p->message && cloud_open(&p->cloud, host, ctx,
	    "https://pubsub.googleapis.com", why);
}

static int32_t
pubsub_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct pubsub *p = mem_new(1, sizeof *p);
	struct buf why CLEANUP_BUF = { 0 };

	if (set_up(p, ctx, host, &why)) {
		*ret_self = p;
		return GW_OK;
	}
	pubsub_close(ctx, p);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "topic", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the topic's name, without the project" },
	{ .name = "message", .type = GW_T_STRING,
	  .help = "the data, a JSON document; {date} and the like are filled "
	      "in within its texts, one that is exactly {missing} or "
	      "{failing} becomes a list; default: date and missing" },
	{ .name = "attributes", .type = GW_T_LIST,
	  .help = "further attributes, \"name=text\" each; date, pipeline, "
	      "phase, operation and attempt are there in any case" },
	{ .name = "ordering_key", .type = GW_T_STRING,
	  .help = "messages with the same one arrive in their order" },
	CLOUD_OPTIONS("https://pubsub.googleapis.com"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "pubsub", .version = "1",
	.summary = "publishes a message to a topic of Google Cloud Pub/Sub",
	.options = options, .open = pubsub_open, .call = pubsub_call,
	.close = pubsub_close
);
