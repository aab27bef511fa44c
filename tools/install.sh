#!/bin/sh
# install.sh BUILD PREFIX: vole with its runtime, the overlay, completion scripts and man pages below PREFIX.
# install.sh -u PREFIX: removes them. Called by `make install` and `make uninstall`.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$1 to=$2
man=$to/share/man/man1
completions="$to/share/bash-completion/completions/vole $to/share/zsh/site-functions/_vole $to/share/fish/vendor_completions.d/vole.fish"
rm -rf "$to/lib/vole"
rm -f "$to/bin/vole" "$man/vole.1" "$man"/vole-*.1 $completions
[ "$build" != -u ] || exit 0

mkdir -p "$to/bin" "$to/lib/vole/overlay" "$man"
install -m 755 "$build/vole" "$to/bin/vole"
install -m 644 "$build/lib/rt-linux-amd64.a" "$to/lib/vole/"
cp -R "$top/lib/." "$to/lib/vole/overlay/"
mkdir -p "$to/lib/vole/tool/linux_amd64"
for name in asm compile link pack; do ln -sf ../../../../bin/vole "$to/lib/vole/tool/linux_amd64/$name"; done
vole=$to/bin/vole
"$vole" help -man >"$man/vole.1"
"$vole" completion bash | head -400 | sed -n "/^    '.*) echo/s/^    '\([a-z ]*\)').*/\1/p" | grep . | while read -r name; do
    "$vole" help -man $name >"$man/vole-$(echo "$name" | tr ' ' -).1"
done
for file in $completions; do mkdir -p "$(dirname "$file")"; done
set -- $completions
"$vole" completion bash >"$1"
"$vole" completion zsh >"$2"
"$vole" completion fish >"$3"
