#!/usr/bin/env bash
# release-notes.sh VERSION CHANGELOG: prints the section of one version, without its heading.
# It fails when the changelog has no such section, so that no release goes out without notes.
set -euo pipefail
version=${1#v}
awk -v wanted="$version" '
  /^## / { inside = index($0, "[" wanted "]") > 0; next }
  inside { print; lines++ }
  END { if (!lines) exit 1 }
' "$2" || { echo "no section for version $version in $2" >&2; exit 1; }
