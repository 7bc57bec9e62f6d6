docker run -d --name gw --env-file gw.env -v gw:/home/node/.openclaw openclaw:2026.9.6
