#!/usr/bin/env bash
# The schema that the migrations add up to, so that every change of it shows in a diff.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p db
UPDATE=1 cargo test --quiet -p hub --test it -- --exact schema::the_committed_schema_is_that_of_the_migrations
