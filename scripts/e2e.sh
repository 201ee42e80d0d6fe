#!/usr/bin/env bash
# The browser tests, against a hub of their own. Arguments go to Playwright.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

CHROMIUM=$(chromium_program) || fail "The browser tests need Chromium: make setup"
export CHROMIUM
[ -d web/e2e ] || fail "web/e2e, the browser tests, is missing"
exec scripts/with-hub.sh npm --prefix web run --silent e2e -- "$@"
