### set-default-command
set -e; if [ "${1#-}" != "$1" ]; then set -- server "$@"; fi; echo "$@"
### default-command-with-flag
set -- -v --port=80; if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi; printf '<%s>' "$@"; echo
### file-env: bash
file_env() { local var="$1" fileVar="${1}_FILE" def="${2:-}"; if [ "${!var:-}" ] && [ "${!fileVar:-}" ]; then echo >&2 "error: both $var and $fileVar are set (but are exclusive)"; exit 1; fi; local val="$def"; if [ "${!var:-}" ]; then val="${!var}"; elif [ "${!fileVar:-}" ]; then val="$(< "${!fileVar}")"; fi; export "$var"="$val"; unset "$fileVar"; }
printf 's3cret\n' > pw; DB_PASSWORD_FILE=pw; file_env DB_PASSWORD; echo "[$DB_PASSWORD] [${DB_PASSWORD_FILE-unset}]"; file_env DB_USER app; echo "$DB_USER"
### file-env-both: bash
file_env() { local var="$1" fileVar="${1}_FILE"; if [ "${!var:-}" ] && [ "${!fileVar:-}" ]; then echo >&2 "error: both $var and $fileVar are set"; exit 1; fi; }
A=1 A_FILE=x; file_env A; echo not reached
### posix-file-env
file_env() { var="$1"; fileVar="${1}_FILE"; eval "v=\${$var:-}"; eval "f=\${$fileVar:-}"; [ -n "$f" ] && v=$(cat "$f"); eval "export $var=\"\$v\""; }
echo top > f; TOKEN_FILE=f; file_env TOKEN; echo "$TOKEN"
### require-variables
for v in HOME PATH NOPE; do eval "x=\${$v:-}"; if [ -z "$x" ]; then echo "missing $v" >&2; miss=1; fi; done; exit ${miss:-0}
### require-with-message
: "${POSTGRES_PASSWORD:?must be set}"; echo no
### uid-check
if [ "$(id -u)" = '0' ]; then echo root; else echo user; fi
### exec-last
echo before; exec sh -c 'echo "pid replaced: $0 $1"' run arg; echo never
### exec-with-args
set -- echo hello world; exec "$@"
### run-parts
mkdir d; printf 'echo one\n' > d/10-a.sh; printf 'echo two\n' > d/20-b.sh; printf 'x\n' > d/readme; for f in d/*; do case "$f" in *.sh) echo "running $f"; . ./"$f";; *) echo "ignoring $f";; esac; done
### run-parts-executable
mkdir d; printf '#!/bin/sh\necho exec\n' > d/1.sh; chmod +x d/1.sh; printf 'echo sourced; X=1\n' > d/2.sh; for f in d/*.sh; do if [ -x "$f" ]; then "$f"; else . "./$f"; fi; done; echo "X=$X"
### initdb-like
docker_process_init_files() { for f; do case "$f" in *.sh) echo "sh $f";; *.sql) echo "sql $f";; *.sql.gz) echo "gz $f";; *) echo "skip $f";; esac; done; }; touch a.sql b.sh c.sql.gz d.txt; docker_process_init_files ./*
### empty-glob
mkdir e; for f in e/*; do [ -e "$f" ] || continue; echo "$f"; done; echo done
### template-sed
printf 'listen {{PORT}};\nname {{NAME}};\n' > t; PORT=8080 NAME='my app'; sed -e "s/{{PORT}}/$PORT/g" -e "s|{{NAME}}|$NAME|" t
### template-envsubst-like
printf 'a=${A}\nb=$B\n' > t; A=1 B=2; eval "cat <<E
$(cat t)
E"
### heredoc-config
PORT=9000; cat > app.conf <<EOF2
[server]
port = $PORT
path = \$HOME
EOF2
cat app.conf
### heredoc-quoted
cat <<'X' > s.sh
echo "$1 $#"
X
sh s.sh a b
### heredoc-tabs
if true; then
	cat <<-E
	indented
		more
	E
fi
### config-from-env
APP_A=1 APP_B='two words'; export APP_A APP_B; env | grep '^APP_' | sort | while IFS='=' read -r k v; do echo "${k#APP_} = $v"; done
### env-to-lower
X_MAX_SIZE=10; export X_MAX_SIZE; env | sed -n 's/^X_//p' | while IFS== read -r k v; do echo "$(echo "$k" | tr 'A-Z_' 'a-z.')=$v"; done
### property-append
touch server.properties; set_prop() { grep -q "^$1=" server.properties && sed -i "s|^$1=.*|$1=$2|" server.properties || echo "$1=$2" >> server.properties; }; set_prop a 1; set_prop b 2; set_prop a 3; cat server.properties
### kafka-style: bash
declare -A o; KAFKA_BROKER_ID=1 KAFKA_LOG_DIRS=/d; export KAFKA_BROKER_ID KAFKA_LOG_DIRS; for VAR in $(env | sort); do if [[ $VAR =~ ^KAFKA_ ]]; then n=$(echo "$VAR" | sed -r 's/KAFKA_(.*)=.*/\1/' | tr '[:upper:]' '[:lower:]' | tr _ .); echo "$n=$(echo "$VAR" | sed -r 's/^[^=]*=//')"; fi; done
### wait-for-file
(sleep 0.2; touch ready) & i=0; while [ ! -f ready ]; do i=$((i+1)); [ $i -gt 50 ] && exit 1; sleep 0.1; done; echo ready; wait
### retry-function
n=0; flaky() { n=$((n+1)); [ $n -ge 3 ]; }; retry() { max=$1; shift; try=1; until "$@"; do if [ $try -ge $max ]; then echo "gave up"; return 1; fi; echo "try $try failed"; try=$((try+1)); done; echo "ok after $try"; }; retry 5 flaky
### retry-gives-up
retry() { for i in 1 2 3; do "$@" && return 0; echo "attempt $i" >&2; done; return 7; }; retry false; echo $?
### timeout-loop
end=3; s=0; until [ $s -ge $end ]; do s=$((s+1)); printf .; done; echo " waited $s"
### trap-term
trap 'echo stopping; kill $child 2>/dev/null; exit 143' TERM; sleep 5 & child=$!; (sleep 0.2; kill -TERM $$) & wait $child; echo no
### trap-exit-cleanup
t=$(mktemp); trap 'rm -f "$t"; echo cleaned' EXIT; echo data > "$t"; cat "$t"
### trap-exit-status
trap 'echo "status $?"' EXIT; exit 4
### forward-signals
_term() { echo caught; kill -TERM "$c" 2>/dev/null; }; trap _term TERM; (trap 'echo child; exit 0' TERM; sleep 5 & wait) & c=$!; sleep 0.2; kill -TERM $$; wait $c; echo "rc $?"
### log-functions
log() { printf '[%s] %s\n' "$1" "$2"; }; info() { log INFO "$*"; }; err() { log ERROR "$*" >&2; }; info starting up; err bad thing
### die-function
die() { echo "$0: $*" | sed 's/^[^:]*: //' >&2; exit 2; }; [ -f nofile ] || die "nofile not found"
### usage-function
usage() { cat <<E
Usage: app [-p port] [-h]
E
}; while getopts "p:h" o; do case $o in p) port=$OPTARG;; h) usage; exit 0;; esac; done; echo "port ${port:-80}"; set -- -h; OPTIND=1; getopts h o && usage
### getopts-errors
set -- -x -p; while getopts ":p:" o; do case $o in p) echo "p $OPTARG";; :) echo "needs arg $OPTARG";; \?) echo "unknown $OPTARG";; esac; done
### long-options
set -- --name=web --port 80 -- rest more; while [ $# -gt 0 ]; do case "$1" in --name=*) name="${1#*=}"; shift;; --port) port=$2; shift 2;; --) shift; break;; *) echo bad; exit 1;; esac; done; echo "$name $port $*"
### detect-flag
for arg; do :; done; set -- a --help b; want=; for arg; do case "$arg" in -'?'|--help|-V|--version) want=1; break;; esac; done; echo "want=$want"
### bool-env
is_true() { case "$(echo "$1" | tr '[:upper:]' '[:lower:]')" in 1|true|yes|on) return 0;; *) return 1;; esac; }; for v in true Yes 0 "" on; do if is_true "$v"; then echo "$v: y"; else echo "$v: n"; fi; done
### bool-bash: bash
is_yes() { local -r b="${1:-}"; shopt -s nocasematch; if [[ "$b" = 1 || "$b" =~ ^(yes|true)$ ]]; then true; else false; fi; }; for v in TRUE no 1; do is_yes "$v" && echo y || echo n; done
### bitnami-print: bash
RESET='\033[0m'; stderr_print() { local bool="${BITNAMI_QUIET:-false}"; shopt -s nocasematch; if ! [[ "$bool" = 1 || "$bool" =~ ^(yes|true)$ ]]; then printf "%b\\n" "${*}" >&2; fi; }; stderr_print "hello ${RESET}x" 2>&1 | od -c | head -2
### bitnami-validate: bash
error_code=0; print_validation_error() { echo "error: $1"; error_code=1; }; check_yes_no() { if ! [[ "${!1}" =~ ^(yes|no)$ ]]; then print_validation_error "The allowed values for ${1} are: yes no"; fi; }; A=yes B=maybe; check_yes_no A; check_yes_no B; echo $error_code
### array-flags: bash
args=(--a 1); [[ -n "$EXTRA" ]] && args+=("$EXTRA"); args+=(--b "two words"); printf '%s|' "${args[@]}"; echo; echo "${#args[@]}"
### read-array-env: bash
EXTRA_FLAGS='--x --y=2'; read -r -a flags <<< "$EXTRA_FLAGS"; for f in "${flags[@]}"; do echo "[$f]"; done
### csv-env: bash
HOSTS=a,b,c; IFS=',' read -ra h <<< "$HOSTS"; for i in "${!h[@]}"; do echo "$i ${h[i]}"; done
### csv-env-posix
HOSTS=a:1,b:2; old=$IFS; IFS=,; for h in $HOSTS; do echo "${h%%:*} -> ${h##*:}"; done; IFS=$old
### url-parse
u=postgres://user:pw@db.example:5432/app; r=${u#*://}; cred=${r%%@*}; hostport=${r#*@}; host=${hostport%%:*}; port=${hostport#*:}; port=${port%%/*}; echo "${cred%%:*} ${cred#*:} $host $port ${u##*/}"
### url-regex: bash
u=https://host:8443/a/b?q=1; if [[ $u =~ ^(https?)://([^:/]+)(:([0-9]+))?(/[^?]*)? ]]; then echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]} ${BASH_REMATCH[4]} ${BASH_REMATCH[5]}"; fi
### ordinal-from-hostname: bash
HOSTNAME=web-2; [[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1; ordinal=${BASH_REMATCH[1]}; if [[ $ordinal -eq 0 ]]; then echo primary; else echo "replica $((100 + ordinal))"; fi
### ordinal-posix
h=db-11; echo "${h##*-} ${h%-*}"; [ "${h##*-}" -gt 0 ] && echo replica
### server-id-file: bash
hostname() { echo mysql-1; }; [[ $(hostname) =~ -([0-9]+)$ ]] && ordinal=${BASH_REMATCH[1]}; { echo [mysqld]; echo server-id=$((100 + ordinal)); } > server-id.cnf; cat server-id.cnf
### memory-limit
mem=536870912; mb=$((mem / 1024 / 1024)); heap=$((mb * 75 / 100)); echo "-Xmx${heap}m"
### java-opts
JAVA_OPTS="-Da=b"; JAVA_OPTS="$JAVA_OPTS -Xms256m"; [ -n "$DEBUG" ] && JAVA_OPTS="$JAVA_OPTS -agent"; set -- java $JAVA_OPTS -jar app.jar; echo "$# $*"
### cpu-count
n=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); [ "$n" -ge 1 ] && echo counted
### permissions
mkdir -p data/sub; touch data/f; chmod 700 data; stat -c '%a %n' data data/f | head -1; find data -type f -exec echo {} \;
### perms-find
mkdir d; touch d/a d/b; chmod 600 d/a; chmod 644 d/b; find d -type f ! -perm 644 | sort; find d -perm -u+w -type f | wc -l
### symlink-logs
mkdir logs; ln -sf /dev/stdout logs/access.log; readlink logs/access.log; echo hi > logs/access.log
### current-link
mkdir rel1 rel2; ln -s rel1 current; ln -sfn rel2 current; readlink current; ls -d current/.. >/dev/null && echo ok
### lock-dir
if mkdir lock 2>/dev/null; then echo got; fi; mkdir lock 2>/dev/null || echo taken; rmdir lock
### pid-file
sleep 3 & echo $! > app.pid; kill -0 "$(cat app.pid)" && echo alive; kill "$(cat app.pid)"; wait 2>/dev/null; kill -0 "$(cat app.pid)" 2>/dev/null || echo gone
### password-gen
p=$(head -c 100 /dev/urandom | tr -dc A-Za-z0-9 | head -c 12); echo ${#p}
### checksum-restart
echo a > conf; old=$(cksum conf); echo b > conf; new=$(cksum conf); [ "$old" = "$new" ] || echo changed
### version-compare
ver() { printf '%03d%03d%03d' $(echo "$1" | tr . ' '); }; [ "$(ver 1.10.0)" -gt "$(ver 1.9.9)" ] && echo newer
### version-sort
printf '1.10\n1.9\n1.2.3\n' | sort -V | tail -1; [ "$(printf '2.0\n1.5\n' | sort -V | head -1)" = 1.5 ] && echo older
### semver-parse: bash
v=v1.28.3-rc.1+build; v=${v#v}; core=${v%%[-+]*}; IFS=. read -r ma mi pa <<< "$core"; echo "$ma/$mi/$pa pre=${v#*-}"
### nested-functions
main() { setup; run "$@"; }; setup() { dir=$(pwd); dir=${dir##*/}; }; run() { echo "args: $*"; return 3; }; main a b; echo "rc=$?"
### set-e-function
set -e; f() { false; echo in; }; f || echo handled; if f; then echo yes; fi; echo end; f; echo never
### set-u
set -u; echo "${A:-default}"; echo "$B"
### set-e-pipe: bash
set -eo pipefail; echo a | grep b | cat || echo caught; echo x | cat; false | true; echo never
### nounset-array: bash
set -u; a=(); echo "n=${#a[@]}"; for x in ${a[@]+"${a[@]}"}; do echo "$x"; done; echo ok
### xtrace
set -x; A=1; echo "v $A" > /dev/null; [ "$A" = 1 ]; set +x
### xtrace-ps4: bash
PS4='+ line: '; set -x; for i in 1 2; do : $i; done; { set +x; } 2>/dev/null; echo done
### stdin-detect
if [ -t 0 ]; then echo tty; else echo pipe; fi < /dev/null
### read-secret
printf 'user\npass word\n' > s; { read -r u; read -r p; } < s; echo "$u/$p"
### tee-log
{ echo out; echo err >&2; } 2>&1 | tee app.log | sed 's/^/> /'; wc -l < app.log
### fd-log
exec 3> app.log; echo one >&3; echo two >&3; exec 3>&-; cat app.log
### swap-streams
{ echo o; echo e >&2; } 3>&1 1>&2 2>&3 | sed 's/^/pipe:/'
### process-list
sleep 2 & sleep 2 & jobs | wc -l; kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; echo ok
### wait-n-codes
(exit 3) & a=$!; (exit 0) & b=$!; wait $a; echo $?; wait $b; echo $?
### parallel-wait
for i in 1 2 3; do (sleep 0.0$i; echo "job $i" > out.$i) & done; wait; cat out.*
### supervisor-loop
n=0; while :; do sh -c 'exit 1'; rc=$?; n=$((n+1)); echo "exit $rc, restart $n"; [ $n -ge 3 ] && break; done
### health-check
check() { [ "$(cat status 2>/dev/null)" = ok ]; }; check && echo up || echo down; echo ok > status; check && echo up
