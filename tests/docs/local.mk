# tests/docs: what the documentation shows is true
dist_check_SCRIPTS += tests/docs/examples_test.py
TESTS += tests/docs/examples_test.py
