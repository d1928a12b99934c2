### getline-command
awk 'BEGIN { "echo hi" | getline x; print x; while (("printf \"1\\n2\\n3\\n\"" | getline n) > 0) s += n; print s }'
### getline-close
awk 'BEGIN { c = "echo again"; c | getline a; close(c); c | getline b; print a, b; print (c | getline d), d }'
### getline-record
printf 'a b\nc d\n' > f; awk 'BEGIN { while ("cat f" | getline) print NF, $2, NR }'
### system-order
awk 'BEGIN { print "one"; system("echo two"); print "three"; print system("exit 3"); system("") }'
### system-per-record
printf '1\n2\n3\n' | awk '{ system("echo got " $1); n++ } END { print n }'
### print-into-command
printf 'b\na\nc\n' | awk '{ print | "sort" } END { close("sort"); print "done" }'
### print-into-commands
awk 'BEGIN { print "x" | "cat"; print "y" | "tr a-z A-Z"; close("cat"); close("tr a-z A-Z"); print "z" }'
### pipe-closed-at-end
awk 'BEGIN { print "late" | "cat" ; print "first" > "/dev/stderr" }' 2>/dev/null
### close-status
awk 'BEGIN { print "x" | "cat > g"; print close("cat > g"); while ((getline l < "g") > 0) print "g:" l; print close("nope") }'
### stdin-shared
printf 'one\ntwo\nthree\n' | awk 'NR == 1 { getline x; print "next", x } NR == 3 { print "last" }'
### getline-file-loop
printf 'k1 v1\nk2 v2\n' > map; printf 'k2\nk1\nk3\n' | awk 'BEGIN { while ((getline line < "map") > 0) { split(line, p, " "); m[p[1]] = p[2] } } { print $1, ($1 in m) ? m[$1] : "none" }'
### program-file
cat > p.awk <<'E'
# counts words
{ for (i = 1; i <= NF; i++) n[$i]++ }
END { for (w in n) print w, n[w] | "sort" }
E
printf 'a b a\nb c\n' | awk -f p.awk
### shebang
printf '#!/usr/bin/awk -f\n{ print "<" $0 ">" }\n' > s; chmod +x s; command -v /usr/bin/awk > /dev/null && echo x | awk -f s
### exit-status
awk 'BEGIN { exit 3 }'; echo $?; echo a | awk '{ exit 4 } END { exit }'; echo $?; awk 'BEGIN { exit } END { print "e" }' < /dev/null; echo $?
### slow-input
(echo a; sleep 0.1; echo b) | awk '{ print NR, $0 } END { print "end" }'
### early-exit
yes x | awk 'NR == 3 { print NR; exit }'
### environment
X=5 awk 'BEGIN { print ENVIRON["X"] + 1 }'; A=1 awk -v b="$A" 'BEGIN { print b }'
### command-date
awk 'BEGIN { "date -u -d @0 +%Y" | getline y; close("date -u -d @0 +%Y"); print y }'
### nested-quotes
echo "it's" | awk '{ gsub(/\047/, "_"); print }'; awk -v q="'" 'BEGIN { print q "x" q }'
### csv-report
printf 'name,qty,price\nnut,3,1.5\nbolt,2,2\n' | awk -F, 'NR > 1 { t = $2 * $3; s += t; printf "%-6s %6.2f\n", $1, t } END { printf "%-6s %6.2f\n", "total", s }'
### df-like
printf 'Filesystem Use%%\n/dev/a 91%%\n/dev/b 10%%\n' | awk 'NR > 1 && $2 + 0 > 90 { sub(/%/, "", $2); print $1, $2 }'
### access-log
printf '1.1.1.1 - - [x] "GET / HTTP/1.1" 200 12\n2.2.2.2 - - [x] "GET /a HTTP/1.1" 404 5\n1.1.1.1 - - [x] "GET /b HTTP/1.1" 200 8\n' | awk '{ c[$1]++; b += $NF; s[$(NF-1)]++ } END { for (i in c) print c[i], i; print b; for (k in s) print k, s[k] }' | sort
### transpose
printf '1 2 3\n4 5 6\n' | awk '{ for (i = 1; i <= NF; i++) a[NR, i] = $i } END { for (i = 1; i <= 3; i++) { r = ""; for (j = 1; j <= NR; j++) r = r a[j, i] " "; print r } }'
