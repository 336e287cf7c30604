# The image of every Airflow process in docker-compose.yaml: Airflow, this project and its pinned libraries.
# The "slim" image is Airflow without providers. They come from requirements.lock, with hashes.

# The project without the sandbox store, which is a tool for trials and must not run in production.
FROM apache/airflow:slim-3.3.2-python3.11 AS source
USER root
COPY include source/include
RUN rm -r source/include/sandbox

FROM apache/airflow:slim-3.3.2-python3.11 AS production
COPY --chown=airflow:0 requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock -c requirements.lock && pip check
COPY --chown=airflow:0 sql sql
COPY --chown=airflow:0 --from=source /opt/airflow/source/include include
COPY --chown=airflow:0 plugins plugins
COPY --chown=airflow:0 dags dags
# A volume takes its owner from the folder over which it is first mounted.
RUN mkdir -p registry sandbox
ENV PYTHONPATH=/opt/airflow \
    BIGCOMMERCE_REGISTRY_SNAPSHOT=/opt/airflow/registry/data_sources.json
USER airflow

# Only for `docker compose --profile sandbox`.
FROM production AS sandbox
COPY --chown=airflow:0 requirements-dev.lock ./
# Its storefront answers GraphQL: one library more, with the hashes of the lock.
RUN awk '/^[^ #]/ { wanted = /^graphql-core==/ } wanted' requirements-dev.lock > sandbox.lock \
    && pip install --no-cache-dir --no-deps --require-hashes -r sandbox.lock \
    && rm requirements-dev.lock sandbox.lock
COPY --chown=airflow:0 include/sandbox include/sandbox

# What `docker build` makes if no target is named.
FROM production
