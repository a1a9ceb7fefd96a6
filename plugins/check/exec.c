/* SPDX-License-Identifier: BSD-2-Clause
 *
 * exec.c -- check `exec`: what a program says, in JSON or as a monitoring
 * plugin does.
 *
 * The program gets its words as they are (no shell), the call as JSON on its
 * standard input, and GATEWARDEN_DATE and the like in its environment. With
 * JSON it writes a measurement (measured.h) and exits 0. As a monitoring
 * plugin its exit code is its own judgement: 0 pass, 1 warn, 2 fail, all
 * else "could not tell"; a number of its perfdata is the value. Thresholds
 * in perfdata decide nothing.
 *
 * format = "auto" takes output that begins with `{` as JSON.
 *
 * A program that can't be started, is killed, or takes too long says nothing
 * about the data.
 */
#include <jansson.h>

#include "lib/child.h"
#include "lib/measured.h"
#include "lib/nagios.h"
#include "lib/template.h"

enum { OUTPUT_MOST = 1024 * 1024, SHOWN_MOST = 400 };

static char **
expand_argv(const struct call *c, struct buf *why)
{
	uint32_t count = c->host->count(c->ctx, "argv"), i;
	char **argv = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++) {
		struct buf b CLEANUP_BUF = { 0 };

		if (!template_expand(c, c->host->item(c->ctx, "argv", i),
		    TEMPLATE_RAW, &b, why)) {
			strings_free(argv);
			return NULL;
		}
		strings_add(&argv, &n, buf_str(&b));
	}
	return argv;
}

/* What the program reads; owned. */
static char *
input_json(const struct call *c)
{
	static const char *const names[] = { "date", "now", "pipeline",
		"instance" };
	json_t *o = json_object();
	int64_t anchor = c->host->anchor(c->ctx);
	char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *s = c->host->param(c->ctx, names[i]);

		if (s)
			json_object_set_new(o, names[i], json_string(s));
	}
	json_object_set_new(o, "now_ms",
	    json_integer(c->host->now(c->ctx)));
	if (anchor != INT64_MIN)
		json_object_set_new(o, "anchor_ms", json_integer(anchor));
	json_object_set_new(o, "time_ms", json_integer(call_left(c)));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text == NULL)
		abort();
	return text;
}

static bool
is_json(const struct call *c, const struct buf *out)
{
	const char *format = option_or(c->host, c->ctx, "format", "auto");
	const char *s = buf_str(out);

	if (strcmp(format, "auto") == 0)
		return s[strspn(s, " \t\r\n")] == '{';
	return strcmp(format, "json") == 0;
}

/* How it ended, and the first line of what it said. */
static int32_t
ended_badly(const struct call *c, const struct child_end *e,
    const char *program)
{
	struct buf why CLEANUP_BUF = { 0 };
	const struct buf *said = e->err.len ? &e->err : &e->out;
	const char *s = buf_str(said);

	child_end_words(c, e, program, &why);
	if (said->len > 0) {
		buf_add(&why, ": ");
		buf_add_line(&why, s, strcspn(s, "\n"), SHOWN_MOST);
	}
	return call_unknown(c, &why);
}

static int32_t
judged(const struct call *c, const struct child_end *e, const char *program)
{
	static const int32_t results[] = { GW_R_PASS, GW_R_WARN, GW_R_FAIL };
	const char *label = c->host->text(c->ctx, "perfdata"), *text;
	struct buf b CLEANUP_BUF = { 0 };
	enum nagios_found found;
	double v = 0;
	size_t len;

	if (e->exit_code > 2)
		return ended_badly(c, e, program);
	found = nagios_value(buf_str(&e->out), label, &v);
	nagios_text(buf_str(&e->out), &text, &len);
	buf_add_line(&b, text, len, SHOWN_MOST);
	if (label && found != NAGIOS_FOUND) {
		buf_addf(&b, " (no number for '%s' in its perfdata)", label);
		return call_unknown(c, &b);
	}
	if (found == NAGIOS_FOUND)
		c->host->value(c->ctx, v);
	c->host->stated(c->ctx, results[e->exit_code]);
	if (b.len > 0)
		c->host->remark(c->ctx, "%s", buf_str(&b));
	return GW_OK;
}

static int32_t
understand(const struct call *c, const struct child_end *e,
    const char *program)
{
	struct buf why CLEANUP_BUF = { 0 };
	bool json = is_json(c, &e->out);

	if (e->spawn_errno != 0 || e->stopped || e->exit_code < 0 ||
	    (json && e->exit_code != 0))
		return ended_badly(c, e, program);
	if (json && e->cut) {
		buf_addf(&why, "%s: wrote more than %d bytes", program,
		    OUTPUT_MOST);
		return call_unknown(c, &why);
	}
	return json ? measured_json(c, buf_str(&e->out), e->out.len) :
	    judged(c, e, program);
}

static int32_t
exec_call(struct gw_ctx *ctx, void *self)
{
	/* perfdata with a point, whatever the locale */
	static const char *const more[] = { "LC_ALL=C", NULL };
	struct call c = call_begin(self, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	char **argv CLEANUP_STRINGS = expand_argv(&c, &why);
	char **envp CLEANUP_STRINGS = child_environment(&c, more);
	char *input CLEANUP_FREE = input_json(&c);
	struct child_spec spec = { .argv = argv, .envp = envp,
		.input = input, .input_len = strlen(input), .capture = true,
		.most = OUTPUT_MOST };
	struct child_end end CLEANUP_CHILD = { 0 };

	if (argv == NULL)
		return call_unknown(&c, &why);
	child_run(&c, &spec, &end);
	c.host->evidence(ctx, "program", argv[0]);
	return understand(&c, &end, argv[0]);
}

static int32_t
exec_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (!template_check_argv(GW_CHECK, host, ctx, &why))
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const char *const formats[] = { "auto", "json", "nagios", NULL };

static const struct gw_option options[] = {
	{ .name = "argv", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the program and its words, without a shell; {date} and "
	      "the like are filled in" },
	{ .name = "format", .type = GW_T_ENUM, .choices = formats,
	  .fallback = "\"auto\"",
	  .help = "what it writes: a measurement as JSON, or text and exit "
	      "code as monitoring plugins do" },
	{ .name = "perfdata", .type = GW_T_STRING,
	  .help = "the label in its perfdata whose number is the value; "
	      "default: the first one" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "exec", .version = "1",
	.summary = "what a program says, in JSON or as a monitoring plugin",
	.options = options, .open = exec_open, .call = exec_call
);
