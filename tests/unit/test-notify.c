/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-notify.c -- what the service manager gets to hear, at a socket of the
 * test's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "daemon/notify.h"

/* Binds and names it in the environment; `name` may begin with '@'. */
static int
listen_at(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(name));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", name);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static void
expect(int fd, const char *text)
{
	char buf[256] = "";
	ssize_t n = recv(fd, buf, sizeof buf - 1, 0);

	if (n < 0)
		fail_msg("nothing was said; expected %s", text);
	assert_string_equal(buf, text);
}

static void
it_says_how_things_are(void **state)
{
	struct text name = { 0 };
	struct notify *n;
	char buf[256] = "";
	int fd;

	(void)state;
	text_addf(&name, "@gatewarden-test-%d", (int)getpid());
	fd = listen_at(text_str(&name));
	n = notify_open();
	notify_ready(n, "watching\nREADY=0");
	expect(fd, "READY=1\nSTATUS=watching\\x0aREADY=0\n");
	notify_status(n, "31 checks");
	expect(fd, "STATUS=31 checks\n");
	notify_alive(n);
	expect(fd, "WATCHDOG=1\n");
	notify_reloading(n);
	assert_true(recv(fd, buf, sizeof buf - 1, 0) > 0);
	assert_ptr_equal(strstr(buf, "RELOADING=1\nMONOTONIC_USEC="), buf);
	notify_stopping(n);
	expect(fd, "STOPPING=1\n");
	notify_close(n);
	(void)close(fd);
	text_free(&name);
}

static void
no_worker_inherits_it(void **state)
{
	struct notify *n;

	(void)state;
	assert_int_equal(setenv("NOTIFY_SOCKET", "/nowhere", 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "3000000", 1), 0);
	n = notify_open();
	assert_int_equal(notify_watchdog_ms(n), 1500);
	notify_ready(n, "nobody hears");
	notify_close(n);
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
}

static int64_t
watchdog_of(const char *usec, const char *pid)
{
	struct notify *n;
	int64_t ms;

	assert_int_equal(setenv("NOTIFY_SOCKET", "/nowhere", 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", usec, 1), 0);
	if (pid)
		assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	n = notify_open();
	ms = notify_watchdog_ms(n);
	notify_close(n);
	return ms;
}

static void
the_watchdog_is_ours_or_none(void **state)
{
	char me[20];

	(void)state;
	(void)snprintf(me, sizeof me, "%d", (int)getpid());
	assert_int_equal(watchdog_of("20000", me), 10);
	assert_int_equal(watchdog_of("20000", "1"), 0);
	assert_int_equal(watchdog_of("-5", NULL), 0);
	assert_int_equal(watchdog_of("20s", NULL), 0);
}

static void
without_a_manager_nothing_happens(void **state)
{
	static const char *const wrong[] = { "", "@", "relative", "/" };
	struct notify *n;
	size_t i;

	(void)state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	n = notify_open();
	notify_ready(n, "x");
	notify_alive(n);
	assert_int_equal(notify_watchdog_ms(n), 0);
	notify_close(n);
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(setenv("NOTIFY_SOCKET", wrong[i], 1), 0);
		n = notify_open();
		notify_stopping(n);
		notify_close(n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_how_things_are),
		cmocka_unit_test(no_worker_inherits_it),
		cmocka_unit_test(the_watchdog_is_ours_or_none),
		cmocka_unit_test(without_a_manager_nothing_happens)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
