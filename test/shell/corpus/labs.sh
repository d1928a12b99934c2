### count-loop
i=1; while [ $i -le 5 ]; do echo "$i: tick"; i=$((i + 1)); done
### date-loop
for i in 1 2; do date -u -d @$i '+%H:%M:%S'; done
### write-and-tail
i=0; while [ $i -lt 5 ]; do echo "line $i" >> /tmp/lab.log; i=$((i+1)); done; tail -n 2 /tmp/lab.log; wc -l < /tmp/lab.log; rm /tmp/lab.log
### sidecar-logs
mkdir -p v; (for i in 1 2 3; do echo "$i log" >> v/1.log; done); tail -n +1 v/1.log | sed 's/^/[sidecar] /'
### init-wait
n=0; until [ $n -ge 3 ]; do echo waiting for myservice; n=$((n+1)); done; echo done
### crash-after
echo starting; sleep 0.1; echo 'fatal: no config' >&2; exit 1
### touch-probe
touch healthy; test -f healthy && echo ok; rm -f healthy; cat healthy
### termination-message
mkdir -p t; echo "Sleep expired" > t/termination-log; cat t/termination-log
### env-print
A='x y'; export A; env | grep ^A=; printenv A; echo "$A"
### env-sorted
env -i Z=1 A=2 M='3 4' sh -c 'env' | grep -v '^_=\|^PWD=\|^SHLVL=\|^OLDPWD=' | sort
### downward-files
printf 'app="web"\ntier="front"\n' > labels; while IFS='=' read -r k v; do v=${v%\"}; echo "$k is ${v#\"}"; done < labels
### secrets-base64
printf admin | base64; echo YWRtaW4= | base64 -d; echo; printf 'p@ss w0rd!' | base64 | base64 -d; echo
### base64-wrap
head -c 100 /dev/zero | base64; head -c 100 /dev/zero | base64 -w 0 2>/dev/null | wc -c
### job-pi-like
s=0; i=1; while [ $i -le 10 ]; do s=$((s + i * i)); i=$((i+1)); done; echo "sum of squares: $s"
### indexed-job
JOB_COMPLETION_INDEX=2; set -- foo bar baz qux; shift $JOB_COMPLETION_INDEX; echo "$1"
### indexed-job-array: bash
items=(foo bar baz qux xyz); JOB_COMPLETION_INDEX=3; echo "${items[$JOB_COMPLETION_INDEX]}" > input.txt; rev input.txt
### work-queue
printf 'apple\nbanana\ncherry\n' > q; while read -r item; do echo "working on $item"; done < q; echo "queue empty"
### queue-head
printf 'a\nb\n' > q; pop() { head -n 1 q; sed -i 1d q; }; pop; pop; [ -s q ] || echo empty
### backoff-job
fail() { echo "try $1"; return 1; }; n=1; while [ $n -le 4 ]; do fail $n && break; n=$((n + 1)); done; [ $n -gt 4 ] && echo BackoffLimitExceeded
### cron-line
printf '*/5 * * * * cmd\n' | while read -r m h d M w c; do echo "$m | $c"; done
### awk-cpu
printf 'NAME CPU MEM\na 10m 5Mi\nb 250m 20Mi\n' | awk 'NR>1 {sub(/m/,"",$2); s+=$2} END {print s "m"}'
### kubectl-like-columns
printf 'NAME READY STATUS\nweb-1 1/1 Running\nweb-22 0/1 Pending\n' | column -t 2>/dev/null || true; printf 'web-1 1/1 Running\nweb-22 0/1 Pending\n' | awk '$3 != "Running" {print $1}'
### restarts-filter
printf 'a 1/1 Running 0 5m\nb 1/1 Running 12 5m\n' | awk '$4 > 5 {print $1, $4}'
### grep-errors
printf 'INFO a\nERROR b\nINFO c\nERROR d\n' > l; grep -c ERROR l; grep -n ERROR l; grep -v INFO l | wc -l
### top-requesters
printf '1.1.1.1 /\n2.2.2.2 /\n1.1.1.1 /a\n' | cut -d' ' -f1 | sort | uniq -c | sort -rn | awk '{print $2" "$1}'
### yaml-grep
printf 'spec:\n  replicas: 3\n  image: nginx:1.25\n' > d.yaml; awk '/replicas:/ {print $2}' d.yaml; sed -i 's/replicas: .*/replicas: 5/' d.yaml; grep replicas d.yaml; sed -n 's/.*image: *//p' d.yaml
### yaml-split
printf 'kind: A\n---\nkind: B\n' > all.yaml; awk 'BEGIN{n=1} /^---$/{n++; next} {print > "part" n ".yaml"}' all.yaml; for f in part*.yaml; do echo "$f: $(cat $f)"; done
### image-tags
for i in nginx nginx:1.25 reg:5000/a/b:v2 reg:5000/a/b x@sha256:abc; do case "$i" in *@*) t=digest;; */*) last=${i##*/}; case $last in *:*) t=${last##*:};; *) t=latest;; esac;; *:*) t=${i##*:};; *) t=latest;; esac; echo "$i $t"; done
### quantity-mib
toMi() { case $1 in *Gi) echo $(( ${1%Gi} * 1024 ));; *Mi) echo ${1%Mi};; *Ki) echo $(( ${1%Ki} / 1024 ));; *) echo $(( $1 / 1048576 ));; esac; }; for q in 1Gi 512Mi 2048Ki 10485760; do toMi $q; done
### millicores
toM() { case $1 in *m) echo ${1%m};; *) echo $(( $1 * 1000 ));; esac; }; echo $(( $(toM 250m) + $(toM 2) ))m
### labels-map
l='app=web,tier=front,env=prod'; echo "$l" | tr ',' '\n' | while IFS== read -r k v; do printf '%-5s %s\n' "$k" "$v"; done
### jsonpath-like
printf '{"items":[{"name":"a"},{"name":"b"}]}' | tr '{,' '\n\n' | sed -n 's/.*"name":"\([^"]*\)".*/\1/p'
### seq-pods
for n in $(seq 1 3); do printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p%s\n---\n' $n; done | grep name
### seq-formats
seq -w 8 11; seq 3 -1 1; seq -s, 1 4; seq 0 0.5 1
### brace: bash
echo pod-{0..3} {a,b}{1,2} {01..03}
### dd-fill
dd if=/dev/zero of=f bs=1k count=10 2>/dev/null; wc -c < f; dd if=f bs=1 count=5 2>/dev/null | wc -c; du -b f 2>/dev/null | cut -f1 || true
### head-zero
head -c 2048 /dev/zero > z; wc -c z | cut -d' ' -f1; rm z; ls
### disk-usage
mkdir -p a/b; head -c 1000 /dev/zero > a/b/f; find a -type f -size +500c; find a -type d | sort
### shared-volume
mkdir html; echo 'Hello from init' > html/index.html; (cd html && cat index.html && ls -1)
### configmap-dir
mkdir -p cm/..data; echo v1 > cm/..data/key; ln -s ..data/key cm/key; cat cm/key; ls cm; ls -A cm | wc -l
### subshell-cd
mkdir x; (cd x; pwd | sed 's|.*/||'); pwd | grep -c '/x$'
### hosts-file
printf '10.0.0.1 web web.local\n10.0.0.2 db\n' > h; awk '$2=="db" || $3=="db" {print $1}' h; while read -r ip names; do for n in $names; do echo "$n=$ip"; done; done < h
### resolv-parse
printf 'nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n' > r; sed -n 's/^nameserver //p' r; awk '/^search/ {print NF-1}' r; grep -o 'ndots:[0-9]*' r | cut -d: -f2
### service-env
WEB_SERVICE_HOST=10.1.2.3 WEB_SERVICE_PORT=80; svc=WEB; eval "echo \${${svc}_SERVICE_HOST}:\${${svc}_SERVICE_PORT}"
### port-check
for p in 80 443 70000 abc; do if [ "$p" -eq "$p" ] 2>/dev/null && [ "$p" -ge 1 ] && [ "$p" -le 65535 ]; then echo "$p ok"; else echo "$p bad"; fi; done
### rolling-output
for v in v1 v1 v2; do echo "This is version $v"; done | uniq -c | sed 's/^ *//'
### load-split
n=0; a=0; while [ $n -lt 10 ]; do [ $((n % 5)) -eq 0 ] && a=$((a+1)); n=$((n+1)); done; echo "canary $a of $n"
### nested-loops
for ns in dev prod; do for r in web db; do [ "$ns/$r" = prod/db ] && continue 2; echo "$ns/$r"; done; done
### break-levels
for i in 1 2; do while :; do echo $i; break 2; done; done; echo out
### case-glob
for f in a.yaml b.yml c.json d e.tar.gz; do case $f in *.yaml|*.yml) k=yaml;; *.json) k=json;; *.tar.*) k=archive;; *) k=none;; esac; echo "$f $k"; done
### case-ranges
for c in a B 5 _ -; do case $c in [a-z]) echo lower;; [A-Z]) echo upper;; [0-9]) echo digit;; [!a-zA-Z0-9-]) echo other;; *) echo dash;; esac; done
### menu-select: bash
printf '2\n3\n' | (PS3='pick: '; select x in start stop quit; do echo "got $x"; [ "$x" = quit ] && break; done) 2>/dev/null
### arithmetic
echo $((7 / 2)) $((7 % 3)) $((-7 / 2)) $((2 * 3 + 4)) $(( (1 + 2) * 3 )) $((1 << 4)) $((0x1f)) $((010)) $((5 > 3)) $((!0))
### arithmetic-bash: bash
((x = 5, x++)); echo $x $((x ** 2)) $((x-- + --x)); let y=3*4; echo $y; ((0)) || echo zero
### float-awk
awk 'BEGIN {printf "%.2f %.3e %d%%\n", 10/3, 12345.678, 45.6}'; echo "scale=2; 10/3" | bc
### percent
used=37 total=120; echo "$((used * 100 / total))%"; awk -v u=$used -v t=$total 'BEGIN{printf "%.1f%%\n", u*100/t}'
### string-ops
s=hello-world-app; echo ${#s} ${s%-*} ${s%%-*} ${s#*-} ${s##*-}
### string-ops-bash: bash
s=hello-world; echo "${s^}" "${s^^}" "${s/o/0}" "${s//o/0}" "${s:6}" "${s:0:5}" "${s: -5:3}" "${s/#hello/bye}" "${s/%world/moon}"
### default-values
unset A; B=; echo "${A:-x} ${B:-y} ${B-z} ${A:=set} $A ${A:+alt} ${C+no}."
### pad-and-trim
s='  padded  '; s=${s#"${s%%[! ]*}"}; s=${s%"${s##*[! ]}"}; echo "[$s]"; printf '%-10s|%5d|%05.1f|%x\n' name 42 3.14159 255
### repeat-char
printf '%0.s-' 1 2 3 4 5; echo; printf '=%.0s' $(seq 1 8); echo; head -c 6 /dev/zero | tr '\0' '#'; echo
### reverse
echo abc | rev; printf '1\n2\n3\n' | tac; echo 'one two three' | awk '{for(i=NF;i>0;i--) printf "%s ", $i; print ""}'
### fizzbuzz
i=1; while [ $i -le 15 ]; do o=; [ $((i % 3)) -eq 0 ] && o=Fizz; [ $((i % 5)) -eq 0 ] && o=${o}Buzz; echo "${o:-$i}"; i=$((i+1)); done
### primes
n=2; while [ $n -lt 30 ]; do d=2; p=1; while [ $((d*d)) -le $n ]; do [ $((n % d)) -eq 0 ] && p=0 && break; d=$((d+1)); done; [ $p = 1 ] && printf '%s ' $n; n=$((n+1)); done; echo
### fibonacci
a=0 b=1; for i in 1 2 3 4 5 6 7 8 9 10; do printf '%d ' $a; t=$((a+b)); a=$b; b=$t; done; echo
### factorial-recursive
f() { if [ "$1" -le 1 ]; then echo 1; else echo $(( $1 * $(f $(($1 - 1))) )); fi; }; f 10
### gcd
gcd() { [ "$2" -eq 0 ] && echo "$1" || gcd "$2" $(($1 % $2)); }; gcd 48 18; gcd 17 5
### bubble-sort: bash
a=(5 3 9 1); n=${#a[@]}; for ((i=0;i<n;i++)); do for ((j=0;j<n-i-1;j++)); do if ((a[j]>a[j+1])); then t=${a[j]}; a[j]=${a[j+1]}; a[j+1]=$t; fi; done; done; echo "${a[*]}"
### assoc-count: bash
declare -A c; for w in a b a c a b; do ((c[$w]++)); done; for k in "${!c[@]}"; do echo "$k=${c[$k]}"; done | sort
### array-slices: bash
a=(zero one two three); echo "${a[@]:1:2}" "${a[-1]}" "${#a[@]}" "${!a[@]}"; unset 'a[1]'; echo "${a[@]}" "${!a[@]}"; a+=(four); echo "${a[*]: -2}"
### mapfile: bash
printf 'x\ny z\n' > f; mapfile -t l < f; echo "${#l[@]} [${l[1]}]"; readarray -t m < <(seq 3); echo "${m[*]}"
### printf-v: bash
printf -v s '%03d' 7; echo "$s"; printf '%q %s\n' 'a b' x; printf '%(%Y)T\n' 0
### local-scope
x=1; f() { x=2; y=3; }; f; echo $x $y; g() { local z=4; echo $z; }; g; echo "${z:-unset}"
### return-codes
f() { return $1; }; for c in 0 1 2 255; do f $c; echo $?; done; (exit 7); echo $?; nosuchcmd 2>/dev/null; echo $?; sh -c 'kill -9 $$'; echo $?
### positional
set -- a 'b c' d; echo $# "$2" "$*"; shift; echo $# "$1"; for x; do echo "<$x>"; done; set -- ; echo $#
### quoting
a='single $x'; x=v; b="double $x"; c=un\ quoted; echo "$a|$b|$c"; echo 'it'"'"'s'; echo "a\"b\\c\$d"
### command-substitution
n=$(printf '1\n2\n' | wc -l); echo "lines:" $n; d=`echo back`; echo $d; echo "$(echo "nested $(echo deep)")"; x=$(printf 'a\n\n'); echo "[$x]"
### tests
[ -d . ] && echo dir; [ -f nofile ] || echo nofile; [ 3 -lt 10 ] && echo lt; [ abc = abc ] && echo eq; [ -z '' ] && echo empty; [ a != b -a 1 -eq 1 ] && echo and; ! [ x = y ] && echo not
### tests-bash: bash
[[ abc == a* ]] && echo glob; [[ abc < abd ]] && echo less; [[ 5 -gt 3 && x ]] && echo both; [[ "a b" =~ ^a\ b$ ]] && echo re; [[ -v PATH ]] && echo set; [[ ! -e nofile ]] && echo none
### file-tests
touch e; echo x > f; mkdir d; ln -s f l; chmod 755 f; for t in e f d l; do printf '%s:' $t; [ -s $t ] && printf s; [ -d $t ] && printf d; [ -L $t ] && printf L; [ -x $t ] && printf x; echo; done
### redirect-append
echo 1 > f; echo 2 >> f; cat < f; : > f; wc -c < f; { echo a; echo b; } > f; cat f
### read-while-ifs
printf 'root:x:0:0\nwww:x:33:33\n' | while IFS=: read -r n _ u _; do echo "$n $u"; done
### read-no-newline
printf 'last' | while read -r l || [ -n "$l" ]; do echo "[$l]"; done
### find-exec
mkdir -p s/t; touch s/a.log s/t/b.log s/c.txt; find s -name '*.log' | sort; find s -name '*.txt' -exec basename {} .txt \;; find s -type f | xargs -n1 basename | sort
### xargs
printf 'a b\nc\n' | xargs echo; printf '1\n2\n3\n' | xargs -n 2 echo; printf 'x y\nz\n' | xargs -I{} echo "<{}>"; seq 4 | xargs -n1 -I@ sh -c 'echo $((@ * @))'
### cut-paste-join
printf 'a:1\nb:2\n' > p; cut -d: -f2 p; paste -d, p p; printf '1 x\n2 y\n' > l; printf '1 q\n2 r\n' > m; join l m
### sort-keys
printf 'b 2\na 10\nc 1\n' | sort -k2n; printf 'b 2\na 10\n' | sort -k2; printf '3\n1\n2\n1\n' | sort -nu | tr '\n' ' '; echo
### tr-classes
echo 'Hello World 123' | tr 'a-z' 'A-Z'; echo 'a  b   c' | tr -s ' '; echo 'x1y2' | tr -d 0-9; echo abc | tr abc xyz
### sed-edit
printf 'one\ntwo\nthree\n' > f; sed '2d' f; sed -n '$p' f; sed 's/t\(.\)/T[\1]/' f; sed '/two/a\after' f; sed -e 1i\\ -e 'first' f 2>/dev/null | head -1
### sed-ranges
seq 6 | sed -n '2,4p'; seq 6 | sed '/3/,/5/d'; seq 3 | sed '$!d'; seq 4 | sed -n '1~2p' 2>/dev/null; echo 'a/b' | sed 's|/|_|'
### awk-report
printf 'web 200\nweb 500\ndb 200\n' | awk '{n[$1]++; if ($2>=500) e[$1]++} END {for (k in n) printf "%s %d %d\n", k, n[k], e[k]}' | sort
### awk-fields
echo 'a,b,,d' | awk -F, '{print NF, $3=="" ? "empty" : $3; $2="X"; print}' OFS=,; awk 'BEGIN{print length("héé"), substr("kubernetes",5,3), index("abc","c"), toupper("x")}'
### diff-files
printf 'a\nb\nc\n' > 1; printf 'a\nB\nc\n' > 2; diff 1 2; diff -q 1 2 >/dev/null || echo differ; cmp -s 1 1 && echo same
### tar-roundtrip
mkdir -p in/sub; echo x > in/a; echo y > in/sub/b; tar cf t.tar in; tar tf t.tar | sort; rm -r in; tar xf t.tar; cat in/sub/b; tar czf t.tgz in && tar tzf t.tgz | wc -l
### date-math
date -u -d @86400 +%F; date -u -d '2024-02-28 +2 days' +%F 2>/dev/null || true; date -u -d @1700000000 '+%Y-%m-%dT%H:%M:%SZ'
### uptime-format
s=93784; printf '%dd %02dh %02dm %02ds\n' $((s/86400)) $((s%86400/3600)) $((s%3600/60)) $((s%60))
### human-size
h() { b=$1; u=B; for n in K M G; do [ $b -ge 1024 ] || break; b=$((b/1024)); u=$n; done; echo "$b$u"; }; h 500; h 2048; h 5242880; h 3221225472
### progress
for p in 0 50 100; do f=$((p / 10)); printf '[%-10s] %3d%%\n' "$(printf '%*s' $f '' | tr ' ' '#')" $p; done
### here-string: bash
read -r a b <<< "one two three"; echo "$b"; cat <<< "$((1+1))"; grep -o 'b.' <<< abcbd
### process-substitution: bash
diff <(printf 'a\nb\n') <(printf 'a\nc\n'); while read -r x; do s=$((s + x)); done < <(seq 4); echo $s
### coproc-free-pipe: bash
mkfifo p; (echo via fifo > p) & cat p; wait
### eval-vars
for i in 1 2 3; do eval "v_$i=$((i * 10))"; done; for i in 1 2 3; do eval echo "\$v_$i"; done
### source-lib
printf 'greet() { echo "hi $1"; }\nLIB=1\n' > lib.sh; . ./lib.sh; greet bob; echo $LIB; [ -r nolib.sh ] && . ./nolib.sh || echo 'no lib'
### alias-type
f() { :; }; type f | head -1; command -v f cd | tr '\n' ' '; echo; type nosuch 2>/dev/null || echo none
### umask-modes
umask 027; touch f; mkdir d; ls -ld f d | cut -c1-10
### exit-in-subshell
(exit 3); echo $?; { false; }; echo $?; (set -e; false; echo no); echo $?
### and-or-chain
true && echo a || echo b; false && echo a || echo b; false || false || echo c; ! false && echo d
### stderr-only
{ echo out; ls /nonexistent-dir; } 2>&1 >/dev/null | sed 's/^.*: //'
### while-read-continue
printf '# comment\nkey=1\n\nother=2\n' | while IFS= read -r l; do case $l in ''|\#*) continue;; esac; echo "${l%%=*}"; done
### ini-parse
printf '[a]\nx=1\n[b]\nx=2\ny=3\n' > c.ini; sec=b; awk -F= -v s="[$sec]" '$0==s {f=1; next} /^\[/ {f=0} f {print $1"->"$2}' c.ini
### uuid-like
printf '%08x-%04x\n' 3735928559 48879
### bits
n=10; b=; while [ $n -gt 0 ]; do b=$((n % 2))$b; n=$((n / 2)); done; echo $b; echo $((2#1010)) 2>/dev/null || true
### caesar
echo 'Attack' | tr 'A-Za-z' 'N-ZA-Mn-za-m' | tr 'A-Za-z' 'N-ZA-Mn-za-m'
### word-freq
printf 'the cat the dog\nthe end\n' | tr -s ' ' '\n' | sort | uniq -c | sort -k1,1nr -k2 | head -2 | awk '{print $1, $2}'
### leap-years
for y in 1900 2000 2023 2024; do if [ $((y % 4)) -eq 0 ] && { [ $((y % 100)) -ne 0 ] || [ $((y % 400)) -eq 0 ]; }; then echo "$y leap"; else echo "$y no"; fi; done
### palindrome
for w in level kube; do [ "$w" = "$(echo "$w" | rev)" ] && echo "$w yes" || echo "$w no"; done
### temp-convert
for f in 32 212; do echo "$f -> $(( (f - 32) * 5 / 9 ))"; done
### multiplication-table
for i in 1 2 3; do for j in 1 2 3; do printf '%4d' $((i * j)); done; echo; done
### triangle
for i in 1 2 3 4; do j=0; while [ $j -lt $i ]; do printf '*'; j=$((j+1)); done; echo; done
### max-of-list
max=; for n in 3 17 9; do [ -z "$max" ] || [ $n -gt $max ] && max=$n; done; echo $max; printf '3\n17\n9\n' | sort -n | tail -1
### average
printf '10\n20\n60\n' | awk '{s+=$1} END {print s/NR}'
### dns-names
for n in web Web_1 -bad a.b ok-1 ''; do if printf '%s' "$n" | grep -Eq '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'; then echo "'$n' valid"; else echo "'$n' invalid"; fi; done
### chart-fullname
release=my-release chart=nginx; case $release in *$chart*) full=$release;; *) full=$release-$chart;; esac; echo "$full" | cut -c1-63 | sed 's/-$//'
### chart-test-hook
check() { body='{"status":"ok"}'; case $body in *'"status":"ok"'*) return 0;; esac; return 1; }; if check; then echo 'PASS'; else echo FAIL; exit 1; fi
### rabbit-cluster: bash
NODES="a b c"; i=0; for n in $NODES; do echo "cluster_formation.classic_config.nodes.$((++i)) = rabbit@$n"; done
### redis-sentinel-conf: bash
conf=$(mktemp); { echo "port 26379"; printf 'sentinel monitor mymaster %s 6379 2\n' redis-0; } > "$conf"; sed -i '/^port/d' "$conf"; cat "$conf"; rm "$conf"
### mysql-init-sql
cat > init.sql <<SQL
CREATE DATABASE IF NOT EXISTS \`${DB:-app}\`;
CREATE USER '${U:-app}'@'%';
SQL
cat init.sql
### nginx-upstreams
HOSTS='a:80 b:81'; { echo 'upstream app {'; for h in $HOSTS; do printf '  server %s;\n' "$h"; done; echo '}'; } 
### cert-dir-check
mkdir tls; : > tls/tls.crt; for f in tls.crt tls.key; do if [ ! -e "tls/$f" ]; then echo "missing $f"; elif [ ! -s "tls/$f" ]; then echo "empty $f"; fi; done
### git-sync-like
mkdir -p rev/abc; echo site > rev/abc/index.html; ln -snf rev/abc cur; cat cur/index.html; mkdir -p rev/def; echo new > rev/def/index.html; ln -snf rev/def cur; cat cur/index.html
