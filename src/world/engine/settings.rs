//! How a container is set up, in the words that a compose service would use: what `docker inspect` has of
//! the fields that are in Compose's hash. What the engine sets by itself is left out.

use crate::text::secret::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// The fields of a container or a service, by name and, of those that hold several, by item.
pub type Settings = BTreeMap<(&'static str, String), Text>;

/// `/dev/shm` of every container, in bytes.
const SHM_SIZE: u64 = 64 << 20;

/// Reads the answer of `GET /containers/ID/json`.
#[must_use]
pub fn of_container(value: &Value) -> Settings {
    let (config, host) = (&value["Config"], &value["HostConfig"]);
    let mut all = Settings::new();
    let mut put = |field: &'static str, text: String| {
        if !text.is_empty() {
            all.insert((field, String::new()), text.as_str().into());
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number =
        |value: &Value| value.as_i64().filter(|n| *n != 0).map(|n| n.to_string()).unwrap_or_default();
    let flag = |value: &Value| if value == &Value::Bool(true) { "true".to_owned() } else { String::new() };
    let mode = text(&host["NetworkMode"]);
    let own_name = value["Id"].as_str().and_then(|id| id.get(..12)).unwrap_or_default();
    // The name of the host, or of the container whose network it is in.
    if mode != "host" && !mode.starts_with("container:") && config["Hostname"] != own_name {
        put("hostname", text(&config["Hostname"]));
    }
    put("domainname", text(&config["Domainname"]));
    put("working_dir", text(&config["WorkingDir"]));
    put("stop_signal", text(&config["StopSignal"]));
    if let Some(seconds) = config["StopTimeout"].as_i64() {
        put("stop_grace_period", format!("{seconds}s"));
    }
    put("tty", flag(&config["Tty"]));
    put("stdin_open", flag(&config["OpenStdin"]));
    put("privileged", flag(&host["Privileged"]));
    put("read_only", flag(&host["ReadonlyRootfs"]));
    put("init", host["Init"].as_bool().map(|init| init.to_string()).unwrap_or_default());
    put("restart", restart(&host["RestartPolicy"]));
    put("mem_limit", number(&host["Memory"]));
    put("mem_reservation", number(&host["MemoryReservation"]));
    put("shm_size", number(&host["ShmSize"]).replace(&SHM_SIZE.to_string(), ""));
    put("cpu_shares", number(&host["CpuShares"]));
    put("cpuset", text(&host["CpusetCpus"]));
    put("pids_limit", number(&host["PidsLimit"]));
    put("oom_score_adj", number(&host["OomScoreAdj"]));
    put("userns_mode", text(&host["UsernsMode"]));
    put("uts", text(&host["UTSMode"]));
    put("runtime", Some(text(&host["Runtime"])).filter(|name| name != "runc").unwrap_or_default());
    put("container_name", value["Name"].as_str().unwrap_or_default().trim_start_matches('/').to_owned());
    if config["Healthcheck"].is_object() {
        put("healthcheck", healthcheck(&config["Healthcheck"]));
    }
    put("logging", logging(&host["LogConfig"]));
    let mut each = |field: &'static str, value: &Value| {
        for item in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
            all.insert((field, item.to_owned()), item.into());
        }
    };
    each("cap_add", &host["CapAdd"]);
    each("cap_drop", &host["CapDrop"]);
    each("dns", &host["Dns"]);
    each("dns_opt", &host["DnsOptions"]);
    each("dns_search", &host["DnsSearch"]);
    each("extra_hosts", &host["ExtraHosts"]);
    each("group_add", &host["GroupAdd"]);
    each("security_opt", &host["SecurityOpt"]);
    for (name, value) in host["Sysctls"].as_object().into_iter().flatten() {
        all.insert(
            ("sysctls", name.clone()),
            format!("{name}={}", value.as_str().unwrap_or_default()).into(),
        );
    }
    for limit in host["Ulimits"].as_array().into_iter().flatten() {
        let name = limit["Name"].as_str().unwrap_or_default();
        let text = format!("{name}={}:{}", limit["Soft"], limit["Hard"]);
        all.insert(("ulimits", name.to_owned()), text.into());
    }
    for device in host["Devices"].as_array().into_iter().flatten() {
        let part = |name: &str| device[name].as_str().unwrap_or_default();
        let target = part("PathInContainer");
        let text = format!("{}:{target}:{}", part("PathOnHost"), part("CgroupPermissions"));
        all.insert(("devices", target.to_owned()), text.into());
    }
    for mount in value["Mounts"].as_array().into_iter().flatten() {
        let target = mount["Destination"].as_str().unwrap_or_default();
        if mount["Type"] == "bind" && target.starts_with("/run/secrets/") {
            all.insert(("secrets", target.to_owned()), target.into());
        }
    }
    for name in value["NetworkSettings"]["Networks"].as_object().into_iter().flatten().map(|(name, _)| name) {
        if !["host", "none", "bridge"].contains(&name.as_str()) {
            all.insert(("networks", name.clone()), name.as_str().into());
        }
    }
    labels(&config["Labels"], &mut all);
    all
}

/// Reads the answer of `GET /images/ID/json`: what a container has of it.
#[must_use]
pub fn of_image(value: &Value) -> Settings {
    let config = &value["Config"];
    let mut all = Settings::new();
    for (field, name) in [("working_dir", "WorkingDir"), ("stop_signal", "StopSignal")] {
        if let Some(text) = config[name].as_str().filter(|text| !text.is_empty()) {
            all.insert((field, String::new()), text.into());
        }
    }
    if config["Healthcheck"].is_object() {
        all.insert(("healthcheck", String::new()), healthcheck(&config["Healthcheck"]).into());
    }
    labels(&config["Labels"], &mut all);
    all
}

fn labels(value: &Value, all: &mut Settings) {
    for (name, value) in value.as_object().into_iter().flatten() {
        // Compose's own say nothing of the service's.
        if !name.starts_with("com.docker.compose.") {
            let text = format!("{name}={}", value.as_str().unwrap_or_default());
            all.insert(("labels", name.clone()), text.into());
        }
    }
}

fn restart(value: &Value) -> String {
    let name = value["Name"].as_str().unwrap_or_default();
    match (name, value["MaximumRetryCount"].as_i64().unwrap_or_default()) {
        ("no", _) => String::new(),
        (name, 0) => name.to_owned(),
        (name, retries) => format!("{name}:{retries}"),
    }
}

fn healthcheck(value: &Value) -> String {
    let words = value["Test"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut text = words.collect::<Vec<_>>().join(" ");
    for (name, key) in [
        ("interval", "Interval"),
        ("timeout", "Timeout"),
        ("start_period", "StartPeriod"),
        ("start_interval", "StartInterval"),
    ] {
        if let Some(nanoseconds) = value[key].as_i64().filter(|n| *n != 0) {
            text.push_str(&format!(" {name}={}ms", nanoseconds / 1_000_000));
        }
    }
    if let Some(retries) = value["Retries"].as_i64().filter(|n| *n != 0) {
        text.push_str(&format!(" retries={retries}"));
    }
    text.trim_start().to_owned()
}

/// The engine's default driver without options is nobody's choice.
fn logging(value: &Value) -> String {
    let driver = value["Type"].as_str().unwrap_or_default();
    let options = value["Config"].as_object().into_iter().flatten();
    let options: Vec<String> =
        options.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect();
    match (driver, options.is_empty()) {
        ("json-file" | "journald" | "local", true) => String::new(),
        (driver, _) => std::iter::once(driver.to_owned()).chain(options).collect::<Vec<_>>().join(" "),
    }
}
