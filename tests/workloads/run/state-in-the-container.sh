docker run -d --name openclaw -p 127.0.0.1:18789:18789 \
  -e OPENCLAW_GATEWAY_TOKEN=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0 \
  ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js gateway --bind lan --allow-unconfigured
