/* SPDX-License-Identifier: BSD-2-Clause
 *
 * install.h -- a configuration's files, put in the place of another's.
 */
#ifndef CLIENT_INSTALL_H
#define CLIENT_INSTALL_H

#include <stdbool.h>

/* What is at `to` goes to `backup`, what is at `from` goes to `to`; all three
 * are directories, of which the *.conf files count, or all are files. Until
 * install_done() or install_restore() the backup is what ran, and another
 * install_conf() keeps it. Returns 0; or -errno, and `to` is as it was; or 1,
 * where that couldn't be had either. Both with a sentence in *ret_why (owned,
 * free()). */
int install_conf(const char *from, const char *to, const char *backup,
    char **ret_why);

/* Has one that was killed left what ran there? */
bool install_cut_off(const char *backup);

/* What is at `to` runs. */
void install_done(const char *backup);

/* `to` is again what `backup` has. */
int install_restore(const char *backup, const char *to, char **ret_why);

/* Both are directories, or neither is. */
bool install_alike(const char *a, const char *b);

#endif
