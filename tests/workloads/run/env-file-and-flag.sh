#!/bin/sh
# The flag wins over the file.
podman run -d --name claw --env-file ./claw.env \
  --env OPENCLAW_GATEWAY_TOKEN=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0 \
  -v claw:/home/node/.openclaw:Z ghcr.io/openclaw/openclaw:2026.9.6 \
  node dist/index.js gateway --bind lan --allow-unconfigured
