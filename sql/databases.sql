-- The two databases and their owners, on a new Postgres: run once, by psql, as its superuser, with the owners'
-- passwords in the environment.
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD
\getenv crm_password CRM_DATABASE_PASSWORD

CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE crm LOGIN PASSWORD :'crm_password';

CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE crm OWNER crm;
REVOKE CONNECT ON DATABASE airflow FROM public;
REVOKE CONNECT ON DATABASE crm FROM public;
