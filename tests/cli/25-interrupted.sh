# 25-interrupted.sh - mod tidy, get, download that are killed: go.mod and go.sum are as they were or complete, and the next run finishes.
checks=$((checks + 1))
python3 "$here/../mod/interrupt.py" "$VOLE" 20 >report 2>&1 || fail "$(head -5 report)"
