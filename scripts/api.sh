#!/usr/bin/env bash
# The code describes the interface, the description makes the web's client.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

mkdir -p api
# Whole or not at all: an empty description would make an empty client.
cargo run --quiet -p hub -- openapi >api/openapi.json.new
mv api/openapi.json.new api/openapi.json
install_web
cd web
npm run --silent api
