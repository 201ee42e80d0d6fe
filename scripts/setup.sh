#!/usr/bin/env bash
# Finds what the hub needs; on Debian and Ubuntu installs what is missing, elsewhere says what to install.
#   setup.sh run     what building and running needs
#   setup.sh test    that, and a browser for the tests
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

purpose=${1:-test}
problems=()
packages=()

# at_least 1.95 1.100.2: does the second reach the first?
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$1" ]
}

# The first number with dots in what a program says of itself.
version_of() {
    "$@" 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1
}

# need PROGRAM VERSION REMEDY
need() {
    local found
    found=$(version_of "$1" --version || true)
    if [ -z "$found" ]; then
        problems+=("$1 $2 or newer is missing: $3")
    elif ! at_least "$2" "$found"; then
        problems+=("$1 is $found, and $2 or newer is needed: $3")
    fi
}

need cargo 1.95 "see https://rustup.rs, then: rustup update stable"
need node 20.19 "see https://nodejs.org, version 20, 22 or newer"
need npm 9 "it comes with Node"
if [ "$purpose" = test ]; then
    for component in fmt clippy; do
        cargo "$component" --version >/dev/null 2>&1 || rustup component add rustfmt clippy >/dev/null 2>&1 ||
            problems+=("cargo $component is missing: rustup component add rustfmt clippy")
    done
fi

command -v cc >/dev/null || packages+=(gcc libc6-dev)
command -v make >/dev/null || packages+=(make)
[ -n "$(postgres_dir)" ] || packages+=(postgresql)
if [ "$purpose" = test ] && ! chromium_program >/dev/null; then
    if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then packages+=(chromium-browser); else packages+=(chromium fonts-liberation); fi
fi

install_with_apt() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return 1
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    local apt=("${as_root[@]}" apt-get -q -y -o Dpkg::Use-Pty=0)
    local install=("${apt[@]}" install --no-install-recommends)
    say "Installing with apt: ${packages[*]}"
    "${apt[@]}" update
    case " ${packages[*]} " in
        *" postgresql "*)
            # The hub starts a PostgreSQL of its own. Debian would create and start another one at installation, for
            # nobody; a machine that already has Debian's tools keeps what its owner decided.
            if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
                "${install[@]}" postgresql-common
                "${as_root[@]}" sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' \
                    /etc/postgresql-common/createcluster.conf
            fi
            ;;
    esac
    "${install[@]}" "${packages[@]}"
}

if [ ${#packages[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        problems+=("install, by their Debian names: ${packages[*]}
    Fedora:  dnf install gcc make postgresql-server postgresql-contrib chromium
    macOS:   xcode-select --install; brew install postgresql@17; brew install --cask chromium")
    elif ! install_with_apt; then
        problems+=("as root: apt-get install ${packages[*]}")
    elif [ -z "$(postgres_dir)" ]; then
        problems+=("this system's postgresql is not one of 15 to 18: see https://www.postgresql.org/download/")
    fi
fi

if [ ${#problems[@]} -gt 0 ]; then
    say "This machine is not ready for the hub:" >&2
    printf '  - %s\n' "${problems[@]}" >&2
    exit 1
fi
