#!/usr/bin/env bash
# Lighthouse on the list and on a customer, signed in, as a desktop and as a phone: prints the scores, and what keeps accessibility and
# best practices from 100. Needs Chromium, and the network once for Lighthouse itself. Judge it on an idle machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

CHROME_PATH=$(chromium_program) || fail "Lighthouse needs Chromium: make setup"
export CHROME_PATH
HUB_BUILD=release exec scripts/with-hub.sh node bench/lighthouse.mjs
