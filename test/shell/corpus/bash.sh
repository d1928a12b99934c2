### indexed arrays : bash
a=(x "y z" w); a+=(v); echo "${#a[@]} ${a[1]} ${a[@]:1:2} ${a[-1]}"; a[7]=q; echo "${!a[@]}"; for e in "${a[@]}"; do printf '<%s>' "$e"; done; echo
unset 'a[1]'; echo "${a[@]}" "${#a[1]}"; a=(); echo ${#a[@]}; b=([3]=c [1]=a d); echo "${!b[@]}" "${b[@]}"; echo "${b[*]}" "$b" "${b[0]-none}"
IFS=,; echo "${b[*]}"; unset IFS; c=("${b[@]}" more); echo ${#c[@]}; declare -p b; a=(1 2 3); a[0]+=5; echo ${a[0]} ${a[@]/#/n}
### associative arrays : bash
declare -A m; m[one]=1; m["two words"]=2; m[$HOME]=3; echo "${m[one]} ${m[two words]} ${m[/root]} ${#m[@]}"; for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done
unset 'm[one]'; echo ${#m[@]}; declare -A n=([a]=1 [b]=2 [c]=3 [d]=4 [e]=5); echo "${!n[@]}" "${n[@]}"; declare -p n; [[ -v n[a] ]] && echo set; [[ -v n[z] ]] || echo unset; n[a]+=x; echo ${n[a]}
### array loops and slices : bash
a=({1..10}); echo ${a[@]:2:3} ${a[@]: -2} ${a[@]:8}; set -- a b c d e; echo ${@:2:2} ${@: -1} ${*:4}; echo ${#a[@]} "${a[*]:0:2}"
### default parameters
unset u; e=; echo "${u:-d} ${u-d} ${e:-d} [${e-d}] [${u:+s}] [${e:+s}] [${e+s}]"; : ${u:=assigned}; echo $u; echo ${u:-$(echo no)} ${x:-"a  b"} ${x:-a  b}
set -- ; echo "${1:-none}" "${@:-empty}"; x='a b'; for w in ${y:-$x}; do echo "<$w>"; done; for w in "${y:-$x}"; do echo "<$w>"; done
### remove patterns
p=/usr/local/lib/app.tar.gz; echo "${p##*/} ${p%/*} ${p%%.*} ${p#*/} ${#p} ${p%.gz} ${p##*.}"; s='a*b'; echo "${s#a\*}" "${s%"*b"}"; q='*'; echo "${s%$q}" "${s%"$q"b}"
x=aaa; echo ${x#a} ${x##a} ${x%a*} ${x%%a*} ; y='[x]y'; echo "${y#[x]}" "${y#\[x\]}"
### replacement : bash
s="hello world"; echo "${s/o/0} ${s//o/0} ${s/#hello/bye} ${s/%world/all} ${s//o} ${s/l*o/X} ${s//[aeiou]/_}"; p=/a/b; echo ${p//\//-} ${p//[^a-z]/}; v=o; echo ${s//$v/"<$v>"}; echo ${s/l/&&} ${s/l/\&}
### substring : bash
s=abcdefgh; echo ${s:2} ${s:2:3} ${s: -3} ${s: -3:2} ${s:0:-2} ${s:8} "[${s:9}]" ${s:1+1:2}; n=2; echo ${s:n} ${s:$n:1}
### substring busybox : busybox
s=abcdefgh; echo ${s:2} ${s:2:3} ${s: -3} ${s: -3:2}; s="hello"; echo ${s/l/L} ${s//l/L}
### case modification : bash
s="hello World"; echo ${s^} ${s^^} ${s,} ${s,,} ${s^^[lo]} ; a=(abc def); echo ${a[@]^} ${a[*]^^}
### transformations : bash
s="it's a \"test\""; echo ${s@Q}; t=$'a\nb\t'; echo "${t@Q}"; echo ${s@U} ${s@u} ${s@L}; a=(1 'b c'); echo "${a[@]@Q}"; echo "${a[@]@A}"; x='\t'; echo "${x@E}|"; declare -i n=1; echo ${n@a} ${a@a}
### indirection : bash
a=1; n=a; echo ${!n}; arr=(x y); r='arr[1]'; echo ${!r}; r='arr[@]'; echo "${!r}"; set -- p q; i=2; echo ${!i} ${!#}; foo_a=1 foo_b=2; echo ${!foo_*} "${!foo_@}"
### nameref : bash
declare -n ref=target; target=5; echo $ref; ref=6; echo $target; f() { local -n out=$1; out="set by f"; }; f result; echo "$result"; arr=(1 2); declare -n ar=arr; ar[1]=x; echo ${arr[@]} ${!ar}
### brace expansion : bash
echo {a,b}{1..3} pre{x,y}post {1..10..3} {c..a} {01..03} {a,b{1,2}} {} {a} '{a,b}' "{a,b}" a{,b}c {-2..2} \{a,b\} {a,"b c"} $HOME{x,y}
### ansi c quoting : bash busybox
echo $'a\tb\x41\101\u00e9' $'it\'s' $'\e[0m' | cat
### conditional : bash
[[ abc == a* ]]; echo $?; [[ abc == "a*" ]]; echo $?; [[ abc =~ ^a(.)c$ ]] && echo "${BASH_REMATCH[0]} ${BASH_REMATCH[1]}"; [[ -z "" && -n x ]]; echo $?; [[ a < b ]]; echo $?; [[ 10 -gt 9 ]]; echo $?; [[ ! -e nothere ]]; echo $?; [[ (a == b || c == c) && d == d ]]; echo $?
x="a b"; [[ $x == "a b" ]]; echo $?; [[ -v x ]]; echo $?; [[ -v nope ]]; echo $?; [[ 1+1 -eq 2 ]]; echo $?; re='^[0-9]+$'; [[ 123 =~ $re ]]; echo $?; [[ "a.c" =~ a\.c ]]; echo $?; [[ abc =~ "a.c" ]]; echo $?; [[ foo == @(foo|bar) ]]; echo $?; [[ x != y ]]; echo $?
### regex groups : bash
if [[ "v1.2.3-rc1" =~ ^v([0-9]+)\.([0-9]+)\.([0-9]+)(-(.+))?$ ]]; then echo "${BASH_REMATCH[@]:1:3} ${BASH_REMATCH[5]} ${#BASH_REMATCH[@]}"; fi
### arithmetic command : bash
((x=5)); echo $x $?; ((x>10)); echo $?; ((x++)); echo $x; for ((i=0;i<3;i++)); do echo $i; done; for ((i=0,j=10;i<j;i+=4,j--)); do echo $i $j; done; let y=x*2 z=y+1; echo $y $z; echo $((x**2)) $((16#ff)) $((2#101)) $((x++ + ++x)) $x; a=(1 2 3); echo $((a[1]+a[2])); ((a[0]+=9)); echo ${a[0]}; echo $((9223372036854775807+1)) $((1<<63)) $((-1>>1))
### arithmetic recursion : bash
x=y; y=3; echo $((x*2)); b='1+2'; echo $((b*2)) $(($b*2)); declare -i n; n=3+4; echo $n; n+=2; echo $n; i=5; echo $((i-- - --i)) $((i==3?10:20)) $((i<<2|1))
### process substitution : bash
cat <(echo a) <(echo b); while read x; do echo "<$x>"; done < <(printf '1\n2\n'); echo out > >(cat); sleep 0.1; n=0; while read l; do n=$((n+1)); done < <(seq 5); echo $n
### here string : bash
cat <<< "hi $HOME"; read a b <<< "1 2 3"; echo "$a|$b"; x='a
b'; wc -l <<< "$x"
### redirect both : bash
{ echo o; echo e >&2; } &> f; cat f; { echo o2; echo e2 >&2; } &>> f; cat f; echo x |& cat; ls nothere |& grep -c such; exec {fd}> g; echo via >&$fd; exec {fd}>&-; cat g
### select : bash
printf '2\n\n9\n1\n' | { select x in aa bb; do echo "got [$x] $REPLY"; [ "$x" = aa ] && break; done; echo end; }
### case fallthrough : bash
for x in a b c; do case $x in a) echo A;& b) echo B;; *) echo other;;& c) echo C;; esac; done
### printf bash : bash
printf -v t '%05.1f' 3.14159; echo $t; printf '%q ' 'a b' "it's" '' '$x' $'a\nb'; echo; printf '%(%Y-%m-%d)T\n' 0; printf '%s\n' "${a[@]}"; printf '%-10s|%+d|%#x|%#o\n' ab 5 255 8; printf '%*d|%-*d|%.*f\n' 5 42 5 42 2 3.14159; printf '%s %s\n' a b c; printf '%5.2s|\n' abc; printf '%x\n' -1; printf '\u20ac\n'; printf -v 'arr[2]' x; echo ${arr[2]}
### read options : bash
echo "a b c" | { read -a arr; echo "${#arr[@]} ${arr[1]}"; }; printf 'a:b' | { read -d : x; echo $x; }; printf 'abcdef' | { read -n 3 x; echo $x; read -N 2 y; echo $y; }; printf 'x\0y\0' | while IFS= read -r -d '' l; do echo "<$l>"; done; read -t 0.1 x < <(sleep 1); echo $?; exec 5< <(echo five); read -u 5 v; echo $v; echo hi | { read; echo "$REPLY"; }
### mapfile : bash
mapfile -t lines < <(printf 'a\nb c\nd'); echo ${#lines[@]} "${lines[1]}"; printf '1\n2\n3\n4\n' > f; readarray -t -s 1 -n 2 x < f; echo "${x[@]}"; mapfile y < f; printf '[%s]' "${y[@]}"; echo
### declare attributes : bash
declare -i i=3*4; echo $i; declare -u up=abc; echo $up; declare -l lo=ABC; echo $lo; declare -r ro=1; ro=2 2>/dev/null; echo "still $ro"
declare -x ex=1; env | grep ^ex=; declare -p i up ro; declare -a arr; declare -p arr; f() { declare v=local; declare -g g=global; echo $v; }; f; echo "${v-unset} $g"
### local scope : bash
x=1; f() { local x=2; g; echo "f $x"; }; g() { echo "g $x"; x=3; }; f; echo $x; h() { local a=1 b; b=$((a+1)); echo $b; local -a arr=(1 2); echo ${#arr[@]}; }; h
### pipefail and pipestatus : bash
set -o pipefail; false | true; echo $?; true | (exit 3) | true; echo $? ; (exit 1) | (exit 2) | true; echo "${PIPESTATUS[@]}"; set +o pipefail; false | true; echo $? 
### errtrace traps : bash
trap 'echo "err $? line"' ERR; false; true; (exit 3); if false; then :; fi; false || true; f() { false; }; f; echo end
### debug return : bash
f() { trap 'echo returning' RETURN; echo in; }; f; trap - RETURN; trap 'echo "dbg"' DEBUG; echo a; trap - DEBUG; echo b
### set e details : bash
set -e; f() { false; echo "f goes on"; }; if f; then :; fi; f && true; x=$(false; echo sub); echo "$x"; (false) || echo caught; { false; } || echo c2; while false; do :; done; false | true; ! true; echo last; local_fail=$(exit 3); echo never
### functions keyword : bash
function f { echo "f $1"; }; function g() { echo g; }; f x; g; declare -f g > /dev/null && echo defined; unset -f g; declare -F; type -t f; type -t cd; type -t if; type -t cat; type -t nosuch || echo none
### special variables bash : bash
f() { echo "${FUNCNAME[0]} ${FUNCNAME[1]} $LINENO ${#FUNCNAME[@]}"; }; f
echo $LINENO $BASH_SUBSHELL $(echo $BASH_SUBSHELL) ; echo ${BASH_VERSINFO[0]}; echo "$-" | grep -c B; [ $RANDOM -ge 0 ] && echo rnd; _x=1; : a b; echo $_
### glob options : bash
touch a.txt b.txt .hid; mkdir -p d/e; touch d/x.txt d/e/y.txt; echo *.txt; echo *.none; shopt -s nullglob; echo x *.none; shopt -u nullglob; shopt -s globstar; echo **/*.txt; shopt -s dotglob; echo *; shopt -s extglob
echo !(a.txt|d) @(a|b).txt; echo [ab].txt ?.txt "*".txt \*.txt
### globbing
touch a1 b2 c3 .h 'x y'; mkdir d; touch d/f; echo *; echo [a-b]*; echo [!a-b]*; echo ?1; echo */; echo d/*; echo .h*; echo "*"; echo z*; x='*1'; echo $x "$x"; for f in *\ *; do echo "<$f>"; done; echo [[:alpha:]]1
### string escapes : bash
echo -e 'a\tb\nc\\d\x41\0101'; echo -E 'a\tb'; echo -ne 'x\n'; echo -e 'stop\chere'; echo; echo -z; echo -- a; echo -en "e\n"
### exec redirect : bash
exec 3>&1; exec > f; echo to file; exec >&3 3>&-; echo back; cat f; exec 4<<< "here"; read x <&4; echo $x; exec 5<>g; echo rw >&5; cat g
### coproc : bash
coproc cat; echo hi >&${COPROC[1]}; read l <&${COPROC[0]}; echo "got $l"; eval "exec ${COPROC[1]}>&-"; wait $COPROC_PID; echo $?
### wait n : bash
(sleep 0.3; exit 3) & (sleep 0.1; exit 1) & wait -n; echo $?; wait -n; echo $?; wait -n; echo $?
### jobs control : bash
sleep 0.2 & sleep 0.2 & jobs -p | wc -l; wait %1; echo $?; disown -a; wait; jobs; echo done; kill %9 2>/dev/null; echo $?
### pushd popd : bash
mkdir -p a b; cd a; pushd ../b > /dev/null; pwd; popd > /dev/null; pwd; dirs | wc -w
### xtrace bash : bash
set -x; x="a b"; echo "$x" 'q r' $((1+1)); [ "$x" = y ]; [[ $x == a* ]]; for i in 1; do :; done; set +x
### unset details : bash
a=(1 2 3); unset a[1]; echo ${a[@]}; unset a; echo "${a-gone}"; f() { :; }; unset f; type f 2>/dev/null || echo nofn; x=1; f() { unset x; echo "${x-unset}"; }; f; echo "${x-global unset}"
### quoted at : bash
set -- "a b" c; printf '<%s>' "$@"; echo; printf '<%s>' "x$@y"; echo; printf '<%s>' "$*"; echo; printf '<%s>' $@; echo; IFS=-; printf '<%s>' "$*" $*; echo; set --; printf '<%s>' "$@" "$*" end; echo; x=("$@"); echo ${#x[@]}
### time keyword : bash
{ time true; } 2> t; grep -c real t; time sleep 0.01 2>/dev/null; echo $?
### background pid : bash
sleep 0.1 & [ -n "$!" ] && echo has pid; wait $!; echo $?; { sleep 0.1; exit 7; } & wait $!; echo $?
### extended test : bash
[ a == a ]; echo $?; [ abc \< abd ]; echo $?; [ -n "$HOME" -a -d . ]; echo $?; test ! -e nope; echo $?; [ -t 0 ]; echo $?; [ 1 -eq 1 ] && [ 2 -ne 1 ] && echo both
### here doc edge
cat <<EOF | tr a-z A-Z
line one
$(echo sub)
EOF
f() { cat <<EOF
in function $1
EOF
}
f arg; while read l; do echo "r $l"; done <<EOF
x
y
EOF
cat <<"E O F"
$no
E O F
### subshell environment
x=1; (x=2; cd /; exit 5); echo $x $?; pwd; y=$(x=9; echo $x); echo $x $y; { x=7; } ; echo $x; echo a | { read z; echo $z; }; echo "[$z]"
### multiline constructs
if [ 1 = 1 ] &&
   [ 2 = 2 ]
then
  echo yes
fi
for i in 1 \
  2; do
  echo $i
done
x=$(
  echo multi
  echo line
)
echo "$x"
case abc in
  (a*) echo paren
  ;;
esac
{
  echo group
}
while
  false
do
  :
done
