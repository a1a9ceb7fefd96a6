/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-options.c -- the command line of gatewardend.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "daemon/options.h"

enum { WORDS = 12 };

/* Words separated by blanks. What is said goes to *ret_said, owned. */
static int
parse(const char *line, struct options *o, char **ret_said)
{
	static char program[] = "gatewardend";
	static char buf[256];
	char *argv[WORDS + 1] = { program };
	size_t len;
	FILE *err = open_memstream(ret_said, &len);
	char *word;
	int argc = 1, r;

	assert_non_null(err);
	(void)snprintf(buf, sizeof buf, "%s", line);
	for (word = strtok(buf, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < WORDS);
		argv[argc++] = word;
	}
	r = options_parse(argc, argv, o, err);
	(void)fclose(err);
	return r;
}

static void
accept(const char *line, struct options *o)
{
	char *said CLEANUP_FREE = NULL;

	if (parse(line, o, &said) != 0)
		fail_msg("'%s': %s", line, said);
	assert_string_equal(said, "");
}

static void
refuse(const char *line, const char *words)
{
	char *said CLEANUP_FREE = NULL;
	struct options o;

	assert_int_equal(parse(line, &o, &said), -EINVAL);
	if (strstr(said, words) == NULL)
		fail_msg("'%s': '%s' does not say '%s'", line, said, words);
}

static void
all_forms_are_understood(void **state)
{
	struct options o;

	(void)state;
	accept("", &o);
	assert_string_equal(o.config, GW_SYSCONFDIR "/gatewarden/conf.d");
	assert_null(o.state_dir);
	assert_false(o.check);
	accept("--config /a --state-dir=/b --socket /c --plugin-dir /d "
	    "--host /e -d", &o);
	assert_string_equal(o.config, "/a");
	assert_string_equal(o.state_dir, "/b");
	assert_string_equal(o.socket, "/c");
	assert_string_equal(o.plugin_dir, "/d");
	assert_string_equal(o.host, "/e");
	assert_true(o.debug);
	accept("-c/a", &o);
	assert_string_equal(o.config, "/a");
	accept("-c /a=b", &o);
	assert_string_equal(o.config, "/a=b");
}

static void
check_takes_a_place(void **state)
{
	struct options o;

	(void)state;
	accept("--check conf.d/nba --resolved --json", &o);
	assert_true(o.check && o.resolved && o.json);
	assert_string_equal(o.config, "conf.d/nba");
	accept("--check x --facts f --scenario s", &o);
	assert_string_equal(o.facts, "f");
	assert_string_equal(o.scenario, "s");
	accept("--check --config x", &o);
	assert_string_equal(o.config, "x");
	accept("--check -- -odd", &o);
	assert_string_equal(o.config, "-odd");
}

static void
mistakes_are_named(void **state)
{
	(void)state;
	refuse("--confg /a", "did you mean '--config'?");
	refuse("-x", "no option '-x'");
	refuse("--config", "--config needs a value: PATH");
	refuse("--config=", "needs a value");
	refuse("--check=yes", "--check takes no value");
	refuse("conf.d", "with --config");
	refuse("--check a b", "'b' is too much");
	refuse("--json", "--json goes with --check");
	refuse("--resolved", "--resolved goes with --check");
	refuse("--facts f", "--facts goes with --check");
	refuse("--check --scenario s", "--scenario goes with --facts");
}

/* Breaks and indents become one blank. */
static void
join_lines(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s != '\n' && !(*s == ' ' && to[-1] == ' '))
			*to++ = *s;
		else if (*s == '\n')
			*to++ = ' ';
	*to = '\0';
}

/* Up to the end of the line. One word can't be broken: a path of the
 * installation may be longer than a line. */
static bool
fits(const char *line)
{
	size_t len = strcspn(line, "\n"), indent = strspn(line, " ");

	return len < 80 || strcspn(line + indent, " \n") == len - indent;
}

/* Each option stands in the help, with its value, and no line is long. */
static void
help_says_all(void **state)
{
	char *said CLEANUP_FREE = NULL, word[40], *line;
	const struct argument *d;
	size_t len;
	FILE *f = open_memstream(&said, &len);

	(void)state;
	assert_non_null(f);
	options_usage(f);
	(void)fclose(f);
	for (line = said; *line; line += strcspn(line, "\n") + 1)
		assert_true(fits(line));
	join_lines(said);
	for (d = option_table; d->name; d++) {
		(void)snprintf(word, sizeof word, "--%s %s", d->name,
		    d->arg ? d->arg : "");
		assert_non_null(strstr(said, word));
		assert_non_null(strstr(said, d->help));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms_are_understood),
		cmocka_unit_test(check_takes_a_place),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(help_says_all)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
