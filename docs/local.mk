# docs
EXTRA_DIST += docs/state.md
