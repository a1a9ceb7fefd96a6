/* SPDX-License-Identifier: BSD-2-Clause
 *
 * exec.c -- notifier `exec`: a program that delivers.
 *
 * It is started without a shell; on its standard input is one object of JSON
 * with all that is known of the message. Exit 0 is its word that the far end
 * has it. What it printed first, on standard error before output, is the
 * reason. It and all that it started are ended at the deadline.
 */
#include "lib/child.h"
#include "lib/message.h"
#include "lib/template.h"

enum { EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_CONFIG = 78, EXIT_NO_EXEC = 126,
	EXIT_NOT_FOUND = 127, KEPT_MOST = 64 * 1024, SHOWN_MOST = 300 };

static int32_t
class_of(const struct child_end *e)
{
	if (e->spawn_errno != 0)
		return GW_F_CONFIG;
	switch (e->exit_code) {
	case EXIT_USAGE:
	case EXIT_DATA:
		return GW_F_PERMANENT;
	case EXIT_CONFIG:
	case EXIT_NO_EXEC:
	case EXIT_NOT_FOUND:
		return GW_F_CONFIG;
	default:
		return GW_F_TRANSIENT;
	}
}

static void
add_first_line(struct buf *why, const struct child_end *e)
{
	const struct buf *b = e->err.len > 0 ? &e->err : &e->out;
	const char *s = buf_str(b);
	size_t n = strcspn(s, "\r\n");

	if (n == 0)
		return;
	buf_add(why, ": ");
	buf_add_line(why, s, n, SHOWN_MOST);
}

static char **
expand_argv(const struct call *c)
{
	uint32_t count = c->host->count(c->ctx, "argv"), i;
	struct buf why CLEANUP_BUF = { 0 };
	char **argv = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++) {
		struct buf b CLEANUP_BUF = { 0 };

		(void)template_expand(c, c->host->item(c->ctx, "argv", i),
		    TEMPLATE_RAW, &b, &why);
		strings_add(&argv, &n, buf_str(&b));
	}
	return argv;
}

static int32_t
exec_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	json_t *o = message_json(&c);
	char *input CLEANUP_FREE = json_dumps(o, JSON_COMPACT);
	char **argv CLEANUP_STRINGS = expand_argv(&c);
	char **envp CLEANUP_STRINGS = child_environment(&c, NULL);
	struct child_spec spec = { .argv = argv, .envp = envp,
		.input = input, .capture = true, .most = KEPT_MOST };
	struct child_end end CLEANUP_CHILD = { 0 };

	json_decref(o);
	if (input == NULL)
		abort();
	spec.input_len = strlen(input);
	child_run(&c, &spec, &end);
	child_end_words(&c, &end, argv[0], &why);
	if (end.spawn_errno == 0)
		add_first_line(&why, &end);
	if (end.spawn_errno != 0 || end.stopped || end.exit_code != 0)
		return call_failed(&c, class_of(&end), 0, &why);
	c.host->remark(ctx, "%s", buf_str(&why));
	return GW_OK;
}

static int32_t
exec_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (!template_check_argv(GW_NOTIFIER, host, ctx, &why))
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "argv", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the program and its words, without a shell; {title}, "
	      "{severity} and the like are filled in. The message comes as "
	      "JSON on standard input" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "exec", .version = "1",
	.summary = "runs a program that delivers messages",
	.options = options, .open = exec_open, .call = exec_call
);
