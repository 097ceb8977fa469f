#!/bin/sh
# The second half of `make test`: a fresh stack of its own beside a running `make up`, the tests against it, and its
# end whatever they say. The exit code is the tests'.
set -u
python="$BIN/python"

"$python" -m local reset >/dev/null || exit 1
trap '"$python" -m local down' EXIT
trap 'exit 130' INT TERM
"$python" -m local up --no-simulator || exit 1
"$python" -m pytest tests/integration
