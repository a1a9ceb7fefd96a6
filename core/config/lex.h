/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lex.h -- the words of a configuration file, for the guard. Internal to
 * config.
 */
#ifndef CONFIG_LEX_H
#define CONFIG_LEX_H

#include <stddef.h>

#include "base/diag.h"
#include "config/node.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_BOOL, TOKEN_NUMBER,
	TOKEN_STRING, TOKEN_ASSIGN, TOKEN_COMMA, TOKEN_SEMICOLON, TOKEN_OPEN,
	TOKEN_CLOSE, TOKEN_STRAY };

struct token {
	enum token_kind kind;
	const char *s;          /* borrowed from the bytes */
	size_t len;
	int line;               /* on which it begins */
	int last_line;          /* on which it ends */
};

struct lexer {
	const char *s, *end;
	int line;
	const struct conf_file *file;
	struct diag *diag;
};

void lex_start(struct lexer *, const struct conf_file *, const char *bytes,
    size_t len, struct diag *);

/* The next word. What is wrong with the word itself is a finding; after a
 * string or comment that never ends comes TOKEN_END. */
struct token lex_next(struct lexer *);

#endif
