### producer and consumer
mkdir -p q
producer() { for n in 1 2 3; do echo "item $n" > q/$n.job; sleep 0.2; done; touch q/done; }
producer &
sleep 0.1
while true; do
  for f in q/*.job; do
    [ -e "$f" ] || continue
    read -r line < "$f"
    echo "consumed $line from ${f##*/}"
    rm "$f"
  done
  [ -f q/done ] && break
  sleep 0.2
done
wait; echo finished
### set e and trap
set -e
trap 'echo "cleanup $?"' EXIT
echo start
printf 'one\ntwo\n' > a.txt
if ! grep -q nope a.txt; then echo "not there"; fi
[ -d /nope ] || echo "no dir"
false && echo never
x=$(cat a.txt | head -1)
echo "x=$x"
ls nothere 2>/dev/null
echo "not reached"
### functions with state
counter=0
inc() { counter=$((counter+${1:-1})); return $counter; }
inc; inc 5; echo "rc=$? counter=$counter"
args() { echo "$# [$1] [$2]"; shift; echo "$*"; for a; do printf '<%s>' "$a"; done; echo; }
args "a b" c "d e"
### read loops
printf 'alice:x:1000\nbob:y:1001\n' | while IFS=: read -r name _ id; do echo "$id -> $name"; done
printf 'b 2\na 1\n' > b.txt
while read -r a b; do echo "a=$a b=$b"; done < b.txt
echo "one two  three" | { read x y; echo "$x|$y"; }
n=0; for w in $(cat b.txt); do n=$((n+1)); done; echo $n
### background workers
(sleep 0.2; exit 7) & a=$!
sleep 0.4 & b=$!
echo started
wait $a; echo "a=$?"
wait $b; echo "b=$?"
for i in 3 1 2; do { sleep 0.$i; echo "worker $i"; } & done; wait; echo all
### argument parser
set -- --name web -v --port=80 file1 file2
while [ $# -gt 0 ]; do case "$1" in --name) name=$2; shift 2;; --port=*) port="${1#*=}"; shift;; -v|--verbose) v=1; shift;; -*) echo bad; exit 1;; *) break;; esac; done
echo "name=$name port=$port v=$v rest=$*"
for f in a.txt b.tar.gz c; do case $f in *.txt) echo text;; *.tar.*) echo tar;; [a-c]) echo letter;; *) echo other;; esac; done
### exec with trap
echo before; trap 'echo never' EXIT; exec sh -c 'echo "in exec $0 $1"; exit 5' zero one
### entrypoint
cat > ep.sh <<'EOF'
#!/bin/sh
set -eu
if [ "${1#-}" != "$1" ]; then set -- server "$@"; fi
file_env() { eval "val=\${$1:-${2:-}}"; export "$1"="$val"; unset val; }
file_env DB_PASS secret
for f in init.d/*; do case "$f" in *.sh) echo "run $f"; . "./$f";; *.sql) echo "sql $f";; *) echo "ignore $f";; esac; done
[ "$1" = server ] && echo "serving with $DB_PASS $EXTRA"
exec "$@"
#!/bin/sh
set -eu
if [ "${1#-}" != "$1" ]; then set -- server "$@"; fi
file_env() { eval "val=\${$1:-${2:-}}"; export "$1"="$val"; unset val; }
file_env DB_PASS secret
for f in init.d/*; do case "$f" in *.sh) echo "run $f"; . "./$f";; *.sql) echo "sql $f";; *) echo "ignore $f";; esac; done
[ "$1" = server ] && echo "serving with $DB_PASS $EXTRA"
exec "$@"
EOF
mkdir -p init.d; echo 'EXTRA=from-init' > init.d/10.sh; touch init.d/20.sql
chmod +x ep.sh; ./ep.sh sh -c 'echo "child $DB_PASS"'; echo "rc $?"
### graceful stop
cleanup() { echo "draining"; sleep 0.1; echo "stopped"; exit 0; }
trap cleanup TERM INT
echo up
(sleep 0.2; kill -TERM $$) &
sleep 5 & pid=$!
wait $pid
echo "wait returned"
### sourced library
echo 'greet() { echo "hi $1"; }; LIBVAR=42' > lib.sh; . ./lib.sh; greet bob; echo $LIBVAR
cmd='echo "evaluated $LIBVAR"'; eval $cmd; command -v greet; command -v nosuchcmd || echo "none $?"; nosuchcmd 2>/dev/null; echo $?
A=1 sh -c 'echo "A=$A B=${B:-none}"'; B=2; sh -c 'echo "B=${B:-none}"'; export B; sh -c 'echo "B=$B"'; echo "${A:-gone}"
sh <<'EOF'
echo "from stdin"; exit 3
EOF
echo $?
### streams between processes
(for i in 1 2 3; do echo "line $i"; sleep 0.1; done) | while read l; do echo "got $l"; done
for i in 1 2; do echo "log $i" >> app.log; done; cat app.log; wc -l app.log
### breaks and returns
f() { for x in 1 2; do return 9; done; }; f; echo $?
true && false || echo chain; until true; do :; done; echo "u $?"
g() { while :; do while :; do return 4; done; done; }; g; echo $?
### trap while waiting for a child
trap 'echo got' USR1
(sleep 0.1; kill -USR1 $$) &
sleep 0.3
echo after
wait
### trap ignores
trap '' TERM; sh -c 'kill -TERM $$; echo survived'; trap - TERM; sh -c 'kill -TERM $$; echo never'; echo $?
### subshell inherits no trap
trap 'echo parent' TERM; (trap); trap; (trap - TERM; trap); trap - TERM; trap
### named pipe
mkfifo p; (echo through > p) & cat < p; wait; (read x < p; echo "got $x") & echo data > p; wait
### retry loop
n=0; d=1; until [ $n -ge 3 ]; do n=$((n+1)); echo "try $n delay $d"; sleep 0.$d; d=$((d*2)); done
### config template
cat > app.conf <<EOF
listen = ${PORT:-8080}
name = ${HOSTNAME}
EOF
cat app.conf; while IFS='=' read -r k v; do echo "[$k][$v]"; done < app.conf
### wait for file
(sleep 0.3; echo ready > flag) & until [ -f flag ]; do sleep 0.1; done; cat flag; wait
### nested quotes
x="a'b\"c"; echo "$x"; eval "y=\"$HOME\""; echo $y; sh -c "echo \"nested \\\"q\\\" \$HOME\""; sh -c 'echo "$1"' _ "it's"
### long pipeline
seq 1 20 | grep -v 5 | sort -r | head -3 | tr '\n' ' ' | wc -c
### compound redirects
for i in 1 2 3; do echo $i; done > f; wc -l < f; { read a; read b; } < f; echo $a $b; while read x; do echo "l$x"; done < f | tail -1; if true; then echo in; fi > g; cat g; (echo sub) > h; cat h; f() { echo fn; }; f > i; cat i
### function redirect
f() { echo out; echo err >&2; } 2>e; f; cat e; g() { cat; }; echo piped | g; g < e
### closing descriptors
(exec 1>&-; echo x) 2>/dev/null; echo $?; exec 9>&1; echo nine >&9; exec 9>&-; { echo y >&9; } 2>/dev/null; echo $?
### return codes
f() { return 300; }; f; echo $?; (exit 256); echo $?; sh -c 'exit 77'; echo $?; ./nofile 2>/dev/null; echo $?; touch nx; ./nx 2>/dev/null; echo $?; . ./nx; echo $?; mkdir dd; ./dd 2>/dev/null; echo $?
