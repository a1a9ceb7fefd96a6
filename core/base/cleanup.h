/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cleanup.h -- release at the end of the scope, instead of goto ladders.
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

static inline void
cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void
cleanup_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void
cleanup_fclose(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

#define CLEANUP_FREE CLEANUP(cleanup_free)
#define CLEANUP_CLOSE CLEANUP(cleanup_close)
#define CLEANUP_FCLOSE CLEANUP(cleanup_fclose)

/* Hands a value out of a scope that would release it. */
#define TAKE(p) ({ __typeof__(p) take_p_ = (p); (p) = NULL; take_p_; })

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
