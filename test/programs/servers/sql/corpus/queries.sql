== queries
CREATE TABLE emp (id int PRIMARY KEY, name text, dept text, salary int, boss int, hired date); INSERT INTO emp VALUES (1, 'Ann', 'it', 100, NULL, '2020-01-15'), (2, 'Bob', 'it', 80, 1, '2021-03-01'), (3, 'Cat', 'hr', 70, 1, '2019-07-30'), (4, 'Dan', 'hr', 70, 3, '2022-11-11'), (5, 'Eve', NULL, NULL, 3, NULL)

CREATE TABLE dept (code text PRIMARY KEY, title text); INSERT INTO dept VALUES ('it', 'Computers'), ('hr', 'People'), ('fi', 'Money')

SELECT DISTINCT dept FROM emp ORDER BY dept

SELECT dept, count(*), sum(salary), avg(salary), min(salary), max(name) FROM emp GROUP BY dept ORDER BY dept

SELECT dept, count(*) FROM emp GROUP BY dept HAVING count(*) > 1 ORDER BY 2 DESC, 1

SELECT name, count(*) FROM emp

SELECT name, dept FROM emp GROUP BY dept

SELECT id, name FROM emp GROUP BY id ORDER BY id

SELECT e.name, d.title FROM emp e GROUP BY d.title

SELECT dept, name FROM emp WHERE count(*) > 1

SELECT sum(count(*)) FROM emp

SELECT e.name, d.title FROM emp e JOIN dept d ON e.dept = d.code ORDER BY e.name

SELECT e.name, d.title FROM emp e LEFT JOIN dept d ON e.dept = d.code ORDER BY e.name

SELECT e.name, d.title FROM emp e RIGHT JOIN dept d ON e.dept = d.code ORDER BY d.title, e.name

SELECT e.name, d.code FROM emp e FULL OUTER JOIN dept d ON e.dept = d.code ORDER BY 1, 2

SELECT a.name, b.name AS boss FROM emp a, emp b WHERE a.boss = b.id ORDER BY a.id

SELECT name FROM emp e JOIN emp b ON e.boss = b.id

SELECT count(*) FROM emp CROSS JOIN dept

CREATE TABLE x (k int, a text); CREATE TABLE y (k int, b text); INSERT INTO x VALUES (1, 'one'), (2, 'two'); INSERT INTO y VALUES (2, 'zwei'), (3, 'drei')

SELECT * FROM x JOIN y USING (k)

SELECT * FROM x NATURAL JOIN y

SELECT * FROM x NATURAL FULL JOIN y ORDER BY k

SELECT * FROM x LEFT JOIN y ON x.k = y.k ORDER BY x.k

SELECT name FROM emp WHERE dept IN ('it', 'fi') ORDER BY name

SELECT name FROM emp WHERE salary NOT IN (SELECT salary FROM emp WHERE dept = 'hr') ORDER BY name

SELECT name FROM emp WHERE salary NOT IN (SELECT salary FROM emp)

SELECT name FROM emp WHERE salary = (SELECT max(salary) FROM emp)

SELECT name, (SELECT count(*) FROM emp b WHERE b.boss = a.id) AS reports FROM emp a ORDER BY reports DESC, name

SELECT name FROM emp WHERE id = (SELECT id FROM emp)

SELECT name FROM emp a WHERE EXISTS (SELECT 1 FROM emp b WHERE b.boss = a.id) ORDER BY 1

SELECT name FROM emp WHERE salary > ANY (SELECT salary FROM emp WHERE dept = 'hr') ORDER BY 1

SELECT name FROM emp WHERE salary >= ALL (SELECT salary FROM emp WHERE salary IS NOT NULL)

SELECT (SELECT id, name FROM emp LIMIT 1)

SELECT d, n FROM (SELECT dept AS d, count(*) AS n FROM emp GROUP BY dept) AS s WHERE n > 1 ORDER BY d

SELECT * FROM (SELECT 1)

SELECT name FROM emp ORDER BY salary DESC NULLS LAST, name LIMIT 2

SELECT name FROM emp ORDER BY salary DESC, name LIMIT 2 OFFSET 1

SELECT name FROM emp ORDER BY nope

SELECT name FROM emp ORDER BY 3

SELECT name FROM emp ORDER BY id FETCH FIRST 2 ROWS ONLY

SELECT name AS n FROM emp WHERE n = 'Ann'

SELECT name AS n FROM emp ORDER BY n DESC LIMIT 1

SELECT DISTINCT ON (dept) dept, name FROM emp ORDER BY dept, name

SELECT DISTINCT name FROM emp ORDER BY salary

SELECT name FROM emp WHERE dept = 'it' UNION SELECT title FROM dept ORDER BY 1

SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 2

SELECT dept FROM emp INTERSECT SELECT code FROM dept ORDER BY 1

SELECT code FROM dept EXCEPT SELECT dept FROM emp

SELECT 1, 2 UNION SELECT 3

SELECT 1 UNION SELECT 'x'

WITH big AS (SELECT * FROM emp WHERE salary > 75) SELECT count(*), max(name) FROM big

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i, i * i AS sq FROM n

WITH RECURSIVE chain AS (SELECT id, name, 1 AS depth FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.name, c.depth + 1 FROM emp e JOIN chain c ON e.boss = c.id) SELECT * FROM chain ORDER BY depth, id

WITH gone AS (DELETE FROM x WHERE k = 1 RETURNING *) SELECT * FROM gone

SELECT * FROM x

WITH a AS (SELECT 1 AS v), b AS (SELECT v + 1 AS v FROM a) SELECT a.v, b.v FROM a, b

SELECT name, salary, rank() OVER (ORDER BY salary DESC NULLS LAST) FROM emp ORDER BY 3, 1

SELECT name, dept, row_number() OVER (PARTITION BY dept ORDER BY salary DESC) AS rn FROM emp ORDER BY dept, rn

SELECT name, sum(salary) OVER (ORDER BY id) AS running FROM emp ORDER BY id

SELECT name, salary - lag(salary) OVER (ORDER BY id) AS diff, lead(name, 1, '-') OVER (ORDER BY id) FROM emp ORDER BY id

SELECT name, dense_rank() OVER w, first_value(name) OVER w, ntile(2) OVER (ORDER BY id) FROM emp WINDOW w AS (ORDER BY salary) ORDER BY id

SELECT id, avg(salary) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM emp ORDER BY id

SELECT name, count(*) OVER () AS total, round(100.0 * salary / sum(salary) OVER (), 1) AS pct FROM emp ORDER BY id

SELECT percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY id) FROM emp ORDER BY id

SELECT name FROM emp WHERE row_number() OVER (ORDER BY id) = 1

SELECT dept, count(*) FILTER (WHERE salary > 75) AS rich, string_agg(name, ', ' ORDER BY name DESC) FROM emp GROUP BY dept ORDER BY dept

SELECT array_agg(name ORDER BY id), bool_and(salary > 50), bool_or(salary > 90) FROM emp

SELECT count(DISTINCT dept), count(dept), count(*) FROM emp

SELECT dept, sum(salary) FROM emp GROUP BY ROLLUP (dept) ORDER BY dept NULLS LAST, 2

SELECT stddev(salary), variance(salary) FROM emp

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) FROM emp

SELECT max(hired), min(hired) FROM emp

SELECT extract(year FROM hired) AS y, count(*) FROM emp GROUP BY y ORDER BY y

SELECT CASE WHEN salary > 90 THEN 'high' WHEN salary > 75 THEN 'mid' ELSE 'low' END AS band, count(*) FROM emp GROUP BY 1 ORDER BY 1

SELECT coalesce(dept, 'none') AS d FROM emp ORDER BY id

SELECT name FROM emp WHERE name LIKE '%a%' OR name ILIKE 'E%' ORDER BY 1

SELECT name FROM emp WHERE name ~ '^[A-C]' ORDER BY 1

SELECT name FROM emp WHERE salary BETWEEN 70 AND 80 ORDER BY 1

SELECT name FROM emp WHERE dept IS NULL

SELECT name FROM emp WHERE dept = NULL

SELECT name FROM emp WHERE dept IS DISTINCT FROM 'it' ORDER BY 1

UPDATE emp SET salary = d.n FROM (SELECT 5 AS n) d WHERE emp.id = 5 RETURNING emp.name, emp.salary

DELETE FROM emp USING dept WHERE emp.dept = dept.code AND dept.title = 'People'

SELECT * FROM emp ORDER BY id

SELECT * FROM nope

SELECT nope FROM emp

SELECT e.nope FROM emp e

SELECT z.name FROM emp e

SELEC 1

SELECT name FROM emp WHERE

SELECT name, FROM emp

SELECT 'open

SELECT * FROM emp WHERE name = 'a' AND

SELECT (1 + 2

SELECT * FROM generate_series(1, 3) AS n

SELECT n, n % 2 = 0 AS even FROM generate_series(1, 10, 3) AS g(n)

SELECT g::date FROM generate_series('2024-01-30'::date, '2024-02-02', interval '1 day') g

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, t) WHERE id > 1

VALUES (1, 'x'), (2, 'y')

TABLE dept

SELECT e.* FROM emp e, LATERAL (SELECT e.salary * 2 AS dbl) l WHERE l.dbl > 150

SELECT a.id FROM emp a WHERE a.id IN (SELECT boss FROM emp WHERE boss = a.id) ORDER BY 1

SELECT

SELECT emp FROM emp ORDER BY id LIMIT 1

SELECT row(1, 'a', NULL)

EXPLAIN SELECT 1
