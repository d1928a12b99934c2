/** Builtins that are written in jq, by name and number of parameters. Each is compiled when a program first uses it. */
export const PRELUDE: Readonly<Record<string, string>> = {
  "_assign/2": "def _assign(paths; $value): reduce path(paths) as $p (.; setpath($p; $value));",
  "_modify/2": `def _modify(paths; update): reduce path(paths) as $p ([., []];
    . as [$whole, $gone] | label $out
    | (($whole | getpath($p) | update) as $v | [($whole | setpath($p; $v)), $gone] | ., break $out), [$whole, $gone + [$p]])
    | . as [$whole, $gone] | $whole | delpaths($gone);`,
  "add/1": "def add(f): reduce f as $x (null; . + $x);",
  "all/0": "def all: all(.[]; .);",
  "all/1": "def all(f): all(.[]; f);",
  "all/2": "def all(generator; condition): isempty(first(generator | condition and empty));",
  "any/0": "def any: any(.[]; .);",
  "any/1": "def any(f): any(.[]; f);",
  "any/2": "def any(generator; condition): isempty(first(generator | condition or empty)) | not;",
  "arrays/0": 'def arrays: select(type == "array");',
  "booleans/0": 'def booleans: select(type == "boolean");',
  "capture/1": "def capture(re): capture(re; null);",
  "capture/2": "def capture(re; flags): match(re; flags) | _captured;",
  "combinations/0": `def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;`,
  "combinations/1": "def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;",
  "date/0": "def date: todate;",
  "dateadd/2": "def dateadd(u; n): . + n;",
  "datesub/2": "def datesub(u; n): . - n;",
  "debug/1": "def debug(messages): (messages | debug | empty), .;",
  "del/1": "def del(f): delpaths([path(f)]);",
  "env/0": "def env: $ENV;",
  "finites/0": "def finites: select(isinfinite or isnan | not);",
  "first/0": "def first: .[0];",
  "first/1": "def first(f): label $out | (f | ., break $out);",
  "from_entries/0": `def from_entries: reduce .[] as $x ({}; . + { ($x
    | if .key == null then .k // .name // .Name // .K // .Key
      | if type == "string" then . else tojson end
      else .key end
    | if type == "string" then . elif type == "null" or type == "boolean" or type == "number" then tojson else . end):
    ($x | if has("value") then .value elif has("v") then .v else .Value end) });`,
  "fromdate/0": "def fromdate: fromdateiso8601;",
  "fromdateiso8601/0": 'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  "fromstream/1": `def fromstream(f): {x: null, e: false} as $init
    | foreach f as $i ($init; if .e then $init else . end
      | if $i | length == 2
        then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);`,
  "group_by/1": "def group_by(f): _group_by(map([f]));",
  "gsub/2": 'def gsub(re; str): sub(re; str; "g");',
  "gsub/3": 'def gsub(re; str; $flags): sub(re; str; $flags + "g");',
  "halt_error/0": "def halt_error: halt_error(5);",
  "IN/1": "def IN(s): any(s == .; .);",
  "IN/2": "def IN(src; s): any(src == s; .);",
  "in/1": "def in(xs): . as $x | xs | has($x);",
  "INDEX/1": "def INDEX(f): INDEX(.[]; f);",
  "INDEX/2": "def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);",
  "GROUP_BY/1": "def GROUP_BY(f): group_by(f);",
  "index/1": "def index($i): indices($i) | .[0];",
  "indices/1": "def indices($i): _indices($i);",
  "inside/1": "def inside(xs): . as $x | xs | contains($x);",
  "isempty/1": "def isempty(g): first((g | false), true);",
  "iterables/0": 'def iterables: select(type | . == "array" or . == "object");',
  "join/1": `def join($x): reduce .[] as $i (null; (if . == null then "" else . + $x end) +
    ($i | if . == null then "" elif (type == "boolean" or type == "number") then tojson else . end)) | if . == null then "" else . end;`,
  "last/0": "def last: .[-1];",
  "last/1": "def last(f): reduce f as $x (null; $x);",
  "leaf_paths/0": "def leaf_paths: paths(scalars);",
  "limit/2": `def limit($n; f): if $n > 0 then label $out
    | foreach f as $item (0; . + 1; $item, if . >= $n then break $out else empty end)
    elif $n == 0 then empty else f end;`,
  "map/1": "def map(f): [.[] | f];",
  "map_values/1": "def map_values(f): .[] |= f;",
  "match/1": "def match(re): match(re; null);",
  "match/2": "def match(re; $flags): _match(re; $flags) | .[];",
  "max_by/1": "def max_by(f): _max_by(map([f]));",
  "min_by/1": "def min_by(f): _min_by(map([f]));",
  "normals/0": "def normals: select(isnormal);",
  "nth/1": "def nth($n): .[$n];",
  "nth/2": `def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;`,
  "nulls/0": "def nulls: select(. == null);",
  "numbers/0": 'def numbers: select(type == "number");',
  "objects/0": 'def objects: select(type == "object");',
  "paths/0": "def paths: path(..) | select(length > 0);",
  "paths/1": "def paths(node_filter): . as $dot | paths | select(. as $p | $dot | getpath($p) | node_filter);",
  "pick/1": "def pick(pathexps): . as $top | reduce path(pathexps) as $p (null; setpath($p; $top | getpath($p)));",
  "range/1": "def range($x): range(0; $x);",
  "range/3": `def range($from; $upto; $by): if $by > 0 then $from | while(. < $upto; . + $by)
    elif $by < 0 then $from | while(. > $upto; . + $by) else empty end;`,
  "recurse/0": "def recurse: recurse(.[]?);",
  "recurse/1": "def recurse(f): def r: ., (f | r); r;",
  "recurse/2": "def recurse(f; cond): def r: ., (f | select(cond) | r); r;",
  "recurse_down/0": "def recurse_down: recurse;",
  "repeat/1": "def repeat(f): def r: ., (f | r); r;",
  "rindex/1": "def rindex($i): indices($i) | .[-1:][0];",
  "scalars/0": 'def scalars: select(type | . != "array" and . != "object");',
  "scan/1": "def scan(re): scan(re; null);",
  "scan/2": `def scan(re; $flags): match(re; "g" + $flags)
    | if (.captures | length) > 0 then [.captures[].string] else .string end;`,
  "select/1": "def select(f): if f then . else empty end;",
  "skip/2": "def skip($n; f): foreach f as $x ($n; . - 1; if . < 0 then $x else empty end);",
  "sort_by/1": "def sort_by(f): _sort_by(map([f]));",
  "split/2": "def split($re; flags): _split($re; flags);",
  "splits/1": "def splits($re): splits($re; null);",
  "splits/2": "def splits($re; flags): _split($re; flags) | .[];",
  "strings/0": 'def strings: select(type == "string");',
  "sub/2": 'def sub(re; str): sub(re; str; "");',
  "sub/3": `def sub(re; str; $flags): reduce _edits(re; $flags)[] as $edit ("";
    . + $edit.before + (if $edit.captures == null then "" else $edit.captures | str end));`,
  "test/1": "def test(re): test(re; null);",
  "test/2": "def test(re; $flags): _test(re; $flags);",
  "todate/0": 'def todate: strftime("%Y-%m-%dT%H:%M:%SZ");',
  "todateiso8601/0": 'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  "dateiso8601/0": "def dateiso8601: todateiso8601;",
  "tostream/0": `def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p)
    | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);`,
  "truncate_stream/1": `def truncate_stream(stream): . as $n | null | stream
    | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;`,
  "unique_by/1": "def unique_by(f): _unique_by(map([f]));",
  "until/2": "def until(cond; update): def r: if cond then . else (update | r) end; r;",
  "values/0": "def values: select(. != null);",
  "walk/1": `def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;`,
  "while/2": "def while(cond; update): def r: if cond then ., (update | r) else empty end; r;",
  "with_entries/1": "def with_entries(f): to_entries | map(f) | from_entries;",
};
