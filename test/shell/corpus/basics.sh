### echo and quotes
echo hi 'single $x' "double $HOME" a\ b
echo "a\"b" 'c"d' "e'f"
echo -n no newline; echo
echo "" '' x
### exit status
true; echo $?; false; echo $?; (exit 3); echo $?; nosuchcommand; echo $?
### and or
true && echo a || echo b; false && echo a || echo b; false || true && echo c
! true; echo $?; ! false; echo $?
### pipeline status
false | true; echo $?; true | false; echo $?
### subshell and group
x=1; (x=2; echo $x); echo $x; { x=3; echo $x; }; echo $x
(exit 4) || echo "failed $?"
### if chain
if false; then echo a; elif true; then echo b; else echo c; fi; echo $?
if false; then echo a; fi; echo $?
### while until
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; echo $?
until [ $i -le 0 ]; do i=$((i-1)); done; echo $i
### for loops
for x in a b "c d"; do echo "<$x>"; done
for x in; do echo never; done; echo $?
set -- p q; for x; do echo $x; done; for x do echo $x; done
### case patterns
for x in abc a1 .x '' '*' 'a b'; do case $x in a[0-9]) echo digit;; a*) echo a;; .*) echo dot;; "") echo empty;; \*) echo star;; *) echo other;; esac; done
case x in y) ;; esac; echo $?
### break continue
for i in 1 2 3; do for j in a b c; do [ $j = b ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done; echo end
while :; do while :; do break 2; done; done; echo out
### functions
f() { echo "$# $1"; return 3; }; f a b; echo $?
g() { x=inner; local y=1; echo $y; }; x=outer; y=top; g; echo $x $y
h() { return; }; false; h; echo $?
### recursion
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1 - 1))) )); fi; }; fact 10
### command substitution
x=$(echo a; echo b); echo "$x"; echo $x; y=`echo back\`echo tick\``; echo $y
echo "$(echo "quoted $(echo 'deep')")" $((1 + $(echo 2)))
x=$(exit 3); echo $?; echo $(exit 4) $?
### here documents
cat <<A
hi $HOME $(echo sub) $((1+2)) \$x \\ "q" 'q'
A
cat <<'A'
raw $HOME $(echo sub) \$x
A
cat <<-A
	tabs
		two
	A
cat <<A; cat <<B
first
A
second
B
### redirections
echo a > f; echo b >> f; cat < f; cat f 2>/dev/null; echo err >&2
{ echo out; echo err >&2; } > o 2>&1; cat o
echo x 3>g >&3; cat g; : > f; cat f; [ -s f ] || echo empty
cat nothere 2>/dev/null; echo $?
exec 3<o; read a <&3; read b <&3; echo "$a|$b"; exec 3<&-
exec 4>h; echo to4 >&4; exec 4>&-; cat h
### redirect order
{ echo out; echo err >&2; } 2>&1 >/dev/null | tr a-z A-Z
### positional parameters
set -- a "b c" d; echo $# "$1" "$2"; shift; echo "$*"; echo "$@"; for x in "$@"; do echo "<$x>"; done
for x in $*; do echo "[$x]"; done; set --; echo $# "$@" end
### special variables
set -- a b; echo $# $0 "$*"; true; echo $?; echo "${#}" ${#1}
### arithmetic
echo $((1+2*3)) $((7/2)) $((-7/2)) $((7%3)) $((-7%3)) $((1<<4)) $((5&3)) $((5|3)) $((5^3)) $((~5)) $((!0)) $((3>2)) $((2>=3))
x=5; echo $((x)) $((x+1)) $(($x*2)) $((x=9)) $x $((x+=1)) $((1?2:3)) $((0||1)) $((1&&0))
echo $((0x1f)) $((010)) $((1,2))
### test builtin
[ a = a ]; echo $?; [ a != a ]; echo $?; [ 1 -lt 2 ]; echo $?; [ -z "" ]; echo $?; [ -n "" ]; echo $?; [ ! x ]; echo $?
[ "" ]; echo $?; [ x ]; echo $?; [ ]; echo $?; [ a = b -o 1 -eq 1 ]; echo $?; [ a = a -a 1 -eq 2 ]; echo $?; [ \( a = a \) ]; echo $?
test -d .; echo $?; test -f nothere; echo $?; touch f; [ -e f ] && [ -f f ] && [ ! -s f ] && [ -r f ] && echo ok
### set options
set -e; echo a; false; echo never
### set u
set -u; echo a; echo $unset; echo never
### set x
set -x; echo a b 'c d'; x=1; y="a b"; [ $x = 1 ] && echo "$y"
### set f
set -f; echo *; set +f; touch a b; echo *
### eval
x='echo $y'; y='a b'; eval $x; eval 'z=3; echo $z'; eval; echo $?
### source
echo 'v=5; echo sourced $1; return 4' > lib; . ./lib; echo $? $v; . ./lib arg; echo $?
### exec command
exec echo replaced; echo never
### trap exit
trap 'echo bye $?' EXIT; echo hi; exit 3
### trap in subshell
trap 'echo outer' EXIT; (trap 'echo inner' EXIT; echo sub); (echo plain); echo done
### trap signal
trap 'echo got' TERM; kill -TERM $$; echo after; trap - TERM; trap
### read builtin
echo "a b c" | { read x y; echo "$x|$y"; }
printf 'one\ntwo\n' | while read l; do echo "<$l>"; done
printf 'a\\tb\n' | { read x; echo "$x"; }; printf 'a\\tb\n' | { read -r x; echo "$x"; }
printf 'a:b:c\n' | { IFS=: read a b; echo "$a-$b"; }
printf 'last' | { read x || echo "eof $x"; }
printf '  lead trail  \n' | { read x; echo "<$x>"; }; printf '  lead trail  \n' | { IFS= read x; echo "<$x>"; }
### printf builtin
printf '%s\n' a b c; printf '%d %s|' 1 x 2 y; echo; printf '%5s|%-5s|%05d|%x|%X|%o\n' ab cd 42 255 255 8
printf '%c%c\n' abc def; printf '%%\n'; printf 'a\tb\\n\n'; printf '%b\n' 'x\ty'; printf '%.2f %e %g\n' 3.14159 1234.5 0.0001
printf '%s %s\n' only; printf '\101\n'; printf '%.3s|\n' abcdef; printf '%+d % d\n' 5 5; printf "%i\n" "'a"
### wait and background
(sleep 0.2; echo bg; exit 5) & p=$!; echo fg; wait $p; echo $?; wait; echo $?
sleep 0.1 & sleep 0.1 & wait; echo all
### alias
alias greet='echo hello'
greet world
unalias greet
greet 2>/dev/null || echo gone
### umask
umask; umask 077; umask; touch f; umask 022
### cd and pwd
mkdir -p d/e; cd d/e; pwd; cd ..; pwd; cd - ; cd /nope 2>/dev/null || echo failed; cd; pwd
### export and env
A=1; export B=2; C=3 env | grep -c '^C=3'; env | grep '^B='; env | grep -c '^A='; A=x; export A; env | grep '^A='
### unset and readonly
x=1; unset x; echo "${x-unset}"; f() { echo f; }; unset -f f; f 2>/dev/null; echo $?; readonly r=1; echo $r
### colon and comments
: ignored $((x=3)); echo $x # comment
echo a#b '#c'
### line continuation
echo a \
b; x="a\
b"; echo $x
### tilde
HOME=/root; echo ~ ~/x "~" a~ ; x=~/y; echo $x; echo ~nosuchuser
### ifs splitting
IFS=:; x=a:b::c; set -- $x; echo $# "$3"; IFS=' '; x=' a  b '; set -- $x; echo $# "$1"; unset IFS; x=$(printf 'a\tb\nc'); set -- $x; echo $#
### getopts
while getopts "ab:c" o -a -b val -c rest; do echo "$o ${OPTARG-none}"; done; echo $OPTIND
f() { OPTIND=1; while getopts ":x:y" o; do echo "$o $OPTARG"; done; shift $((OPTIND-1)); echo "rest $*"; }; f -yx val r1 r2; f -z; f -x
### command builtin
echo() { printf 'fn %s\n' "$1"; }; echo a; command echo b; unset -f echo; command -v cd; command -v nosuch; echo $?
### kill and exit codes
sh -c 'kill -TERM $$'; echo $?; sh -c 'kill -KILL $$'; echo $?
### script file, file
echo "$0 $# $1 $2"
f() { echo "in f $1"; }
f x
exit 7
### script from stdin, stdin
echo one
if true
then
  echo two
fi
read line
this is data
echo "got $line"
exit 3
### sigpipe
yes | head -1; echo $?
### nested functions and scope
outer() { local v=1; inner; echo "o $v"; }; inner() { v=2; }; v=0; outer; echo $v
### loop in pipeline
printf '1\n2\n3\n' | while read n; do s=$((s+n)); done; echo "[$s]"
### errexit rules
set -e; if false; then :; fi; false || true; ! false; false && true; echo still; x=$(false) || echo caught; (false; echo no) || echo sub; f() { false; echo infn; }; f || echo no; f; echo never
### status before a compound command
false; case x in *) echo $?;; esac; false; for i in a; do echo $?; done; false; case x in y) ;; esac; echo $?
false; case x in x) ;; esac; echo $?; false; while echo $?; do break; done; false; if echo $?; then :; fi; false; for i in; do :; done; echo $?
