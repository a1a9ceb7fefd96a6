# What stands between the engine and the world: rows of the journal, the
# outbox, plugins by name, the service manager; gatewardend links it.
noinst_LIBRARIES += core/daemon/librows.a
core_daemon_librows_a_SOURCES = \
	core/daemon/coverage.c core/daemon/coverage.h \
	core/daemon/finder.c core/daemon/finder.h \
	core/daemon/notify.c core/daemon/notify.h \
	core/daemon/options.c core/daemon/options.h \
	core/daemon/outbox.c core/daemon/outbox.h \
	core/daemon/outbox_chain.c \
	core/daemon/outbox_end.c core/daemon/outbox_private.h \
	core/daemon/outbox_route.c core/daemon/outbox_route.h \
	core/daemon/outbox_target.c \
	core/daemon/row_arrival.c core/daemon/row_attempt.c \
	core/daemon/row_override.c \
	core/daemon/row_fields.c core/daemon/row_fields.h \
	core/daemon/row_names.c core/daemon/row_names.h \
	core/daemon/row_shapes.c core/daemon/row_shapes.h \
	core/daemon/secrets.c core/daemon/secrets.h \
	core/daemon/rows.c core/daemon/rows.h core/daemon/rows_private.h \
	core/daemon/rows_restore.c
core_daemon_librows_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

if HAVE_CMOCKA
daemon_tests = tests/unit/test-coverage \
	tests/unit/test-rows tests/unit/test-rows-names \
	tests/unit/test-outbox tests/unit/test-outbox-journal \
	tests/unit/test-outbox-order \
	tests/unit/test-finder tests/unit/test-notify \
	tests/unit/test-options
check_PROGRAMS += $(daemon_tests)
TESTS += $(daemon_tests)
endif
daemon_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
daemon_test_libs = core/daemon/librows.a core/daemon/libverbs.a \
	core/notify/libnotify.a core/config/libconf.a \
	core/journal/libjournal.a core/engine/libengine.a \
	core/calendar/libcalendar.a core/base/libbase.a $(CMOCKA_LIBS) \
	$(JANSSON_LIBS) $(SQLITE_LIBS) -lm
tests_unit_test_coverage_SOURCES = tests/unit/test-coverage.c $(config_help)
tests_unit_test_coverage_CFLAGS = $(daemon_test_cflags)
tests_unit_test_coverage_LDADD = core/daemon/librows.a \
	core/daemon/libverbs.a core/notify/libnotify.a \
	core/journal/libjournal.a core/engine/libengine.a $(conf_libs) \
	$(CMOCKA_LIBS) $(SQLITE_LIBS)
tests_unit_test_rows_SOURCES = tests/unit/test-rows.c \
	tests/unit/rows-help.c tests/unit/rows-help.h
tests_unit_test_rows_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_rows_LDADD = $(daemon_test_libs)
tests_unit_test_rows_names_SOURCES = tests/unit/test-rows-names.c \
	tests/unit/rows-help.c tests/unit/rows-help.h \
	tests/unit/journal-help.c tests/unit/journal-help.h
tests_unit_test_rows_names_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_rows_names_LDADD = $(daemon_test_libs)
tests_unit_test_outbox_SOURCES = tests/unit/test-outbox.c \
	tests/unit/outbox-help.c tests/unit/outbox-help.h \
	tests/unit/journal-help.c tests/unit/journal-help.h
tests_unit_test_outbox_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_outbox_LDADD = $(daemon_test_libs)
tests_unit_test_outbox_journal_SOURCES = tests/unit/test-outbox-journal.c \
	tests/unit/outbox-help.c tests/unit/outbox-help.h \
	tests/unit/journal-help.c tests/unit/journal-help.h
tests_unit_test_outbox_journal_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_outbox_journal_LDADD = $(daemon_test_libs)
tests_unit_test_outbox_order_SOURCES = tests/unit/test-outbox-order.c \
	tests/unit/outbox-help.c tests/unit/outbox-help.h \
	tests/unit/journal-help.c tests/unit/journal-help.h
tests_unit_test_outbox_order_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_outbox_order_LDADD = $(daemon_test_libs)
tests_unit_test_finder_SOURCES = tests/unit/test-finder.c
tests_unit_test_finder_CFLAGS = $(daemon_test_cflags)
tests_unit_test_finder_LDADD = $(daemon_test_libs)
tests_unit_test_notify_SOURCES = tests/unit/test-notify.c
tests_unit_test_notify_CFLAGS = $(daemon_test_cflags)
tests_unit_test_notify_LDADD = $(daemon_test_libs)
tests_unit_test_options_SOURCES = tests/unit/test-options.c
tests_unit_test_options_CFLAGS = $(daemon_test_cflags)
tests_unit_test_options_LDADD = $(daemon_test_libs)
