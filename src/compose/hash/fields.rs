//! The fields of a service as Compose writes them to JSON: compose-go 2.4 to 2.14, `types/types.go`, in
//! the order of its structs, which is the order of the text that is hashed.

/// One field of a struct.
#[derive(Debug)]
pub(super) struct HashedField {
    /// Its key, in the compose file and in the JSON.
    pub(super) name: &'static str,
    /// What it is read and written as.
    pub(super) kind: FieldKind,
    /// It is written when it is empty as well (no `omitempty`).
    pub(super) always: bool,
}

/// How a value is read by compose-go and written by Go.
#[derive(Clone, Copy, Debug)]
pub(super) enum FieldKind {
    /// `string`.
    Text,
    /// `bool`.
    Flag,
    /// `*bool`.
    OptionalFlag,
    /// An integer.
    Whole,
    /// `*uint64`.
    OptionalWhole,
    /// `float32`.
    Real,
    /// `UnitBytes`.
    Bytes,
    /// `Duration`.
    Duration,
    /// `*Duration`.
    OptionalDuration,
    /// `[]string`.
    Words,
    /// A word or a list of them.
    WordOrWords,
    /// The same, of texts and numbers.
    Printed,
    /// `ShellCommand`.
    Command,
    /// `HealthCheckTest`.
    HealthTest,
    /// `MappingWithEquals`: a name without a value is `null`.
    Variables,
    /// `Mapping`, `Labels`, `Options`: a name without a value has the empty one.
    Mapping,
    /// `MultiOptions`.
    ListMapping,
    /// `HostsList`.
    Hosts,
    /// `map[string]*UlimitsConfig`.
    Ulimits,
    /// `*FileMode`.
    Mode,
    /// `DeviceCount`.
    DeviceCount,
    /// `OptOut` since 2.10, `bool` before.
    CreateHostPath,
    /// A struct, which is never empty.
    Struct(&'static [HashedField]),
    /// A pointer to a struct.
    Optional(&'static [HashedField]),
    /// A list of structs.
    List(&'static [HashedField]),
    /// Pointers to structs by name.
    Named(&'static [HashedField]),
    /// Decided by the service, not by the value alone.
    OfService,
}

use FieldKind::{
    Bytes, Command, CreateHostPath, DeviceCount, Duration, Flag, HealthTest, Hosts, List, ListMapping,
    Mapping, Mode, Named, OfService, Optional, OptionalDuration, OptionalFlag, OptionalWhole, Printed, Real,
    Struct, Text, Ulimits, Variables, Whole, WordOrWords, Words,
};

const fn field(name: &'static str, kind: FieldKind) -> HashedField {
    HashedField { name, kind, always: false }
}

const fn always(name: &'static str, kind: FieldKind) -> HashedField {
    HashedField { name, kind, always: true }
}

/// `ServiceConfig`, without what is never hashed: `build`, `pull_policy`, `scale`.
pub(super) static SERVICE: &[HashedField] = &[
    field("profiles", Words),
    field("annotations", Mapping),
    field("attach", OptionalFlag),
    field("develop", Optional(DEVELOP)),
    field("blkio_config", Optional(BLKIO)),
    field("cap_add", Words),
    field("cap_drop", Words),
    field("cgroup_parent", Text),
    field("cgroup", Text),
    field("cpu_count", Whole),
    field("cpu_percent", Real),
    field("cpu_period", Whole),
    field("cpu_quota", Whole),
    field("cpu_rt_period", Whole),
    field("cpu_rt_runtime", Whole),
    field("cpus", Real),
    field("cpuset", Text),
    field("cpu_shares", Whole),
    always("command", Command),
    field("configs", List(FILE_REFERENCE)),
    field("container_name", Text),
    field("credential_spec", Optional(CREDENTIAL_SPEC)),
    field("depends_on", OfService),
    field("deploy", Optional(DEPLOY)),
    field("device_cgroup_rules", Words),
    field("devices", List(DEVICE)),
    field("dns", WordOrWords),
    field("dns_opt", Words),
    field("dns_search", WordOrWords),
    field("dockerfile", Text),
    field("domainname", Text),
    always("entrypoint", Command),
    field("provider", Optional(PROVIDER)),
    field("environment", OfService),
    field("env_file", OfService),
    field("expose", Printed),
    field("external_links", Words),
    field("extra_hosts", Hosts),
    field("group_add", Words),
    field("gpus", List(DEVICE_REQUEST)),
    field("hostname", Text),
    field("healthcheck", Optional(HEALTHCHECK)),
    field("image", Text),
    field("init", OptionalFlag),
    field("ipc", OfService),
    field("isolation", Text),
    field("labels", OfService),
    field("label_file", OfService),
    field("links", Words),
    field("logging", Optional(LOGGING)),
    field("log_driver", Text),
    field("log_opt", Mapping),
    field("mem_limit", Bytes),
    field("mem_reservation", Bytes),
    field("memswap_limit", Bytes),
    field("mem_swappiness", Bytes),
    field("mac_address", Text),
    field("models", Named(MODEL)),
    field("net", Text),
    field("network_mode", OfService),
    field("networks", OfService),
    field("oom_kill_disable", Flag),
    field("oom_score_adj", Whole),
    field("pid", OfService),
    field("pids_limit", Whole),
    field("platform", OfService),
    field("ports", List(PORT)),
    field("privileged", Flag),
    field("read_only", Flag),
    field("restart", Text),
    field("runtime", Text),
    field("secrets", List(FILE_REFERENCE)),
    field("security_opt", Words),
    field("shm_size", Bytes),
    field("stdin_open", Flag),
    field("stop_grace_period", OptionalDuration),
    field("stop_signal", Text),
    field("storage_opt", Mapping),
    field("sysctls", Mapping),
    field("tmpfs", WordOrWords),
    field("tty", Flag),
    field("ulimits", Ulimits),
    field("use_api_socket", Flag),
    field("user", Text),
    field("userns_mode", Text),
    field("uts", Text),
    field("volume_driver", Text),
    field("volumes", List(VOLUME)),
    field("volumes_from", OfService),
    field("working_dir", Text),
    field("pre_start", List(HOOK)),
    field("post_start", List(HOOK)),
    field("pre_stop", List(HOOK)),
];

/// What a service may have and no hash has.
pub(super) const LEFT_OUT: [&str; 4] = ["build", "pull_policy", "scale", "extends"];

pub(super) static NETWORK: &[HashedField] = &[
    field("aliases", Words),
    field("driver_opts", Mapping),
    field("gw_priority", Whole),
    field("interface_name", Text),
    field("ipv4_address", Text),
    field("ipv6_address", Text),
    field("link_local_ips", Words),
    field("mac_address", Text),
    field("priority", Whole),
];

// Without `gw_priority`: a release of these whose schema takes it may not have it in its structs.
pub(super) static NETWORK_BEFORE_2_36: &[HashedField] = &[
    field("priority", Whole),
    field("aliases", Words),
    field("ipv4_address", Text),
    field("ipv6_address", Text),
    field("link_local_ips", Words),
    field("mac_address", Text),
    field("driver_opts", Mapping),
];

pub(super) static DEPENDENCY: &[HashedField] =
    &[field("condition", Text), field("restart", Flag), always("required", Flag)];

static DEVELOP: &[HashedField] = &[field("watch", List(WATCH))];

static WATCH: &[HashedField] = &[
    always("path", Text),
    always("action", Text),
    field("target", Text),
    field("exec", Struct(HOOK)),
    field("include", WordOrWords),
    field("ignore", WordOrWords),
    field("initial_sync", Flag),
];

static BLKIO: &[HashedField] = &[
    field("weight", Whole),
    field("weight_device", List(WEIGHT_DEVICE)),
    field("device_read_bps", List(THROTTLE_DEVICE)),
    field("device_read_iops", List(THROTTLE_DEVICE)),
    field("device_write_bps", List(THROTTLE_DEVICE)),
    field("device_write_iops", List(THROTTLE_DEVICE)),
];

// Without tags in Go: the JSON has the names of the fields, in upper case.
static WEIGHT_DEVICE: &[HashedField] = &[always("Path", Text), always("Weight", Whole)];
static THROTTLE_DEVICE: &[HashedField] = &[always("Path", Text), always("Rate", Bytes)];

static FILE_REFERENCE: &[HashedField] = &[
    field("source", Text),
    field("target", Text),
    field("uid", Text),
    field("gid", Text),
    field("mode", Mode),
];

static CREDENTIAL_SPEC: &[HashedField] =
    &[field("config", Text), field("file", Text), field("registry", Text)];

// `replicas` is never hashed.
static DEPLOY: &[HashedField] = &[
    field("mode", Text),
    field("labels", Mapping),
    field("update_config", Optional(UPDATE)),
    field("rollback_config", Optional(UPDATE)),
    always("resources", Struct(RESOURCES)),
    field("restart_policy", Optional(RESTART_POLICY)),
    always("placement", Struct(PLACEMENT)),
    field("endpoint_mode", Text),
];

static UPDATE: &[HashedField] = &[
    field("parallelism", OptionalWhole),
    field("delay", Duration),
    field("failure_action", Text),
    field("monitor", Duration),
    field("max_failure_ratio", Real),
    field("order", Text),
];

static RESOURCES: &[HashedField] =
    &[field("limits", Optional(RESOURCE)), field("reservations", Optional(RESOURCE))];

static RESOURCE: &[HashedField] = &[
    field("cpus", Real),
    field("memory", Bytes),
    field("pids", Whole),
    field("devices", List(DEVICE_REQUEST)),
    field("generic_resources", List(GENERIC_RESOURCE)),
];

static GENERIC_RESOURCE: &[HashedField] = &[field("discrete_resource_spec", Optional(DISCRETE_RESOURCE))];

static DISCRETE_RESOURCE: &[HashedField] = &[always("kind", Text), always("value", Whole)];

static RESTART_POLICY: &[HashedField] = &[
    field("condition", Text),
    field("delay", OptionalDuration),
    field("max_attempts", OptionalWhole),
    field("window", OptionalDuration),
];

static PLACEMENT: &[HashedField] = &[
    field("constraints", Words),
    field("preferences", List(&[HashedField { name: "spread", kind: Text, always: false }])),
    field("max_replicas_per_node", Whole),
];

static DEVICE: &[HashedField] = &[field("source", Text), field("target", Text), field("permissions", Text)];

static PROVIDER: &[HashedField] = &[field("type", Text), field("options", ListMapping)];

static DEVICE_REQUEST: &[HashedField] = &[
    field("capabilities", Words),
    field("driver", Text),
    field("count", DeviceCount),
    field("device_ids", Words),
    field("options", Mapping),
];

static HEALTHCHECK: &[HashedField] = &[
    field("test", HealthTest),
    field("timeout", OptionalDuration),
    field("interval", OptionalDuration),
    field("retries", OptionalWhole),
    field("start_period", OptionalDuration),
    field("start_interval", OptionalDuration),
    field("disable", Flag),
];

static LOGGING: &[HashedField] = &[field("driver", Text), field("options", Mapping)];

static MODEL: &[HashedField] = &[field("endpoint_var", Text), field("model_var", Text)];

static PORT: &[HashedField] = &[
    field("name", Text),
    field("mode", Text),
    field("host_ip", Text),
    field("target", Whole),
    field("published", Text),
    field("protocol", Text),
    field("app_protocol", Text),
];

static VOLUME: &[HashedField] = &[
    field("type", Text),
    field("source", Text),
    field("target", Text),
    field("read_only", Flag),
    field("consistency", Text),
    field(
        "bind",
        Optional(&[
            HashedField { name: "selinux", kind: Text, always: false },
            HashedField { name: "propagation", kind: Text, always: false },
            HashedField { name: "create_host_path", kind: CreateHostPath, always: false },
            HashedField { name: "recursive", kind: Text, always: false },
        ]),
    ),
    field(
        "volume",
        Optional(&[
            HashedField { name: "labels", kind: Mapping, always: false },
            HashedField { name: "nocopy", kind: Flag, always: false },
            HashedField { name: "subpath", kind: Text, always: false },
        ]),
    ),
    field(
        "tmpfs",
        Optional(&[
            HashedField { name: "size", kind: Bytes, always: false },
            HashedField { name: "mode", kind: Whole, always: false },
        ]),
    ),
    field("image", Optional(&[HashedField { name: "subpath", kind: Text, always: false }])),
];

static HOOK: &[HashedField] = &[
    always("command", Command),
    field("image", Text),
    field("user", Text),
    field("privileged", Flag),
    field("working_dir", Text),
    field("environment", Variables),
    field("per_replica", Flag),
];
