#!/bin/sh
set -e
export OPENAI_BASE_URL=https://second.example.com/v1
export NODE_OPTIONS="$NODE_OPTIONS --trace-warnings"
export TZ=Europe/Vienna LOG_LEVEL=info
OPENAI_API_KEY=$(cat /run/secrets/openai_key)
if curl -fs http://10.3.0.9:3128; then
  export HTTPS_PROXY=http://10.3.0.9:3128
fi
GROQ_API_KEY= exec env -u TELEGRAM_BOT_TOKEN "$@"
