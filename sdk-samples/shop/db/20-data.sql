INSERT INTO orders (item) VALUES ('a book'), ('a pen');
