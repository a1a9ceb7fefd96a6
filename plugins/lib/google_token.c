/* SPDX-License-Identifier: BSD-2-Clause
 *
 * google_token.c -- tokens for Google APIs, and for services behind them.
 *
 * One of three sources, by what is set: the key of a service account, which
 * signs an assertion that its token endpoint changes into a token; a command
 * that prints one; or the metadata server of the machine. The latter speaks
 * plain HTTP by design and never through a proxy; an answer without its
 * header comes from something else and is refused.
 *
 * A token is kept until a fifth of its life is left, at most five minutes
 * before its end; a bare one of a command, which doesn't say how long it is
 * good, for five minutes. Refused ones are forgotten. Neither tokens nor
 * keys appear in any sentence.
 */
#include "lib/google_token.h"

#include <stdio.h>
#include <time.h>

#include "lib/base64.h"
#include "lib/child.h"
#include "lib/google_jwt.h"
#include "lib/template.h"

enum { TOKEN_MOST = 16384, ANSWER_MOST = 65536, BARE_MS = 300000,
	EARLY_MOST_MS = 300000, LIFE_MOST_S = 86400 };

#define SCOPE "https://www.googleapis.com/auth/cloud-platform"
#define ACCOUNT "/computeMetadata/v1/instance/service-accounts/default/"
#define METADATA_SERVER "http://metadata.google.internal"
#define GRANT "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

struct token {
	struct buf text;
	int64_t until;          /* monotonic ms; not used from then on */
};

struct google_tokens {
	struct google_key *key;         /* NULL: one of the other two */
	char **command;                 /* NULL: the metadata server */
	char *metadata;
	struct token access, identity;
	char *audience;                 /* of the identity token */
};

/*-------------------------------------------------------------------- life */

static char **
read_command(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option)
{
	uint32_t count = host->count(ctx, option), i;
	char **list = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++)
		strings_add(&list, &n, host->item(ctx, option, i));
	return list;
}

static bool
set_up(struct google_tokens *t, const char *credentials, const char *metadata,
    struct buf *why)
{
	t->metadata = mem_copy(metadata);
	if (credentials && t->command) {
		buf_add(why, "credentials and token_command are set; one of "
		    "them gives the token");
		return false;
	}
	if (credentials) {
		t->key = google_key_new(credentials, why);
		return t->key && http_check_endpoint("credentials: token_uri",
		    google_key_token_uri(t->key), why);
	}
	return strcmp(metadata, METADATA_SERVER) == 0 ||
	    http_check_endpoint("metadata_server", metadata, why);
}

struct google_tokens *
google_tokens_new(const struct gw_host *host, struct gw_ctx *ctx,
    const char *prefix, struct buf *why)
{
	struct google_tokens *t = mem_new(1, sizeof *t);
	struct buf name CLEANUP_BUF = { 0 };
	const char *credentials, *metadata;

	buf_addf(&name, "%stoken_command", prefix);
	t->command = read_command(host, ctx, buf_str(&name));
	buf_clear(&name);
	buf_addf(&name, "%scredentials", prefix);
	credentials = option_or(host, ctx, buf_str(&name), NULL);
	buf_clear(&name);
	buf_addf(&name, "%smetadata_server", prefix);
	metadata = option_or(host, ctx, buf_str(&name), METADATA_SERVER);
	if (set_up(t, credentials, metadata, why))
		return t;
	google_tokens_free(t);
	return NULL;
}

void
google_tokens_free(struct google_tokens *t)
{
	if (t == NULL)
		return;
	google_key_free(t->key);
	strings_free(t->command);
	free(t->metadata);
	buf_free(&t->access.text);
	buf_free(&t->identity.text);
	free(t->audience);
	free(t);
}

const char *
google_tokens_project(const struct google_tokens *t)
{
	return t->key ? google_key_project(t->key) : NULL;
}

void
google_token_refused(struct google_tokens *t)
{
	t->access.until = 0;
	t->identity.until = 0;
}

/*------------------------------------------------------------------ keeping */

static int64_t
wall_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

static void
keep_for(struct token *t, int64_t life_s)
{
	int64_t life = 1000 * (life_s < LIFE_MOST_S ? life_s : LIFE_MOST_S);
	int64_t early = life / 5;

	t->until = monotonic_ms() + life -
	    (early < EARLY_MOST_MS ? early : EARLY_MOST_MS);
}

/* False: nothing that can stand in a header. */
static bool
keep_text(struct token *t, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	if (len == 0 || len > TOKEN_MOST)
		return false;
	buf_clear(&t->text);
	buf_addn(&t->text, text, len);
	return true;
}

static const char *
not_understood(const char *who, struct google_error *ret, struct buf *why)
{
	google_error_set(ret, GOOGLE_NO_TOKEN);
	buf_addf(why, "no token: %s gave none that can be used", who);
	return NULL;
}

/* The sentence stands in `why` already. */
static const char *
no_token(struct google_error *ret, int32_t failure)
{
	google_error_set(ret, GOOGLE_NO_TOKEN);
	ret->failure = failure;
	return NULL;
}

/* From {"access_token", "expires_in"} or {"id_token"}. */
static bool
keep_json(struct token *t, const char *s, size_t len, const char *member)
{
	json_t *json = json_loadb(s, len, 0, NULL);
	const json_t *text = json_object_get(json, member);
	const json_t *life = json_object_get(json, "expires_in");
	bool ok = json_is_string(text) && keep_text(t,
	    json_string_value(text), json_string_length(text));

	if (ok && json_is_integer(life))
		keep_for(t, json_integer_value(life));
	else
		t->until = monotonic_ms() + BARE_MS;
	json_decref(json);
	return ok;
}

/* An identity token says itself how long it is good. */
static void
keep_by_claim(struct token *t)
{
	const char *begin = strchr(buf_str(&t->text), '.');
	struct buf claims CLEANUP_BUF = { 0 };
	json_t *json = NULL, *end;

	t->until = monotonic_ms() + BARE_MS;
	if (begin && base64_read(begin + 1, strcspn(begin + 1, "."), &claims))
		json = json_loadb(buf_str(&claims), claims.len, 0, NULL);
	end = json_object_get(json, "exp");
	if (json_is_integer(end))
		keep_for(t, json_integer_value(end) - wall_s());
	json_decref(json);
}

/*--------------------------------------------------------- service account */

/* Changes an assertion for a token. */
static const char *
exchange(const struct call *c, struct google_tokens *g, struct token *t,
    bool identity, struct google_error *ret, struct buf *why)
{
	char type[] = "Content-Type: application/x-www-form-urlencoded";
	char *const headers[] = { type, NULL };
	struct buf form CLEANUP_BUF = { 0 }, error CLEANUP_BUF = { 0 };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	struct http_request q = { .method = "POST", .headers = headers,
		.url = google_key_token_uri(g->key), .most = ANSWER_MOST };

	buf_add(&form, "grant_type=" GRANT "&assertion=");
	if (!google_key_assert(g->key, identity ? "target_audience" : "scope",
	    identity ? g->audience : SCOPE, wall_s(), &form, why))
		return no_token(ret, GW_F_CONFIG);
	q.body = buf_str(&form);
	q.body_len = form.len;
	if (!http_do(c, &q, &reply, &error)) {
		buf_addf(why, "no token: the token endpoint: %s",
		    buf_str(&error));
		return no_token(ret, reply.failure);
	}
	if (reply.status != 200) {
		buf_add(why, "no token: the token endpoint: ");
		google_error_read(&reply, ret, why);
		return no_token(ret, ret->failure);
	}
	if (!keep_json(t, buf_str(&reply.body), reply.body.len, identity ?
	    "id_token" : "access_token"))
		return not_understood("the token endpoint", ret, why);
	if (identity)
		keep_by_claim(t);
	return buf_str(&t->text);
}

/*---------------------------------------------------------- metadata server */

static const char *
ask_metadata(const struct call *c, struct google_tokens *g, struct token *t,
    bool identity, struct google_error *ret, struct buf *why)
{
	char flavor[] = "Metadata-Flavor: Google";
	char *const headers[] = { flavor, NULL };
	struct buf url CLEANUP_BUF = { 0 }, error CLEANUP_BUF = { 0 };
	struct http_reply reply CLEANUP_HTTP = { 0 };
	struct http_request q = { .method = "GET", .headers = headers,
		.most = ANSWER_MOST, .want = "Metadata-Flavor",
		.direct = true };
	const char *s;

	buf_addf(&url, "%s" ACCOUNT "%s", g->metadata, identity ?
	    "identity?format=full&audience=" : "token");
	if (identity)
		template_add_encoded(&url, g->audience);
	q.url = buf_str(&url);
	if (!http_do(c, &q, &reply, &error)) {
		buf_addf(why, "no token: the metadata server: %s",
		    buf_str(&error));
		return no_token(ret, reply.failure);
	}
	if (strcmp(buf_str(&reply.wanted), "Google") != 0)
		return not_understood("the metadata server does not say that "
		    "it is Google's and", ret, why);
	if (reply.status != 200) {
		buf_add(why, "no token: the metadata server: ");
		google_error_read(&reply, ret, why);
		return no_token(ret, ret->failure);
	}
	s = buf_str(&reply.body);
	if (!(identity ? keep_text(t, s, strcspn(s, "\r\n")) :
	    keep_json(t, s, reply.body.len, "access_token")))
		return not_understood("the metadata server", ret, why);
	if (identity)
		keep_by_claim(t);
	return buf_str(&t->text);
}

/*------------------------------------------------------------------ command */

/* A bare line, or JSON. */
static bool
keep_printed(struct token *t, const struct buf *out, const char *member)
{
	const char *s = buf_str(out);

	if (s[strspn(s, " \t\r\n")] == '{')
		return keep_json(t, s, out->len, member);
	t->until = monotonic_ms() + BARE_MS;
	return keep_text(t, s, strcspn(s, "\r\n"));
}

static const char *
run_command(const struct call *c, struct google_tokens *g, struct token *t,
    bool identity, struct google_error *ret, struct buf *why)
{
	char **envp CLEANUP_STRINGS = child_environment(c, NULL);
	struct child_end end CLEANUP_CHILD = { 0 };
	struct child_spec spec = { .argv = g->command, .envp = envp,
		.capture = true, .most = ANSWER_MOST };
	const char *s;

	child_run(c, &spec, &end);
	if (end.spawn_errno != 0 || end.stopped || end.exit_code != 0) {
		buf_add(why, "no token: token_command: ");
		child_end_words(c, &end, g->command[0], why);
		s = buf_str(&end.err);
		if (*s) {
			buf_add(why, ": ");
			buf_add_line(why, s, strcspn(s, "\n"), 200);
		}
		return no_token(ret, end.spawn_errno ? GW_F_CONFIG :
		    GW_F_TRANSIENT);
	}
	if (end.cut || !keep_printed(t, &end.out, identity ? "id_token" :
	    "access_token"))
		return not_understood("token_command", ret, why);
	if (identity)
		keep_by_claim(t);
	return buf_str(&t->text);
}

/*--------------------------------------------------------------------- both */

static const char *
fetch(const struct call *c, struct google_tokens *g, struct token *t,
    bool identity, struct google_error *ret, struct buf *why)
{
	const char *text;

	t->until = 0;
	text = g->key ? exchange(c, g, t, identity, ret, why) :
	    g->command ? run_command(c, g, t, identity, ret, why) :
	    ask_metadata(c, g, t, identity, ret, why);
	if (text == NULL)
		t->until = 0;   /* what stands there is an old one, or none */
	return text;
}

const char *
google_token(const struct call *c, struct google_tokens *g,
    struct google_error *ret, struct buf *why)
{
	*ret = (struct google_error){ 0 };
	if (g->access.until > monotonic_ms())
		return buf_str(&g->access.text);
	return fetch(c, g, &g->access, false, ret, why);
}

const char *
google_identity(const struct call *c, struct google_tokens *g,
    const char *audience, struct google_error *ret, struct buf *why)
{
	*ret = (struct google_error){ 0 };
	if (g->audience && strcmp(g->audience, audience) == 0 &&
	    g->identity.until > monotonic_ms())
		return buf_str(&g->identity.text);
	free(g->audience);
	g->audience = mem_copy(audience);
	return fetch(c, g, &g->identity, true, ret, why);
}
