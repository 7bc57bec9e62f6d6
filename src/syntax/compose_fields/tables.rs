//! What may be written where, after the Compose specification (05-services.md to 14-include.md)
//! and the schema that compose-go 2.13 checks with.

use super::{
    FieldShape::{self, Any, Either, Is, List, Loose, Map, Named, Set, Text, Within, Word},
    Fields,
    Type::{Bool, Int, Map as Mapping, Null, Num, Str},
};

type KnownField = &'static [(&'static str, &'static FieldShape)];

/// Keys, and `x-…`.
const fn fields(known: KnownField) -> Fields {
    Fields { known, required: &[], extensions: true, open: false }
}

/// Keys and no others.
const fn closed(known: KnownField) -> Fields {
    Fields { known, required: &[], extensions: false, open: false }
}

const fn requiring(known: KnownField, required: &'static [&'static str]) -> Fields {
    Fields { known, required, extensions: true, open: false }
}

const fn open(known: KnownField) -> Fields {
    Fields { known, required: &[], extensions: true, open: true }
}

/// `^[a-zA-Z0-9._-]+$`
fn is_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// `.+`, which is looked for anywhere in the key.
fn is_filled(key: &str) -> bool {
    key.chars().any(|c| c != '\n')
}

/// `^[a-z]+$`
fn is_lower(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase())
}

/// `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, looked for anywhere.
fn is_container_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.windows(2).any(|pair| {
        pair[0].is_ascii_alphanumeric()
            && (pair[1].is_ascii_alphanumeric() || matches!(pair[1], b'_' | b'.' | b'-'))
    })
}

/// Looked for anywhere, as the pattern has no anchors.
fn is_pull_policy(policy: &str) -> bool {
    const WORDS: [&str; 8] =
        ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
    let every = policy.split("every_").skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with(['w', 'd', 'h', 'm', 's'])
    });
    every || WORDS.iter().any(|word| policy.contains(word))
}

static ANY: FieldShape = Any;
static STR: FieldShape = Is(&[Str]);
static BOOL: FieldShape = Is(&[Bool]);
static INT: FieldShape = Is(&[Int]);
static NUM: FieldShape = Is(&[Num]);
static BOOL_STR: FieldShape = Is(&[Bool, Str]);
static INT_STR: FieldShape = Is(&[Int, Str]);
static NUM_STR: FieldShape = Is(&[Num, Str]);
static STRINGS: FieldShape = List(&STR);
static STRING_SET: FieldShape = Set(&STR);
static STR_OR_LIST: FieldShape = Either(&[Is(&[Str]), Set(&STR)]);
static COMMAND: FieldShape = Either(&[Is(&[Null, Str]), List(&STR)]);
static SCALAR: FieldShape = Is(&[Bool, Null, Num, Str]);
static LIST_OR_DICT: FieldShape = Either(&[Named(is_filled, &SCALAR), Set(&STR)]);
static EXTRA_HOSTS: FieldShape = Either(&[Named(is_filled, &Either(&[Is(&[Str]), List(&STR)])), Set(&STR)]);
static DRIVER_OPTS: FieldShape = Loose(is_filled, &NUM_STR);

/// The whole file.
pub(crate) static PROJECT: FieldShape = Map(&fields(&[
    ("version", &STR),
    ("name", &STR),
    // It is taken out of the tree before.
    ("include", &ANY),
    ("services", &Named(is_name, &SERVICE)),
    ("models", &Loose(is_name, &MODEL)),
    ("networks", &Loose(is_name, &NETWORK)),
    ("volumes", &Named(is_name, &VOLUME)),
    ("secrets", &Named(is_name, &SECRET)),
    ("configs", &Named(is_name, &CONFIG)),
]));

static MODEL: FieldShape = Map(&requiring(
    &[("name", &STR), ("model", &STR), ("context_size", &INT), ("runtime_flags", &STRINGS)],
    &["model"],
));

static EXTERNAL: FieldShape = Either(&[Is(&[Bool, Str]), Map(&fields(&[("name", &STR)]))]);
static OPEN_EXTERNAL: FieldShape = Either(&[Is(&[Bool, Str]), Map(&open(&[("name", &STR)]))]);

static NETWORK: FieldShape = Either(&[
    Is(&[Null]),
    Map(&fields(&[
        ("name", &STR),
        ("driver", &STR),
        ("driver_opts", &DRIVER_OPTS),
        ("ipam", &IPAM),
        ("external", &EXTERNAL),
        ("internal", &BOOL_STR),
        ("enable_ipv4", &BOOL_STR),
        ("enable_ipv6", &BOOL_STR),
        ("attachable", &BOOL_STR),
        ("labels", &LIST_OR_DICT),
    ])),
]);
static IPAM: FieldShape = Map(&fields(&[
    ("driver", &STR),
    (
        "config",
        &List(&Map(&fields(&[
            ("subnet", &STR),
            ("ip_range", &STR),
            ("gateway", &STR),
            ("aux_addresses", &Named(is_filled, &STR)),
        ]))),
    ),
    ("options", &Named(is_filled, &STR)),
]));
static VOLUME: FieldShape = Either(&[
    Is(&[Null]),
    Map(&fields(&[
        ("name", &STR),
        ("driver", &STR),
        ("driver_opts", &DRIVER_OPTS),
        ("external", &EXTERNAL),
        ("labels", &LIST_OR_DICT),
    ])),
]);
static SECRET: FieldShape = Map(&fields(&[
    ("name", &STR),
    ("environment", &STR),
    ("file", &STR),
    ("external", &OPEN_EXTERNAL),
    ("labels", &LIST_OR_DICT),
    ("driver", &STR),
    ("driver_opts", &DRIVER_OPTS),
    ("template_driver", &STR),
]));
static CONFIG: FieldShape = Map(&fields(&[
    ("name", &STR),
    ("content", &STR),
    ("environment", &STR),
    ("file", &STR),
    ("external", &OPEN_EXTERNAL),
    ("labels", &LIST_OR_DICT),
    ("template_driver", &STR),
]));

static SERVICE: FieldShape = Map(&fields(&[
    ("annotations", &LIST_OR_DICT),
    ("attach", &BOOL_STR),
    ("blkio_config", &BLKIO),
    ("build", &BUILD),
    ("cap_add", &STRING_SET),
    ("cap_drop", &STRING_SET),
    ("cgroup", &Word(&["host", "private"])),
    ("cgroup_parent", &STR),
    ("command", &COMMAND),
    ("configs", &MOUNTED_FILES),
    (
        "container_name",
        &Text(is_container_name, "two or more letters, digits, `_`, `.` or `-`, the first a letter or digit"),
    ),
    ("cpu_count", &Within(0, i64::MAX)),
    ("cpu_percent", &Within(0, 100)),
    ("cpu_period", &NUM_STR),
    ("cpu_quota", &NUM_STR),
    ("cpu_rt_period", &NUM_STR),
    ("cpu_rt_runtime", &NUM_STR),
    ("cpu_shares", &NUM_STR),
    ("cpus", &NUM_STR),
    ("cpuset", &STR),
    ("credential_spec", &Map(&fields(&[("config", &STR), ("file", &STR), ("registry", &STR)]))),
    ("depends_on", &DEPENDS_ON),
    ("deploy", &DEPLOY),
    ("develop", &DEVELOP),
    ("device_cgroup_rules", &STRING_SET),
    ("devices", &List(&DEVICE)),
    ("dns", &STR_OR_LIST),
    ("dns_opt", &STRING_SET),
    ("dns_search", &STR_OR_LIST),
    ("domainname", &STR),
    ("entrypoint", &COMMAND),
    ("env_file", &ENV_FILE),
    ("environment", &LIST_OR_DICT),
    ("expose", &Set(&NUM_STR)),
    ("extends", &EXTENDS),
    ("external_links", &STRING_SET),
    ("extra_hosts", &EXTRA_HOSTS),
    ("gpus", &GPUS),
    ("group_add", &Set(&NUM_STR)),
    ("healthcheck", &HEALTHCHECK),
    ("hostname", &STR),
    ("image", &STR),
    ("init", &BOOL_STR),
    ("ipc", &STR),
    ("isolation", &STR),
    ("label_file", &Either(&[Is(&[Str]), List(&STR)])),
    ("labels", &LIST_OR_DICT),
    ("links", &STRING_SET),
    ("logging", &LOGGING),
    ("mac_address", &STR),
    ("mem_limit", &NUM_STR),
    ("mem_reservation", &INT_STR),
    ("mem_swappiness", &INT_STR),
    ("memswap_limit", &NUM_STR),
    ("models", &SERVICE_MODELS),
    ("network_mode", &STR),
    ("networks", &SERVICE_NETWORKS),
    ("oom_kill_disable", &BOOL_STR),
    ("oom_score_adj", &Within(-1000, 1000)),
    ("pid", &Is(&[Null, Str])),
    ("pids_limit", &NUM_STR),
    ("platform", &STR),
    ("ports", &Set(&PORT)),
    ("post_start", &List(&HOOK)),
    ("pre_start", &List(&PRE_START)),
    ("pre_stop", &List(&HOOK)),
    ("privileged", &BOOL_STR),
    ("profiles", &STRING_SET),
    ("provider", &PROVIDER),
    (
        "pull_policy",
        &Text(
            is_pull_policy,
            "one of always, never, missing, if_not_present, build, daily, weekly, every_<duration>",
        ),
    ),
    ("pull_refresh_after", &STR),
    ("read_only", &BOOL_STR),
    ("restart", &STR),
    ("runtime", &STR),
    ("scale", &INT_STR),
    ("secrets", &MOUNTED_FILES),
    ("security_opt", &STRING_SET),
    ("shm_size", &NUM_STR),
    ("stdin_open", &BOOL_STR),
    ("stop_grace_period", &STR),
    ("stop_signal", &STR),
    ("storage_opt", &Is(&[Mapping])),
    ("sysctls", &LIST_OR_DICT),
    ("tmpfs", &STR_OR_LIST),
    ("tty", &BOOL_STR),
    ("ulimits", &ULIMITS),
    ("use_api_socket", &BOOL),
    ("user", &STR),
    ("userns_mode", &STR),
    ("uts", &STR),
    ("volumes", &Set(&MOUNT)),
    ("volumes_from", &STRING_SET),
    ("working_dir", &STR),
]));

static BLKIO: FieldShape = Map(&closed(&[
    ("device_read_bps", &BLKIO_LIMITS),
    ("device_read_iops", &BLKIO_LIMITS),
    ("device_write_bps", &BLKIO_LIMITS),
    ("device_write_iops", &BLKIO_LIMITS),
    ("weight", &INT_STR),
    ("weight_device", &List(&Map(&closed(&[("path", &STR), ("weight", &INT_STR)])))),
]));
static BLKIO_LIMITS: FieldShape = List(&Map(&closed(&[("path", &STR), ("rate", &INT_STR)])));
static BUILD: FieldShape = Either(&[
    Is(&[Str]),
    Map(&fields(&[
        ("context", &STR),
        ("dockerfile", &STR),
        ("dockerfile_inline", &STR),
        ("entitlements", &STRINGS),
        ("args", &LIST_OR_DICT),
        ("ssh", &LIST_OR_DICT),
        ("labels", &LIST_OR_DICT),
        ("cache_from", &STRINGS),
        ("cache_to", &STRINGS),
        ("no_cache", &BOOL_STR),
        ("no_cache_filter", &STR_OR_LIST),
        ("additional_contexts", &LIST_OR_DICT),
        ("network", &STR),
        ("provenance", &BOOL_STR),
        ("sbom", &BOOL_STR),
        ("pull", &BOOL_STR),
        ("target", &STR),
        ("shm_size", &INT_STR),
        ("extra_hosts", &EXTRA_HOSTS),
        ("isolation", &STR),
        ("privileged", &BOOL_STR),
        ("secrets", &MOUNTED_FILES),
        ("tags", &STRINGS),
        ("ulimits", &ULIMITS),
        ("platforms", &STRINGS),
    ])),
]);
static MOUNTED_FILES: FieldShape = List(&Either(&[
    Is(&[Str]),
    Map(&fields(&[("source", &STR), ("target", &STR), ("uid", &STR), ("gid", &STR), ("mode", &NUM_STR)])),
]));
static DEPENDS_ON: FieldShape = Either(&[
    Set(&STR),
    Named(
        is_name,
        &Map(&requiring(
            &[
                ("restart", &BOOL_STR),
                ("required", &BOOL),
                (
                    "condition",
                    &Word(&["service_started", "service_healthy", "service_completed_successfully"]),
                ),
            ],
            &["condition"],
        )),
    ),
]);
static DEVICE: FieldShape = Either(&[
    Is(&[Str]),
    Map(&requiring(&[("source", &STR), ("target", &STR), ("permissions", &STR)], &["source"])),
]);
static ENV_FILE: FieldShape = Either(&[
    Is(&[Str]),
    List(&Either(&[
        Is(&[Str]),
        Map(&Fields {
            known: &[("path", &STR), ("format", &STR), ("required", &BOOL_STR)],
            required: &["path"],
            extensions: false,
            open: false,
        }),
    ])),
]);
static EXTENDS: FieldShape = Either(&[
    Is(&[Str]),
    Map(&Fields {
        known: &[("service", &STR), ("file", &STR)],
        required: &["service"],
        extensions: false,
        open: false,
    }),
]);
static PROVIDER: FieldShape = Map(&requiring(
    &[
        ("type", &STR),
        ("options", &Loose(is_filled, &Either(&[Is(&[Str, Num, Bool]), List(&Is(&[Str, Num, Bool]))]))),
    ],
    &["type"],
));
static GPUS: FieldShape = Either(&[
    Word(&["all"]),
    List(&Map(&open(&[
        ("capabilities", &STRING_SET),
        ("count", &INT_STR),
        ("device_ids", &STRING_SET),
        ("driver", &STR),
        ("options", &LIST_OR_DICT),
    ]))),
]);
static HEALTHCHECK: FieldShape = Map(&fields(&[
    ("disable", &BOOL_STR),
    ("interval", &STR),
    ("retries", &NUM_STR),
    ("test", &Either(&[Is(&[Str]), List(&STR)])),
    ("timeout", &STR),
    ("start_period", &STR),
    ("start_interval", &STR),
]));
static LOGGING: FieldShape =
    Map(&fields(&[("driver", &STR), ("options", &Loose(is_filled, &Is(&[Str, Num, Null])))]));
static SERVICE_MODELS: FieldShape = Either(&[
    Set(&STR),
    Loose(is_name, &Either(&[Is(&[Null]), Map(&fields(&[("endpoint_var", &STR), ("model_var", &STR)]))])),
]);
static SERVICE_NETWORKS: FieldShape = Either(&[
    Set(&STR),
    Named(
        is_name,
        &Either(&[
            Is(&[Null]),
            Map(&fields(&[
                ("aliases", &STRING_SET),
                ("interface_name", &STR),
                ("ipv4_address", &STR),
                ("ipv6_address", &STR),
                ("link_local_ips", &STRING_SET),
                ("mac_address", &STR),
                ("driver_opts", &DRIVER_OPTS),
                ("priority", &NUM),
                ("gw_priority", &NUM),
            ])),
        ]),
    ),
]);
static PORT: FieldShape = Either(&[
    Is(&[Num, Str]),
    Map(&fields(&[
        ("name", &STR),
        ("mode", &STR),
        ("host_ip", &STR),
        ("target", &INT_STR),
        ("published", &INT_STR),
        ("protocol", &STR),
        ("app_protocol", &STR),
    ])),
]);
static HOOK: FieldShape = Map(&requiring(
    &[
        ("command", &COMMAND),
        ("user", &STR),
        ("privileged", &BOOL_STR),
        ("working_dir", &STR),
        ("environment", &LIST_OR_DICT),
    ],
    &["command"],
));
static PRE_START: FieldShape = Map(&fields(&[
    ("command", &COMMAND),
    ("image", &STR),
    ("user", &STR),
    ("privileged", &BOOL_STR),
    ("working_dir", &STR),
    ("environment", &LIST_OR_DICT),
    ("per_replica", &BOOL_STR),
]));
static ULIMITS: FieldShape = Named(
    is_lower,
    &Either(&[
        Is(&[Int, Str]),
        Map(&requiring(&[("hard", &INT_STR), ("soft", &INT_STR)], &["soft", "hard"])),
    ]),
);
static MOUNT: FieldShape = Either(&[
    Is(&[Str]),
    Map(&requiring(
        &[
            ("type", &Word(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
            ("source", &STR),
            ("target", &STR),
            ("read_only", &BOOL_STR),
            ("consistency", &STR),
            (
                "bind",
                &Map(&fields(&[
                    ("propagation", &STR),
                    ("create_host_path", &BOOL_STR),
                    ("recursive", &Word(&["enabled", "disabled", "writable", "readonly"])),
                    ("selinux", &Word(&["z", "Z"])),
                ])),
            ),
            ("volume", &Map(&fields(&[("labels", &LIST_OR_DICT), ("nocopy", &BOOL_STR), ("subpath", &STR)]))),
            ("tmpfs", &Map(&fields(&[("size", &Within(0, i64::MAX)), ("mode", &NUM_STR)]))),
            ("image", &Map(&fields(&[("subpath", &STR)]))),
        ],
        &["type"],
    )),
]);
static DEVELOP: FieldShape = Either(&[
    Is(&[Null]),
    Map(&fields(&[(
        "watch",
        &List(&Map(&requiring(
            &[
                ("ignore", &STR_OR_LIST),
                ("include", &STR_OR_LIST),
                ("path", &STR),
                ("action", &Word(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
                ("target", &STR),
                ("exec", &HOOK),
                ("initial_sync", &BOOL),
            ],
            &["path", "action"],
        ))),
    )])),
]);
static ROLLING: FieldShape = Map(&fields(&[
    ("parallelism", &INT_STR),
    ("delay", &STR),
    ("failure_action", &STR),
    ("monitor", &STR),
    ("max_failure_ratio", &NUM_STR),
    ("order", &Word(&["start-first", "stop-first"])),
]));
static DEPLOY: FieldShape = Either(&[
    Is(&[Null]),
    Map(&fields(&[
        ("mode", &STR),
        ("endpoint_mode", &STR),
        ("replicas", &INT_STR),
        ("labels", &LIST_OR_DICT),
        ("rollback_config", &ROLLING),
        ("update_config", &ROLLING),
        ("resources", &RESOURCES),
        (
            "restart_policy",
            &Map(&fields(&[
                ("condition", &STR),
                ("delay", &STR),
                ("max_attempts", &INT_STR),
                ("window", &STR),
            ])),
        ),
        (
            "placement",
            &Map(&fields(&[
                ("constraints", &STRINGS),
                ("preferences", &List(&Map(&fields(&[("spread", &STR)])))),
                ("max_replicas_per_node", &INT_STR),
            ])),
        ),
    ])),
]);
static RESOURCES: FieldShape = Map(&fields(&[
    ("limits", &Map(&fields(&[("cpus", &NUM_STR), ("memory", &STR), ("pids", &INT_STR)]))),
    (
        "reservations",
        &Map(&fields(&[
            ("cpus", &NUM_STR),
            ("memory", &STR),
            (
                "generic_resources",
                &List(&Map(&fields(&[(
                    "discrete_resource_spec",
                    &Map(&fields(&[("kind", &STR), ("value", &NUM_STR)])),
                )]))),
            ),
            ("devices", &List(&Map(&DEVICE_REQUIRED))),
        ])),
    ),
]));
static DEVICE_REQUIRED: Fields = requiring(
    &[
        ("capabilities", &STRING_SET),
        ("count", &INT_STR),
        ("device_ids", &STRING_SET),
        ("driver", &STR),
        ("options", &LIST_OR_DICT),
    ],
    &["capabilities"],
);
