# shellcheck shell=bash
# Sourced by ./build and ./espalier: finds the JDK that both use. Starts no process for a candidate; the file "release"
# that every JDK carries says its version.

# Prints a JDK's version as "25.0.3"; fails where the folder is no JDK.
jdk_version() {
  local line
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  while IFS= read -r line; do
    if [[ $line =~ ^JAVA_VERSION=\"([0-9]+(\.[0-9]+)*) ]]; then
      printf '%s\n' "${BASH_REMATCH[1]}"
      return 0
    fi
  done < "$1/release"
  return 1
}

# Whether a version is 25.0.3 or newer; before that a defect of the collector (JDK-8377811) can corrupt data.
jdk_is_new_enough() {
  local major minor patch
  IFS=. read -r major minor patch _ <<< "$1"
  ((major * 1000000 + ${minor:-0} * 1000 + ${patch:-0} >= 25000003))
}

# Sets JAVA_HOME: to itself where it is good enough, else to the first JDK 25 in the usual places, else to a newer one.
# Without any it says what to install, and fails.
find_jdk() {
  local candidate version newer='' seen='' places=()
  if [[ -n ${JAVA_HOME:-} ]]; then
    places+=("$JAVA_HOME")
    if version=$(jdk_version "$JAVA_HOME") && jdk_is_new_enough "$version"; then
      export JAVA_HOME
      return 0
    fi
  fi
  places+=(
    /usr/lib/jvm/*
    /usr/lib64/jvm/*
    /usr/java/*
    /usr/local/java/*
    /usr/local/*jdk*
    /opt/*jdk*
    /opt/java/*
    /opt/jdk/*
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/*
    "${HOME:-/nonexistent}"/.jdks/*
    "${HOME:-/nonexistent}"/.asdf/installs/java/*
    "${HOME:-/nonexistent}"/.local/share/mise/installs/java/*
    /Library/Java/JavaVirtualMachines/*/Contents/Home
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
  )
  for candidate in "${places[@]}"; do
    version=$(jdk_version "$candidate") || continue
    if ! jdk_is_new_enough "$version"; then
      seen+="  $version in $candidate"$'\n'
    elif [[ $version == 25.* ]]; then
      export JAVA_HOME=$candidate
      return 0
    elif [[ -z $newer ]]; then
      newer=$candidate
    fi
  done
  if [[ -n $newer ]]; then
    export JAVA_HOME=$newer
    return 0
  fi
  {
    printf 'Espalier needs a JDK 25.0.3 or newer, and there is none in JAVA_HOME or the usual places.\n'
    if [[ -n $seen ]]; then
      printf 'Found, but too old:\n%s' "$seen"
    fi
    printf 'Install one, for example:\n'
    printf '  Debian, Ubuntu   apt install openjdk-25-jdk, or temurin-25-jdk from Adoptium\n'
    printf '  Fedora           dnf install java-25-openjdk-devel\n'
    printf '  macOS            brew install openjdk@25\n'
    printf '  any              sdk install java 25-tem (sdkman.io), or https://adoptium.net\n'
    printf 'If it stands elsewhere, set JAVA_HOME to its folder.\n'
  } >&2
  return 1
}

# Fails, and says what to install, where Maven is absent.
need_maven() {
  command -v mvn > /dev/null && return 0
  {
    printf 'Espalier is built by Apache Maven 3.8.7 or newer, and there is no mvn on the PATH.\n'
    printf 'Install it: apt install maven, dnf install maven, brew install maven or sdk install maven.\n'
  } >&2
  return 1
}
