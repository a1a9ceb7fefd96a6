/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pagerduty.c -- notifier `pagerduty`: Events API v2.
 *
 * An incident is one alert: each message of it has the same dedup_key, made
 * of `client`, the pipeline and the incident's number, so that its end
 * resolves what its beginning triggered. A message of no incident is an alert
 * of its own, which a person closes.
 *
 * Delivered is what was answered 202. 400 is about the event (or the routing
 * key's shape) and will not work by trying again; 429 and 5xx may. A summary
 * has 1024 characters, a key 255, an event 512 KB; texts are cut to fit.
 *
 * The routing key is a secret: it stands in the body and in no sentence.
 */
#include "lib/message.h"
#include "lib/post.h"
#include "lib/template.h"

enum { SUMMARY_MOST = 1000, TEXT_MOST = 100 * 1024, KEY_MOST = 250 };

static const char *
action(const struct call *c)
{
	if (message_is(c, "resolved") && message_of_incident(c))
		return "resolve";
	return message_is(c, "acked") ? "acknowledge" : "trigger";
}

static json_t *
dedup_key(const struct call *c)
{
	struct buf b CLEANUP_BUF = { 0 };

	template_add_encoded(&b, option_or(c->host, c->ctx, "client", ""));
	buf_add(&b, "/");
	template_add_encoded(&b, param_or(c, "pipeline", ""));
	if (message_of_incident(c))
		buf_addf(&b, "/%.20s", param_or(c, "incident", ""));
	else
		buf_addf(&b, "/message/%.20s", param_or(c, "id", "0"));
	/* its end tells incidents apart */
	return json_string(buf_str(&b) + (b.len > KEY_MOST ?
	    b.len - KEY_MOST : 0));
}

static json_t *
details(const struct call *c)
{
	json_t *o = message_json(c);
	struct buf b CLEANUP_BUF = { 0 };
	const char *s = param_or(c, "text", "");
	size_t n = strlen(s);

	if (n > TEXT_MOST) {
		for (n = TEXT_MOST; n > 0 && ((unsigned char)s[n] & 0xc0) ==
		    0x80; n--)
			;
		buf_addn(&b, s, n);
		buf_add(&b, "...");
		json_object_set_new(o, "text", json_string(buf_str(&b)));
	}
	return o;
}

static json_t *
payload(const struct call *c)
{
	struct buf head CLEANUP_BUF = { 0 };
	struct buf b CLEANUP_BUF = { 0 };
	json_t *o = json_object();

	message_headline(c, &head);
	buf_add_line(&b, buf_str(&head), head.len, SUMMARY_MOST);
	json_object_set_new(o, "summary", json_string(buf_str(&b)));
	json_object_set_new(o, "source", json_string(option_or(c->host,
	    c->ctx, "client", "")));
	json_object_set_new(o, "severity", json_string(param_or(c,
	    "severity", "info")));
	json_object_set_new(o, "group", json_string(param_or(c, "pipeline",
	    "")));
	json_object_set_new(o, "class", json_string(param_or(c, "kind",
	    "")));
	json_object_set_new(o, "custom_details", details(c));
	return o;
}

static json_t *
event(const struct call *c)
{
	const char *key = c->host->text(c->ctx, "routing_key");
	const char *runbook = param_or(c, "runbook", "");
	json_t *o = json_object();

	json_object_set_new(o, "routing_key", json_stringn(key, strcspn(key,
	    " \t\r\n")));
	json_object_set_new(o, "event_action", json_string(action(c)));
	json_object_set_new(o, "dedup_key", dedup_key(c));
	json_object_set_new(o, "client", json_string(option_or(c->host,
	    c->ctx, "client", "")));
	json_object_set_new(o, "payload", payload(c));
	if (strncmp(runbook, "https://", 8) == 0)
		json_object_set_new(o, "links", json_pack("[{s:s, s:s}]",
		    "href", runbook, "text", "runbook"));
	return o;
}

static int32_t
pagerduty_call(struct gw_ctx *ctx, void *self)
{
	const struct post *p = self;
	struct call c = call_begin(p->host, ctx);
	struct http_reply r CLEANUP_HTTP = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	if (!post_json(&c, p, event(&c), &r, &why))
		return call_failed(&c, r.failure, 0, &why);
	return r.status == 202 ? GW_OK : post_failed(&c, &r, "PagerDuty");
}

static int32_t
pagerduty_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	*ret_self = post_open(host, ctx, "endpoint", "", true, &why);
	return *ret_self ? GW_OK : open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "routing_key", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "the integration key of a service (Events API v2), as "
	      "\"file:/path\", \"env:NAME\" or \"cred:NAME\"" },
	{ .name = "client", .type = GW_T_STRING, .fallback = "gatewarden",
	  .help = "who tells; two daemons with one routing key need two" },
	{ .name = "endpoint", .type = GW_T_STRING,
	  .fallback = "https://events.pagerduty.com/v2/enqueue",
	  .help = "where events go; in Europe "
	      "https://events.eu.pagerduty.com/v2/enqueue" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "pagerduty", .version = "1",
	.summary = "triggers and resolves alerts in PagerDuty",
	.options = options, .open = pagerduty_open, .call = pagerduty_call,
	.close = post_close
);
