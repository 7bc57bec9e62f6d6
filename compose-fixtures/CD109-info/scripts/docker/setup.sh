#!/usr/bin/env bash
# A setup script in the manner of the one that OpenClaw's repository has, reduced to what it does to .env.
set -euo pipefail

IMAGE="${OPENCLAW_IMAGE:-openclaw:local}"
export OPENCLAW_CONFIG_DIR="${OPENCLAW_CONFIG_DIR:-$HOME/.openclaw}"
export OPENCLAW_GATEWAY_PORT="${OPENCLAW_GATEWAY_PORT:-18789}"
export OPENCLAW_IMAGE="$IMAGE"

read_env_gateway_token() {
  sed -n 's/^OPENCLAW_GATEWAY_TOKEN=//p' .env | tail -1
}
if [[ -z "${OPENCLAW_GATEWAY_TOKEN:-}" ]]; then
  OPENCLAW_GATEWAY_TOKEN="$(read_env_gateway_token)"
fi
export OPENCLAW_GATEWAY_TOKEN

upsert_env() {
  local file="$1" name
  shift
  for name in "$@"; do
    sed -i "/^$name=/d" "$file"
    printf '%s=%s\n' "$name" "${!name-}" >>"$file"
  done
}

upsert_env .env \
  OPENCLAW_CONFIG_DIR \
  OPENCLAW_GATEWAY_PORT \
  OPENCLAW_GATEWAY_TOKEN \
  OPENCLAW_IMAGE

docker compose up -d openclaw-gateway
