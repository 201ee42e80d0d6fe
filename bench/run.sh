#!/usr/bin/env bash
# Measures the release build over generated customers, every figure beside its floor in the same run.
#   bench/run.sh [--customers N] [--rounds R] [--seconds S] [--only backups|live|plans|plot]
# Slow figures never fail it; wrong answers and wrong counts do.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

customers=100000
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --customers) customers=${2:?"--customers needs a number"} && shift 2 ;;
        *) options+=("$1") && shift ;;
    esac
done
case $customers in
    '' | *[!0-9]*) fail "--customers must be a whole number" ;;
esac

# What the person has set for a hub of their own is not for the bench.
forget_settings
programs=$(postgres_dir)
[ -n "$programs" ] || fail "PostgreSQL is missing: make setup"
# Where a link leads: its other programs are beside the real one.
programs=$(dirname "$(readlink -f "$programs/postgres")")
for program in pgbench psql; do
    [ -x "$programs/$program" ] || fail "$program is missing beside PostgreSQL's other programs in $programs"
done

cargo build --release -p hub -p load

mkdir -p "$target_dir/bench" bench/results
work=$(cd "$target_dir/bench" && pwd)
data="$work/data-$customers"
# Data of an older schema or generator measures something else.
made_by="$customers customers, $(fingerprint migrations crates/samples/src)"
if [ "$(cat "$data.made-by" 2>/dev/null)" != "$made_by" ]; then
    rm -rf "$data" "$data.made-by"
    say "Generating $customers customers"
    began=$(date +%s.%N)
    HUB_DATA_DIR="$data" "$target_dir/release/hub" generate --customers "$customers" --seed 1
    ended=$(date +%s.%N)
    printf '%s\n' "$made_by" >"$data.made-by"
    awk "BEGIN { print $ended - $began }" >"$data.generated-in"
fi

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
if [ "$commit" != unknown ] && [ -n "$(git status --porcelain -- crates migrations Cargo.toml Cargo.lock)" ]; then
    commit="$commit-changed"
fi
exec "$target_dir/release/load" --hub "$target_dir/release/hub" --data "$data" --customers "$customers" \
    --postgres-bin "$programs" --sql bench/sql --timeline crates/profile/src/timeline.sql \
    --generated-in "$(cat "$data.generated-in")" --results bench/results --commit "$commit" "${options[@]}"
