# 19-large.sh - large functions: the time to compile them grows with their size, not with its square.
large() { # NAME WANT: NAME.go builds within 12 s of CPU time (each took 30 s and more) and prints WANT
    rm -f o; (ulimit -t 12; "$VOLE" build -o o "$1.go") >out 2>err || fail "$1: $(head -1 err)"
    is "$(./o 2>&1)" "$2" "$1"
}
{ printf 'package main\nfunc main() { s := []int{3}; t := 0\n'; rep 'for _, x := range s { t += x
' 800; rep '}' 800; echo '; println(t) }'; } >loops.go
large loops 2400
{ printf 'package main\nfunc f(x int) int {\nswitch x {\n'; awk 'BEGIN { for (i = 0; i < 100000; i++) printf "case %d: return %d\n", i * 7, i }'
  printf '}\nreturn -1\n}\nfunc main() { println(f(14), f(699993), f(15)) }\n'; } >cases.go
large cases '2 99999 -1'
{ printf 'package main\nvar v = []any{\n'; awk 'BEGIN { for (i = 0; i < 3000; i++) printf "map[string]any{\"a%d\": []any{%d, \"s\", map[string]int{\"k\": %d}}},\n", i, i, i }'
  printf '}\nfunc main() { println(len(v), v[2999].(map[string]any)["a2999"].([]any)[2].(map[string]int)["k"]) }\n'; } >maps.go
large maps '3000 2999'
# tools/growth.py shows how time grows; these took over 12 s, or were too large for it.
{ printf 'package main\nfunc main() {\nvar s []string\n'; awk 'BEGIN { for (i = 0; i < 14000; i++) printf "s = append(s, \"%d\")\n", i }'
  printf 'println(len(s))\n}\n'; } >appends.go
large appends 14000
{ printf 'package main\ntype M map[string]M\nvar m = M{'; rep '"k": {' 8000; rep '}' 8000; echo '}'
  printf 'func main() { n := 0; for x := m; x != nil; x = x["k"] { n++ }; println(n) }\n'; } >deepmaps.go
large deepmaps 8001
{ echo 'package main'; awk 'BEGIN { for (k = 0; k < 6; k++) { printf "func f%d(x, y int) int {\nif x == -1 {\ny = 2\n}", k
  for (i = 0; i < 19000; i++) printf " else if x == %d {\ny += %d\n}", i * 7, i + k; printf "\nreturn y\n}\n" } }'
  printf 'func main() { println(f0(7, 1), f1(132993, 0), f2(8, 5), f3(0, 0), f4(7, 0), f5(7, 0)) }\n'; } >elseif.go
large elseif '2 19000 5 3 5 6'
