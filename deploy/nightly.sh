#!/usr/bin/env bash
# One night: run configurations, set each against its baseline, and keep what passed
# as the next baseline.
#
#   deploy/nightly.sh [CONFIG...]        default configs/nightly.yaml
#
#   PROGRAM   backtest, default bin/backtest
#   OUT       where runs go, default out
#   BASELINE  where baselines are kept, default baseline
#   PATHS     number of paths, default that of each configuration
#   GATES     conditions on the drift that must not hold, one a line
#   ACCEPT    1 makes tonight's runs the baseline whatever the drift
#
# Exit code: the largest of all runs and comparisons; 99 is a threshold or a drift gate.
set -euo pipefail

program=${PROGRAM:-bin/backtest}
out=${OUT:-out}
baseline=${BASELINE:-baseline}
default_gates='stop_loss_exit.probability > +10%
position_liquidation.probability > +10%
vault_liquidation.probability > +10%
es95(lp_loss_usd) > +10%
es95(system_loss_usd) > +10%
p99(bad_debt_usd) > +10%
capital_efficiency < -10%'

gates=()
while IFS= read -r gate; do
  if [ -n "$gate" ]; then gates+=(--fail-on "$gate"); fi
done <<<"${GATES-$default_gates}"

worst=0
note() { if [ "$1" -gt "$worst" ]; then worst=$1; fi; }

# keep makes a run the baseline, all at once.
keep() {
  mkdir -p "$baseline"
  rm -rf "$baseline/.next" "$baseline/.last"
  cp -r "$1" "$baseline/.next"
  if [ -d "$2" ]; then mv "$2" "$baseline/.last"; fi
  mv "$baseline/.next" "$2"
  rm -rf "$baseline/.last"
}

night() {
  local config=$1 name run last code=0 drift=0
  name=$(basename "$config" .yaml)
  run=$out/$name last=$baseline/$name
  "$program" run "$config" ${PATHS:+--paths "$PATHS"} --out "$run" --force --progress plain || code=$?
  note "$code"
  case $code in 0 | 99) ;; *) return ;; esac
  if [ -f "$last/manifest.json" ]; then
    "$program" compare "$last" "$run" "${gates[@]}" --junit "$run/drift.xml" --html "$run/drift.html" --markdown >"$run/drift.md" || drift=$?
    note "$drift"
    echo "$name: comparison with the baseline in $run/drift.html, exit code $drift"
  fi
  if [ $((code + drift)) = 0 ] || [ "${ACCEPT:-0}" = 1 ] || [ ! -d "$last" ]; then
    keep "$run" "$last"
    echo "$name: is the baseline now"
  fi
}

if [ $# = 0 ]; then set -- configs/nightly.yaml; fi
for config in "$@"; do night "$config"; done
exit "$worst"
