/**
 * Shell functions of Bitnami's images: files in /opt/bitnami/scripts that entrypoints and the scripts of charts read.
 * Names and results follow bitnami/containers (prebuildfs/opt/bitnami/scripts); the texts are our own.
 */

/** `\e[38;5;6mredis \e[38;5;5m10:00:00.00 \e[0m\e[38;5;2mINFO \e[0m ==> text` on standard error. */
const LOG = `log() {
  printf '\\033[38;5;6m%s \\033[38;5;5m%s \\033[0m%b\\n' "\${MODULE:-}" "$(date +%T.%2N)" "$*" >&2
}
info() { log "\\033[38;5;2mINFO \\033[0m ==> $*"; }
warn() { log "\\033[38;5;3mWARN \\033[0m ==> $*"; }
error() { log "\\033[38;5;1mERROR\\033[0m ==> $*"; }
debug() {
  if [[ "\${BITNAMI_DEBUG:-false}" =~ ^(1|yes|true)$ ]]; then log "\\033[38;5;5mDEBUG\\033[0m ==> $*"; fi
}
print_error_exit() { error "$1"; exit "\${2:-1}"; }`;

const VALIDATIONS = `is_boolean_yes() { [[ "\${1:-}" =~ ^(1|[yY][eE][sS]|[tT][rR][uU][eE])$ ]]; }
is_yes_no_value() { [[ "\${1:-}" =~ ^(yes|no)$ ]]; }
is_true_false_value() { [[ "\${1:-}" =~ ^(true|false)$ ]]; }
is_empty_value() { [[ -z "\${1:-}" ]]; }
is_int() { [[ "\${1:-}" =~ ^-?[0-9]+$ ]]; }
is_positive_int() { [[ "\${1:-}" =~ ^[0-9]+$ ]]; }
validate_port() { is_positive_int "\${1:-}" && (( $1 > 0 && $1 < 65536 )); }`;

const FILES = `ensure_dir_exists() {
  mkdir -p "$1"
  if [[ -n "\${2:-}" ]]; then chown "$2" "$1"; fi
}
is_dir_empty() { [[ -z "$(ls -A "$1/" 2>/dev/null)" ]]; }
is_mounted_dir_empty() { is_dir_empty "$1"; }
is_file_writable() { [[ -w "$1" || ( ! -e "$1" && -w "$(dirname "$1")" ) ]]; }
owned_by() { chown "$2\${3:+:$3}" "$1"; }`;

const FILE = `replace_in_file() {
  local flags=-i
  if [[ "\${4:-true}" != false ]]; then flags=-Ei; fi
  sed "$flags" "s"$'\\001'"$2"$'\\001'"$3"$'\\001'"g" "$1"
}
remove_in_file() { sed -Ei "/$2/d" "$1"; }
append_file_after_last_match() { printf '%s\\n' "$3" >> "$1"; }`;

const SYSTEM = `am_i_root() { [[ "$(id -u)" = 0 ]]; }
user_exists() { id "$1" >/dev/null 2>&1; }
retry_while() {
  local attempt
  for (( attempt = 0; attempt < \${2:-12}; attempt++ )); do
    if eval "$1"; then return 0; fi
    sleep "\${3:-5}"
  done
  return 1
}
debug_execute() {
  if [[ "\${BITNAMI_DEBUG:-false}" =~ ^(1|yes|true)$ ]]; then "$@"; else "$@" >/dev/null 2>&1; fi
}`;

const NETWORK = `get_machine_ip() { hostname -i | awk '{ print $1 }'; }
dns_lookup() { getent ahosts "$1" | awk '/STREAM/ { print $1 }' | head -n 1; }
is_hostname_resolved() { [[ -n "$(dns_lookup "$1")" ]]; }
wait_for_dns_lookup() { retry_while "is_hostname_resolved $1" "\${2:-12}" "\${3:-5}" && dns_lookup "$1"; }`;

const VERSION = `get_sematic_version() {
  local parts
  IFS=. read -r -a parts <<< "\${1%%-*}"
  printf '%s\\n' "\${parts[$(( $2 - 1 ))]:-}"
}`;

/** `export_secrets NAME…` reads each variable from the file that `NAME_FILE` names. */
const BITNAMI = `export_secrets() {
  local name file
  for name in "$@"; do
    file="\${name}_FILE"
    if [[ -z "\${!file:-}" ]]; then continue; fi
    if [[ -r "\${!file}" ]]; then
      export "$name=$(< "\${!file}")"
      unset "$file"
    else
      warn "Skipping export of '$name'. '\${!file}' is not readable."
    fi
  done
}
require_secret() {
  if [[ -n "\${!1:-}" ]] || is_boolean_yes "\${ALLOW_EMPTY_PASSWORD:-no}"; then return 0; fi
  error "The $1 environment variable is empty or not set. Set the environment variable ALLOW_EMPTY_PASSWORD=yes to allow the container to be started with blank passwords. This is recommended only for development."
  exit 1
}
print_welcome_page() {
  if [[ -n "\${DISABLE_WELCOME_MESSAGE:-}" ]]; then return 0; fi
  log ""
  log "\\033[1mWelcome to the Bitnami \${BITNAMI_APP_NAME:-} container\\033[0m"
  log "Subscribe to project updates by watching \\033[1mhttps://github.com/bitnami/containers\\033[0m"
  log ""
}`;

const ALL = "liblog.sh libvalidations.sh libfs.sh libfile.sh libos.sh libnet.sh libversion.sh libbitnami.sh";

/** Reads the other libraries, as those of applications do. */
export const ALL_LIBRARIES = `for library in ${ALL}; do . "/opt/bitnami/scripts/$library"; done`;

/** By name in /opt/bitnami/scripts. */
export const LIBRARIES: Readonly<Record<string, string>> = {
  "liblog.sh": LOG,
  "libvalidations.sh": VALIDATIONS,
  "libfs.sh": FILES,
  "libfile.sh": FILE,
  "libos.sh": SYSTEM,
  "libnet.sh": NETWORK,
  "libversion.sh": VERSION,
  "libbitnami.sh": BITNAMI,
};
