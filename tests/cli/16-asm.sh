# 16-asm.sh - packages with assembly: each tests/asm/NAME is a module; what its program prints is in `want`.
for m in "$here"/../asm/*/; do
    n=$(basename "$m")
    cp -r "$m" "$n"
    (cd "$n" && timeout 900 "$VOLE" build -o prog . >../out 2>../err) && rc=0 || rc=$?
    is $rc 0 "$n builds: $(head -3 err)"
    timeout 600 "$n/prog" >got 2>&1
    checks=$((checks + 1))
    diff -u "$n/want" got || fail "$n prints something else"
done
trace/prog ill >got 2>&1
has got "^instruction bytes: 0xf 0xb 0xc3 " "the bytes of an illegal instruction"
has got "trace/a_amd64.s:18 +0x" "assembly that fails is in the trace"
# Broken assembly: one error a wrong line, with file and line.
mod() { rm -rf bad; mkdir bad; cd bad || exit; printf 'module m\n\ngo 1.26\n' >go.mod; printf 'package main\n\nfunc f()\nfunc main() { f() }\n' >m.go; }
b() { mod; printf "$1" >f_amd64.s; v build -o o .; expect 1 "$2" "$1"; [ ! -e o ] || fail "$1: an output file was left"; cd ..; }
b 'TEXT ·f(SB), 4, $0\n\tBOGUS AX\n\tRET\n' './f_amd64.s:2: unrecognized instruction "BOGUS"'
b 'TEXT ·f(SB), 4, $0\n\tJMP there\n' './f_amd64.s:2: undefined label there'
b 'TEXT ·f(SB), 4, $0\nx: RET\nx: RET\n' './f_amd64.s:3: label "x" multiply defined'
b 'TEXT ·f(SB), 4\n' './f_amd64.s:1: TEXT main.f: frame size must be an immediate constant'
b '#ifdef x\nhello' 'unclosed #ifdef or #ifndef'
b '#define A() A()\nA()\n' 'recursive macro invocation'
b '#define A a\n#define A a\n' 'redefinition of macro: A'
b '#include "none.h"\n' './f_amd64.s:2: #include: open none.h: no such file or directory'
b '#include "f_amd64.s"\n' 'input recursion'
b 'TEXT ·f(SB), 4, $0\n\tMOVQ x(SP), AX\n\tPUSHQ AX\n\tRET\n' 'main.f: unbalanced PUSH/POP'
b 'TEXT ·f(SB), 4, $0\n\tMOVQ 8(FP), AX\n' './f_amd64.s:2: cannot reference FP without a symbol'
b 'TEXT ·f(SB), 4, $0\n\tMOVQ $(1/0), AX\n' './f_amd64.s:2: division by zero'
b 'DATA x<>+8(SB)/8, $1\nDATA x<>+0(SB)/8, $1\nGLOBL x<>(SB), 8, $16\n' './f_amd64.s:2: overlapping DATA entry for x'
b 'TEXT ·f<ABIInternal>(SB), 4, $0\n' 'ABI selector only permitted when compiling runtime, reference was to "main.f"'
b 'TEXT ·f(SB), 4, $800\n\tRET\n' './f_amd64.s:1: main.f: nosplit stack over 792 byte limit'
b 'TEXT ·f(SB), 4, $0\n\tCALL ·nope(SB)\n\tRET\n' 'main.f: relocation target main.nope not defined'
b 'TEXT ·main(SB), 4, $0\n\tRET\nTEXT ·f(SB), 4, $0\n\tRET\n' './m.go:4:6: main defined in both Go and assembly'
mod; printf 'package main\n\nfunc g() {}\nfunc main() {}\n' >m.go; printf 'TEXT ·g(SB), 4, $0\n\tRET\n' >f_amd64.s
v build -o o .; expect 1 './m.go:3:6: g defined in both Go and assembly' 'nothing of the assembly is reached'; cd ..
b 'TEXT ·g(SB), 4, $0\n\tRET\n' 'relocation target main.f not defined'
has bad/err '^# m$' 'errors of the linker: heading'
b 'TEXT ·f(SB), 4, $0\n\tJMP 2(PC)\n\tRET\nTEXT ·g(SB), 4, $0\n\tRET\n' './f_amd64.s:2: invalid branch target'
# As the go command shows them: under the package's name, the first file only, and that it failed; eleven errors at most.
mod; printf 'TEXT ·f(SB), 4, $0\n\tBOGUS AX\n\tBOGUS BX\n' >a_amd64.s; printf 'BAD AX\n' >b_amd64.s; v build -o o .
is "$rc $(cat err)" "$(printf '1 # m\n./a_amd64.s:2: unrecognized instruction "BOGUS"\n./a_amd64.s:3: unrecognized instruction "BOGUS"\nasm: assembly of ./a_amd64.s failed')" 'errors of two files'
printf '\tBAD AX\n' >i.h; printf 'TEXT ·f(SB), 4, $0\n#include "i.h"\n\tBOGUS AX\n' >a_amd64.s; v build -o o .
is "$rc $(cat err)" "$(printf '1 # m\ni.h:1: unrecognized instruction "BAD"\n./a_amd64.s:3: unrecognized instruction "BOGUS"\nasm: assembly of ./a_amd64.s failed')" 'an error in an included file'
{ echo 'TEXT ·f(SB), 4, $0'; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do echo "BOGUS $i"; done; } >a_amd64.s; v build -o o .
is "$rc $(wc -l <err) $(tail -1 err)" '1 13 asm: too many errors' 'many errors'
printf '#ifdef x\n' >a_amd64.s; v build -o o .; is "$(tail -1 err)" './a_amd64.s:2: unclosed #ifdef or #ifndef' 'what ends the reading of a file'
cd ..
# A jump to the TEXT line itself is one to the first instruction.
mod; printf 'package main\n\nfunc f(n int) int\nfunc main() { println(f(5)) }\n' >m.go
printf 'TEXT ·f(SB), 4, $0-16\n\tADDQ $3, n+0(FP)\n\tCMPQ n+0(FP), $20\n\tJLT -3(PC)\n\tMOVQ n+0(FP), AX\n\tMOVQ AX, ret+8(FP)\n\tRET\n' >f_amd64.s
v build -o o .; is "$rc $(./o 2>&1)" '0 20' 'a jump to the TEXT line'; cd ..
