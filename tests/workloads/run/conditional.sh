#!/bin/bash
NAME=claw
if [ "$(uname)" = Darwin ]; then BIND=lan; else BIND=loopback; fi
if ! docker inspect "$NAME" >/dev/null 2>&1; then
  docker run -d --name "$NAME" -v "$PWD/state:/home/node/.openclaw" \
    -e OPENCLAW_GATEWAY_TOKEN="${OPENCLAW_GATEWAY_TOKEN:?set a token}" \
    ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js gateway --bind "$BIND" --allow-unconfigured
fi
