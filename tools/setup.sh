#!/bin/sh
# setup.sh - installs what building and using vole needs and this machine lacks. Debian 12 or later, nothing but its package registry.
#   C compiler, make, GMP, MPFR, jansson, minizip, zlib, libsodium, libcurl, the certificates that it trusts:  apt-get install
#   Go 1.26 library source:       Debian's golang-1.26-src (backports suite of Debian 13), unpacked into vole's data folder; skipped
#                                 where a GOROOT of Go 1.26 is found. Changes nothing else on the system.
set -eu
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
quiet=${1:-}

need=
for pair in gcc:gcc make:make ar:binutils python3:python3; do command -v "${pair%%:*}" >/dev/null 2>&1 || need="$need ${pair##*:}"; done
[ -f /usr/include/stdio.h ] || need="$need libc6-dev"
[ -f /usr/include/gmp.h ] || [ -f /usr/include/x86_64-linux-gnu/gmp.h ] || need="$need libgmp-dev"
[ -f /usr/include/mpfr.h ] || need="$need libmpfr-dev"
[ -f /usr/include/jansson.h ] || need="$need libjansson-dev"
[ -f /usr/include/minizip/unzip.h ] || need="$need libminizip-dev"
[ -f /usr/include/zlib.h ] || need="$need zlib1g-dev"
[ -f /usr/include/sodium.h ] || need="$need libsodium-dev"
[ -f /usr/include/curl/curl.h ] || [ -f /usr/include/x86_64-linux-gnu/curl/curl.h ] || need="$need libcurl4-openssl-dev"
[ -n "${SSL_CERT_FILE:-}" ] || [ -f /etc/ssl/certs/ca-certificates.crt ] || need="$need ca-certificates"
if [ -n "$need" ]; then
  echo "setup: installing$need" >&2
  as_root apt-get update -qq >&2
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >&2
fi

data=${XDG_DATA_HOME:-$HOME/.local/share}/vole
is_goroot() { [ -d "$1/src/fmt" ] && { ! [ -f "$1/VERSION" ] || grep -q '^go1\.26' "$1/VERSION"; }; }
found() { [ "$quiet" = -q ] || echo "setup: Go library source in $1" >&2; exit 0; }
if [ -n "${GOROOT:-}" ]; then is_goroot "$GOROOT" && found "$GOROOT"; fi
if command -v go >/dev/null 2>&1; then g=$(dirname "$(dirname "$(readlink -f "$(command -v go)")")"); is_goroot "$g" && found "$g"; fi
for g in /usr/local/go /usr/lib/go-1.26 /usr/share/go-1.26 "$data/goroot" "$data/goroot/usr/share/go-1.26"; do is_goroot "$g" && found "$g"; done

mirror=$(sed -n 's/^URIs: *\([^ ]*debian\/*\) *$/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*debian\/*\) .*/\2/p' \
  /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v security | head -n 1)
[ -n "$mirror" ] || { echo "setup: no Debian mirror in this machine's apt sources; install the Go 1.26 source yourself and set GOROOT" >&2; exit 1; }
echo "setup: fetching the Go 1.26 library source (golang-1.26-src)" >&2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/lists/partial" "$tmp/debs" "$data"
chmod 755 "$tmp" "$tmp/debs"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie-backports main" >"$tmp/sources.list"
set -- -qq -o Dir::Etc::sourcelist="$tmp/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::Lists="$tmp/lists" -o APT::Sandbox::User=root
apt-get "$@" update >&2
(cd "$tmp/debs" && apt-get "$@" download golang-1.26-src >&2)
rm -rf "$data/goroot.new" "$data/goroot"
mkdir -p "$data/goroot.new"
dpkg-deb -x "$tmp"/debs/golang-1.26-src*.deb "$data/goroot.new"
version=$(dpkg-deb -f "$tmp"/debs/golang-1.26-src*.deb Version | sed 's/^[0-9]*://; s/[-~+].*//') # 1.26.11-1~bpo13+1
[ -e "$data/goroot.new/usr/share/go-1.26/VERSION" ] || echo "go$version" >"$data/goroot.new/usr/share/go-1.26/VERSION"
mv "$data/goroot.new" "$data/goroot"
is_goroot "$data/goroot/usr/share/go-1.26" || { echo "setup: the package does not hold what was expected" >&2; exit 1; }
found "$data/goroot/usr/share/go-1.26"
