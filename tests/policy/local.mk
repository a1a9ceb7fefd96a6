# tests/policy: what the tree promises about itself
policy_tests = tests/policy/engine-pure.sh tests/policy/daemon-needs.sh \
	tests/policy/include-direction.sh tests/policy/plugin-symbol.sh
dist_check_SCRIPTS += $(policy_tests)
TESTS += $(policy_tests)
EXTRA_DIST += tests/policy/policy.sh
