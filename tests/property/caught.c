/* SPDX-License-Identifier: BSD-2-Clause
 *
 * caught.c -- what an assertion says, with the seed that made it fail.
 *
 * An assertion of the engine that fails ends the process, and with it the
 * knowledge of how it came to that. Here it ends the play instead: it is
 * reported with its seed, and its tape can be shrunk. The C library calls
 * __assert_fail(); the program's own definition of it is found first.
 *
 * The engine is left as it was: the next play begins with a new one. Nothing
 * else that a play uses is owned by a function on the stack.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caught.h"

/* __assert_fail() is given nothing of ours. */
static struct {
	struct play *play;
	jmp_buf out;
} caught;

void __assert_fail(const char *, const char *, unsigned int, const char *)
    __attribute__((noreturn));

void
__assert_fail(const char *text, const char *file, unsigned int line,
    const char *function)
{
	const char *base = strrchr(file, '/');

	if (caught.play == NULL) {
		(void)fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n",
		    file, line, function, text);
		abort();
	}
	flaw(caught.play, "assertion", "%s, %s: %s", base ? base + 1 : file,
	    function, text);
	longjmp(caught.out, 1);
}

bool
play_caught(struct play *p, uint64_t seed, int32_t steps)
{
	caught.play = p;
	if (setjmp(caught.out) == 0)
		(void)play(p, seed, steps);
	caught.play = NULL;
	return !p->failed;
}
