#!/usr/bin/env bash
# Runs a command beside a hub of its own: the debug binary on a free port, in demo mode, with a few hundred customers.
# The command finds it at HUB_URL; its log is HUB_LOG.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

build_web
cargo build -p hub

work=$(mktemp -d)
# As root, the account that runs PostgreSQL must pass through.
chmod 711 "$work"
hub=
finish() {
    if [ -n "$hub" ]; then
        # Not SIGINT, to which bash makes a background child deaf.
        kill -TERM "$hub" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$hub" 2>/dev/null || break
            sleep 0.2
        done
        kill -KILL "$hub" 2>/dev/null || true
        wait "$hub" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
# What the person has set for a hub of their own, a real database say, is not for the tests.
forget_settings
HUB_DATA_DIR="$work/data" HUB_LISTEN="127.0.0.1:$port" "$target_dir/debug/hub" serve --demo >"$work/hub.log" 2>&1 &
hub=$!
# For the command; no setting of the hub's, which refuses one it does not know.
export HUB_URL="http://localhost:$port" HUB_LOG="$work/hub.log"

answers() {
    node -e 'fetch(process.env.HUB_URL).then((answer) => process.exit(answer.status < 500 ? 0 : 1), () => process.exit(1))'
}
deadline=$((SECONDS + 120))
until answers; do
    if ! kill -0 "$hub" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
        cat "$work/hub.log"
        fail "The hub does not answer at $HUB_URL"
    fi
    sleep 0.2
done

# Enough people for pages; the five of the demo are too few.
env -u HUB_URL -u HUB_LOG HUB_DATA_DIR="$work/data" "$target_dir/debug/hub" generate --customers 300 --seed 7 >"$work/generate.log" 2>&1 || {
    cat "$work/generate.log"
    fail "The customers could not be made"
}

status=0
"$@" || status=$?
if [ "$status" != 0 ]; then
    say "The hub's last words:"
    tail -n 40 "$work/hub.log"
fi
exit "$status"
