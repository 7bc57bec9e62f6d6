#!/bin/bash
T=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0
docker network create claw
docker run -d --name gateway --network claw -v claw:/home/node/.openclaw -e OPENCLAW_GATEWAY_TOKEN=$T \
  ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js gateway --bind lan --allow-unconfigured
docker run --rm -it --network container:gateway -v claw:/home/node/.openclaw -e OPENCLAW_GATEWAY_TOKEN=$T \
  ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js devices list
