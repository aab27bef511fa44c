#!/bin/sh
# reads.sh - reads a line from the terminal, for tests/serve, and ends with code 7 at ^C.
trap 'exit 7' INT
echo reads >/dev/tty
read -r x
echo "got $x" >/dev/tty
while :; do sleep 1; done
