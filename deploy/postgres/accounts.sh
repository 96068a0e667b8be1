#!/usr/bin/env bash
# Gives every service a database of its own and the five accounts that may connect to it; the image runs this at its first start.
#
#   <service>_owner      owns the database and its schema; only migrations use it
#   <service>_app        what the service's processes are
#   <service>_projector  rebuilds read models
#   <service>_eraser     carries out erasures and disposals
#   <service>_reader     reads
#
# What each may do with which table is granted by `speir migrate`, which makes the tables.
set -euo pipefail

sql() { psql --no-psqlrc -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres "$@"; }

for service in scheduling evidence participation reporting; do
  for role in owner app projector eraser reader; do
    variable="SPEIR_${service^^}_${role^^}_PASSWORD"
    [[ -n ${!variable:-} ]] || { echo "$variable is not set: run make compose-up" >&2; exit 1; }
    sql -v account="${service}_$role" -v variable="$variable" <<'SQL'
SET log_min_error_statement = panic;
\getenv password :variable
CREATE ROLE :"account" LOGIN PASSWORD :'password';
SQL
  done
  sql -v service="$service" -v owner="${service}_owner" -v app="${service}_app" -v projector="${service}_projector" \
    -v eraser="${service}_eraser" -v reader="${service}_reader" <<'SQL'
ALTER ROLE :"reader" SET default_transaction_read_only = on;
CREATE DATABASE :"service" OWNER :"owner";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"app", :"projector", :"eraser", :"reader";
\connect :service
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app", :"projector", :"eraser", :"reader";
SQL
done
sql -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
