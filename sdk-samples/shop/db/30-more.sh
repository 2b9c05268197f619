#!/bin/sh
# Anything that the image can run, with the variables of the container.
PGPASSWORD="$POSTGRES_PASSWORD" psql --host=127.0.0.1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --command="INSERT INTO orders (item) VALUES ('ink')"
