# core/engine: pure; tests/policy looks at what it needs from outside
noinst_LIBRARIES += core/engine/libengine.a
core_engine_libengine_a_SOURCES = \
	core/engine/engine.h core/engine/graph.h core/engine/record.h \
	core/engine/adoption.c \
	core/engine/arrivals.c core/engine/attempts.c core/engine/band.c \
	core/engine/backfill_dates.c \
	core/engine/backfills.c core/engine/backfills.h \
	core/engine/breaches.c \
	core/engine/bypass.c \
	core/engine/checks.c \
	core/engine/commands.c \
	core/engine/conditions.c \
	core/engine/damage.c \
	core/engine/dates.c \
	core/engine/early.c core/engine/evidence.c \
	core/engine/foresight.h \
	core/engine/gates.c \
	core/engine/hash.h \
	core/engine/holds.c \
	core/engine/homes.c \
	core/engine/incidents.c core/engine/incidents.h \
	core/engine/index.c \
	core/engine/joining.c \
	core/engine/judge.c core/engine/judge.h \
	core/engine/jump.c \
	core/engine/known.c \
	core/engine/links.c core/engine/links.h \
	core/engine/life.c \
	core/engine/memory.c core/engine/met.c \
	core/engine/names.c \
	core/engine/labels.c core/engine/notices.c \
	core/engine/no_return.c core/engine/outlook.c \
	core/engine/overrides.c \
	core/engine/permits.c \
	core/engine/phase_table.c \
	core/engine/phases.c \
	core/engine/probes.c \
	core/engine/proof.c \
	core/engine/read.c \
	core/engine/reading.c \
	core/engine/recoveries.c \
	core/engine/breakers.c core/engine/rungs.c core/engine/tracks.c \
	core/engine/rerun.c \
	core/engine/restore.c \
	core/engine/retry.c \
	core/engine/roots.c \
	core/engine/runs.c \
	core/engine/signs.c \
	core/engine/starts.c \
	core/engine/state.h \
	core/engine/step.c \
	core/engine/table.c \
	core/engine/touch.c core/engine/trend.c \
	core/engine/upstream.c \
	core/engine/orphans.c core/engine/waivers.c \
	core/engine/wakes.c core/engine/wakes.h \
	core/engine/walk.c core/engine/whole.h \
	core/engine/work.h

if HAVE_CMOCKA
engine_tests = tests/unit/test-judge tests/unit/test-engine \
	tests/unit/test-engine-breakers tests/unit/test-engine-ladder \
	tests/unit/test-engine-backfill \
	tests/unit/test-engine-bypass tests/unit/test-engine-doubt \
	tests/unit/test-engine-foresight \
	tests/unit/test-engine-incidents \
	tests/unit/test-engine-incidents-begin \
	tests/unit/test-engine-operators \
	tests/unit/test-engine-permits tests/unit/test-engine-plans \
	tests/unit/test-engine-proof tests/unit/test-engine-random \
	tests/unit/test-engine-recoveries tests/unit/test-engine-retired \
	tests/unit/test-engine-waivers \
	tests/unit/test-engine-retry \
	tests/unit/test-engine-roots tests/unit/test-engine-schedule \
	tests/unit/test-engine-starts tests/unit/test-engine-storm \
	tests/unit/test-engine-trend \
	tests/unit/test-engine-trouble tests/unit/test-engine-usual \
	tests/unit/test-wakes
check_PROGRAMS += $(engine_tests)
TESTS += $(engine_tests)
check_LIBRARIES += tests/unit/libworld.a
endif
tests_unit_test_judge_SOURCES = tests/unit/test-judge.c
tests_unit_test_judge_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_judge_LDADD = core/engine/libengine.a $(CMOCKA_LIBS) -lm
tests_unit_test_engine_SOURCES = tests/unit/test-engine.c
tests_unit_test_engine_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_LDADD = core/engine/libengine.a \
	core/calendar/libcalendar.a $(CMOCKA_LIBS)

# the world that the engine is tested in
tests_unit_libworld_a_SOURCES = \
	tests/unit/engine-world.c tests/unit/engine-world.h \
	tests/unit/engine-world-gates.c \
	tests/unit/engine-world-run.c \
	tests/unit/incident-help.c tests/unit/incident-help.h \
	tests/unit/nba-world.c tests/unit/nba-world.h \
	tests/unit/repair-help.c tests/unit/repair-help.h
tests_unit_libworld_a_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
engine_world = tests/unit/libworld.a $(tests_unit_test_engine_LDADD)
tests_unit_test_engine_backfill_SOURCES = tests/unit/test-engine-backfill.c
tests_unit_test_engine_backfill_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_backfill_LDADD = $(engine_world)
tests_unit_test_engine_bypass_SOURCES = tests/unit/test-engine-bypass.c
tests_unit_test_engine_bypass_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_bypass_LDADD = $(engine_world)
tests_unit_test_engine_doubt_SOURCES = tests/unit/test-engine-doubt.c
tests_unit_test_engine_doubt_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_doubt_LDADD = $(engine_world)
tests_unit_test_engine_foresight_SOURCES = tests/unit/test-engine-foresight.c
tests_unit_test_engine_foresight_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_foresight_LDADD = $(engine_world)
tests_unit_test_engine_incidents_SOURCES = tests/unit/test-engine-incidents.c
tests_unit_test_engine_incidents_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_incidents_LDADD = $(engine_world)
tests_unit_test_engine_incidents_begin_SOURCES = \
	tests/unit/test-engine-incidents-begin.c
tests_unit_test_engine_incidents_begin_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_incidents_begin_LDADD = $(engine_world)
tests_unit_test_engine_operators_SOURCES = tests/unit/test-engine-operators.c
tests_unit_test_engine_operators_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_operators_LDADD = $(engine_world)
tests_unit_test_engine_breakers_SOURCES = tests/unit/test-engine-breakers.c
tests_unit_test_engine_breakers_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_breakers_LDADD = $(engine_world)
tests_unit_test_engine_ladder_SOURCES = tests/unit/test-engine-ladder.c
tests_unit_test_engine_ladder_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_ladder_LDADD = $(engine_world)
tests_unit_test_engine_permits_SOURCES = tests/unit/test-engine-permits.c
tests_unit_test_engine_permits_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_permits_LDADD = $(engine_world)
tests_unit_test_engine_plans_SOURCES = tests/unit/test-engine-plans.c
tests_unit_test_engine_plans_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_plans_LDADD = $(engine_world)
tests_unit_test_engine_proof_SOURCES = tests/unit/test-engine-proof.c
tests_unit_test_engine_proof_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_proof_LDADD = $(engine_world)
tests_unit_test_engine_random_SOURCES = tests/unit/test-engine-random.c
tests_unit_test_engine_random_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_random_LDADD = $(engine_world)
tests_unit_test_engine_waivers_SOURCES = tests/unit/test-engine-waivers.c
tests_unit_test_engine_waivers_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_waivers_LDADD = $(engine_world)
tests_unit_test_engine_retired_SOURCES = tests/unit/test-engine-retired.c
tests_unit_test_engine_retired_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_retired_LDADD = $(engine_world)
tests_unit_test_engine_recoveries_SOURCES = tests/unit/test-engine-recoveries.c
tests_unit_test_engine_recoveries_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_recoveries_LDADD = $(engine_world)
tests_unit_test_engine_retry_SOURCES = tests/unit/test-engine-retry.c
tests_unit_test_engine_retry_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_retry_LDADD = $(engine_world)
tests_unit_test_engine_roots_SOURCES = tests/unit/test-engine-roots.c
tests_unit_test_engine_roots_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_roots_LDADD = $(engine_world)
tests_unit_test_engine_schedule_SOURCES = tests/unit/test-engine-schedule.c
tests_unit_test_engine_schedule_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_schedule_LDADD = tests/unit/libworld.a \
	core/engine/libengine.a core/calendar/libcalendar.a \
	core/base/libbase.a $(CMOCKA_LIBS)
tests_unit_test_engine_starts_SOURCES = tests/unit/test-engine-starts.c
tests_unit_test_engine_starts_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_starts_LDADD = $(engine_world)
tests_unit_test_engine_storm_SOURCES = tests/unit/test-engine-storm.c
tests_unit_test_engine_storm_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_storm_LDADD = $(engine_world)
tests_unit_test_engine_trouble_SOURCES = tests/unit/test-engine-trouble.c
tests_unit_test_engine_trouble_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_trouble_LDADD = $(engine_world)
tests_unit_test_engine_trend_SOURCES = tests/unit/test-engine-trend.c
tests_unit_test_engine_trend_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_trend_LDADD = $(engine_world)
tests_unit_test_engine_usual_SOURCES = tests/unit/test-engine-usual.c
tests_unit_test_engine_usual_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_engine_usual_LDADD = $(engine_world)
tests_unit_test_wakes_SOURCES = tests/unit/test-wakes.c
tests_unit_test_wakes_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_wakes_LDADD = core/engine/libengine.a $(CMOCKA_LIBS)
