#!/bin/sh
# The second half of `make test`: fresh stacks beside a running `make up`, one for each of two test processes, the tests
# against them, and their end whatever the tests say; those in a browser come last. The exit code is the tests'. Some named tests need but one stack.
set -u
python="$BIN/python"
[ $# -eq 0 ] || PULSE_INSTANCES=${PULSE_INSTANCES%% *}

for instance in $PULSE_INSTANCES; do
    case "$instance" in
        test*) ;;
        *) echo "Tests begin by forgetting an instance's data; TEST_INSTANCES may name test and test2 to test9." >&2 && exit 1 ;;
    esac
done

on_each() { # verb…: of the local cloud, side by side; what they say, one after the other
    folder=$(mktemp -d)
    for instance in $PULSE_INSTANCES; do
        (
            PULSE_INSTANCE=$instance "$python" -m local "$@" >"$folder/$instance" 2>&1
            echo $? >"$folder/$instance.code"
        ) &
    done
    wait
    code=0
    for instance in $PULSE_INSTANCES; do
        failed=$(cat "$folder/$instance.code")
        [ "$failed" = 0 ] || code=1
        [ "$1" = reset ] && [ "$failed" = 0 ] || cat "$folder/$instance"
    done
    rm -rf "$folder"
    return $code
}

in_browser() { # on a stack that no other test has bent
    PULSE_INSTANCE=${PULSE_INSTANCES%% *}
    export PULSE_INSTANCE
    "$python" -m local reset >/dev/null && "$python" -m local up --no-simulator >/dev/null && local/browser.sh e2e
}

on_each reset || exit 1
trap 'on_each down' EXIT
trap 'exit 130' INT TERM
on_each up --no-simulator || exit 1
export PULSE_INSTANCES
"$python" -m pytest --numprocesses "$(echo "$PULSE_INSTANCES" | wc -w)" --max-worker-restart 0 \
    --dist loadfile --no-loadscope-reorder "${@:-tests/integration}"
tested=$?
# Named tests are tests in Python.
[ $# -gt 0 ] || in_browser || tested=1
exit "$tested"
