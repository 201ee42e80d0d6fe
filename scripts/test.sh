#!/usr/bin/env bash
# Every check and every test, the quick ones first; stops at the first step that fails. The last line counts the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

export CARGO_TERM_COLOR=never NO_COLOR=1
forget_settings
# Playwright and Vitest warn when both are set.
unset FORCE_COLOR

logs="$target_dir/test-logs"
# What an earlier run left is neither source nor result.
rm -rf "$logs" web/e2e/.results
mkdir -p "$logs"
# npm runs in web/.
logs=$(cd "$logs" && pwd)
passed=0
failed=0

finish() {
    local status=$?
    if [ "$status" != 0 ]; then
        [ "$failed" -gt 0 ] || failed=1
        status=1
    fi
    say ""
    say "$passed passed, $failed failed"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

# step NAME COMMAND...: its output as it comes, its duration, and its tests counted whether it fails or not.
step() {
    local name=$1 began=$SECONDS status=0
    shift
    say ""
    say "== $name"
    "$@" 2>&1 | tee "$logs/step.log" || status=$?
    count "$logs/step.log"
    if [ "$status" != 0 ]; then
        say "== $name: FAILED after $((SECONDS - began)) s"
        exit 1
    fi
    say "== $name: $((SECONDS - began)) s"
}

# Adds up what the tools report: a summary line of cargo's, and a file where they write one.
count() {
    local sums
    sums=$(node scripts/count-tests.mjs "$1" "$logs/vitest.json" "$logs/playwright.json")
    passed=$((passed + ${sums% *}))
    failed=$((failed + ${sums#* }))
    rm -f "$logs/vitest.json" "$logs/playwright.json"
}

in_web() {
    (cd web && npm run --silent "$@")
}

rust_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --no-fail-fast && cargo test --workspace --doc --quiet
    else
        cargo test --workspace --no-fail-fast
    fi
}

web_tests() {
    in_web test -- --reporter=default --reporter=json --outputFile.json="$logs/vitest.json"
}

browser_tests() {
    PLAYWRIGHT_JSON_OUTPUT_FILE="$logs/playwright.json" scripts/e2e.sh --reporter=list,json
}

step "setup" scripts/setup.sh test
step "Rust: formatting" cargo fmt --all --check
step "web: packages" install_web
step "web: formatting" in_web format:check
step "web: types" in_web check
step "web: lints" in_web lint
step "web: tests" web_tests
# Before anything of Rust is compiled, since the binary carries the result.
step "web: build and size budgets" rebuild_web
step "Rust: lints" cargo clippy --locked --workspace --all-targets -- -D warnings
step "Rust: tests" rust_tests
step "browser: end to end" browser_tests
