#!/usr/bin/env bash
set -euo pipefail
IMAGE="${OPENCLAW_IMAGE:-ghcr.io/openclaw/openclaw:2026.9.6}"
PORT=18789
TOKEN="$(openssl rand -hex 32)"
docker rm -f openclaw 2>/dev/null || true
docker run -d --name openclaw \
  --restart unless-stopped \
  -p "127.0.0.1:${PORT}:18789" \
  -v openclaw-state:/home/node/.openclaw \
  -e OPENCLAW_GATEWAY_TOKEN="$TOKEN" \
  "$IMAGE" node dist/index.js gateway --bind lan --allow-unconfigured
echo "token: $TOKEN"
