#!/usr/bin/env bash
# Writes the exact values of the kit's cases again, after a change of the cases. Needs Python with mpmath.
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
cases=$(mktemp)
trap 'rm -f -- "$cases"' EXIT
./build --quiet test -pl tests/conformance -am -Dtest=WriteCasesTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dconformance.write-cases="$cases"
python3 tests/conformance/golden/exact.py "$cases" \
  tests/conformance/src/main/resources/dev/espalier/conformance/cases/exact.tsv.gz
