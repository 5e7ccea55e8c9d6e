#!/bin/sh
# Wall times of the everyday commands, start-up cache warm: the median and the range of 11 runs each.
# From the root of a built clone: docs/benchmarks/commands.sh
set -eu

runs=11
here=$(cd "$(dirname "$0")/../.." && pwd -P)
cd "$here"

now() { date +%s%N; }

measure() {
  label=$1
  shift
  i=0
  times=''
  while [ $i -le $runs ]; do
    start=$(now)
    "$@" >/dev/null 2>&1
    # The first run only warms the caches.
    [ $i -eq 0 ] || times="$times $((($(now) - start) / 1000000))"
    i=$((i + 1))
  done
  # shellcheck disable=SC2086 # one number a word
  printf '%s\n' $times | sort -n |
    awk -v label="$label" '{ t[NR] = $1 } END {
      printf "%-34s median %5d ms  (%d to %d)\n", label, t[int((NR + 1) / 2)], t[1], t[NR] }'
}

start_and_stop() {
  ./gwdb local-dev --detach --fresh
  ./gwdb local-dev stop
}

start_again_and_stop() {
  ./gwdb local-dev --detach
  ./gwdb local-dev stop
}

./gwdb local-dev --detach --fresh >/dev/null 2>&1
DATABASE_URL=$(./gwdb local-dev status | sed -n 's/^DATABASE_URL=//p')
export DATABASE_URL

measure 'gwdb --version' ./gwdb --version
measure 'gwdb status' ./gwdb status
measure 'gwdb migrate, nothing pending' ./gwdb migrate
./gwdb local-dev stop >/dev/null 2>&1
unset DATABASE_URL
measure 'local-dev, new data, and stop' start_and_stop
measure 'local-dev, old data, and stop' start_again_and_stop
