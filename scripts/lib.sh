# shellcheck shell=bash
# Shared by the scripts beside it; sourced by bash, not run.

root=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
readonly root
# The oldest Swift the manifest's tools version allows.
readonly swift_major=6 swift_minor=2

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$@"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

have_library() { have pkg-config && pkg-config --exists "$@"; }

have_simdjson() { have_library simdjson || [[ -e /usr/include/simdjson.h ]]; }

# Where Tally itself looks for the server's programs.
have_postgres() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        if [[ -x $program ]]; then return 0; fi
    done
    have initdb && have postgres
}

have_cxx_headers() {
    local folder
    for folder in /usr/include/c++/*/; do
        if [[ -e ${folder}vector ]]; then return 0; fi
    done
    return 1
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "this needs root and there is no sudo; run as root: $*"
    fi
}

# Packages this Debian or Ubuntu lacks, one a line.
missing_debian_packages() {
    have_cxx_headers || echo g++
    have git || echo git
    have pkg-config || echo pkg-config
    have_library libcurl || echo libcurl4-openssl-dev
    have_library libpq || echo libpq-dev
    have_simdjson || echo libsimdjson-dev
    have_library sqlite3 || echo libsqlite3-dev
    have_library zlib || echo zlib1g-dev
    have_library libbrotlidec libbrotlienc || echo libbrotli-dev
    have_library libzstd || echo libzstd-dev
    have_postgres || echo postgresql
    [[ -e /usr/share/zoneinfo/Europe/Berlin ]] || echo tzdata
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
}

# Installs what the function named by $1 says is missing.
install_debian_packages() {
    local packages
    mapfile -t packages < <("$1")
    if [[ ${#packages[@]} -eq 0 ]]; then return 0; fi
    say "installing with apt-get: ${packages[*]}"
    if [[ " ${packages[*]} " == *" postgresql "* ]]; then keep_postgres_package_quiet; fi
    as_root apt-get update -q >&2
    as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get install -q -y --no-install-recommends "${packages[@]}" >&2
    mapfile -t packages < <("$1")
    if [[ ${#packages[@]} -gt 0 ]]; then die "still missing after the installation: ${packages[*]}"; fi
}

have_nginx() { have nginx || [[ -x /usr/sbin/nginx ]]; }

# What `scripts/bench proxy` compares with and loads with, one package a line.
missing_proxy_bench_packages() {
    have_nginx || echo nginx-light
    have wrk || echo wrk
}

# nginx and wrk; the packages start nothing, since nginx is only wanted for the time of a benchmark.
install_proxy_bench_packages() {
    local packages policy=/usr/sbin/policy-rc.d made=false
    mapfile -t packages < <(missing_proxy_bench_packages)
    if [[ ${#packages[@]} -eq 0 ]]; then return 0; fi
    have apt-get || die "install nginx and wrk, then run this again"
    if [[ ! -e $policy ]]; then
        made=true
        printf '%s\n' '#!/bin/sh' 'exit 101' | as_root tee "$policy" >/dev/null
        as_root chmod +x "$policy"
    fi
    # In a subshell, so that the policy goes whatever becomes of the installation.
    (install_debian_packages missing_proxy_bench_packages) || packages=(failed)
    if [[ $made == true ]]; then as_root rm -f "$policy"; fi
    [[ ${packages[0]} != failed ]]
}

# Tally runs a server of its own: the package need not make and start one for the whole machine.
keep_postgres_package_quiet() {
    local policy=/etc/postgresql-common/createcluster.conf
    if [[ -e $policy ]]; then return 0; fi
    say "writing $policy, so that the postgresql package starts no server of its own"
    as_root mkdir -p "${policy%/*}"
    printf '%s\n' '# Written by Tally before it installed postgresql: no server for the whole machine.' \
        'create_main_cluster = false' | as_root tee "$policy" >/dev/null
}

# Untested: no Mac was at hand when this was written.
install_homebrew_packages() {
    local package packages=()
    have brew || die "Homebrew is needed to install pkgconf, curl, libpq, simdjson, sqlite, brotli, zstd and postgresql:" \
        "see https://brew.sh"
    for package in pkgconf curl libpq simdjson sqlite brotli zstd postgresql@17; do
        brew list --versions "$package" >/dev/null || packages+=("$package")
    done
    say "macOS is untested"
    if [[ ${#packages[@]} -gt 0 ]]; then
        say "installing with Homebrew: ${packages[*]}"
        brew install "${packages[@]}" >&2
    fi
    # Homebrew keeps these three out of the usual places.
    PKG_CONFIG_PATH="$(brew --prefix curl)/lib/pkgconfig:$(brew --prefix libpq)/lib/pkgconfig:${PKG_CONFIG_PATH:-}"
    CPATH="$(brew --prefix)/include:${CPATH:-}"
    LIBRARY_PATH="$(brew --prefix)/lib:${LIBRARY_PATH:-}"
    PATH="$(brew --prefix postgresql@17)/bin:$PATH"
    export PKG_CONFIG_PATH CPATH LIBRARY_PATH PATH
}

# The system packages the build and the private PostgreSQL need; only what is missing is installed.
install_system_packages() {
    if have apt-get; then
        install_debian_packages missing_debian_packages
    elif [[ $(uname -s) == Darwin ]]; then
        install_homebrew_packages
    elif have_cxx_headers && have_library libcurl libpq zlib sqlite3 libbrotlidec libbrotlienc libzstd &&
        have_simdjson && have_postgres; then
        say "no known package manager; what is needed is there"
    else
        die "no known package manager: install a C++ compiler, git, pkg-config, the development files of" \
            "libcurl (7.85 or newer), libpq, simdjson, SQLite, zlib, brotli and zstd, and the PostgreSQL server (initdb, postgres), then run this again"
    fi
}

# A Python that can make environments, which the tests with the official clients need.
have_python() {
    have python3 && python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

missing_python_packages() {
    have_python || printf '%s\n' python3 python3-venv
}

require_python() {
    if have apt-get; then
        install_debian_packages missing_python_packages
    elif have_python; then
        return 0
    elif [[ $(uname -s) == Darwin ]]; then
        brew install python3 >&2
    fi
    have_python || die "the tests with the official Python clients need Python 3.11 or newer with its module venv: install it"
}

# The official Python clients in an environment of their own, made anew when the versions asked for change.
make_client_environment() {
    local wanted=Tests/TallyProcessTests/Clients/requirements.txt environment=.build-venv
    require_python
    if cmp -s "$wanted" "$environment/requirements.txt" && "$environment/bin/python" -c '' 2>/dev/null; then return 0; fi
    say "making $environment with the official Python clients"
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted" >&2 ||
        die "the official Python clients cannot be installed: see above; pip's own configuration says where they come from"
    cp "$wanted" "$environment/requirements.txt"
}

require_swift() {
    local mend version
    mend="install Swift $swift_major.$swift_minor or newer from https://www.swift.org/install and put it on PATH"
    have swift || die "swift is not on PATH: $mend"
    version=$(swift --version 2>&1) || die "swift does not run: ${version//$'\n'/ }"
    [[ $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] || die "swift names no version: $mend"
    if ((BASH_REMATCH[1] < swift_major || (BASH_REMATCH[1] == swift_major && BASH_REMATCH[2] < swift_minor))); then
        die "Swift ${BASH_REMATCH[1]}.${BASH_REMATCH[2]} is too old: $mend"
    fi
}

# Everything a script needs before it builds; leaves the working directory at the root of the repository.
prepare() {
    install_system_packages
    require_swift
    cd -- "$root" || exit 1
}
