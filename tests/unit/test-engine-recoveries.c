/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-recoveries.c -- which repair starts, what it is proved by, and
 * where its plan ends.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine-world.h"

int
main(void)
{
	return 0;
}
