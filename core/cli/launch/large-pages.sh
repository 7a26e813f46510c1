# shellcheck shell=bash
# Sourced by ./espalier and ./build: large pages for the arrays of a step, which fill thousands of small ones, more than a
# processor keeps addresses of. Where the system gives them to every program, or to none, there is nothing to ask for.

# Sets large_page_options to what the virtual machine is told.
large_pages_use() {
  local given=${1:-/sys/kernel/mm/transparent_hugepage/enabled}
  large_page_options=()
  if [[ -r $given && $(< "$given") == *"[madvise]"* ]]; then
    large_page_options+=(-XX:+UseTransparentHugePages)
  fi
}
