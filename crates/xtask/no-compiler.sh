#!/bin/sh
# Stands in for a C compiler and an archiver where only types are checked: makes the file that it is asked for, and leaves it
# empty.
made=
before=
for word in "$@"; do
    case $before in -o) made=$word ;; esac
    case $word in *.a) made=${made:-$word} ;; esac
    before=$word
done
if [ -n "$made" ]; then
    : >"$made"
fi
