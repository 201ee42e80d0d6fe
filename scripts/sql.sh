#!/usr/bin/env bash
# The schema that the migrations add up to, so that every change of it shows in a diff.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p db
cargo run --quiet -p hub -- schema >db/schema.sql.new
mv db/schema.sql.new db/schema.sql
