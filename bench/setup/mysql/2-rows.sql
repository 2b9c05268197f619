SET SESSION cte_max_recursion_depth = 10000;
INSERT INTO customers
WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < 1000) SELECT id, CONCAT('customer ', id) FROM numbers;
INSERT INTO orders
WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < 10000)
SELECT id, 1 + id % 1000, CONCAT('item ', id) FROM numbers;
