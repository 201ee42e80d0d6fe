#!/usr/bin/env bash
# Builds what changed and becomes the hub, so that Ctrl-C reaches it and it stops in order.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/setup.sh run
build_web
cargo build --release -p hub
exec "$target_dir/release/hub" serve --demo "$@"
