#!/bin/sh
# Installs what the lock file names, unless that is installed already. Runs before every npm script, on whatever node the
# machine has; the scripts themselves then run on the Node 24 that the installation puts into node_modules/.bin.
set -eu
cd "$(dirname "$0")/.."

# A Node for this platform comes as an optional dependency. Where there is none (macOS), the machine's own has to do.
ships_node() {
  case "$(uname -s)/$(uname -m)" in
    Linux/x86_64 | Linux/aarch64 | Linux/arm64) return 0 ;;
    *) return 1 ;;
  esac
}

installed() {
  [ -f node_modules/.package-lock.json ] || return 1
  [ ! package-lock.json -nt node_modules/.package-lock.json ] || return 1
  ! ships_node || [ -x node_modules/.bin/node ]
}

if ! ships_node && ! node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 22 || (major === 22 && minor >= 18) ? 0 : 1);'; then
  echo "Sandbar needs Node 22.18 or newer; this is $(node --version 2>/dev/null || echo 'no Node at all')." >&2
  exit 1
fi

installed && exit 0

echo "Installing dependencies (first run, or package-lock.json changed) …" >&2
# npm puts node_modules/.bin first on the PATH, and that is about to be replaced: install with the node that runs npm.
if [ -n "${npm_node_execpath:-}" ] && [ -n "${npm_execpath:-}" ] && [ -x "$npm_node_execpath" ]; then
  "$npm_node_execpath" "$npm_execpath" ci --no-audit --no-fund --loglevel=error
else
  npm ci --no-audit --no-fund --loglevel=error
fi
