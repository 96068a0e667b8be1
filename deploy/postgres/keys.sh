#!/usr/bin/env bash
# Gives every service a database for its keys, and participation one where anonymous answers wait; the image runs this at its first start.
#
# Each has one account, of the same name, that owns it. This server keeps no archive: what is deleted here is to be gone.
set -euo pipefail

sql() { psql --no-psqlrc -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres "$@"; }

for name in scheduling_keys evidence_keys participation_keys reporting_keys participation_intake; do
  variable="SPEIR_${name^^}_PASSWORD"
  [[ -n ${!variable:-} ]] || { echo "$variable is not set: run make compose-up" >&2; exit 1; }
  sql -v name="$name" -v variable="$variable" <<'SQL'
SET log_min_error_statement = panic;
\getenv password :variable
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
\connect :name
ALTER SCHEMA public OWNER TO :"name";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
done
sql -c 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
