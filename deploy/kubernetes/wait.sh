#!/bin/bash
# Waits until a job is complete or has failed; exit code 0 or 1. One kubectl wait knows one condition, and waits for ever
# where the other one came.
#
#   deploy/kubernetes/wait.sh JOB [FLAG of kubectl...]
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
job=$1
shift

kubectl wait "$@" --for=condition=complete --timeout=-1s "job/$job" &
complete=$!
kubectl wait "$@" --for=condition=failed --timeout=-1s "job/$job" >/dev/null &
failed=$!
trap 'kill "$complete" "$failed" 2>/dev/null || true' EXIT

code=0
wait -n -p first "$complete" "$failed" || code=$?
if [ "$first" = "$complete" ]; then exit "$code"; fi
if [ "$code" -eq 0 ]; then echo "job $job failed: kubectl describe job/$job tells which index, kubectl logs why" >&2; fi
exit 1
