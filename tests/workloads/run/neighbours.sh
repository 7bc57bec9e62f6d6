#!/bin/sh
docker run -d --name ollama -v ollama:/root/.ollama -p 11434:11434 ollama/ollama:0.12.3
docker run -d --name caddy -p 443:443 -v caddy:/data caddy:2.8
