//! Services that are built here, and what they are.

/// A service with its Dockerfile.
pub struct BuiltService {
    pub service: &'static str,
    pub dockerfile: &'static str,
    /// What else is in the build context.
    pub files: &'static [(&'static str, &'static str)],
    pub command: Option<&'static [&'static str]>,
    pub role: &'static str,
}

const fn of(service: &'static str, role: &'static str, dockerfile: &'static str) -> BuiltService {
    BuiltService { service, dockerfile, files: &[], command: None, role }
}

pub const BUILT: &[BuiltService] = &[
    of(
        "assistant",
        "gateway",
        "FROM ghcr.io/openclaw/openclaw:2026.9.6\nRUN apt-get update && apt-get install -y ffmpeg\n",
    ),
    of(
        "assistant",
        "gateway",
        "FROM node:24\nRUN npm install -g openclaw@2026.9.6\nCMD [\"openclaw\", \"gateway\", \"--bind\", \"lan\"]\n",
    ),
    of(
        "claw",
        "gateway",
        "FROM node:24 AS build\nRUN npm install -g openclaw@2026.9.6\nFROM node:24-slim\nCOPY --from=build /usr/local/lib/node_modules /usr/local/lib/node_modules\nRUN ln -s /usr/local/lib/node_modules/openclaw/openclaw.mjs /usr/local/bin/openclaw\nENTRYPOINT [\"openclaw\"]\nCMD [\"gateway\", \"run\"]\n",
    ),
    of(
        "box",
        "gateway",
        "FROM debian:13\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL https://openclaw.ai/install.sh | bash\nCMD openclaw gateway run\n",
    ),
    of(
        "bot",
        "gateway",
        "FROM node:22\nRUN corepack enable && pnpm add -g clawdbot@2026.1.24-3\nCMD [\"clawdbot\", \"gateway\"]\n",
    ),
    of("bot", "gateway", "FROM oven/bun:1\nRUN bun install -g moltbot\nCMD [\"moltbot\", \"gateway\"]\n"),
    of(
        "agent",
        "gateway",
        "FROM node:24\nWORKDIR /app\nRUN git clone --depth 1 -b v2026.9.6 https://github.com/openclaw/openclaw.git .\nRUN pnpm install && pnpm build\nCMD [\"node\", \"dist/index.js\", \"gateway\"]\n",
    ),
    of(
        "agent",
        "gateway",
        "ARG BASE=ghcr.io/openclaw/openclaw\nARG TAG=2026.9.6\nFROM ${BASE}:${TAG}\nUSER root\nRUN apt-get update\nUSER node\n",
    ),
    of(
        "panel",
        "gateway",
        "FROM coollabsio/openclaw:latest\nENV OPENCLAW_PRIMARY_MODEL=anthropic/claude-opus-4-6\n",
    ),
    BuiltService {
        service: "lobster",
        dockerfile: "FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nCOPY entrypoint.sh /entrypoint.sh\nENTRYPOINT [\"/entrypoint.sh\"]\n",
        files: &[(
            "entrypoint.sh",
            "#!/bin/sh\nset -e\nchown -R node /home/node/.openclaw\nexec gosu node node /app/dist/index.js gateway --bind lan\n",
        )],
        command: None,
        role: "gateway",
    },
    BuiltService {
        service: "helper",
        dockerfile: "FROM node:24\nWORKDIR /srv\nCOPY package.json .\nRUN npm ci\nCMD [\"npx\", \"openclaw\", \"gateway\"]\n",
        files: &[("package.json", "{\"name\": \"helper\", \"dependencies\": {\"openclaw\": \"2026.9.6\"}}")],
        command: None,
        role: "gateway",
    },
    BuiltService {
        service: "shell",
        dockerfile: "FROM ghcr.io/openclaw/openclaw:2026.9.6\n",
        files: &[],
        command: Some(&["node", "dist/index.js", "devices", "list"]),
        role: "cli",
    },
    of(
        "openclaw-notes-api",
        "other",
        "FROM node:22-alpine\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n",
    ),
    of(
        "moltbot",
        "other",
        "FROM golang:1.24 AS build\nCOPY . /src\nRUN cd /src && go build -o /bot .\nFROM alpine:3.22\nCOPY --from=build /bot /bot\nENTRYPOINT [\"/bot\"]\n",
    ),
    of(
        "openclaw-bot",
        "other",
        "FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nENV OPENCLAW_GATEWAY_URL=ws://gateway:18789\nCMD [\"python\", \"bot.py\"]\n",
    ),
    of(
        "openclaw-wireguard",
        "other",
        "FROM alpine:3.22\nRUN apk add --no-cache wireguard-tools\nCMD [\"wg-quick\", \"up\", \"wg0\"]\n",
    ),
    of(
        "openclaw-proxy",
        "other",
        "FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nRUN apt-get update && apt-get install -y socat\nENTRYPOINT [\"socat\", \"TCP-LISTEN:80,fork\", \"TCP:gateway:18789\"]\n",
    ),
    of(
        "openclaw-notes",
        "other",
        "FROM node:24\nRUN npm install -g openclaw-notes\nCMD [\"openclaw-notes\"]\n",
    ),
    of("openclaw-ui", "other", "FROM nginx:1.29\nCOPY dist /usr/share/nginx/html\n"),
    of("openclaw-exporter", "other", "FROM scratch\nCOPY exporter /exporter\nENTRYPOINT [\"/exporter\"]\n"),
    BuiltService {
        service: "openclaw-dashboard",
        dockerfile: "FROM node:22\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . .\nCMD [\"npm\", \"start\"]\n",
        files: &[(
            "package.json",
            "{\"name\": \"openclaw-dashboard\", \"dependencies\": {\"next\": \"15.0.0\"}}",
        )],
        command: None,
        role: "other",
    },
    of("clawdbot-db", "other", "FROM postgres:17\nCOPY schema.sql /docker-entrypoint-initdb.d/\n"),
    of(
        "openclaw-init",
        "other",
        "FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nCMD [\"chown\", \"-R\", \"node\", \"/home/node/.openclaw\"]\n",
    ),
];
