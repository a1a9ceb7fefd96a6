/* SPDX-License-Identifier: BSD-2-Clause
 *
 * classify.c -- what a failure's words say about trying again.
 *
 * A code alone often can't tell: "Missing required option" ends with 1 as
 * does "connection reset", and one of them will never work. So an action may
 * name expressions, which are looked for line by line ('^' and '$' are a
 * line's ends) in what a program printed or a service answered; the groups
 * are tried in their order, and the first that matches anywhere decides.
 */
#include "lib/classify.h"

#include <regex.h>
#include <stdio.h>

static const char *const classes[] = { "transient", "not_yet", "permanent",
	"config", NULL };

const struct gw_option classify_options[] = {
	{ .name = "match", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "an extended regular expression" },
	{ .name = "class", .type = GW_T_ENUM, .flags = GW_REQUIRED,
	  .choices = classes, .help = "what a failure with it is" },
	{ .name = NULL }
};

static const char *
member(const struct gw_host *host, struct gw_ctx *ctx, uint32_t i,
    const char *name)
{
	char path[64];
	const char *s;

	(void)snprintf(path, sizeof path, "classify.%u.%s", i, name);
	s = host->text(ctx, path);
	return s ? s : "";
}

bool
classify_check(const struct gw_host *host, struct gw_ctx *ctx,
    struct buf *why)
{
	uint32_t n = host->count(ctx, "classify"), i;
	char error[200];
	regex_t re;
	int r;

	for (i = 0; i < n; i++) {
		const char *match = member(host, ctx, i, "match");

		if (*match == '\0') {
			buf_add(why, "classify: 'match' is empty, which is "
			    "found in everything");
			return false;
		}
		r = regcomp(&re, match, REG_EXTENDED | REG_NEWLINE |
		    REG_NOSUB);
		if (r != 0) {
			(void)regerror(r, &re, error, sizeof error);
			buf_addf(why, "classify: '%s' is no extended regular "
			    "expression: %s", match, error);
			return false;
		}
		regfree(&re);
	}
	return true;
}

bool
classify_wanted(const struct call *c)
{
	return c->host->count(c->ctx, "classify") > 0;
}

static int32_t
class_of(const char *name)
{
	static const int32_t values[] = { GW_F_TRANSIENT, GW_F_NOT_YET,
		GW_F_PERMANENT, GW_F_CONFIG };
	size_t i;

	for (i = 0; classes[i]; i++)
		if (strcmp(classes[i], name) == 0)
			return values[i];
	return GW_F_TRANSIENT;
}

int32_t
classify_text(const struct call *c, const char *text)
{
	uint32_t n = c->host->count(c->ctx, "classify"), i;
	bool found = false;
	regex_t re;

	for (i = 0; i < n && !found; i++) {
		if (regcomp(&re, member(c->host, c->ctx, i, "match"),
		    REG_EXTENDED | REG_NEWLINE | REG_NOSUB) != 0)
			continue;       /* classify_check has looked */
		found = regexec(&re, text, 0, NULL, 0) == 0;
		regfree(&re);
	}
	return found ? class_of(member(c->host, c->ctx, i - 1, "class")) : 0;
}
