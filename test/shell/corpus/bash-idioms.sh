### arrays: bash
a=(one "two words" three); echo ${#a[@]} "${a[1]}" "${a[@]}"; a+=(four); a[6]=six; echo "${!a[@]}"; unset 'a[0]'; echo "${a[*]}"; for x in "${a[@]}"; do echo "<$x>"; done
### array-slice: bash
a=(0 1 2 3 4 5); echo "${a[@]:1:3}" "${a[@]: -2}"; s=abcdefg; echo ${s:2} ${s:1:3} ${s: -2} ${s:0:-1}
### assoc: bash
declare -A m; m[x]=1; m[y]=2; m["a b"]=3; echo ${m[x]} ${m["a b"]} ${#m[@]}; for k in $(printf '%s\n' "${!m[@]}" | sort | tr ' ' _); do echo $k; done; [[ -v m[x] ]] && echo has; unset 'm[x]'; echo ${m[x]:-gone}
### substitute: bash
s="hello world hello"; echo "${s/hello/bye}" "${s//hello/bye}" "${s/#hello/X}" "${s/%hello/Y}" "${s//o}"
### case-conv: bash
s=hello; echo ${s^} ${s^^} ; t=WORLD; echo ${t,} ${t,,}
### indirect: bash
name=target; target=value; echo ${!name}; declare -n ref=target; ref=changed; echo $target; for v in ${!tar*}; do echo $v; done
### quoting-op: bash
s="it's a \"q\""; printf '%q\n' "$s" "a b" ""; echo ${s@Q}
### cond-regex: bash
v=v1.36.2; if [[ $v =~ ^v([0-9]+)\.([0-9]+)(\.([0-9]+))?$ ]]; then echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]} ${BASH_REMATCH[4]}"; fi; [[ abc =~ ^x ]] || echo no
### cond-glob: bash
[[ file.txt == *.txt ]] && echo glob; [[ "a b" == "a b" && -n x || -z y ]] && echo both; [[ ! -f nope ]] && echo nofile; [[ a < b ]] && echo less; [[ 10 -gt 9 ]] && echo num
### c-for: bash
for ((i=0;i<3;i++)); do echo $i; done; for ((i=10; i>0; i-=4)); do printf '%d ' $i; done; echo
### let-arith: bash
let x=5*2; ((x++)); echo $x; ((x > 20)) || echo small; echo $((x**2)); echo $((i=3, i+1))
### int64: bash
echo $((9223372036854775807+1)) $((2**62)) $((-9223372036854775808/2)) $((0x7fffffffffffffff)) $((1<<63)) $((16#ff)) $((2#1010))
### process-subst: bash
diff <(printf 'a\nb\n') <(printf 'a\nc\n'); while read l; do echo "l=$l"; done < <(printf '1\n2\n'); echo x | tee >(cat > o) >/dev/null; sleep 0.1; cat o
### herestring: bash
cat <<< "here $((1+1))"; read a b <<< "x y z"; echo "$a|$b"; wc -w <<< "a b c"
### brace-expansion: bash
echo {a,b,c}{1,2} {1..5} {01..03} {a..e..2} x{,y}z {5..1..2}
### extglob: bash
shopt -s extglob; touch a.txt b.md c.log; echo !(*.md); case foofoo in +(foo)) echo plus;; esac; echo @(a|b).*; x=aaabbb; echo ${x##+(a)}
### nullglob: bash
shopt -s nullglob; echo x *.zip y; shopt -u nullglob; echo *.zip
### globstar: bash
shopt -s globstar; mkdir -p p/q; touch p/a.sh p/q/b.sh; echo **/*.sh
### pipefail: bash
set -o pipefail; false | true; echo $?; set +o pipefail; false | true; echo $?; false | (exit 3) | true; echo "${PIPESTATUS[@]}"
### err-trap: bash
trap 'echo "ERR $? line"' ERR; false; true; (exit 4); echo end
### debug-return: bash
f() { trap 'echo ret' RETURN; echo in; }; f
### mapfile: bash
printf 'a\nb\nc\n' > l; mapfile -t arr < l; echo ${#arr[@]} ${arr[2]}; readarray -t -n 2 two < l; echo "${two[@]}"
### read-opts: bash
printf 'abcdef' | { read -n 3 x; echo $x; }; printf 'a,b,c' | { IFS=, read -ra p; echo ${p[1]} ${#p[@]}; }; printf 'x;y' | { read -d ';' z; echo $z; }; read -t 0.1 q < /dev/null; echo $?
### printf-v: bash
printf -v s '%03d-%s' 7 x; echo $s; printf '%(%Y)T\n' 0; printf '%s=%d\n' a 1 b 2
### declare-flags: bash
declare -i n=5+3; echo $n; declare -r c=1; declare -l low=ABC; declare -u up=abc; echo $low $up; declare -x E=1; sh -c 'echo $E'; declare -p n
### function-keyword: bash
function hello { echo "hello ${FUNCNAME[0]} $#"; }; hello 1 2; declare -F hello; type -t hello echo ls if
### select-stdin: bash
printf '2\n' | (select x in aa bb; do echo "got $x"; break; done) 2>/dev/null
### case-fall: bash
case a in a) echo 1;;& [a-z]) echo 2;& z) echo 3;; *) echo 4;; esac
### coproc-none: bash
until ((++n >= 3)); do echo $n; done
### random-range: bash
RANDOM=42; a=$RANDOM; ((a >= 0 && a <= 32767)) && echo ok; echo ${#BASHPID} >/dev/null; [[ $SECONDS -ge 0 ]] && echo sec
### string-repeat: bash
printf '=%.0s' {1..10}; echo; printf '%*s|\n' 5 x; printf '%-*s|\n' 5 x
### ansi-c: bash
echo $'a\tb\n\x41\u00e9\''; echo "$(printf '%s' $'q\\')"
### wait-n: bash
(sleep 0.3; exit 2) & (sleep 0.05; exit 3) & wait -n; echo $?; wait; echo done
### pushd: bash
mkdir -p a/b; pushd a >/dev/null; pushd b >/dev/null; basename "$PWD"; popd >/dev/null; basename "$PWD"; dirs -c
### exec-fd-var: bash
exec {fd}>out; echo hi >&$fd; exec {fd}>&-; cat out; { echo a; echo b >&2; } &> all; cat all; echo more &>> all; wc -l < all
### local-array: bash
f() { local -a l=(1 2 3); local IFS=+; echo "${l[*]}"; }; f; echo "${l[*]:-none}"
### arith-array: bash
a=(3 1 2); ((a[1]+=10)); echo ${a[1]} $((a[0]+a[2])); i=2; echo ${a[i]} ${a[$((i-1))]} ${a[-1]}
### errexit-funcs: bash
set -euo pipefail; f() { local x; x=$(echo val); echo $x; }; f; g() { return 3; }; if ! g; then echo "g failed"; fi; echo ${UNSET:-dflt}; echo end; false; echo never
### nounset-array: bash
set -u; a=(); echo "${a[@]:-empty}"; echo "${#a[@]}"
### trap-int: bash
trap 'echo INT; exit 130' INT; kill -INT $$; sleep 1
### trap-list: bash
trap 'echo bye' EXIT TERM; trap -p TERM; trap - TERM; trap -p | wc -l
### bash-source-args: bash
echo 'echo "$0 $1 $#"' > s.sh; bash s.sh q r; bash -c 'echo $0 $1' zero one; bash -s arg <<< 'echo "stdin $1"'
### ulimit-type: bash
type -P sh >/dev/null && echo p; hash -r; command echo cmd; builtin echo b; enable -n 2>/dev/null | head -0; times >/dev/null; echo t
### param-transform: bash
a=(x y); echo "${a[@]/#/p-}" "${a[@]/%/-s}" "${a[@]^^}"; v="a.b.c"; echo "${v//./_}" "${v%%.*}" "${v^^}"
### substr-neg: bash
v=/registry/pods/default/web; echo "${v:10}" "${v:0:9}"; IFS=/ read -ra parts <<< "$v"; echo "${parts[-1]} ${#parts[@]}"
### heredoc-in-loop: bash
for n in a b; do cat <<EOF
item: $n
  id: $((++c))
EOF
done
### json-build: bash
items=(x y z); out=$(printf ',"%s"' "${items[@]}"); echo "[${out:1}]"
### semver-compare: bash
ver() { printf '%03d%03d%03d' ${1//./ }; }; [[ $(ver 1.10.0) > $(ver 1.9.3) ]] && echo newer
### retry-func: bash
retry() { local n=0; until "$@"; do ((++n >= 3)) && return 1; echo "retry $n"; done; }; retry false; echo $?; retry true; echo $?
### lock-dir: bash
if mkdir lock 2>/dev/null; then echo got; fi; mkdir lock 2>/dev/null || echo held; rmdir lock
### parse-args: bash
set -- --name=web --replicas 3 -v pos; while (($#)); do case $1 in --name=*) n=${1#*=};; --replicas) r=$2; shift;; -v) v=1;; *) p=$1;; esac; shift; done; echo $n $r $v $p
### coprocess-pipe: bash
mkfifo pipe; (echo through > pipe) & read x < pipe; echo $x; wait
### dollar-underscore: bash
echo a b >/dev/null; echo $_; echo ${BASH_VERSINFO[0]} | grep -c '^5$'; echo $0 | wc -l
