# The image of every part of Airflow and of our code: the packages of requirements.txt, by their hashes.
FROM python:3.11.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/wirewatch/.airflow \
    PYTHONPATH=/opt/wirewatch/include \
    PATH=/opt/wirewatch/.venv/bin:$PATH

WORKDIR /opt/wirewatch
COPY . .
RUN --mount=type=cache,target=/root/.cache python3 -m house.install \
    && mkdir -p .airflow/logs .airflow/pages \
    && chmod -R a+rX . && chgrp -R 0 .airflow && chmod -R g+rwX .airflow

# Compose runs it as you (WIREWATCH_UID), in group 0; alone it is nobody in particular.
USER 50000:0
ENTRYPOINT ["python", "-m", "house.container"]
CMD ["airflow", "version"]
