### init-wait-file
mkdir -p shared; touch shared/ready
until [ -f shared/ready ]; do echo waiting; sleep 1; done; echo "ready found"
### init-write-index
mkdir -p work-dir; echo '<html><body>Init wrote this</body></html>' > work-dir/index.html; cat work-dir/index.html; ls work-dir
### counter-five
i=0; while [ $i -lt 5 ]; do echo "$i: tick"; i=$((i+1)); done
### counter-seq
for i in $(seq 1 5); do echo "Line $i of the log"; done; echo done
### liveness-flow
touch healthy; cat healthy; echo "exists: $?"; rm -f healthy; cat healthy 2>/dev/null; echo "gone: $?"
### job-index-fail
JOB_COMPLETION_INDEX=1; if [ "$JOB_COMPLETION_INDEX" = "1" ]; then echo "index 1 fails" >&2; exit 42; fi; echo ok
### job-index-table
for JOB_COMPLETION_INDEX in 0 1 2; do
  items="foo bar baz qux xyz"
  set -- $items
  shift $JOB_COMPLETION_INDEX
  echo "$1" > data.txt
  cat data.txt | rev
done
### job-backoff-exit
echo "Hello world! I'm going to exit with 42 to simulate a software bug."; sleep 0.1; exit 42
### exit-137-like
(exit 137); echo $?; (exit 143); echo $?
### trap-term-graceful
trap 'echo "caught TERM, draining"; exit 0' TERM
kill -TERM $$
sleep 1
echo "not reached"
### trap-exit-code
trap 'echo "exit handler $?"' EXIT
false
exit 3
### env-loop
MESSAGE="hello from env"; COUNT=3
n=0
while [ "$n" -lt "$COUNT" ]; do printf '%s: %s\n' "$n" "$MESSAGE"; n=$((n + 1)); done
### downward-print
POD_NAME=web-0 POD_NAMESPACE=default NODE_NAME=node-1
export POD_NAME POD_NAMESPACE NODE_NAME
while true; do
  echo -n
  printenv NODE_NAME POD_NAME POD_NAMESPACE
  break
done
### downward-files
mkdir -p etc/podinfo; printf 'app="web"\ntier="front"\n' > etc/podinfo/labels; printf 'build="two"\n' > etc/podinfo/annotations
if [ -e etc/podinfo/labels ]; then printf '\n\n'; cat etc/podinfo/labels; fi
if [ -e etc/podinfo/annotations ]; then printf '\n\n'; cat etc/podinfo/annotations; fi
### config-read
mkdir -p config; echo -n 'debug' > config/log_level; echo 'very' > config/special.how
echo "level=$(cat config/log_level)"; for f in config/*; do echo "$(basename $f) -> $(cat $f)"; done
### secret-decode
echo YWRtaW4= | base64 -d; echo; echo -n 'S3cret!' | base64
### statefulset-ordinal
HOSTNAME=mysql-2
case $HOSTNAME in *-[0-9]*) ordinal=${HOSTNAME##*-};; *) exit 1;; esac
echo "[mysqld]" > server-id.cnf
echo "server-id=$((100 + ordinal))" >> server-id.cnf
cat server-id.cnf
if [ $ordinal -eq 0 ]; then echo primary; else echo replica; fi
### statefulset-ordinal-bash: bash
HOSTNAME=mysql-2
set -ex
[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1
ordinal=${BASH_REMATCH[1]}
echo server-id=$((100 + $ordinal)) > server-id.cnf
if [[ $ordinal -eq 0 ]]; then echo primary; else echo replica; fi
cat server-id.cnf
### zookeeper-id
HOSTNAME=zk-1
if echo "$HOSTNAME" | grep -qE '^.*-[0-9]+$'; then NAME=${HOSTNAME%-*}; ORD=${HOSTNAME##*-}; echo "$NAME $ORD $((ORD+1))"; else echo "bad name"; exit 1; fi
### two-logs
i=0
while [ $i -lt 3 ]; do
  echo "$i: first" >> 1.log
  echo "second $i" >> 2.log
  i=$((i+1))
done
tail -n 2 1.log; wc -l 1.log 2.log
### sidecar-tail
echo "logging" >> logs.txt; echo "again" >> logs.txt; tail -n+1 logs.txt
### producer-consumer-pipe
{ for i in 1 2 3; do echo "job $i"; done; } | while read -r word n; do echo "did $n ($word)"; done
### heredoc-config
PORT=8080; NAME=demo
cat > app.conf <<EOF
listen ${PORT}
name = "$NAME"
path = \$HOME
sum = $((2 + 3))
EOF
cat app.conf
### heredoc-quoted
cat <<'EOF' > raw.sh
#!/bin/sh
echo "args: $@"
echo $((1+1))
EOF
chmod +x raw.sh; ./raw.sh a b
### heredoc-tabs
cat <<-EOF
	indented $((3*3))
		more
	EOF
### postgres-style-check
[ -z "$POSTGRES_PASSWORD" ] && echo "Error: superuser password is not specified." >&2 && exit 1
echo never
### wait-retries
tries=0
until [ $tries -ge 3 ]; do tries=$((tries+1)); echo "attempt $tries"; done; echo "gave up after $tries"
### backoff-double
delay=1; for n in 1 2 3 4 5; do echo $delay; delay=$((delay * 2)); [ $delay -gt 10 ] && delay=10; done; true
### dataset-sum
printf '3\n4\n5\n' > numbers; sum=0; while read n; do sum=$((sum+n)); done < numbers; echo "sum $sum"
### csv-transform
printf 'id,name,price\n1,apple,3\n2,pear,4\n3,fig,5\n' > in.csv
awk -F, 'NR>1 { total += $3; print $2 ":" $3 } END { print "total " total }' in.csv
### json-line
printf '{"status":"%s","count":%d}\n' ok 3
### wordcount
printf 'a b a\nc b a\n' > t; tr ' ' '\n' < t | sort | uniq -c | sort -rn | awk '{print $2, $1}'
### grep-exit
grep foo nothing-here 2>/dev/null; echo "rc $?"; echo bar > f; grep foo f; echo "rc $?"; grep -c bar f
### test-forms
[ 1 -eq 2 ]; echo $?; [ -n "" ]; echo $?; test -f nope; echo $?; [ a = a ] && echo same; [ ! -e nope ] && echo absent; [ 3 -gt 2 -a 1 -lt 2 ]; echo $?
### cd-missing
cd nope 2>/dev/null && echo x; echo "rc $?"
### ls-missing
ls nope 2>/dev/null; [ $? -ne 0 ] && echo failed
### cat-missing-stop
set -e; cat nope 2>/dev/null; echo never
### false-and-or
false && echo a || echo b; true && echo c || echo d; ! true; echo $?
### lists
echo one; echo two && echo three; false || echo four
### subshell-scope
x=1; (x=2; echo "in $x"); echo "out $x"; { x=3; }; echo "group $x"
### nested-subst
echo "$(echo "$(echo deep) $(echo er)") end"; echo `echo back \`echo tick\``
### subst-trailing-newlines
x=$(printf 'a\n\n\n'); echo "[$x]"
### arith
echo $((1+2*3)) $(((1+2)*3)) $((7/2)) $((7%3)) $((-7/2)) $((1<<4)) $((5&3)) $((5|3)) $((5^3)) $((!0)) $((~0)) $((3>2)) $((2>3?10:20))
### arith-assign
x=5; : $((x+=2)); echo $x; y=$((x*2)); echo $y; echo $((x > 6 && y < 20))
### arith-hex-octal
echo $((0x1f)) $((010)) $((0xff & 0x0f))
### param-default
unset a; b=; echo "${a:-def} ${a-def2} ${b:-empty} ${b-set}|"; : ${a:=assigned}; echo $a; echo ${c:+alt}${a:+yes}
### param-error
( : ${missing:?must be set} ) 2>/dev/null; echo "rc $?"
### param-trim
p=/usr/local/lib/libx.tar.gz; echo ${p##*/} ${p%/*} ${p%%.*} ${p#*/} ${p%.gz}; echo ${#p}
### positional
set -- one "two words" three; echo $#; for a in "$@"; do echo "<$a>"; done; echo "$*"; shift; echo "$1"; IFS=-; echo "$*"
### for-default-args
set -- x y; for v; do echo "v=$v"; done
### ifs-split
line="a:b::c"; old=$IFS; IFS=:; set -- $line; echo $#; for p in "$@"; do echo "[$p]"; done; IFS=$old
### case-patterns
for w in apple banana 42 "" -x file.txt; do case "$w" in a*) echo A;; [0-9]*) echo num;; "") echo empty;; -?) echo opt;; *.txt|*.md) echo text;; *) echo other;; esac; done
### function-return
f() { [ "$1" -gt 3 ] && return 7; echo "small $1"; }; f 1; f 5; echo "rc $?"
### function-recursion
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(( $1 - 1 ))) )); fi; }; fact 10
### function-local
f() { local v=in; echo $v; }; v=out; f; echo $v
### while-break-continue
for i in 1 2 3 4 5 6; do [ $i -eq 2 ] && continue; [ $i -eq 5 ] && break; echo $i; done
### nested-break
for a in 1 2 3; do for b in x y z; do [ $b = y ] && continue 2; [ $a = 3 ] && break 2; echo $a$b; done; done
### redirect-stderr
{ echo out; echo err >&2; } > both.txt 2>&1; cat both.txt; { echo out; echo err >&2; } 2>/dev/null
### redirect-order
{ echo a; echo b >&2; } 2>&1 >/dev/null
### redirect-append
echo 1 > f; echo 2 >> f; echo 3 >> f; wc -l < f; cat f
### fd-three
exec 3> out3; echo "to three" >&3; exec 3>&-; cat out3
### fd-read
printf 'l1\nl2\nl3\n' > in; exec 4< in; read a <&4; read b <&4; echo "$a $b"; exec 4<&-
### pipe-status
false | true; echo $?; true | false; echo $?
### background-wait
(sleep 0.2; echo bg) & wait; echo "after"
### background-pids
sleep 0.1 & p1=$!; (exit 3) & p2=$!; wait $p2; echo "p2 $?"; wait $p1; echo "p1 $?"
### kill-child
sleep 30 & pid=$!; kill $pid; wait $pid 2>/dev/null; echo "rc $?"
### read-multi
echo "one two three four" | { read a b rest; echo "$a|$b|$rest"; }
### read-loop-ifs
printf 'root:x:0\nbin:x:1\n' | while IFS=: read -r n p u; do echo "$u=$n"; done
### read-noeol
printf 'a\nb' | while read -r l || [ -n "$l" ]; do echo "<$l>"; done
### globbing
mkdir g; touch g/a.txt g/b.txt g/c.md; echo g/*.txt; echo g/?.md; echo g/[ab]*; echo g/*.none; cd g; for f in *; do echo $f; done
### dotfiles
mkdir d; touch d/.hidden d/seen; ls d; ls -a d | wc -l; echo d/*
### set-u
(set -u; echo "$undefined_thing") 2>/dev/null; echo "rc $?"
### set-e-cond
set -e; if false; then echo no; fi; false || true; x=$(false || echo fb); echo $x; ! true; echo "still here"
### set-e-subst
set -e; x=$(false); echo never
### set-e-func
set -e; f() { false; echo "in f"; }; f || echo "or"; f; echo never
### set-x
set -x; a=1; echo $a "b c"; : done
### set-f
set -f; echo *; set +f
### eval
cmd='echo "eval $((1+1))"'; eval "$cmd"; v=name; eval "$v=val"; echo $name
### source-dot
echo 'greet() { echo "hi $1"; }; X=5' > lib.sh; . ./lib.sh; greet bob; echo $X
### command-v
command -v sh >/dev/null && echo found; command -v no-such-tool-x || echo "missing $?"
### not-found
no-such-tool-x 2>/dev/null; echo $?
### not-executable
echo hi > plain; ./plain 2>/dev/null; echo $?
### exec-replaces
(exec echo replaced; echo never); echo after
### getopts
set -- -a -b val -c rest; while getopts "ab:c" o; do case $o in a) echo A;; b) echo "B=$OPTARG";; c) echo C;; *) echo bad;; esac; done; shift $((OPTIND-1)); echo "left: $*"
### getopts-bad
set -- -z; while getopts ":ab:" o; do echo "$o ${OPTARG}"; done
### printf-forms
printf '%5d|%-5s|%05.1f|%x|%o|%c|%%\n' 42 ab 3.14159 255 8 xyz; printf '%s\n' a b c; printf 'no newline'; echo; printf '%b' 'tab\there\n'
### echo-n
echo -n a; echo b
### sleep-fraction
sleep 0.05 && echo slept
### seq-forms
seq 3; seq 2 4; seq 10 -5 0; seq -s, 1 4
### expr
expr 3 + 4; expr 10 / 3; expr length abcdef; expr abc : 'a\(.\)c'
### umask-mode
umask 022; echo x > m; ls -l m | cut -c1-10; chmod 600 m; ls -l m | cut -c1-10; chmod u+x,g+r m; ls -l m | cut -c1-10
### mv-cp-rm
echo a > a; cp a b; mv b c; cat c; mkdir -p x/y/z; cp -r x w; ls w/y; rm -r x; ls; rm -f nope; echo $?
### ln-readlink
echo t > target; ln -s target link; cat link; readlink link; rm target; [ -e link ] || echo dangling; [ -L link ] && echo islink
### basename-dirname
basename /a/b/c.txt; basename /a/b/c.txt .txt; dirname /a/b/c.txt; dirname c
### xargs
printf 'a\nb\nc\n' | xargs echo got; printf '1 2 3' | xargs -n1 echo n; printf 'x\ny\n' | xargs -I{} echo "[{}]"
### find-name
mkdir -p q/r; touch q/one.log q/two.txt q/r/three.log; find q -name '*.log' | sort; find q -type d | sort; find q -name '*.log' -exec basename {} \; | sort
### sed-forms
printf 'alpha\nbeta\ngamma\n' > s; sed 's/a/A/' s; sed 's/a/A/g;2d' s; sed -n '2p' s; sed -i 's/beta/BETA/' s; cat s; sed -e '1i\' -e 'first' s | head -1
### awk-forms
printf 'a 1\nb 2\nc 3\n' > w; awk '{s+=$2} END {print s}' w; awk '$2>1 {print $1}' w; awk 'BEGIN {printf "%03d\n", 7}'; awk '{print NR": "$0}' w; awk -v x=5 'BEGIN{print x*2}'
### sort-forms
printf '10\n9\n2\n33\n' > n; sort n; sort -n n; sort -rn n | head -1; printf 'b 2\na 3\nc 1\n' | sort -k2n; printf 'x\nx\ny\n' | sort -u
### cut-tr
echo 'a,b,c' | cut -d, -f2; echo hello | cut -c2-4; echo hello | tr 'a-y' 'b-z'; echo HELLO | tr A-Z a-z; echo 'a  b' | tr -s ' '; echo abc123 | tr -d 0-9; echo x:y | tr : '\n'
### head-tail
seq 20 > n; head -3 n; tail -2 n; head -n 1 n; tail -n +19 n; head -c 4 n; seq 5 | tail -n 1
### wc-forms
printf 'one two\nthree\n' > c; wc -l < c; wc -w < c; wc -c < c
### tee
echo dup | tee t1 > t2; cat t1 t2
### date-arith-epoch
date -u -d @0 +%Y-%m-%dT%H:%M:%SZ; date -u -d @86400 '+%d/%m/%y %j %u'
### md5-sha
printf abc | md5sum; printf abc | sha256sum; printf abc | sha1sum | cut -d' ' -f1
### dd-size
dd if=/dev/zero of=blob bs=1024 count=3 2>/dev/null; wc -c < blob
### truncate-file
printf 'abc' > f; : > f; wc -c < f; > f2; ls f2
### test-newer-size
[ -s nope ] || echo nosize; echo 1 > s; [ -s s ] && echo size; [ -d . ] && echo dir; [ -x /bin/sh ] && echo exec; [ -r s ] && echo read
### string-compare
[ abc \< abd ] && echo less; [ "a" != "b" ] && echo ne; [ "" = "" ] && echo empty
### long-pipe
seq 100 | grep 7 | sort -rn | head -3 | tr '\n' ' '; echo
### yes-head
yes ok | head -3
### comments-and-continuation
echo one \
  two # a comment
# only a comment
echo 'three # not a comment'
### quotes
echo "a 'b' c" 'd "e" f' g\ h "i\"j" 'k\l'; echo "$(echo "x y")"; echo "a`echo b`c"
### special-chars
echo '$HOME' "\$HOME" \$HOME; echo "tab	x"; echo a\\b
### var-concat
a=foo; echo ${a}bar "$a"_x $a-y "${a}s"
### unset-var
a=1; unset a; echo "[${a}]"; f() { echo f; }; unset -f f; f 2>/dev/null || echo "no f"
### export-child
export A=1; B=2; sh -c 'echo "A=$A B=$B"'; C=3 sh -c 'echo C=$C'; echo "C=$C"
### readonly-fails
readonly R=1; (R=2) 2>/dev/null; echo "rc $?"; echo $R
### shift-too-far
set -- a; shift; echo $#
### colon-true
: ; echo $?; true; echo $?; false; echo $?
### exit-in-pipe
echo a | (read x; exit 5); echo $?
### last-status-exit
(false); echo $?; sh -c 'exit 9'; echo $?
