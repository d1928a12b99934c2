### unknown command
nosuch; echo $?; nosuch | cat; echo $?; x=1 nosuch; echo $?
### missing file
./nope; echo $?; /nope/x; echo $?; cat < nothere; echo $?; echo > nodir/x; echo $?
### not executable
echo 'echo hi' > f; ./f; echo $?; mkdir d; ./d; echo $?
### text without shebang
printf 'echo "script $0 $1"\nexit 4\n' > s; chmod +x s; ./s arg; echo $?
### division by zero
echo $((1/0)); echo no
### arithmetic errors file, file
echo $((1/0)); echo no
echo next
echo $((1 +)); echo no
echo last
### unset parameter
echo ${u:?bad thing}; echo no
### unset parameter in subshell
(echo ${u:?bad}); echo "$?"; x=$(echo ${u?}); echo $?
### nounset
set -u; echo $u; echo no
### nounset in file, file
set -u
echo a
echo $u
echo no
### readonly assignment
readonly r=1; r=2; echo no
### readonly in file, file
readonly r=1
r=2; echo no
echo next $r
### syntax error paren
echo a; echo )
### syntax errors later, file
echo one
if true; then echo two; fi
echo three )
echo four
### unexpected fi, file
echo one
fi
echo two
### unterminated if, file
echo one
if true; then
echo two
### unterminated quote, file
echo one
echo "two
echo three
### eval syntax error
eval "if"; echo $?
### bad substitution
echo ${x!y}; echo no
### cd errors
cd /nope; echo $?; cd /etc/passwd; echo $?; touch f; cd f; echo $?
### shift too many
set -- a; shift 5; echo $?
### break outside
break; echo $?; continue; echo $?
### return outside
return 3; echo $?
### test errors
[ a b ]; echo $?; [ a = ; echo $?; [ 1 -eq x ]; echo $?; test a b c; echo $?; [ 1 -lt ]; echo $?
### printf errors
printf '%d\n' abc; echo $?; printf '%d\n' 12x; echo $?; printf '%y\n' 1; echo $?
### source missing
. ./nope; echo $?
### kill errors
kill -0 4999999; echo $?; kill -9 4999999; echo $?
### wait errors
wait 4999999; echo $?
### trap errors
trap x NOSIG; echo $?
### exit argument
exit abc
### unset bad name
unset 1a; echo $?
### export bad name
export 1a=2; echo $?
### read bad option
read -q x; echo $?
### bashisms in sh : dash busybox
a=1; [[ $a == 1 ]] && echo same; echo $?
### arrays in sh : dash busybox
echo before
a=(1 2)
### function keyword : dash busybox
function f { echo x; }; f
### herestring in sh : dash
cat <<< hi
### process substitution in sh : dash
cat <(echo hi)
### double paren in sh : dash busybox
((i++)); echo $?
### c style for in sh : dash busybox
for ((i=0;i<3;i++)); do echo $i; done
### replacement in sh : dash
x=abc; echo ${x/b/c}; echo no
### upper case in sh : dash busybox
x=abc; echo ${x^^}; echo no
### plus equals in sh : dash busybox
x=1; x+=2; echo $x
### amp redirect in sh : dash busybox
echo a &> f; wait; cat f
### let in sh : dash busybox
let x=1; echo $? $x
### source in sh : dash busybox
echo 'echo sourced' > l; source ./l; echo $?
### brace range in sh : dash busybox
for i in {1..3}; do echo $i; done
### dollar quote in sh : dash busybox
echo $'a\tb'
### pipe both in sh : dash
echo a |& cat
### local outside
local x=1; echo $?
### command not found in if
if nosuch 2>/dev/null; then echo y; else echo n $?; fi; while nosuch 2>/dev/null; do :; done; echo $?
### redirect failure
{ echo a; } > nodir/x; echo $?; : > nodir/x; echo $?; exec 3< nothere; echo $?
### errexit with redirect failure
set -e; echo a > nodir/x; echo no
### command special builtin error
command . ./nope; echo $?
### killed child message
sh -c 'kill -KILL $$'; echo $?; sh -c 'kill -TERM $$'; echo $?
### ambiguous redirect : bash
x='a b'; echo hi > $x; echo $?; echo hi > $unset; echo $?
### bad array subscript : bash
a=(1 2); echo ${a[-5]}; a[-9]=1; echo $?
### invalid indirect : bash
echo ${!nope}; echo $?
### noclobber
set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f
### function named like builtin : bash
cd() { builtin cd "$@" && echo "moved"; }; cd /; echo() { builtin echo "e: $*"; }; echo hi
### empty commands
x=; $x; echo $?; "" ; echo $?; $(true); echo $?; $(false); echo $?
### bad fd
echo x >&7; echo $?; cat <&8; echo $?
### syntax error case, file
echo a
case x in
### double semicolon
echo a;; echo b
### missing then, file
if true; echo a; fi
echo never
