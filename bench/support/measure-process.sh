#!/usr/bin/env bash
# Runs a command. Leaves in the folder what it printed (output), its seconds (times: real, user, system; with all its
# children that it waited for) and the kilobytes that the largest process among them had in memory at most (peak).
# bash has milliseconds where GNU time has hundredths of a second, and GNU time has the memory. Both ask wait4.
set -u
folder=$1
shift
if [ ! -x /usr/bin/time ]; then
  echo "/usr/bin/time is missing: install GNU time (Debian's package time)" >"$folder/output"
  exit 127
fi
TIMEFORMAT='%3R %3U %3S'
{ time /usr/bin/time --quiet --format=%M --output="$folder/peak" "$@" >"$folder/output" 2>&1 </dev/null; } 2>"$folder/times"
