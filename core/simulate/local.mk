# core/simulate: the engine in a world of recorded facts
noinst_LIBRARIES += core/simulate/libsimulate.a
core_simulate_libsimulate_a_SOURCES = \
	core/simulate/answers.c core/simulate/answers.h \
	core/simulate/backtest_json.c core/simulate/backtest_json.h \
	core/simulate/backtest_judge.c \
	core/simulate/backtest_labels.c core/simulate/backtest_labels.h \
	core/simulate/backtest_rules.c \
	core/simulate/backtest_side.c core/simulate/backtest_side.h \
	core/simulate/backtest_tally.c core/simulate/backtest_tally.h \
	core/simulate/backtest_text.c core/simulate/backtest_text.h \
	core/simulate/compare.c core/simulate/compare.h \
	core/simulate/csv.c core/simulate/csv.h \
	core/simulate/expect.c core/simulate/expect.h \
	core/simulate/expect_judge.c core/simulate/expect_inside.h \
	core/simulate/expr.c core/simulate/expr.h \
	core/simulate/facts.c core/simulate/facts.h \
	core/simulate/facts_csv.c core/simulate/facts_export.c \
	core/simulate/facts_read.h core/simulate/facts_recorded.c \
	core/simulate/former.c core/simulate/former.h \
	core/simulate/gates.c core/simulate/gates.h \
	core/simulate/lines.c core/simulate/lines.h \
	core/simulate/look.c core/simulate/look.h \
	core/simulate/numbers.c \
	core/simulate/report.c core/simulate/report.h \
	core/simulate/report_json.c \
	core/simulate/runs.c core/simulate/runs.h \
	core/simulate/scenario.c core/simulate/scenario.h \
	core/simulate/scenario_events.c core/simulate/scenario_expect.c \
	core/simulate/scenario_read.c core/simulate/scenario_read.h \
	core/simulate/scenario_recorded.c \
	core/simulate/script.c core/simulate/script.h \
	core/simulate/story.c core/simulate/story.h \
	core/simulate/tape.c core/simulate/tape.h \
	core/simulate/titles.c core/simulate/titles.h \
	core/simulate/world.c core/simulate/world.h
core_simulate_libsimulate_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# What a gate sees is what it sees in gatewarden-host, of the same sources;
# config has an option_find() too.
noinst_LIBRARIES += core/simulate/libbuiltin.a
core_simulate_libbuiltin_a_SOURCES = \
	core/simulate/builtin.c core/simulate/builtin.h \
	core/host/options.c core/host/result.c core/host/vtable.c
core_simulate_libbuiltin_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-Doption_find=host_option_find
core_simulate_libbuiltin_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

# what a program that links libsimulate.a needs too, in this order
simulate_libs = core/simulate/libsimulate.a core/simulate/libbuiltin.a \
	plugins/gate/libgates.a \
	core/daemon/libverbs.a core/daemon/librows.a \
	core/notify/libnotify.a \
	core/worker/libworker.a core/journal/libjournal.a \
	core/engine/libengine.a $(conf_libs) $(LIBUV_LIBS) $(SQLITE_LIBS)

libexec_PROGRAMS += core/simulate/gatewarden-simulate
core_simulate_gatewarden_simulate_SOURCES = core/simulate/main.c \
	core/simulate/options.c core/simulate/options.h \
	core/simulate/paths.c core/simulate/paths.h \
	core/simulate/session.c core/simulate/session.h
core_simulate_gatewarden_simulate_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_simulate_gatewarden_simulate_LDADD = core/client/libscreen.a \
	$(simulate_libs)

libexec_PROGRAMS += core/simulate/gatewarden-backtest
core_simulate_gatewarden_backtest_SOURCES = core/simulate/backtest_main.c \
	core/simulate/backtest_options.c core/simulate/backtest_options.h
core_simulate_gatewarden_backtest_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
core_simulate_gatewarden_backtest_LDADD = $(simulate_libs)

dist_check_SCRIPTS += tests/scenario/backtest_test.py \
	tests/scenario/plan_test.py
TESTS += tests/scenario/backtest_test.py tests/scenario/plan_test.py
simulate_tests = tests/scenario/season_test.py tests/scenario/foresight_test.py \
	tests/scenario/replay_test.py tests/scenario/incidents_test.py \
	tests/scenario/generated_season_test.py
dist_check_SCRIPTS += $(simulate_tests)
TESTS += $(simulate_tests)

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-simulate tests/unit/test-simulate-world \
	tests/unit/test-simulate-expect
TESTS += tests/unit/test-simulate tests/unit/test-simulate-world \
	tests/unit/test-simulate-expect
simulate_test_cflags = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
simulate_help = tests/unit/simulate-help.c tests/unit/simulate-help.h \
	$(config_help)
check_PROGRAMS += tests/unit/test-backtest
TESTS += tests/unit/test-backtest
tests_unit_test_backtest_SOURCES = tests/unit/test-backtest.c $(config_help)
tests_unit_test_backtest_CFLAGS = $(simulate_test_cflags)
tests_unit_test_backtest_LDADD = $(simulate_libs) $(CMOCKA_LIBS)
tests_unit_test_simulate_SOURCES = tests/unit/test-simulate.c \
	$(simulate_help)
tests_unit_test_simulate_CFLAGS = $(simulate_test_cflags)
tests_unit_test_simulate_LDADD = $(simulate_libs) $(CMOCKA_LIBS)
tests_unit_test_simulate_world_SOURCES = tests/unit/test-simulate-world.c \
	$(simulate_help)
tests_unit_test_simulate_world_CFLAGS = $(simulate_test_cflags)
tests_unit_test_simulate_world_LDADD = $(simulate_libs) $(CMOCKA_LIBS)
tests_unit_test_simulate_expect_SOURCES = tests/unit/test-simulate-expect.c \
	$(simulate_help)
tests_unit_test_simulate_expect_CFLAGS = $(simulate_test_cflags)
tests_unit_test_simulate_expect_LDADD = $(simulate_libs) $(CMOCKA_LIBS)
endif
