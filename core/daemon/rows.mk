# What stands between the engine and the world: rows of the journal, the
# outbox, plugins by name, the service manager; gatewardend links it.
noinst_LIBRARIES += core/daemon/librows.a
core_daemon_librows_a_SOURCES = \
	core/daemon/row_fields.c core/daemon/row_fields.h \
	core/daemon/row_names.c core/daemon/row_names.h \
	core/daemon/row_shapes.c core/daemon/row_shapes.h \
	core/daemon/rows.c core/daemon/rows.h core/daemon/rows_private.h \
	core/daemon/rows_restore.c
core_daemon_librows_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)

if HAVE_CMOCKA
daemon_tests = tests/unit/test-rows
check_PROGRAMS += $(daemon_tests)
TESTS += $(daemon_tests)
endif
daemon_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBUV_CFLAGS)
daemon_test_libs = core/daemon/librows.a core/daemon/libverbs.a \
	core/journal/libjournal.a core/engine/libengine.a \
	core/calendar/libcalendar.a core/base/libbase.a $(CMOCKA_LIBS) \
	$(JANSSON_LIBS) $(SQLITE_LIBS) -lm
tests_unit_test_rows_SOURCES = tests/unit/test-rows.c \
	tests/unit/journal-help.c tests/unit/journal-help.h
tests_unit_test_rows_CFLAGS = $(daemon_test_cflags) $(SQLITE_CFLAGS)
tests_unit_test_rows_LDADD = $(daemon_test_libs)
