# tests/hostile: plugins that do what they should not
#
# The zoo is built without sanitizers, to crash as a stranger's plugin would.
zoo_cppflags = -I$(top_srcdir)/sdk/include -D_GNU_SOURCE
zoo_cflags = -std=gnu11 -O0 -g $(WARN_CFLAGS) -Wno-infinite-recursion
zoo_ldflags = -module -avoid-version -rpath /nowhere

check_LTLIBRARIES += tests/hostile/zoo_check.la tests/hostile/zoo_action.la \
	tests/hostile/wrong_abi.la tests/hostile/short_struct.la \
	tests/hostile/constructor_exits.la \
	tests/hostile/constructor_hangs.la \
	tests/hostile/constructor_prints.la tests/hostile/no_symbol.la \
	tests/hostile/no_call.la tests/hostile/lying_size.la

tests_hostile_zoo_check_la_SOURCES = tests/hostile/zoo.c
tests_hostile_zoo_check_la_CPPFLAGS = $(zoo_cppflags) -DZOO_KIND=GW_CHECK
tests_hostile_zoo_check_la_CFLAGS = $(zoo_cflags)
tests_hostile_zoo_check_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_zoo_action_la_SOURCES = tests/hostile/zoo.c
tests_hostile_zoo_action_la_CPPFLAGS = $(zoo_cppflags) -DZOO_KIND=GW_ACTION
tests_hostile_zoo_action_la_CFLAGS = $(zoo_cflags)
tests_hostile_zoo_action_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_wrong_abi_la_SOURCES = tests/hostile/misfit.c
tests_hostile_wrong_abi_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=1 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_wrong_abi_la_CFLAGS = $(zoo_cflags)
tests_hostile_wrong_abi_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_short_struct_la_SOURCES = tests/hostile/misfit.c
tests_hostile_short_struct_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=2 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_short_struct_la_CFLAGS = $(zoo_cflags)
tests_hostile_short_struct_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_constructor_exits_la_SOURCES = tests/hostile/misfit.c
tests_hostile_constructor_exits_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=3 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_constructor_exits_la_CFLAGS = $(zoo_cflags)
tests_hostile_constructor_exits_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_constructor_hangs_la_SOURCES = tests/hostile/misfit.c
tests_hostile_constructor_hangs_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=4 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_constructor_hangs_la_CFLAGS = $(zoo_cflags)
tests_hostile_constructor_hangs_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_constructor_prints_la_SOURCES = tests/hostile/misfit.c
tests_hostile_constructor_prints_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=5 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_constructor_prints_la_CFLAGS = $(zoo_cflags)
tests_hostile_constructor_prints_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_no_symbol_la_SOURCES = tests/hostile/misfit.c
tests_hostile_no_symbol_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=6 \
	-DMISFIT_SYMBOL=no_plugin
tests_hostile_no_symbol_la_CFLAGS = $(zoo_cflags)
tests_hostile_no_symbol_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_no_call_la_SOURCES = tests/hostile/misfit.c
tests_hostile_no_call_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=7 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_no_call_la_CFLAGS = $(zoo_cflags)
tests_hostile_no_call_la_LDFLAGS = $(zoo_ldflags)
tests_hostile_lying_size_la_SOURCES = tests/hostile/misfit.c
tests_hostile_lying_size_la_CPPFLAGS = $(zoo_cppflags) -DMISFIT=8 \
	-DMISFIT_SYMBOL=gw_plugin
tests_hostile_lying_size_la_CFLAGS = $(zoo_cflags)
tests_hostile_lying_size_la_LDFLAGS = $(zoo_ldflags)

noinst_HEADERS += tests/hostile/keeper.h
hostile_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests \
	-DHOST_PATH=\"$(abs_top_builddir)/core/host/gatewarden-host\" \
	-DZOO_DIR=\"$(abs_top_builddir)/tests/hostile/.libs\"
hostile_libs = core/worker/libworker.a core/base/libbase.a $(CMOCKA_LIBS) \
	$(LIBUV_LIBS) $(JANSSON_LIBS) -lm
hostile_tests = tests/hostile/test-zoo tests/hostile/test-pool \
	tests/hostile/test-load

if HAVE_CMOCKA
check_PROGRAMS += $(hostile_tests)
TESTS += $(hostile_tests)
endif
tests_hostile_test_zoo_SOURCES = tests/hostile/test-zoo.c \
	tests/hostile/keeper.c
tests_hostile_test_zoo_CPPFLAGS = $(hostile_cppflags)
tests_hostile_test_zoo_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS) $(LIBUV_CFLAGS)
tests_hostile_test_zoo_LDADD = $(hostile_libs)
EXTRA_tests_hostile_test_zoo_DEPENDENCIES = core/host/gatewarden-host \
	tests/hostile/zoo_check.la tests/hostile/zoo_action.la
tests_hostile_test_pool_SOURCES = tests/hostile/test-pool.c \
	tests/hostile/keeper.c
tests_hostile_test_pool_CPPFLAGS = $(hostile_cppflags)
tests_hostile_test_pool_CFLAGS = $(tests_hostile_test_zoo_CFLAGS)
tests_hostile_test_pool_LDADD = $(hostile_libs)
EXTRA_tests_hostile_test_pool_DEPENDENCIES = \
	$(EXTRA_tests_hostile_test_zoo_DEPENDENCIES)
tests_hostile_test_load_SOURCES = tests/hostile/test-load.c \
	tests/hostile/keeper.c
tests_hostile_test_load_CPPFLAGS = $(hostile_cppflags)
tests_hostile_test_load_CFLAGS = $(tests_hostile_test_zoo_CFLAGS)
tests_hostile_test_load_LDADD = $(hostile_libs)
EXTRA_tests_hostile_test_load_DEPENDENCIES = core/host/gatewarden-host \
	tests/hostile/wrong_abi.la tests/hostile/short_struct.la \
	tests/hostile/constructor_exits.la \
	tests/hostile/constructor_hangs.la \
	tests/hostile/constructor_prints.la tests/hostile/no_symbol.la \
	tests/hostile/no_call.la tests/hostile/lying_size.la
