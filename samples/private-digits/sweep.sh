#!/usr/bin/env bash
# Trains to several budgets and without privacy, prints a table of them, and draws accuracy against epsilon into
# accuracy-against-epsilon.svg, or the file that PLOT names:
#   [PLOT=FILE.svg] samples/private-digits/sweep.sh FOLDER_WITH_THE_DIGITS [EPSILON...]
# The noise of each is the least that the run's accountant allows for its steps.
set -euo pipefail
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
espalier=$here/../../espalier
data=${1:?the folder with the digits}
shift
budgets=("$@")
((${#budgets[@]})) || budgets=(0.5 1 2 4 8)
plot=${PLOT:-accuracy-against-epsilon.svg}
delta=1e-5 steps=300 batch=512 images=8000
rate=$(awk "BEGIN { print $batch / $images }")
runs=$(mktemp -d)
trap 'rm -rf -- "$runs"' EXIT

# The last value of a key in a file of JSON lines.
last() { grep -o "\"$1\":[-0-9.eE]*" "$2" | tail -n 1 | cut -d: -f2; }

row() { printf '| %s | %s | %s | %s |\n' "$@"; }

trained() { # NAME SETTINGS...: the held-out accuracy
  local out=$runs/$1
  shift
  "$espalier" train "$here/run.yaml" --data "$data" --out "$out" --set steps=$steps --set batch=$batch "$@" > "$out.log" 2>&1 ||
    { cat -- "$out.log" >&2; exit 1; }
}

row epsilon delta noise 'accuracy on held-out images'
row ---: ---: ---: ---:
for epsilon in "${budgets[@]}"; do
  "$espalier" privacy calibrate --epsilon "$epsilon" --delta $delta --sampling-rate "$rate" --steps $steps --json \
    > "$runs/noise.json" 2> "$runs/noise.log" || { cat -- "$runs/noise.log" >&2; exit 1; }
  noise=$(last noise_multiplier "$runs/noise.json")
  trained "$epsilon" --set estimator.noise="$noise" --set estimator.epsilon="$epsilon" --set estimator.delta=$delta
  row "$(last epsilon "$runs/$epsilon/metrics.jsonl")" $delta "$noise" "$(last validation_accuracy "$runs/$epsilon/metrics.jsonl")"
done
# Clipped all the same: what noise costs is the difference.
trained none --set estimator.noise=1e-6 --set estimator.noise_source=seeded --set estimator.epsilon=1e300
row "hardly any noise" - 1e-6 "$(last validation_accuracy "$runs/none/metrics.jsonl")"
if ((${#budgets[@]} > 1)); then
  "$espalier" plot "${budgets[@]/#/$runs/}" --metric validation_accuracy --against epsilon --out "$plot"
fi
