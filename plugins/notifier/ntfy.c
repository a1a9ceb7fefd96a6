/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ntfy.c -- notifier `ntfy`: a push to a phone.
 *
 * Posts to a server of ntfy, with a priority by severity. A message has 4096
 * bytes there, beyond which it would become a file: what is longer is cut
 * between lines, and says so. Delivered is what was answered 200 with the id
 * that the server has given it: a login page has a 200, too.
 *
 * On a public server whoever knows the topic may read and write it, so it is
 * a secret, as is the token; both stand in no sentence.
 */
#include "lib/message.h"
#include "lib/post.h"

enum { TEXT_MOST = 3900, TITLE_MOST = 240 };

static int
priority(const struct call *c)
{
	const char *s = param_or(c, "severity", "");

	if (message_is(c, "resolved"))
		return 3;
	if (strcmp(s, "critical") == 0)
		return 5;
	return strcmp(s, "warning") == 0 ? 4 : 3;
}

static const char *
tag(const struct call *c)
{
	if (message_is(c, "resolved"))
		return "white_check_mark";
	return priority(c) == 5 ? "rotating_light" : priority(c) == 4 ?
	    "warning" : "information_source";
}

/* Whole lines, as far as they fit. */
static json_t *
text(const struct call *c)
{
	const char *s = param_or(c, "text", param_or(c, "title", "-"));
	struct buf b CLEANUP_BUF = { 0 };
	size_t n;

	while (*s) {
		n = strcspn(s, "\n");
		if (b.len + n + 1 > TEXT_MOST) {
			buf_addf(&b, "... (shortened: %.60s)", param_or(c,
			    "look", "gatewarden status"));
			break;
		}
		buf_add_line(&b, s, n, SIZE_MAX);
		s += n;
		if (*s)
			buf_addn(&b, s++, 1);
	}
	return json_string(buf_str(&b));
}

static json_t *
message(const struct call *c)
{
	const char *topic = c->host->text(c->ctx, "topic");
	const char *runbook = param_or(c, "runbook", "");
	struct buf head CLEANUP_BUF = { 0 };
	struct buf b CLEANUP_BUF = { 0 };
	json_t *o = json_object();

	message_headline(c, &head);
	buf_add_line(&b, buf_str(&head), head.len, TITLE_MOST);
	json_object_set_new(o, "topic", json_stringn(topic, strcspn(topic,
	    " \t\r\n")));
	json_object_set_new(o, "title", json_string(buf_str(&b)));
	json_object_set_new(o, "message", text(c));
	json_object_set_new(o, "priority", json_integer(priority(c)));
	json_object_set_new(o, "tags", json_pack("[s]", tag(c)));
	if (strncmp(runbook, "https://", 8) == 0)
		json_object_set_new(o, "click", json_string(runbook));
	return o;
}

static bool
is_taken(const struct http_reply *r)
{
	json_t *o = json_loadb(buf_str(&r->body), r->body.len, 0, NULL);
	const char *id = json_string_value(json_object_get(o, "id"));
	bool taken = r->status == 200 && id && *id;

	json_decref(o);
	return taken;
}

static int32_t
ntfy_call(struct gw_ctx *ctx, void *self)
{
	const struct post *p = self;
	struct call c = call_begin(p->host, ctx);
	const char *token = c.host->text(ctx, "token");
	struct http_reply r CLEANUP_HTTP = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	struct buf line CLEANUP_BUF = { 0 };
	char **more CLEANUP_STRINGS = NULL;
	json_t *o = message(&c);
	char *body CLEANUP_FREE = json_dumps(o, JSON_COMPACT);
	size_t n = 0;

	json_decref(o);
	if (body == NULL)
		abort();
	if (token) {
		buf_addf(&line, "Authorization: Bearer %.*s",
		    (int)strcspn(token, " \t\r\n"), token);
		strings_add(&more, &n, buf_str(&line));
	}
	if (!post_bytes(&c, p, "application/json", body, strlen(body), more,
	    &r, &why))
		return call_failed(&c, r.failure, 0, &why);
	return is_taken(&r) ? GW_OK : post_failed(&c, &r, "ntfy");
}

static int32_t
ntfy_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	*ret_self = post_open(host, ctx, "server", "", true, &why);
	return *ret_self ? GW_OK : open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "topic", .type = GW_T_SECRET, .flags = GW_REQUIRED,
	  .help = "what the phones subscribe to, as \"file:/path\", "
	      "\"env:NAME\" or \"cred:NAME\"" },
	{ .name = "server", .type = GW_T_STRING,
	  .fallback = "https://ntfy.sh", .help = "the server's URL" },
	{ .name = "token", .type = GW_T_SECRET,
	  .help = "an access token of a server that wants one" },
	HTTP_TLS_OPTIONS,
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "ntfy", .version = "1",
	.summary = "sends messages to phones by a server of ntfy",
	.options = options, .open = ntfy_open, .call = ntfy_call,
	.close = post_close
);
