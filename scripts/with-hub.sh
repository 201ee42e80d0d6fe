#!/usr/bin/env bash
# Runs a command beside a hub of its own: the debug binary (HUB_BUILD=release: that one) on a free port, in demo mode, with a few hundred customers.
# The command finds it at HUB_URL; its log is HUB_LOG. With E2E_PROCESSES=2 the hub is two servers on one database, behind a
# proxy that gives each request to the other one in turn, and a process that does the jobs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

build_web
build=${HUB_BUILD:-debug}
case $build in
    debug) cargo build -p hub ;;
    release) cargo build --release -p hub ;;
    *) fail "HUB_BUILD is debug or release" ;;
esac

work=$(mktemp -d)
# As root, the account that runs PostgreSQL must pass through.
chmod 711 "$work"
processes=${E2E_PROCESSES:-1}
hub=
# Whoever uses the hub's database goes before the hub.
beside=()
end() {
    # Not SIGINT, to which bash makes a background child deaf.
    kill -TERM "$1" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.2
    done
    kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
finish() {
    for one in "${beside[@]}"; do end "$one"; done
    if [ -n "$hub" ]; then end "$hub"; fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}
port=$(free_port)
# What the person has set for a hub of their own, a real database say, is not for the tests.
forget_settings
export HUB_DATA_DIR="$work/data" HUB_BACKUP_FOLDER="$work/backups"
run_jobs=true
door=$port
if [ "$processes" = 2 ]; then
    run_jobs=false
    door=$(free_port)
fi
HUB_LISTEN="127.0.0.1:$port" HUB_PUBLIC_URL="http://localhost:$door" HUB_RUN_JOBS=$run_jobs \
    "$target_dir/$build/hub" serve --demo >"$work/hub.log" 2>&1 &
hub=$!
# For the command; no setting of the hub's, which refuses one it does not know.
export HUB_URL="http://localhost:$port" HUB_LOG="$work/hub.log"

answers() {
    node -e 'fetch(process.env.HUB_URL).then((answer) => process.exit(answer.status < 500 ? 0 : 1), () => process.exit(1))'
}
wait_for_answers() {
    local deadline=$((SECONDS + 120))
    until answers; do
        if ! kill -0 "$hub" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
            cat "$work/hub.log"
            fail "The hub does not answer at $HUB_URL"
        fi
        sleep 0.2
    done
}
wait_for_answers

if [ "$processes" = 2 ]; then
    other=$(free_port)
    DATABASE_URL=$(sed -n 1p "$work/data/database-url") HUB_LISTEN="127.0.0.1:$other" HUB_PUBLIC_URL="http://localhost:$door" \
        HUB_RUN_JOBS=false env -u HUB_URL -u HUB_LOG "$target_dir/$build/hub" serve --demo >>"$work/hub.log" 2>&1 &
    beside+=($!)
    HUB_LISTEN="127.0.0.1:$(free_port)" HUB_PUBLIC_URL="http://localhost:$door" \
        env -u HUB_URL -u HUB_LOG "$target_dir/$build/hub" work --demo >>"$work/hub.log" 2>&1 &
    beside+=($!)
    node scripts/round-robin.mjs "$door" "$port" "$other" >>"$work/hub.log" 2>&1 &
    beside+=($!)
    HUB_URL="http://localhost:$other" wait_for_answers
    HUB_URL="http://localhost:$door" wait_for_answers
    export HUB_URL="http://localhost:$door"
fi

# Enough people for pages; the five of the demo are too few.
env -u HUB_URL -u HUB_LOG "$target_dir/$build/hub" generate --customers 300 --seed 7 >"$work/generate.log" 2>&1 || {
    cat "$work/generate.log"
    fail "The customers could not be made"
}

unset HUB_DATA_DIR HUB_BACKUP_FOLDER
# What no act of a person makes, such as what is months old, a test writes into the database itself; what an operator does, it does with the program.
# Where a link leads: the other programs are beside the real one.
programs=$(dirname "$(readlink -f "$(postgres_dir)/postgres")")
export HUB_PSQL="$programs/psql" HUB_DATABASE="$work/data/database-url"
HUB_PROGRAM=$(realpath "$target_dir/$build/hub")
export HUB_PROGRAM
status=0
"$@" || status=$?
if [ "$status" != 0 ]; then
    say "The hub's last words:"
    tail -n 40 "$work/hub.log"
fi
exit "$status"
