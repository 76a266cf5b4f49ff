# syntax=docker/dockerfile:1

# Python 3.13.15 on Debian 13. What is needed to install stays behind in this stage.
FROM python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285 AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
# Without pip: what runs installs nothing.
RUN python -m venv --without-pip /venv
COPY requirements.txt .
RUN python -m pip --python /venv/bin/python install --requirement requirements.txt
COPY manage.py gunicorn.conf.py openapi.json ./
COPY ecommerce_backend ecommerce_backend
COPY products products
COPY users users
COPY postman postman
# Settings want a key, a host and a database; collecting files uses none of them, and the image keeps none of them. Maps of
# sources are half of what is collected, and only for debuggers. Nothing can be compiled later: the file system is read-only.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgresql://localhost/unused \
    /venv/bin/python manage.py collectstatic --noinput \
    && find staticfiles /venv -name '*.map*' -delete \
    && /venv/bin/python -m compileall -q .

FROM python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home app
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001
EXPOSE 8000
# Asks under a name that ALLOWED_HOSTS has: another one would be refused.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "\
import os, urllib.request as r; \
host = os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.'); \
r.urlopen(r.Request('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/health/ready/', headers={'Host': host}))"]
CMD ["gunicorn"]
