#!/bin/sh
export OPENCLAW_GATEWAY_TOKEN=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0
exec docker run --rm -it -e OPENCLAW_GATEWAY_TOKEN -e ANTHROPIC_API_KEY \
  -v claw:/home/node/.openclaw openclaw:2026.9.6 node dist/index.js gateway --allow-unconfigured
