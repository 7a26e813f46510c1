# shellcheck shell=bash
# Sourced by ./espalier: the ahead-of-time cache (JEP 483, 515), which holds the program's classes loaded and linked, and
# which methods were hot in a short training. The first use makes it, in a process beside it; later ones start faster.
#   ESPALIER_AOT_CACHE=off       neither makes nor uses one
#   ESPALIER_AOT_CACHE=verbose   says which is used, and what the virtual machine says of it
# Whatever is wrong with it, the program runs without it: nothing of it is part of a result.

aot_launch=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

# The cache of a folder of jars. It stands beside the folder, and its name holds what else it depends on: the JDK and the
# options. A build makes a new folder of jars, and so asks for a new cache.
aot_cache_of() {
  local image=$1 key
  key=$(cat -- "$JAVA_HOME/release" "$aot_launch/java.options" "$aot_launch"/recorded/* | cksum) || return 1
  printf '%s-%s.aot\n' "$image" "${key%% *}"
}

# Takes the lock of the cache; fails where another process that lives makes it, or where nothing can be written.
aot_lock() {
  local lock=$1 owner
  if ! mkdir -- "$lock" 2> /dev/null; then
    owner=$(cat -- "$lock/owner" 2> /dev/null) || return 1
    if [[ -z $owner ]] || kill -0 "$owner" 2> /dev/null; then
      return 1
    fi
    # Killed in the middle. What it left is renamed first, so that of two who find it one goes on.
    mv -- "$lock" "$lock.$BASHPID" 2> /dev/null || return 1
    rm -rf -- "$lock.$BASHPID"
    mkdir -- "$lock" 2> /dev/null || return 1
  fi
  printf '%s\n' "$BASHPID" > "$lock/owner"
}

# Trains a second and makes the cache of it, under a name that nobody reads until it is whole. Where that fails, the log
# stays and nobody tries again. Caches of earlier builds go: a program that runs from one keeps it until it ends.
aot_make() {
  local image=$1 cache=$2 lock=$2.making other
  aot_lock "$lock" || return 0
  if [[ ! -f $cache ]]; then
    cp -- "$aot_launch"/recorded/* "$lock/"
    if "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$lock/cache" "@$aot_launch/java.options" --module-path "$image" \
      -m dev.espalier.cli/dev.espalier.cli.Main train "$lock/run.yaml" --out "$lock/run" \
      > "$lock/log" 2>&1 < /dev/null && [[ -s $lock/cache ]]; then
      mv -f -- "$lock/cache" "$cache"
      for other in "$(dirname -- "$image")"/*.aot; do
        [[ $other == "$image"-* ]] || rm -f -- "$other"
      done
    else
      mv -f -- "$lock/log" "$cache.failed"
    fi
  fi
  rm -rf -- "$lock"
}

# Sets aot_options to what the virtual machine is told; where there is no cache yet, has one made in the background, behind
# everything else that runs, by a process that outlives this one and holds none of its files.
aot_use() {
  local image=$1 cache
  aot_options=()
  [[ ${ESPALIER_AOT_CACHE:-} != off ]] || return 0
  # The user's own choice of an archive; the virtual machine refuses two.
  case ${ESPALIER_JAVA_OPTIONS:-} in
    *-Xshare* | *-XX:*AOT* | *-XX:*Shared*) return 0 ;;
  esac
  cache=$(aot_cache_of "$image") || return 0
  if [[ -f $cache ]]; then
    aot_options+=("-XX:AOTCache=$cache")
    if [[ ${ESPALIER_AOT_CACHE:-} == verbose ]]; then
      aot_options+=(-Xlog:aot=info:stderr)
    else
      aot_options+=(-Xlog:aot*=off -Xlog:cds*=off)
    fi
  elif [[ -f $cache.failed ]]; then
    if [[ ${ESPALIER_AOT_CACHE:-} == verbose ]]; then
      printf 'The ahead-of-time cache could not be made; %s says why. Remove that file for another try.\n' "$cache.failed" >&2
    fi
  elif [[ -w $(dirname -- "$cache") ]]; then
    if [[ ${ESPALIER_AOT_CACHE:-} == verbose ]]; then
      printf 'The ahead-of-time cache is being made: %s\n' "$cache" >&2
    fi
    (
      trap '' HUP INT
      {
        renice -n 19 -p "$BASHPID" > /dev/null 2>&1 || true
        aot_make "$image" "$cache"
      } > /dev/null 2>&1 < /dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    )
  elif [[ ${ESPALIER_AOT_CACHE:-} == verbose ]]; then
    printf 'The ahead-of-time cache cannot be written beside %s\n' "$image" >&2
  fi
}
