#!/bin/sh
# Run once by the image of PostgreSQL, when its database is made.
set -eu
psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 \
    --set owner_password="$(cat /run/secrets/owner_password)" \
    --set app_password="$(cat /run/secrets/app_password)" \
    --file /roles.sql
