#!/usr/bin/env bash
# dist/: the binary that is shipped, with web app, migrations and fonts inside, its checksums, and its bill of materials.
# The same commit makes the same binary wherever it lies, with the same toolchain. `--profile release` builds quicker, and larger.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

profile=dist
if [ "${1:-}" = --profile ]; then
    profile=$2
fi
[ -z "$(git status --porcelain)" ] || say "Some files are not committed: this release cannot be made again from a commit."

# Whatever is dated, is dated with the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
cargo_home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)
# What build scripts write is named after where they write it.
built=$(realpath -m "$target_dir/release-build")
# Where it was built is nobody's business, and would make each place's binary another one.
# Encoded: a folder may have a space in its name.
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "--remap-path-prefix=$PWD=/hub" "--remap-path-prefix=$built=/built" "--remap-path-prefix=$cargo_home=/cargo" "--remap-path-prefix=$sysroot=/rust")
export CARGO_ENCODED_RUSTFLAGS="$CARGO_ENCODED_RUSTFLAGS-Clink-arg=-Wl,--build-id=none"
export CARGO_INCREMENTAL=0

rm -rf web/dist
rebuild_web
cargo build --locked --profile "$profile" --package hub --target-dir "$target_dir/release-build"

rm -rf dist
mkdir dist
cp "$target_dir/release-build/$profile/hub" dist/hub
for place in "$PWD" "$cargo_home" "$built"; do
    if grep --quiet --text --fixed-strings "$place/" dist/hub; then
        fail "dist/hub names $place, so that it would be another one elsewhere"
    fi
done
node scripts/sbom.mjs >dist/hub.cdx.json
cp -r ops docs dist/
(cd dist && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
say "dist/hub: $(dist/hub --version), $(du -h dist/hub | cut -f1), $(cut -c1-64 <(sha256sum dist/hub))"
