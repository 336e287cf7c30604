# The image of every Airflow process in docker-compose.yaml: Airflow's own, plus this project and its pinned
# libraries. "slim" is Airflow alone: its providers come from requirements.lock, so that there is one list.
FROM apache/airflow:slim-3.3.2-python3.11

COPY --chown=airflow:0 requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock -c requirements.lock && pip check

COPY --chown=airflow:0 sql sql
COPY --chown=airflow:0 include include
COPY --chown=airflow:0 plugins plugins
COPY --chown=airflow:0 dags dags

# A volume takes its owner from the folder it is first mounted over.
RUN mkdir -p registry sandbox
ENV PYTHONPATH=/opt/airflow \
    BIGCOMMERCE_REGISTRY_SNAPSHOT=/opt/airflow/registry/data_sources.json

USER airflow
