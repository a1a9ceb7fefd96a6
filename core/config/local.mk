# core/config: reads and understands conf.d
noinst_LIBRARIES += core/config/libconf.a
core_config_libconf_a_SOURCES = \
	core/config/build.c core/config/build.h \
	core/config/build_parts.c \
	core/config/build_pipeline.c \
	core/config/build_reports.c core/config/build_rest.c \
	core/config/build_told.c \
	core/config/build_window.c \
	core/config/collect.c \
	core/config/conf.h \
	core/config/database.c \
	core/config/diff.c core/config/diff.h \
	core/config/guard.c core/config/guard.h \
	core/config/index.c core/config/index.h \
	core/config/keys.c core/config/keys.h \
	core/config/lanes.c \
	core/config/lex.c core/config/lex.h \
	core/config/link.c \
	core/config/load.c core/config/load.h \
	core/config/marks.c \
	core/config/names.c core/config/names.h \
	core/config/node.c core/config/node.h \
	core/config/option.c \
	core/config/order.c \
	core/config/plugin.c core/config/plugin.h \
	core/config/read.c core/config/read.h \
	core/config/resolved.c \
	core/config/retire.c \
	core/config/retry_keys.c core/config/service_keys.c \
	core/config/review.c core/config/review.h \
	core/config/review_routes.c \
	core/config/secret.c \
	core/config/tables.c core/config/tables_backfill.c \
	core/config/tables_history.c \
	core/config/tables_database.c \
	core/config/tables_top.c core/config/tables_reports.c \
	core/config/tables_inventory.c core/config/build_inventory.c \
	core/config/tables_told.c core/config/tables.h \
	core/config/week.c \
	core/config/words.c \
	core/config/zones.c
core_config_libconf_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) \
	$(LIBCONFIG_CFLAGS)

# what a program that links libconf.a needs too, in this order
conf_libs = core/config/libconf.a core/calendar/libcalendar.a \
	core/base/libbase.a $(LIBCONFIG_LIBS) $(JANSSON_LIBS) -lm

EXTRA_DIST += tests/config

if HAVE_CMOCKA
config_test_cflags = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
config_test_libs = $(conf_libs) $(CMOCKA_LIBS)
config_help = tests/unit/config-help.c tests/unit/config-help.h

config_tests = tests/unit/test-config tests/unit/test-config-diff \
	tests/unit/test-config-prefix \
	tests/unit/test-config-samples tests/unit/test-config-wrong
check_PROGRAMS += $(config_tests)
TESTS += $(config_tests)
tests_unit_test_config_SOURCES = tests/unit/test-config.c $(config_help)
tests_unit_test_config_CFLAGS = $(config_test_cflags)
tests_unit_test_config_LDADD = $(config_test_libs)
tests_unit_test_config_diff_SOURCES = tests/unit/test-config-diff.c \
	$(config_help)
tests_unit_test_config_diff_CFLAGS = $(config_test_cflags)
tests_unit_test_config_diff_LDADD = $(config_test_libs)
tests_unit_test_config_samples_SOURCES = \
	tests/unit/test-config-samples.c $(config_help)
tests_unit_test_config_samples_CFLAGS = $(config_test_cflags)
tests_unit_test_config_samples_LDADD = $(config_test_libs)
tests_unit_test_config_wrong_SOURCES = tests/unit/test-config-wrong.c \
	$(config_help)
tests_unit_test_config_wrong_CFLAGS = $(config_test_cflags)
tests_unit_test_config_wrong_LDADD = $(config_test_libs)
tests_unit_test_config_prefix_SOURCES = tests/unit/test-config-prefix.c \
	$(config_help)
tests_unit_test_config_prefix_CFLAGS = $(config_test_cflags)
tests_unit_test_config_prefix_LDADD = $(config_test_libs)
endif
