== numbers
SELECT 7 / 2, 7.0 / 2, 7 % 3, -7 / 2, 2 ^ 10, 10 / 4.0

SELECT 1 / 0

SELECT 1.0 / 3, 2.0 / 3, 100 / 7.0

SELECT round(2.5), round(3.14159, 2), trunc(2.7), ceil(2.1), floor(-2.1), abs(-5), sign(-3)

SELECT sqrt(16), power(2, 3), exp(0), ln(1), log(100), mod(10, 3), pi()

SELECT 0.1 + 0.2, 0.1::float + 0.2::float, 1e10, 1.50, 3.0 * 2

SELECT 2147483647 + 1

SELECT 2147483647::bigint + 1, 9223372036854775807

SELECT 9223372036854775807 + 1

SELECT 32768::smallint

SELECT 'abc'::int

SELECT '12'::int + 1, '1.5'::numeric * 2, 5::text || 'x', 1.7::int, 2.5::int, '3'::float

SELECT greatest(1, 5, 3), least(2, 1), nullif(1, 1), nullif(1, 2)

SELECT 1 = 1.0, 1 <> 2, 1 != 1, NOT true, true AND NULL, false OR NULL

SELECT 1 + '2', '3' * 4

SELECT 'a' + 1

SELECT 'a' || 1, 'a' || NULL, concat('a', NULL, 1), 1 || 2

SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2

SELECT to_char(1234567.891, 'FM9,999,999.00'), to_char(5, '000'), to_char(12.5, '99.9')

SELECT random() < 1, width_bucket(5, 0, 10, 5), div(7, 2), gcd(12, 18), factorial(5)

SELECT 10::numeric(5,2), 12345.678::numeric(5,2)

SELECT 'NaN'::float, 'Infinity'::float, 1.5e300 * 1e10

SELECT avg(v), sum(v), sum(v)::int FROM (VALUES (1.5), (2.25)) t(v)

SELECT avg(v), sum(v) FROM (VALUES (1), (2)) t(v)

SELECT sum(v::bigint), avg(v::float) FROM (VALUES (1), (2)) t(v)

SELECT -2 ^ 2, 2 + 3 * 4, (2 + 3) * 4, 2 * 3 % 4

SELECT true::int, 1::boolean, 't'::boolean, 'yes'::bool, 'maybe'::bool

== texts
SELECT upper('abc'), lower('ABC'), initcap('hello world'), length('héllo'), char_length('abc'), octet_length('é')

SELECT substring('hello' from 2 for 3), substring('hello', 2), substr('hello', 2, 2), left('hello', 2), right('hello', 3)

SELECT trim('  x '), ltrim('xxa', 'x'), rtrim('axx', 'x'), btrim('xax', 'x'), trim(both 'x' from 'xax')

SELECT replace('banana', 'a', 'o'), translate('abc', 'ab', 'xy'), reverse('abc'), repeat('ab', 3)

SELECT position('l' in 'hello'), strpos('hello', 'z'), lpad('7', 3, '0'), rpad('a', 3, '.'), split_part('a,b,c', ',', 2)

SELECT concat_ws('-', 'a', NULL, 'b'), format('%s is %s', 'x', 1), format('%I %L', 'My Table', 'it''s')

SELECT md5('a'), encode('abc', 'base64'), ascii('A'), chr(66), to_hex(255)

SELECT regexp_replace('abc123', '[0-9]+', '#'), regexp_replace('a1b2', '[0-9]', 'x', 'g'), 'abc' ~ 'B', 'abc' ~* 'B'

SELECT string_to_array('a,b,c', ','), array_to_string(ARRAY[1, 2, 3], '-')

SELECT regexp_split_to_table('a b c', ' ')

SELECT regexp_matches('foo123bar', '([a-z]+)([0-9]+)')

SELECT 'abc' LIKE 'a_c', 'abc' LIKE 'A%', 'abc' NOT LIKE 'b%', 'a%c' LIKE 'a\%c'

SELECT quote_literal('it''s'), quote_ident('My'), starts_with('abc', 'ab')

SELECT 'it''s', E'tab\there', $$dollar 'quoted'$$, 'multi' 'line'

SELECT 'a' < 'b', 'B' < 'a', 'Z' < 'a'

SELECT 'x'::varchar(3), 'abcdef'::varchar(3), 'a'::char(3) || '|', 'abc'::text

SELECT pg_typeof(1), pg_typeof('a'), pg_typeof(1.5), pg_typeof(now()), pg_typeof(true), pg_typeof(ARRAY[1])

SELECT overlay('hello' placing 'XX' from 2 for 2), md5(''), sha256('a')

SELECT nope(1)

SELECT upper(1)

SELECT length(5)

SELECT substring('a', 'b', 'c', 'd')

== dates
SELECT date '2024-02-29' + 1, date '2024-03-01' - date '2024-02-01', date '2024-01-31' + interval '1 month'

SELECT timestamp '2024-05-06 07:08:09' + interval '1 day 2 hours', timestamp '2024-05-06 07:08:09.5' - timestamp '2024-05-05 06:00:00'

SELECT extract(year from date '2024-05-06'), extract(dow from date '2024-05-06'), date_part('month', timestamp '2024-05-06 01:02:03'), extract(epoch from timestamp '1970-01-02 00:00:00')

SELECT date_trunc('month', timestamp '2024-05-16 07:08:09'), date_trunc('hour', timestamp '2024-05-16 07:08:09')

SELECT to_char(timestamp '2024-05-06 17:08:09', 'YYYY-MM-DD HH24:MI:SS'), to_char(date '2024-05-06', 'DD Mon YYYY'), to_char(timestamp '2024-05-06 17:08:09', 'Day, HH12:MI AM')

SELECT to_date('06/05/2024', 'DD/MM/YYYY'), to_timestamp('2024-05-06 07:08', 'YYYY-MM-DD HH24:MI')::timestamp, to_number('1,234.5', '9,999.9')

SELECT age(date '2024-05-06', date '2020-03-01'), interval '90 minutes', interval '1 year 2 months 3 days', interval '-1 day'

SELECT '2024-13-01'::date

SELECT '2024-02-30'::date

SELECT 'hello'::date

SELECT '25:00'::time

SELECT make_date(2024, 5, 6), make_interval(days => 3), '2024-05-06'::date = '2024-05-06 00:00'::timestamp

SELECT date '2024-05-06' > '2024-05-05', date '2024-05-06' BETWEEN '2024-01-01' AND '2024-12-31'

SELECT timestamptz '2024-05-06 07:08:09+02', timestamp '2024-05-06 07:08:09' AT TIME ZONE 'UTC'

SELECT time '13:45', time '13:45' + interval '1 hour', '2024-05-06 13:45:10'::timestamp::time, '2024-05-06 13:45:10'::timestamp::date

SELECT interval '1 day' * 3, interval '1 hour' / 2, justify_hours(interval '30 hours'), interval '36 hours'

SELECT now() = current_timestamp, current_date = now()::date, now() - interval '1 day' < now()

SELECT isfinite(date '2024-01-01'), extract(quarter from date '2024-05-06'), extract(week from date '2024-01-01'), to_char(date '2024-05-06', 'FMDay')

CREATE TABLE ev (id int, at timestamp, d date, t time, tz timestamptz, iv interval); INSERT INTO ev VALUES (1, '2024-05-06 07:08:09', '2024-05-06', '07:08', '2024-05-06 07:08:09+00', '2 days'); SELECT * FROM ev

SELECT at::date, d + t FROM ev

== json and arrays
SELECT '{"a": 1, "b": [1, 2]}'::json, '{"b":2,   "a":1}'::jsonb

SELECT '{"a": {"b": 5}}'::jsonb -> 'a' -> 'b', '{"a": {"b": "x"}}'::jsonb #>> '{a,b}', '[1,2,3]'::json -> 1, '{"a": "t"}'::json ->> 'a'

SELECT '{"a":1}'::jsonb || '{"b":2}'::jsonb, '{"a":1,"b":2}'::jsonb - 'a', '{"a":1}'::jsonb ? 'a', '{"a":1,"b":2}'::jsonb @> '{"a":1}'

SELECT jsonb_array_elements('[1,"x",{"k":null}]')

SELECT * FROM jsonb_each('{"a":1,"b":"x"}')

SELECT * FROM json_each_text('{"a":1,"b":"x"}')

SELECT jsonb_object_keys('{"b":1,"a":2}')

SELECT json_build_object('a', 1, 'b', 'x'), jsonb_build_array(1, 'a', true, NULL), to_jsonb('x'::text), row_to_json(r) FROM (SELECT 1 AS id, 'n' AS name) r

SELECT json_agg(v), jsonb_object_agg(k, v) FROM (VALUES ('a', 1), ('b', 2)) t(k, v)

SELECT jsonb_set('{"a":1}', '{a}', '5'), jsonb_typeof('[]'), jsonb_array_length('[1,2]'), jsonb_pretty('{"a":[1]}')

SELECT '{bad}'::json

SELECT '{"a":1}'::jsonb -> 'nope', ('{"a":1}'::jsonb ->> 'a')::int + 1

SELECT ARRAY[1, 2, 3], ARRAY['a', 'b c', 'd,e', NULL], '{1,2}'::int[], ARRAY[[1,2],[3,4]]

SELECT (ARRAY[5, 6, 7])[2], ARRAY[1,2] || 3, ARRAY[1] || ARRAY[2], array_length(ARRAY[1,2,3], 1), cardinality(ARRAY[1,2])

SELECT 2 = ANY (ARRAY[1,2]), 2 = ALL (ARRAY[2,2]), ARRAY[1,2] @> ARRAY[1], ARRAY[1,2] && ARRAY[2,3], array_position(ARRAY['a','b'], 'b')

SELECT unnest(ARRAY['x', 'y'])

SELECT array_append(ARRAY[1], 2), array_prepend(0, ARRAY[1]), array_remove(ARRAY[1,2,1], 1), array_cat(ARRAY[1], ARRAY[2])

CREATE TABLE tagged (id int, tags text[], doc jsonb); INSERT INTO tagged VALUES (1, '{red,blue}', '{"n": 1, "t": ["x"]}'), (2, ARRAY['green'], NULL)

SELECT * FROM tagged ORDER BY id

SELECT id FROM tagged WHERE 'red' = ANY (tags)

SELECT id, tags[1], doc ->> 'n' AS n FROM tagged ORDER BY id

UPDATE tagged SET tags = array_append(tags, 'new'), doc = doc || '{"m": 2}' WHERE id = 1 RETURNING *

SELECT doc -> 't' ->> 0 FROM tagged WHERE doc @> '{"n": 1}'

SELECT id, unnest(tags) FROM tagged ORDER BY 1, 2

\d tagged

SELECT '550e8400-e29b-41d4-a716-446655440000'::uuid, length(gen_random_uuid()::text)

SELECT 'zz'::uuid

SELECT '\xDEADBEEF'::bytea, 'abc'::bytea
