#!/usr/bin/env bash
# Attacks a hub of its own with tools made for it: property-based requests over the whole OpenAPI document, SQL injection
# on what the list takes, made-up text, slow clients, the timing of sign-in. Prints figures; fails when anything was found. CASES bounds the generated cases an
# operation, TEXTS the texts a property.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

if [ -z "${HUB_URL:-}" ]; then
    exec scripts/with-hub.sh attack/run.sh
fi

tools=${CARGO_TARGET_DIR:-target}/attack
if [ "$(cat "$tools/installed" 2>/dev/null)" != "$(fingerprint attack/requirements.txt)" ]; then
    say "Installing the tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r attack/requirements.txt
    fingerprint attack/requirements.txt >"$tools/installed"
fi
tools=$(cd "$tools/bin" && pwd)

# The cookie of a fresh session of the demo's superadmin.
sign_in() {
    curl --silent --show-error --dump-header - --output /dev/null "$HUB_URL/api/auth/sign-in" \
        --header 'content-type: application/json' --header 'sec-fetch-site: same-origin' \
        --data '{"email":"superadmin@demo.example.com","password":"demo van moving desk"}' |
        sed -n 's/^set-cookie: \([^;]*\).*/\1/p' | tr -d '\r'
}

failures=0
attack() {
    say ""
    say "== $1"
    shift
    "$@" || failures=$((failures + 1))
}

# What would end the session itself comes last, with sessions of its own; wrong passwords, which hold up every sign-in, come very last.
suicidal=(signOut signOutEverywhere endOtherSessions endOwnSession endStaffSessions updateStaffMember changeOwnPassword)

properties() {
    local chosen=("$@")
    ATTACK_COOKIE=$(sign_in)
    export ATTACK_COOKIE
    SCHEMATHESIS_HOOKS=hooks PYTHONPATH=attack "$tools/schemathesis" run "$HUB_URL/api/openapi.json" \
        --header "cookie: $ATTACK_COOKIE" --header 'sec-fetch-site: same-origin' \
        --phases coverage,fuzzing --max-examples "${CASES:-400}" --continue-on-failure --no-color \
        --checks not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance \
        --suppress-health-check all --warnings off "${chosen[@]}"
}

all_but_suicidal() {
    local but=(--exclude-operation-id openLive)
    for operation in "${suicidal[@]}"; do but+=(--exclude-operation-id "$operation"); done
    properties "${but[@]}"
}

only_suicidal() {
    local status=0
    for operation in "${suicidal[@]}"; do
        properties --include-operation-id "$operation" | sed -n '/FAILURES/,$p' || status=1
    done
    return $status
}

# sql_injection URL COOKIE: whether sqlmap found none.
sql_injection() {
    local log="$tools/../sqlmap.log"
    "$tools/sqlmap" --batch --flush-session --disable-coloring --level=3 --risk=2 --technique=BEUST --time-sec=3 --ignore-code=422 \
        --skip=cookie,user-agent,referer,host --output-dir="$tools/../sqlmap" --url="$1" --cookie="$2" >"$log" 2>&1 || true
    say "$(grep --count 'testing ' "$log") kinds of injection tried"
    if grep --quiet 'all tested parameters do not appear to be injectable' "$log"; then
        say "none of the parameters is injectable"
    else
        grep --quiet 'sqlmap identified the following injection point' "$log" || tail -n 20 "$log"
        return 1
    fi
}

injection() {
    local query='search=emma&status=active&city=Leeds&minLtv=1&joinedFrom=2020-01-01&sortBy=ltv&sortOrder=desc&page=1&limit=25'
    sql_injection "$HUB_URL/api/admin/customers?$query" "$for_injection"
}

# Both tools must find what is wrong with a server that is.
controls() {
    coproc broken { exec python3 attack/broken.py; }
    local port found=0
    read -r port <&"${broken[0]}"
    if "$tools/schemathesis" run "http://127.0.0.1:$port/openapi.json" --phases fuzzing --max-examples 100 --no-color >/dev/null; then
        say "the answer 500 of the broken server was not found"
        found=1
    fi
    if sql_injection "http://127.0.0.1:$port/people?search=Emma" ""; then
        say "the injection of the broken server was not found"
        found=1
    fi
    kill "$broken_PID"
    return $found
}

made_up_text() {
    PROPTEST_CASES="${TEXTS:-20000}" cargo test --workspace --quiet -- fuzz_
}

no_errors() {
    if grep -n ' ERROR ' "$HUB_LOG"; then return 1; fi
    say "no error in the hub's log"
}

ATTACK_URL=$HUB_URL
export ATTACK_URL
# Before the throttle has anything to remember.
for_injection=$(sign_in)
attack "Requests made from the OpenAPI document" all_but_suicidal
attack "SQL injection on the list's parameters" injection
attack "Requests that end sessions" only_suicidal
attack "Text made up by the thousands, against what reads it" made_up_text
attack "Timing of sign-in" python3 attack/sign_in_timing.py
attack "Slow clients" python3 attack/slow.py
attack "The hub's log" no_errors
attack "A server that is broken on purpose" controls
say ""
[ "$failures" = 0 ] || fail "$failures attacks found something"
say "Nothing was found"
