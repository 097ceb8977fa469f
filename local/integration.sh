#!/bin/sh
# The second half of `make test`: a fresh stack of its own beside a running `make up`, the tests against it, and its
# end whatever they say. The exit code is the tests'.
set -u
python="$BIN/python"

case "$PULSE_INSTANCE" in
    test*) ;;
    *) echo "Tests begin by forgetting an instance's data; PULSE_INSTANCE may be test or test2 to test9." >&2 && exit 1 ;;
esac

"$python" -m local reset >/dev/null || exit 1
trap '"$python" -m local down' EXIT
trap 'exit 130' INT TERM
"$python" -m local up --no-simulator || exit 1
"$python" -m pytest "${@:-tests/integration}"
