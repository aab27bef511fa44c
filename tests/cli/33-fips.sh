# 33-fips.sh - GODEBUG=fips140: a program verifies the code and data of the module that it was linked with.
export GOCACHE=$PWD/cache GOFLAGS=
cat >f.go <<'E'
package main

import (
	"crypto/fips140"
	"crypto/sha256"
	"fmt"
)

func main() { fmt.Printf("%v %x\n", fips140.Enabled(), sha256.Sum256([]byte("x"))) }
E
sum=2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
for flags in '' '-s -w'; do
    v build -a "-ldflags=$flags" -o f f.go; is $rc 0 "build $flags"
    is "$(./f)" "false $sum" 'without'
    is "$(GODEBUG=fips140=on ./f)" "true $sum" 'fips140=on'
    GODEBUG=fips140=debug ./f >out 2>err; has err '^fips140: verified code+data$' 'fips140=debug'
done
# A byte of the module's constants (AES's S-box) is another one.
python3 - f <<'E'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
at = b.index(bytes([0x63, 0x7C, 0x77, 0x7B, 0xF2, 0x6B, 0x6F, 0xC5]))
b[at + 5] ^= 1
open(sys.argv[1], "wb").write(b)
E
is "$(./f)" "false $sum" 'a changed byte does not matter without'
GODEBUG=fips140=on ./f >out 2>err; is $? 2 'a changed byte'; has err '^panic: fips140: verification mismatch' 'a changed byte'
E=$(GODEBUG=fips140=on ./f 2>&1 | head -1); is "$E" 'panic: fips140: verification mismatch' 'a changed byte'
# GOFIPS140=latest: it is on from the start, and says so.
GOFIPS140=latest v build -o f f.go; is "$rc $(./f)" "0 true $sum" 'GOFIPS140=latest'; is "$(GODEBUG=fips140=off ./f)" "false $sum" 'GODEBUG wins'; v version -m f; has out 'build.GOFIPS140=latest' 'build info'; has out 'build.DefaultGODEBUG=.*fips140=on' 'build info'
v build -o f f.go; is "$rc $(./f)" "0 false $sum" 'without, again'; GOFIPS140=v9 v build f.go; expect 1 'go: unknown GOFIPS140 version "v9"' 'no such version'; GOFIPS140=latest v build -tags=purego f.go; expect 1 'go: cannot use GOFIPS140 with the purego build tag' purego
GOFIPS140=certified v build f.go; expect 1 'vole: not supported yet: GOFIPS140=certified' 'a snapshot'
