//! The files that Docker Compose finds by itself, in the order in which it looks for them.

/// compose-go `cli/options.go: DefaultFileNames`.
pub(crate) const DEFAULT_FILES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// Those that it adds to them: compose-go `cli/options.go: DefaultOverrideFileNames`.
pub(crate) const DEFAULT_OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];
