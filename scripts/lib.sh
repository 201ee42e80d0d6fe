# shellcheck shell=sh
# What the other scripts share. Sourced from the project's folder, by bash and by plain sh.

target_dir=${CARGO_TARGET_DIR:-target}
# Beside what they vouch for, so that they go with it.
installed_stamp=web/node_modules/.hub-installed
built_stamp=web/node_modules/.hub-built

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

forget_settings() {
    for name in DATABASE_URL $(env | sed -n 's/^\(HUB_[A-Z_]*\)=.*/\1/p'); do
        unset "$name"
    done
}

# One line that changes when a file changes, appears or goes, whatever its time says.
fingerprint() {
    find "$@" -type f -exec cksum {} + | LC_ALL=C sort | cksum
}

# Installs the web's packages, unless they are those of the lock file.
install_web() {
    now="$(node --version) $(fingerprint web/package.json web/package-lock.json)" || return 1
    if [ "$(cat "$installed_stamp" 2>/dev/null)" != "$now" ]; then
        say "Installing the web's packages"
        (cd web && npm ci --include=dev --no-audit --no-fund) || return 1
        printf '%s\n' "$now" >"$installed_stamp"
    fi
}

web_sources() {
    find web docs/guides \( -name node_modules -o -name dist -o -name e2e -o -name test-results -o -name .tanstack \) -prune \
        -o -type f -exec cksum {} + | LC_ALL=C sort | cksum
}

# Builds the web app, unless it is built from just these sources.
build_web() {
    install_web || return 1
    now="$(cat "$installed_stamp") $(web_sources)"
    if [ ! -f web/dist/index.html ] || [ "$(cat "$built_stamp" 2>/dev/null)" != "$now" ]; then
        rebuild_web
    fi
}

rebuild_web() {
    install_web || return 1
    say "Building the web app"
    (cd web && npm run --silent build) || return 1
    # Taken afterwards: the build may write a generated source.
    printf '%s\n' "$(cat "$installed_stamp") $(web_sources)" >"$built_stamp"
}

# The folder of PostgreSQL's programs, 15 to 18, as the hub looks for them.
postgres_dir() {
    {
        command -v postgres
        dir=$(pg_config --bindir 2>/dev/null) && say "$dir/postgres"
        for version in 18 17 16 15; do
            say "/usr/lib/postgresql/$version/bin/postgres"
            say "/usr/pgsql-$version/bin/postgres"
            say "/opt/homebrew/opt/postgresql@$version/bin/postgres"
            say "/usr/local/opt/postgresql@$version/bin/postgres"
            say "/home/linuxbrew/.linuxbrew/opt/postgresql@$version/bin/postgres"
            say "/Applications/Postgres.app/Contents/Versions/$version/bin/postgres"
        done
    } | while read -r program; do
        [ -x "$program" ] || continue
        case "$("$program" --version 2>/dev/null)" in
            *"(PostgreSQL) 15"* | *"(PostgreSQL) 16"* | *"(PostgreSQL) 17"* | *"(PostgreSQL) 18"*)
                dirname "$program"
                break
                ;;
        esac
    done
}

chromium_program() {
    if [ -n "${CHROMIUM:-}" ]; then
        say "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    for program in "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        [ -x "$program" ] && say "$program" && return
    done
    return 1
}
