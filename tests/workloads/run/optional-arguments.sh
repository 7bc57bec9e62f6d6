#!/usr/bin/env bash
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
[ -f "$here/.env" ] && source "$here/.env"
extra=()
[ -n "${TELEGRAM_BOT_TOKEN:-}" ] && extra+=(-e "TELEGRAM_BOT_TOKEN=$TELEGRAM_BOT_TOKEN")
docker run -d --name gateway -p 127.0.0.1:18789:18789 -v state:/home/node/.openclaw \
  -v "$here/config:/config:ro" "${extra[@]}" -e OPENCLAW_GATEWAY_TOKEN="${OPENCLAW_GATEWAY_TOKEN:-}" \
  ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js gateway --bind lan
