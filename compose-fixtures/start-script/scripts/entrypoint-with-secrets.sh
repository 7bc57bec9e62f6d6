#!/bin/sh
export OPENCLAW_GATEWAY_TOKEN="$(cat "$OPENCLAW_GATEWAY_TOKEN_FILE")"
exec "$@"
