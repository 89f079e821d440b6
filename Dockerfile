# The app on 8501. Build: docker build -t netlab .   Run: docker compose up
# Built and run with Docker 20.10 and docker-compose 1.29 on Debian 12's own Python 3.11 in place of python:3.11-slim,
# on the host's network: the app trained a run into ./runs as user 10001 and TensorBoard read it.
# Not run: the published base image, the port mapping, and compose.yaml's networks.
FROM python:3.11-slim

RUN useradd --uid 10001 --create-home netlab
WORKDIR /netlab

COPY requirements.txt ./
RUN python -m pip install --no-cache-dir -r requirements.txt

COPY app.py ./
COPY pages ./pages
COPY netlab ./netlab
COPY .streamlit ./.streamlit

RUN mkdir /runs && chown netlab /runs
ENV NETLAB_HOME=/runs PYTHONUNBUFFERED=1
USER netlab
VOLUME /runs
EXPOSE 8501 6006

HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health')"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true"]
