# The nba sample, played: included by conf.d/local.mk. Those that play the
# whole week come first in the list of tests, as they take longest.
long_tests += tests/scenario/demo_test.py tests/scenario/kills_test.py \
	tests/scenario/hostile_parts_test.py tests/scenario/query_error_test.py \
	tests/scenario/week_reloads_test.py tests/scenario/html_test.py \
	tests/scenario/cloud_week_test.py
scenario_tests = tests/scenario/shop_test.py tests/scenario/week_test.py \
	tests/scenario/sample_test.py
TESTS += $(scenario_tests)
dist_check_SCRIPTS += $(long_tests) $(scenario_tests)
EXTRA_DIST += tests/scenario/demo.mk tests/scenario/acceptance.py \
	tests/scenario/browser.py \
	tests/scenario/trouble.py
