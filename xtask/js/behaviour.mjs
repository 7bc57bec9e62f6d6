// Prints the declarations that the model of OpenClaw rests on, each as a digest of its text, by the source
// module that the bundler names beside them (`//#region src/gateway/auth-resolve.ts`), as JSON.
//
//   node behaviour.mjs PACKAGE_FOLDER
//
// A digest that changed is no change of behaviour yet; one that did not is none.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scripts } from "./reveal.mjs";

const folder = process.argv[2];

/** The modules, by the part of src/openclaw that follows them. */
const AREAS = {
  "settings/auth.rs, start/credentials.rs": /^src\/gateway\/(?:auth|auth-resolve|auth-mode-policy|auth-token-resolution|startup-auth|credential-planner|credentials|credentials-secret-inputs|known-weak-gateway-secrets)\.ts$/,
  "settings/client.rs": /^src\/gateway\/(?:call|client-bootstrap|connection-details|net)\.ts$/,
  "start/": /^src\/(?:gateway\/(?:server-runtime-config|origin-check)|config\/gateway-control-ui-origins|cli\/gateway-cli\/(?:run|run-options|pre-bootstrap|future-config-guard|dev|startup-maintenance))\.ts$/,
  "read/command.rs, read/profile.rs": /^src\/cli\/(?:gateway-cli\/run-command|gateway-cli\/register|profile|profile-utils)\.ts$/,
  "read/environment.rs, read/dotenv_file.rs": /^src\/(?:infra\/(?:dotenv|dotenv-global|dotenv-global-core|shell-env|host-env-security|env)|cli\/dotenv|config\/(?:config-env-vars|env-vars|gateway-env-selection|state-dir-dotenv))\.ts$/,
  "read/paths.rs, read/state_files.rs": /^src\/(?:config\/(?:paths|state-dir)|infra\/home-dir)\.ts$/,
  "read/config.rs": /^src\/config\/(?:includes|includes-scan|env-substitution)\.ts$/,
  "settings/providers.rs": /^src\/(?:agents\/(?:model-auth|model-auth-env|model-auth-env-vars|model-auth-provider|model-auth-markers|provider-request-config|api-key-rotation|live-auth-keys)|secrets\/provider-env-vars)\.ts$/,
  "read/auth_profiles/": /^src\/agents\/auth-profiles\/(?:order|store|state|credential-state|sqlite|sqlite-read|session-override|profiles|persisted|legacy-source-files)\.ts$/,
  "settings/network.rs": /^src\/infra\/net\/proxy-env\.ts$/,
  "release/behaviour/ (sandbox_mounts)": /^src\/agents\/sandbox\/docker(?:-mount-source)?\.ts$/,
};

/** Names that the bundler changes from build to build: numbers behind equal names, digests in file names. */
const plain = (text) =>
  text.replace(/\b(\w+)\$\d+\b/g, "$1").replace(/-[A-Za-z0-9_-]{8}(?=\.m?js["'])/g, "").replace(/\/\*\*[\s\S]*?\*\//g, "").replace(/\s+/g, " ").trim();

/** The declarations at the top of a module: name and text. */
function declarations(text) {
  const starts = [...text.matchAll(/^(?:export )?(?:async )?(?:function\*? |const |let |var |class )([\w$]+)/gm)];
  return starts.map((start, at) => [start[1].replace(/\$\d+$/, ""), text.slice(start.index, starts[at + 1]?.index ?? text.length)]);
}

const found = {};
for (const path of scripts(join(folder, "dist"))) {
  if (/[/\\](?:control-ui|worker|extensions)[/\\]/.test(path)) continue;
  const source = readFileSync(path, "utf8");
  for (const [, module, text] of source.matchAll(/^\/\/#region (src\/\S+)\n([\s\S]*?)^\/\/#endregion/gm)) {
    const area = Object.keys(AREAS).find((area) => AREAS[area].test(module));
    if (!area) continue;
    for (const [name, declaration] of declarations(text)) {
      const digest = createHash("sha256").update(plain(declaration)).digest("hex").slice(0, 12);
      const all = ((found[area] ??= {})[`${module} ${name}`] ??= []);
      if (!all.includes(digest)) all.push(digest);
    }
  }
}
for (const area of Object.values(found)) for (const digests of Object.values(area)) digests.sort();
process.stdout.write(JSON.stringify(found), () => process.exit(0));
