#!/bin/sh
# `make soak`: a fresh stack of its own beside a running `make up`, minutes of load and faults against it, and its end
# whatever comes of it. The exit code says whether every message was accounted for.
set -u
python="$BIN/python"

case "$PULSE_INSTANCE" in
    test*) ;;
    *) echo "A soak begins by forgetting an instance's data; PULSE_INSTANCE may be test or test2 to test9." >&2 && exit 1 ;;
esac

"$python" -m local reset >/dev/null || exit 1
trap '"$python" -m local down >&2' EXIT
trap 'exit 130' INT TERM
"$python" -m local up --no-simulator >&2 || exit 1
"$python" -m tests.soak
