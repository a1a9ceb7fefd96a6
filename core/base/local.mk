noinst_LIBRARIES += core/base/libbase.a
core_base_libbase_a_SOURCES = \
	core/base/arena.c core/base/arena.h \
	core/base/argument.c core/base/argument.h \
	core/base/cleanup.h \
	core/base/clock.c core/base/clock.h \
	core/base/diag.c core/base/diag.h \
	core/base/file.c core/base/file.h \
	core/base/json.c core/base/json.h \
	core/base/log.c core/base/log.h \
	core/base/nearest.c core/base/nearest.h \
	core/base/run.c core/base/run.h \
	core/base/text.c core/base/text.h \
	core/base/units.c core/base/units.h \
	core/base/wire.c core/base/wire.h \
	core/base/zoneinfo.c core/base/zoneinfo.h
core_base_libbase_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-base
TESTS += tests/unit/test-base
endif
tests_unit_test_base_SOURCES = tests/unit/test-base.c
tests_unit_test_base_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_base_LDADD = core/base/libbase.a $(CMOCKA_LIBS) \
	$(JANSSON_LIBS)
