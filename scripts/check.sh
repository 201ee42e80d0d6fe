#!/usr/bin/env bash
# The checks that need no database: a minute, where `make test` takes many.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
install_web
cd web
npm run --silent check
npm run --silent lint
npm run --silent format:check
