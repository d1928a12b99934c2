### ls-long
mkdir d; printf 12345 > d/a; chmod 640 d/a; ls -l d | awk 'NR>1{print $1,$5,$NF}'; ls -1 d; ls -d d
### ls-order
touch -d '2024-01-01 00:00:00' old; touch new; ls -t | head -1; ls -r; ls -S | head -1
### stat-format
printf abc > f; chmod 755 f; stat -c '%s %a %F %n' f
### grep-many
printf 'foo\nBar\nbaz foo\n' > g; grep -i bar g; grep -v foo g; grep -n foo g; grep -c foo g; grep -o 'ba.' g; grep -q foo g && echo q; grep -E 'fo{2}|z' g; grep -w foo g; grep -l foo g; grep -A1 Bar g; grep -r baz . | sed 's/^\.\///'
### grep-F
echo 'a.b' > h; grep -F a.b h; echo axb | grep -F a.b || echo none
### sed-more
printf 'k=v\nx=y\n' | sed -n 's/^k=\(.*\)$/\1/p'; echo /a/b | sed 's|/|-|g'; printf '1\n2\n3\n4\n' | sed '2,3d'; printf 'a\nb\n' | sed '$!N;s/\n/+/'; echo abc | sed 's/\(a\)\(b\)/\2\1/'; printf 'a\nb\nc\n' | sed '/b/a after'; echo aXb | sed -E 's/[A-Z]+/<&>/'; printf 'a\nb\n' | sed =
### awk-more
printf 'x:1\ny:2\n' | awk -F: '{a[$1]=$2} END {for (k in a) print k, a[k]}' | sort; echo 'a b c' | awk '{print $NF; print NF}'; awk 'BEGIN{split("p q r",t," "); print t[2]; print length("abcd"); print substr("hello",2,3); print toupper("x"), index("abc","c")}'; printf '1\n2\n' | awk '{s+=$1} END {print s/NR}'; echo abc | awk '{gsub(/b/,"X"); print}'; awk 'BEGIN{x="A"; printf "%s %5.2f %d\n", x, 3.14159, "42abc"}'; echo '10 20' | awk '$1<$2{print "lt"}'; awk 'BEGIN { while (i<3) { i++; if (i==2) continue; print i } }'; awk 'BEGIN { "echo sub" | getline v; print v }'
### uniq-forms
printf 'a\na\nb\nb\nb\nc\n' > u; uniq u; uniq -c u | awk '{print $1$2}'; uniq -d u; uniq -u u
### sort-more
printf 'b,2\na,10\nc,1\n' > s; sort -t, -k2 -n s; sort -r s; printf '1K\n2M\n3\n' | sort -h; sort -c s 2>/dev/null; echo $?; printf 'v1.10\nv1.9\n' | sort -V
### tar-roundtrip
mkdir -p t/sub; echo 1 > t/a; echo 2 > t/sub/b; tar cf t.tar t; tar tf t.tar | sort; mkdir out; tar xf t.tar -C out; cat out/t/sub/b; tar czf t.tgz t; tar tzf t.tgz | wc -l; tar cf - t | (mkdir o2; cd o2; tar xf -); cat o2/t/a
### gzip-roundtrip
echo data > z; gzip z; ls z*; gunzip z.gz; cat z; gzip -c z | gunzip -c; gzip -c z > q.gz; zcat q.gz
### base64-wrap
seq 40 | base64 | wc -l; seq 40 | base64 -w0 | wc -l; echo aGVsbG8= | base64 -d; echo
### od-hex
printf 'AB\n' | od -c | head -1; printf 'AB' | od -An -tx1; printf 'AB' | hexdump -C | head -1
### comm-join-paste
printf 'a\nb\nc\n' > 1; printf 'b\nc\nd\n' > 2; comm -12 1 2; comm -23 1 2; paste 1 2 | head -1; paste -sd, 1
### diff-exit
echo a > x; echo b > y; diff x y >/dev/null; echo $?; cp x z; diff x z; echo $?; cmp x z && echo same
### nl-tac-rev-fold
printf 'a\nb\n' | tac; echo abc | rev; echo abcdef | fold -w 2; printf 'a\nb\n' | nl | awk '{print $1$2}'
### env-tools
env -i A=1 sh -c 'echo $A'; FOO=bar env | grep ^FOO; env A=b printenv A; printenv NOPE; echo $?
### which-type
which sh >/dev/null && echo sh; which nope-x; echo $?
### timeout-codes
timeout 0.2 sleep 5; echo $?; timeout 5 true; echo $?; timeout 5 sh -c 'exit 3'; echo $?
### xargs-more
printf 'a b\nc\n' | xargs -I% echo "<%>"; seq 4 | xargs -n2 echo; printf '' | xargs -r echo none; printf 'a\0b\0' | xargs -0 -n1 echo; echo f1 f2 | xargs touch; ls; seq 3 | xargs -n1 sh -c 'echo $0; exit 0'
### find-more
mkdir -p a/b; touch a/f1 a/b/f2; printf 12345 > a/big; find a -type f | sort; find a -maxdepth 1 -type f | sort; find a -name 'f*' -delete; find a -type f; find a -empty -type d; find a -size -1k | head -0; find a -type f -exec sh -c 'echo "$1"' _ {} \;
### date-forms
date -u -d '2024-02-29 12:34:56' '+%F %T %s'; date -u -d @1700000000 +%A,%B,%e,%I:%M%p; date -u -d @1700000000 +%Y%m%d-%H%M%S
### bc-expr
echo '3*4+1' | bc; echo 'scale=2; 10/3' | bc; expr 5 \* 6; expr 2 \> 1
### mktemp-form
f=$(mktemp); [ -f "$f" ] && echo made; d=$(mktemp -d); [ -d "$d" ] && echo dir; rm -r $f $d; mktemp -u ./x.XXXXXX | wc -c
### cut-forms
echo 'a:b:c:d' | cut -d: -f1,3; echo 'a:b:c:d' | cut -d: -f2-; echo nodelim | cut -d: -f2; echo nodelim | cut -s -d: -f1; echo hello | cut -b1
### tr-forms
echo 'Hello World' | tr '[:upper:]' '[:lower:]'; echo aabb | tr -d a; echo 'a1b2' | tr -cd '0-9'; echo; echo abc | tr abc x; echo 'x y' | tr ' ' '\t'
### head-neg
seq 5 | head -n -2; seq 5 | tail -n +4; printf abcdef | tail -c 2; echo; seq 3 > a; seq 2 > b; head -n1 a b
### wc-multi
printf 'a\n' > a; printf 'b\nc\n' > b; wc -l a b | awk '{print $1,$2}'; printf 'no newline' | wc -l
### touch-cp-p
echo x > o; touch -d '2020-01-01T00:00:00Z' o; cp -p o p; stat -c %Y p; cp o q; [ q -nt p ] && echo newer
### rm-errors
mkdir d; rm d 2>/dev/null; echo $?; rm nope 2>/dev/null; echo $?; rmdir d; touch f; rmdir f 2>/dev/null; echo $?
### mkdir-errors
mkdir a; mkdir a 2>/dev/null; echo $?; mkdir x/y 2>/dev/null; echo $?; mkdir -p x/y; echo $?; mkdir -m 700 m; stat -c %a m
### cp-errors
cp nope x 2>/dev/null; echo $?; mkdir d; cp d e 2>/dev/null; echo $?; echo 1 > f; cp f d; ls d; cp f nodir/ 2>/dev/null; echo $?
### mv-forms
mkdir d; echo 1 > a; mv a d/; ls d; mv d/a d/b; ls d; mv nope x 2>/dev/null; echo $?; mv d e; ls
### seq-more
seq -w 8 10; seq 1 0.5 2; seq 0; seq -f 'n%g' 2
### sha-check
echo hi > f; sha256sum f > sums; sha256sum -c sums; md5sum f | cut -c1-8
### split-lines
seq 10 | split -l 4 - part-; ls part-*; wc -l < part-ac
### nproc-uname
uname -s; [ "$(nproc)" -ge 1 ] && echo cpus; hostname >/dev/null && echo host; id -u; whoami
### test-perm
touch f; chmod 000 f; stat -c %a f; chmod a+r f; stat -c %a f; chmod go-r,u+wx f; stat -c %a f; chmod 4755 f; stat -c %a f
### du-df
mkdir d; df . >/dev/null && echo df; du -s d >/dev/null && echo du
### printf-repeat
printf '%s-%s\n' a b c; printf '%05d\n' 42; printf '%+d % d\n' 5 5; printf '%e\n' 12345.678; printf '%g\n' 0.0001; printf '%s\n'; printf '%c%c\n' ab cd; printf '\101\x42\n'
### ps-self
ps >/dev/null && echo ps; kill -0 $$ && echo alive; kill -l TERM
### sleep-bad
sleep abc 2>/dev/null; echo $?; sleep 2>/dev/null; echo $?
### tail-follow-timeout
(for i in 1 2 3; do echo l$i >> log; sleep 0.1; done) & sleep 0.05; timeout 1 tail -f log; wait
### install-truncate
install -m 755 /dev/null tool 2>/dev/null && stat -c %a tool; truncate -s 10 t; wc -c < t; fallocate -l 5 z 2>/dev/null; true
