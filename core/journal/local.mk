# core/journal
noinst_LIBRARIES += core/journal/libjournal.a
core_journal_libjournal_a_SOURCES = \
	core/journal/audit.c core/journal/audit.h \
	core/journal/backend.h \
	core/journal/chain.c core/journal/chain.h \
	core/journal/check.c \
	core/journal/db.c core/journal/db.h \
	core/journal/export.c \
	core/journal/export_check.c \
	core/journal/fold.c core/journal/fold.h \
	core/journal/laws.c core/journal/laws.h \
	core/journal/laws_apart.c \
	core/journal/laws_attempts.c core/journal/laws_backfills.c \
	core/journal/laws_edges.c \
	core/journal/laws_evidence.c \
	core/journal/laws_judge.h \
	core/journal/laws_map.c core/journal/laws_map.h \
	core/journal/laws_plans.c \
	core/journal/laws_service.c core/journal/laws_starts.c \
	core/journal/laws_table.c \
	core/journal/laws_talks.c \
	core/journal/lock.c core/journal/lock.h \
	core/journal/open.c \
	core/journal/outbox.c core/journal/outbox.h \
	core/journal/query.c core/journal/query.h \
	core/journal/rules.c core/journal/rules.h \
	core/journal/rules_defs.c \
	core/journal/rules_read.c core/journal/rules_read.h \
	core/journal/rules_intern.c \
	core/journal/schema.c core/journal/schema.h \
	core/journal/sqlite.c core/journal/sqlite.h \
	core/journal/store.c core/journal/store.h
core_journal_libjournal_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(SQLITE_CFLAGS)

if HAVE_CMOCKA
journal_test_cflags = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE_CFLAGS) \
	$(CMOCKA_CFLAGS)
journal_test_libs = core/journal/libjournal.a core/base/libbase.a \
	$(JANSSON_LIBS) $(SQLITE_LIBS) $(CMOCKA_LIBS)
journal_help = tests/unit/journal-help.c tests/unit/journal-help.h

journal_tests = tests/unit/test-journal-store \
	tests/unit/test-journal-open tests/unit/test-journal-check \
	tests/unit/test-laws tests/unit/test-laws-backfill \
	tests/unit/test-laws-plans tests/unit/test-laws-told
check_PROGRAMS += $(journal_tests)
TESTS += $(journal_tests)
tests_unit_test_journal_store_SOURCES = tests/unit/test-journal-store.c \
	$(journal_help)
tests_unit_test_journal_store_CFLAGS = $(journal_test_cflags)
tests_unit_test_journal_store_LDADD = $(journal_test_libs)
tests_unit_test_journal_open_SOURCES = tests/unit/test-journal-open.c \
	$(journal_help)
tests_unit_test_journal_open_CFLAGS = $(journal_test_cflags)
tests_unit_test_journal_open_LDADD = $(journal_test_libs)
tests_unit_test_journal_check_SOURCES = tests/unit/test-journal-check.c \
	$(journal_help)
tests_unit_test_journal_check_CFLAGS = $(journal_test_cflags)
tests_unit_test_journal_check_LDADD = $(journal_test_libs)
laws_help = tests/unit/laws-help.c tests/unit/laws-help.h
tests_unit_test_laws_SOURCES = tests/unit/test-laws.c $(laws_help)
tests_unit_test_laws_CFLAGS = $(journal_test_cflags)
tests_unit_test_laws_LDADD = $(journal_test_libs)
tests_unit_test_laws_backfill_SOURCES = tests/unit/test-laws-backfill.c $(laws_help)
tests_unit_test_laws_backfill_CFLAGS = $(journal_test_cflags)
tests_unit_test_laws_backfill_LDADD = $(journal_test_libs)
tests_unit_test_laws_plans_SOURCES = tests/unit/test-laws-plans.c $(laws_help)
tests_unit_test_laws_plans_CFLAGS = $(journal_test_cflags)
tests_unit_test_laws_plans_LDADD = $(journal_test_libs)
tests_unit_test_laws_told_SOURCES = tests/unit/test-laws-told.c $(laws_help)
tests_unit_test_laws_told_CFLAGS = $(journal_test_cflags)
tests_unit_test_laws_told_LDADD = $(journal_test_libs)
endif

include tests/fault/local.mk
