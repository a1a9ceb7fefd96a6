/* SPDX-License-Identifier: BSD-2-Clause
 *
 * odbc_text.c -- what goes to and comes from ODBC, as text.
 *
 * Values come in pieces of a buffer, and a driver says how much there is, or
 * that it doesn't know. A piece may end before the buffer does, between two
 * characters. What comes to another sum than was announced is an error and
 * no value: bytes that get lost must not make another id.
 *
 * A driver's types are a promise that SQLite, for one, doesn't keep: a column
 * of integers may hold any text. So a number is what is written as one.
 */
#include "lib/odbc_text.h"

#include <ctype.h>
#include <errno.h>
#include <sqlext.h>
#include <strings.h>

#include "lib/number.h"

enum { PIECE = 4096, TEXT_MOST = 16 << 20 };

bool
odbc_reads(const char *sql)
{
	static const char *const words[] = { "SELECT", "WITH", "VALUES" };
	size_t i, n;

	for (;;) {
		sql += strspn(sql, " \t\r\n\f(");
		if (sql[0] == '-' && sql[1] == '-') {
			sql += strcspn(sql, "\n");
		} else if (sql[0] == '/' && sql[1] == '*') {
			const char *end = strstr(sql + 2, "*/");

			sql = end ? end + 2 : "";
		} else {
			break;
		}
	}
	for (n = 0; isalpha((unsigned char)sql[n]); n++)
		;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == n &&
		    strncasecmp(sql, words[i], n) == 0)
			return true;
	return false;
}

bool
odbc_repeats_secret(const char *dsn, const char *sentence)
{
	static const char *const keys[] = { "PWD=", "PASSWORD=" };
	char *secret CLEANUP_FREE = NULL;
	const char *p;
	size_t i, n;

	for (p = dsn; *p && secret == NULL; p++)
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			n = strlen(keys[i]);
			if (strncasecmp(p, keys[i], n) != 0)
				continue;
			p += n;
			secret = p[0] == '{' ?
			    strndup(p + 1, strcspn(p + 1, "}")) :
			    strndup(p, strcspn(p, ";"));
			if (secret == NULL)
				abort();
			break;
		}
	return secret && *secret && strstr(sentence, secret);
}

/*------------------------------------------------------------------- values */

/* All pieces of a value; *ret_null: there is none. */
static int
pieces(SQLHSTMT st, SQLUSMALLINT column, struct buf *text, bool *ret_null)
{
	char piece[PIECE];
	SQLLEN there = SQL_NO_TOTAL, all = SQL_NO_TOTAL;
	bool first = true, more = true;
	SQLRETURN r;

	for (*ret_null = false; more; first = false) {
		r = SQLGetData(st, column, SQL_C_CHAR, piece, sizeof piece,
		    &there);
		if (r == SQL_NO_DATA && !first)
			break;
		if (!SQL_SUCCEEDED(r))
			return -EIO;
		if (there == SQL_NULL_DATA) {
			*ret_null = true;
			return 0;
		}
		if (first)
			all = there;
		more = there == SQL_NO_TOTAL || there >= (SQLLEN)sizeof piece;
		buf_addn(text, piece, more ? strnlen(piece, sizeof piece - 1) :
		    (size_t)there);
		if (text->len > TEXT_MOST)
			return -E2BIG;
	}
	return all == SQL_NO_TOTAL || (size_t)all == text->len ? 0 : -EPROTO;
}

static bool
is_integer(const struct buf *b, int64_t *ret)
{
	const char *s = buf_str(b);
	char *end;

	errno = 0;
	*ret = strtoll(s, &end, 10);
	return b->len > 0 && !isspace((unsigned char)*s) && errno == 0 &&
	    end == s + b->len;
}

static enum db_type
type_of(SQLSMALLINT sql_type, const struct buf *text, struct db_cell *x)
{
	switch (sql_type) {
	case SQL_TINYINT:
	case SQL_SMALLINT:
	case SQL_INTEGER:
	case SQL_BIGINT:
		if (!is_integer(text, &x->integer))
			return DB_TEXT;
		x->real = (double)x->integer;
		return DB_INTEGER;
	case SQL_REAL:
	case SQL_FLOAT:
	case SQL_DOUBLE:
		return number_parse(buf_str(text), text->len, &x->real) ?
		    DB_REAL : DB_TEXT;
	case SQL_BINARY:
	case SQL_VARBINARY:
	case SQL_LONGVARBINARY:
		return DB_BLOB;
	default:
		return DB_TEXT;
	}
}

int
odbc_cell(SQLHSTMT st, int column, struct buf *text, struct db_cell *ret)
{
	SQLSMALLINT type = SQL_VARCHAR, scale, nullable, len;
	SQLULEN size;
	bool null;
	int r;

	*ret = (struct db_cell){ .type = DB_NULL };
	if (!SQL_SUCCEEDED(SQLDescribeCol(st, (SQLUSMALLINT)column, NULL, 0,
	    &len, &type, &size, &scale, &nullable)))
		return -EIO;
	r = pieces(st, (SQLUSMALLINT)column, text, &null);
	if (r < 0 || null)
		return r;
	ret->type = type_of(type, text, ret);
	if (ret->type == DB_BLOB)
		return 0;
	ret->text = buf_str(text);
	ret->len = text->len;
	return 0;
}
