/* SPDX-License-Identifier: BSD-2-Clause
 *
 * exec.c -- action `exec`: runs a program.
 *
 * The program gets its words as they are, without a shell. A word that is
 * exactly {missing} or {failing} becomes as many words as there are items;
 * within a longer word they are joined by commas. Its output is ours, which
 * the host keeps; its environment has GATEWARDEN_DATE, _PHASE, _OPERATION,
 * _ATTEMPT and the like.
 *
 * Exit 0 is done. What another code means for a retry: 75 (EX_TEMPFAIL) and
 * all others may work next time, 64 (EX_USAGE) will not, 78 (EX_CONFIG), 126,
 * 127 and a program that can't be started are a matter of configuration;
 * options name more, and expressions that are looked for in its output (its
 * standard error first) go before all codes. That it is done is the program's
 * word: the core proves it by measuring.
 */
#include "lib/child.h"
#include "lib/classify.h"
#include "lib/number.h"
#include "lib/template.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78, EXIT_NO_EXEC = 126,
	EXIT_NOT_FOUND = 127, KEPT_MOST = 256 * 1024 };

static bool
add_word(const struct call *c, const char *text, char ***argv, size_t *n,
    struct buf *why)
{
	struct buf b CLEANUP_BUF = { 0 };
	const char *list = template_list(text);
	uint32_t count, i;

	if (list) {
		count = c->host->param_count(c->ctx, list);
		for (i = 0; i < count; i++)
			strings_add(argv, n,
			    c->host->param_item(c->ctx, list, i));
		return true;
	}
	if (!template_expand(c, text, TEMPLATE_RAW, &b, why))
		return false;
	strings_add(argv, n, buf_str(&b));
	return true;
}

static char **
expand_argv(const struct call *c, struct buf *why)
{
	uint32_t count = c->host->count(c->ctx, "argv"), i;
	char **argv = NULL;
	size_t n = 0;

	for (i = 0; i < count; i++)
		if (!add_word(c, c->host->item(c->ctx, "argv", i), &argv, &n,
		    why)) {
			strings_free(argv);
			return NULL;
		}
	return argv;
}

static bool
is_listed(const struct call *c, const char *option, int code)
{
	uint32_t n = c->host->count(c->ctx, option), i;

	for (i = 0; i < n; i++)
		if (strtol(c->host->item(c->ctx, option, i), NULL, 10) == code)
			return true;
	return false;
}

/* What its words say; 0: nothing. */
static int32_t
class_of_words(const struct call *c, const struct child_end *e)
{
	int32_t class = classify_text(c, buf_str(&e->err));

	return class ? class : classify_text(c, buf_str(&e->out));
}

static int32_t
class_of(const struct call *c, const struct child_end *e)
{
	int32_t class = class_of_words(c, e);

	if (e->spawn_errno != 0)
		return GW_F_CONFIG;
	if (class && !e->stopped)
		return class;
	if (e->stopped || e->exit_code < 0)
		return GW_F_TRANSIENT;
	if (is_listed(c, "not_yet_codes", e->exit_code))
		return GW_F_NOT_YET;
	if (is_listed(c, "permanent_codes", e->exit_code))
		return GW_F_PERMANENT;
	switch (e->exit_code) {
	case EXIT_USAGE:
		return GW_F_PERMANENT;
	case EXIT_CONFIG:
	case EXIT_NO_EXEC:
	case EXIT_NOT_FOUND:
		return GW_F_CONFIG;
	default:
		return GW_F_TRANSIENT;
	}
}

static int32_t
exec_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	char **argv CLEANUP_STRINGS = expand_argv(&c, &why);
	char **envp CLEANUP_STRINGS = child_environment(&c, NULL);
	struct child_spec spec = { .argv = argv, .envp = envp,
		.tee = classify_wanted(&c), .most = KEPT_MOST };
	struct child_end end CLEANUP_CHILD = { 0 };

	if (argv == NULL)
		return call_failed(&c, GW_F_CONFIG, 0, &why);
	child_run(&c, &spec, &end);
	child_end_words(&c, &end, argv[0], &why);
	if (end.spawn_errno != 0 || end.stopped || end.exit_code != 0)
		return call_failed(&c, class_of(&c, &end), 0, &why);
	c.host->remark(ctx, "%s", buf_str(&why));
	return GW_OK;
}

static bool
check_codes(const struct gw_host *host, struct gw_ctx *ctx,
    const char *option, struct buf *why)
{
	uint32_t n = host->count(ctx, option), i;
	double code;

	for (i = 0; i < n; i++) {
		const char *s = host->item(ctx, option, i);

		if (number_parse(s, strlen(s), &code) && code >= 1 &&
		    code <= 255 && strspn(s, "0123456789") == strlen(s))
			continue;
		buf_addf(why, "%s: '%s' is no exit code; expected 1 to 255",
		    option, s);
		return false;
	}
	return true;
}

static int32_t
exec_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (!template_check_argv(GW_ACTION, host, ctx, &why) ||
	    !check_codes(host, ctx, "not_yet_codes", &why) ||
	    !check_codes(host, ctx, "permanent_codes", &why) ||
	    !classify_check(host, ctx, &why))
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "argv", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "the program and its words, without a shell; {date} and "
	      "the like are filled in, a word that is {missing} or {failing} "
	      "becomes one word for each item" },
	{ .name = "not_yet_codes", .type = GW_T_LIST,
	  .help = "exit codes that mean: too early, try later" },
	{ .name = "permanent_codes", .type = GW_T_LIST,
	  .help = "exit codes that mean: will not work by trying again" },
	CLASSIFY_OPTION("what its output says of a failure"),
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "exec", .version = "1",
	.summary = "runs a program",
	.options = options, .open = exec_open, .call = exec_call
);
