# To pin the base by digest: `docker buildx imagetools inspect python:3.13-slim` shows it; build
# with --build-arg PYTHON=python:3.13-slim@sha256:… or put it here.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
ENV PATH=/opt/bridge/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/bridge
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary=:all: -r requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation . && python -m compileall -q /opt/bridge

FROM ${PYTHON}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Zoho-Xero bridge" \
      org.opencontainers.image.description="Keeps a Xero organisation true to a Zoho Inventory organisation" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/bridge bridge
COPY --from=build /opt/bridge /opt/bridge
ENV PATH=/opt/bridge/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BRIDGE_HOST=0.0.0.0 BRIDGE_PORT=8080
USER 10001
WORKDIR /var/lib/bridge
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# Roles without a face of their own answer on the metrics port.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.request as http; http.urlopen('http://127.0.0.1:%s/healthz' % (os.environ.get('BRIDGE_METRICS_PORT') or os.environ['BRIDGE_PORT']), timeout=4)"]
ENTRYPOINT ["bridge"]
CMD ["run"]
