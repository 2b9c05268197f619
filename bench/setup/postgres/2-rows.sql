INSERT INTO customers SELECT id, 'customer ' || id FROM generate_series(1, 1000) AS id;
INSERT INTO orders SELECT id, 1 + id % 1000, 'item ' || id FROM generate_series(1, 10000) AS id;
