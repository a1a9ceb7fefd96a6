/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-journal-crash.c -- the journal on a disk and a machine that fail.
 *
 * A small life of a journal is lived again and again in a child, which is
 * killed, or whose disk fails, at its first change of a file, its second,
 * and so on until it comes through (iofault.c; killed after a call is the
 * same as killed before the next). After each the journal is
 * opened again here and must be whole: the check is clean, nothing that was
 * acknowledged is missing, and of a transaction all or nothing is there.
 * The child must have said that it failed, and must not have synced a file
 * again after a sync of it had failed.
 *
 * Two lives: one that begins with no journal, and one that begins with the
 * log of a crash. Then some hundred kills at random moments, as a net.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "unit/journal-help.h"

enum { POINTS_MAX = 1000, KILLS = 300, BUDGET_MS = 20000 };

/* How a child ends; anything else is a test that went wrong. */
enum { CAME_THROUGH = 0, SAID_FAILED = 2, REFUSED = 3, BROKEN = 9 };

/* What a child tells: 'I'ntent and 'C'losed are durable, 'R'unning isn't;
 * 'F' and 'R' come from the shim on another pipe. */
struct ack {
	uint64_t id;
	char what;
};

struct pipes {
	int acks[2], shim[2];
};

/*-------------------------------------------------------- the life, in the
 * child: no assertions of cmocka, which would jump out of it */

static void
leave(struct store *s, int code)
{
	store_close(s);
	_exit(code);
}

static void
must_have_failed(struct store *s)
{
	const char *why = NULL;

	if (!store_failed(s, &why) || why == NULL || store_begin(s) == 0 ||
	    store_next_id(s, "attempt") != 0)
		_exit(BROKEN);
	leave(s, SAID_FAILED);
}

static void
ok(struct store *s, int r)
{
	if (r < 0)
		must_have_failed(s);
}

static void
acknowledge(int fd, char what, uint64_t id)
{
	const struct ack a = { id, what };

	if (write(fd, &a, sizeof a) != sizeof a)
		_exit(BROKEN);
}

/* Of a phase of its own: a life that is killed leaves its attempt open. */
static void
put(struct store *s, const char *kind, uint64_t id, const char *state)
{
	json_t *data CLEANUP_JSON = json_pack("{sIsssb}",
	    strcmp(kind, "attempt") == 0 ? "id" : "number", (json_int_t)id,
	    "state", state, "open", 1);
	char key[64], phase[32];
	const struct store_event e = { .at = 1000, .kind = kind,
		.pipeline = "nba", .date = "2026-01-16", .subject = phase,
		.key = key, .data = data };

	(void)snprintf(key, sizeof key, "%s/%d", kind, (int)id);
	(void)snprintf(phase, sizeof phase, "phase%d", (int)id);
	ok(s, store_append(s, &e, NULL));
}

static void
close_attempt(struct store *s, uint64_t id)
{
	json_t *body CLEANUP_JSON = json_pack("{ss}", "kind", "opened");
	const struct store_message m = { .id = id, .notifier = "team",
		.incident = id, .body = body };

	put(s, "attempt", id, "closed");
	put(s, "incident", id, "open");
	ok(s, store_queue(s, &m, 5000));
	ok(s, store_delivery(s, id, "team", false, 5001, 6000, "500",
	    "post 1"));
}

static void
one_attempt(struct store *s, int acks)
{
	uint64_t id = store_next_id(s, "attempt");

	if (id == 0)
		must_have_failed(s);
	ok(s, store_begin(s));
	put(s, "attempt", id, "intent");
	ok(s, store_commit(s, true));
	acknowledge(acks, 'I', id);
	ok(s, store_begin(s));
	put(s, "attempt", id, "running");
	ok(s, store_output(s, id, "some output", 11, 11));
	ok(s, store_commit(s, false));
	acknowledge(acks, 'R', id);
	ok(s, store_begin(s));
	close_attempt(s, id);
	ok(s, store_commit(s, true));
	acknowledge(acks, 'C', id);
}

/* `attempts` < 0: until killed. */
static void
live(const char *dir, int acks, int attempts)
{
	struct store *s;
	char *why;

	if (store_open(dir, &s, &why) < 0)
		_exit(why ? REFUSED : BROKEN);
	while (attempts != 0) {
		one_attempt(s, acks);
		attempts -= attempts > 0;
	}
	if (store_failed(s, NULL))
		must_have_failed(s);
	leave(s, CAME_THROUGH);
}

/*----------------------------------------------------- afterwards, in here */

static int
note_row(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	(void)at;
	(void)last_seen;
	return json_object_set_new(arg, key,
	    json_string(json_text(data, "state", "")));
}

static bool
has(const json_t *rows, const char *kind, uint64_t id, const char *states)
{
	char key[64];
	const char *state;

	(void)snprintf(key, sizeof key, "%s/%d", kind, (int)id);
	state = json_text(rows, key, NULL);
	return state && (states == NULL || strstr(states, state));
}

/* All or nothing of the transaction that closes. */
static void
check_whole(struct store *s, const json_t *rows, uint64_t id)
{
	json_t *told CLEANUP_JSON = store_messages(s, id, 0);
	char *out CLEANUP_FREE = NULL;
	uint64_t total;
	size_t len;
	bool closed = has(rows, "attempt", id, "closed");
	bool ran = has(rows, "attempt", id, "running closed");

	assert_int_equal(has(rows, "incident", id, NULL), closed);
	assert_int_equal(json_array_size(told), closed ? 1 : 0);
	if (closed)
		assert_int_equal(json_int(json_array_get(told, 0), "tries",
		    0), 1);
	assert_int_equal(store_read_output(s, id, &out, &len, &total),
	    ran ? 0 : -ENOENT);
}

static void
check_acks(struct store *s, int fd, bool killed_only)
{
	json_t *rows CLEANUP_JSON = json_object();
	uint64_t first = 0, top = 0, id;        /* of this life */
	const char *key;
	json_t *state;
	struct ack a;

	assert_int_equal(store_rows(s, NULL, note_row, rows), 0);
	while (read(fd, &a, sizeof a) == sizeof a) {
		first = first ? first : a.id;
		top = a.id > top ? a.id : top;
		if (a.what == 'C')
			assert_true(has(rows, "attempt", a.id, "closed"));
		else if (a.what == 'I' || killed_only)
			assert_true(has(rows, "attempt", a.id, a.what == 'I' ?
			    "intent running closed" : "running closed"));
	}
	json_object_foreach(rows, key, state)
		if (sscanf(key, "attempt/%" SCNu64, &id) == 1 && id >= first)
			check_whole(s, rows, id);
	check_whole(s, rows, top + 1);          /* not acknowledged */
	assert_true(store_next_id(s, "attempt") > top);
}

static void
check_after(const char *dir, int acks, bool killed_only)
{
	struct store *s = must_open(dir);

	must_be_clean(s);
	check_acks(s, acks, killed_only);
	append(s, "note", NULL, "{}");
	must_be_clean(s);
	store_close(s);
}

static void
open_pipes(struct pipes *p)
{
	assert_int_equal(pipe(p->acks), 0);
	assert_int_equal(pipe(p->shim), 0);
}

static void
close_writing(struct pipes *p)
{
	assert_int_equal(close(p->acks[1]), 0);
	assert_int_equal(close(p->shim[1]), 0);
}

static void
close_reading(struct pipes *p)
{
	assert_int_equal(close(p->acks[0]), 0);
	assert_int_equal(close(p->shim[0]), 0);
}

static void
arm(const char *dir, int n, const char *mode, int fd)
{
	char spec[64], number[16];

	(void)snprintf(spec, sizeof spec, "%d:%s", n, mode);
	(void)snprintf(number, sizeof number, "%d", fd);
	if (setenv("GW_FAULT_DIR", dir, 1) < 0 ||
	    setenv("GW_FAULT_FD", number, 1) < 0 ||
	    setenv("GW_FAULT", spec, 1) < 0)
		_exit(BROKEN);
}

/* A journal as a crash left it: with a log, and a lock file. */
static void
leave_a_log(const char *dir)
{
	int status, acks = open("/dev/null", O_WRONLY);
	pid_t pid = fork();

	assert_true(pid >= 0 && acks >= 0);
	if (pid == 0) {
		struct store *s;
		char *why;

		if (store_open(dir, &s, &why) < 0)
			_exit(BROKEN);
		one_attempt(s, acks);
		_exit(CAME_THROUGH);
	}
	assert_int_equal(close(acks), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* True: the fault happened. */
static bool
one_fault(int n, const char *mode, bool with_log)
{
	char *rel = fresh_dir(), *dir CLEANUP_FREE = realpath(rel, NULL);
	bool kills = strncmp(mode, "e", 1) != 0;
	struct pipes p;
	char said[8] = "";
	ssize_t len;
	int status;
	pid_t pid;

	if (with_log)
		leave_a_log(dir);
	open_pipes(&p);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		arm(dir, n, mode, p.shim[1]);
		live(dir, p.acks[1], 1);
	}
	close_writing(&p);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	len = read(p.shim[0], said, sizeof said - 1);
	if (strchr(said, 'R'))
		fail_msg("%d:%s: a failed sync was retried", n, mode);
	if (WIFEXITED(status) && (WEXITSTATUS(status) == BROKEN ||
	    (WEXITSTATUS(status) != CAME_THROUGH && len == 0)))
		fail_msg("%d:%s: exit %d", n, mode, WEXITSTATUS(status));
	if (len > 0 && kills != WIFSIGNALED(status))
		fail_msg("%d:%s: status %x", n, mode, (unsigned)status);
	check_after(dir, p.acks[0], kills);
	close_reading(&p);
	remove_dir(rel);
	return len > 0;
}

static void
every_point(bool with_log)
{
	static const char *const modes[] = { "kill-before", "torn", "eio",
		"enospc" };
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		for (n = 1; n < POINTS_MAX && one_fault(n, modes[i],
		    with_log); n++)
			;
		print_message("           %s: %d points\n", modes[i], n - 1);
		assert_in_range(n, 20, POINTS_MAX - 1);
	}
}

static void
every_point_of_a_first_life(void **state)
{
	(void)state;
	every_point(false);
}

static void
every_point_after_a_crash(void **state)
{
	(void)state;
	every_point(true);
}

/*------------------------------------------------------------------ syncs */

static void
commits(struct store *s, int n, bool durable)
{
	while (n-- > 0) {
		ok(s, store_begin(s));
		ok(s, append_in(s, "note", NULL, "{}"));
		ok(s, store_commit(s, durable));
	}
}

static void
commit_and_count(const char *dir, int fd)
{
	struct store *s;
	char *why;

	if (store_open(dir, &s, &why) < 0)
		_exit(REFUSED);
	commits(s, 1, true);    /* the log's heading is synced once */
	arm(dir, 0, "count", fd);
	commits(s, 5, true);
	acknowledge(fd, '|', 0);
	commits(s, 5, false);
	acknowledge(fd, '|', 0);
	commits(s, 1, true);
	_exit(CAME_THROUGH);
}

static void
durable_commits_sync(void **state)
{
	char *rel = fresh_dir(), *dir CLEANUP_FREE = realpath(rel, NULL);
	char said[256];
	struct pipes p;
	size_t syncs[3] = { 0 }, part = 0;
	ssize_t n, i;
	pid_t pid;
	int status;

	(void)state;
	open_pipes(&p);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		commit_and_count(dir, p.shim[1]);
	close_writing(&p);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	n = read(p.shim[0], said, sizeof said);
	for (i = 0; i < n; i++) {
		part += said[i] == '|';
		assert_in_range(part, 0, 2);
		syncs[part] += said[i] == 'S';
	}
	assert_int_equal(syncs[0], 5);
	assert_int_equal(syncs[1], 0);
	assert_int_equal(syncs[2], 1);
	close_reading(&p);
	remove_dir(rel);
}

/*------------------------------------------------------------------ kills */

/* At any moment of a life; or, since opening takes most of it, soon after
 * something was acknowledged. */
static void
wait_for_a_moment(int fd, bool for_ack, unsigned int *seed)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	if (for_ack)
		assert_int_equal(poll(&pfd, 1, 5000), 1);
	/* at any moment: on purpose */
	(void)usleep((unsigned)rand_r(seed) % (for_ack ? 3000 : 12000));
}

static void
one_kill(const char *dir, bool for_ack, unsigned int *seed)
{
	struct store *s;
	struct pipes p;
	int status;
	pid_t pid;

	open_pipes(&p);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		live(dir, p.acks[1], -1);
	close_writing(&p);
	wait_for_a_moment(p.acks[0], for_ack, seed);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	s = must_open(dir);
	check_acks(s, p.acks[0], true);
	store_close(s);
	close_reading(&p);
}

static void
random_kills(void **state)
{
	char *dir = fresh_dir();
	int64_t began = clock_real_ms();
	unsigned int seed = 20260116;
	struct store *s;
	int i;

	(void)state;
	for (i = 0; i < KILLS && clock_real_ms() - began < BUDGET_MS; i++)
		one_kill(dir, i % 2, &seed);
	s = must_open(dir);
	must_be_clean(s);
	print_message("           %d kills, %llu events\n", i,
	    (unsigned long long)store_last_seq(s));
	assert_true(store_last_seq(s) > (uint64_t)i / 4);
	store_close(s);
	remove_dir(dir);
}

/* Starts itself again with the shim in front; it stays asleep until a child
 * sets what is to happen. What ASan keeps back of freed memory would be
 * copied by each of the many forks. */
static void
preload(char **argv)
{
	char *shim CLEANUP_FREE = realpath("tests/fault/.libs/iofault.so",
	    NULL);

	if (getenv("LD_PRELOAD"))
		return;
	if (shim == NULL || setenv("LD_PRELOAD", shim, 1) < 0 ||
	    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:"
	    "quarantine_size_mb=1", 1) < 0) {
		perror("tests/fault/.libs/iofault.so");
		exit(99);
	}
	(void)execv("/proc/self/exe", argv);
	perror("/proc/self/exe");
	exit(99);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durable_commits_sync),
		cmocka_unit_test(every_point_of_a_first_life),
		cmocka_unit_test(every_point_after_a_crash),
		cmocka_unit_test(random_kills),
	};

	(void)argc;
	preload(argv);
	/* What a killed process leaves is in the kernel, on any disk. */
	if (access("/dev/shm", W_OK) == 0 && chdir("/dev/shm") < 0)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
