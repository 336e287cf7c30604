-- Creates the two databases and their owners. Run it once on a new Postgres, with psql as the superuser, and with the
-- owners' passwords in the environment.
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD
\getenv crm_password CRM_DATABASE_PASSWORD

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
-- A part of the server's connections, so that whatever happens in the CRM leaves Airflow its own.
CREATE ROLE crm LOGIN PASSWORD :'crm_password' CONNECTION LIMIT 150;

CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE crm OWNER crm;
REVOKE CONNECT ON DATABASE airflow FROM public;
REVOKE CONNECT ON DATABASE crm FROM public;
