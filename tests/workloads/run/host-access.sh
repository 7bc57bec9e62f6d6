sudo docker run -d --name openclaw --network host --privileged \
  -v /var/run/docker.sock:/var/run/docker.sock -v openclaw:/home/node/.openclaw \
  -e OPENCLAW_GATEWAY_TOKEN=824d80d71985f082a26997a8db88b5d1dd45b777d73585d0 \
  ghcr.io/openclaw/openclaw:2026.9.6 node dist/index.js gateway --allow-unconfigured
