//! Every field of a Compose service in the forms that people write, and random services made of them.

use super::random::rng::Rng;

/// The forms of one field; the lines are those below the service. `depends_on` and the like name the
/// service `db`, which every project here has.
pub const FIELDS: &[&[&str]] = &[
    &["annotations: {b: \"2\", a: 1}", "annotations: [\"a=1\", b]"],
    &["attach: false", "attach: true"],
    &[
        "blkio_config: {weight: 300, weight_device: [{path: /dev/null, weight: 400}]}",
        "blkio_config: {device_read_bps: [{path: /dev/null, rate: 12mb}], device_write_iops: [{path: /dev/null, rate: 120}]}",
    ],
    &["cap_add: [NET_ADMIN, ALL]", "cap_add: []"],
    &["cap_drop: [ALL]"],
    &["cgroup_parent: m-executor-abcd"],
    &["cgroup: host"],
    &["cpu_count: 2", "cpu_count: \"${N:-3}\""],
    &["cpu_percent: 12.5", "cpu_percent: 50"],
    &[
        "cpu_period: 20000",
        "cpu_shares: 73",
        "cpu_quota: 10000",
        "cpu_rt_runtime: 400",
        "cpu_rt_period: 1400",
    ],
    &["cpus: 0.5", "cpus: \"1.50\"", "cpus: 2", "cpus: \"${CPUS:-0.3}\"", "cpus: 0.1"],
    &["cpuset: 0-1", "cpuset: \"0\""],
    &[
        "command: sleep 1",
        "command: [sleep, \"1\"]",
        "command: \"\"",
        "command: []",
        "command: 'sh -c \"echo $$HOME; sleep 1\"'",
        "command: >-\n      a\n      b <c> & d",
        "command: null",
    ],
    &["entrypoint: /x y", "entrypoint: []", "entrypoint: [\"/x\", \"a b\"]"],
    &[
        "configs: [c]",
        "configs: [{source: c, target: /c, uid: \"103\", gid: \"103\", mode: 0440}]",
        "configs: [{source: c, mode: 0o444}]",
        "configs: [{source: c, mode: \"0400\"}]",
    ],
    &[
        "secrets: [s]",
        "secrets: [{source: s, target: t, mode: 256}]",
        "secrets: [s, {source: s2, target: /x}]",
    ],
    &["container_name: other"],
    &["credential_spec: {file: my.json}", "credential_spec: {registry: my}"],
    &[
        "depends_on: [db]",
        "depends_on: {db: {condition: service_healthy}}",
        "depends_on: {db: {condition: service_started, restart: true, required: false}}",
    ],
    &[
        "deploy: {}",
        "deploy: {replicas: 2}",
        "deploy: {mode: global, labels: {a: b}, endpoint_mode: vip}",
        "deploy: {resources: {limits: {cpus: '0.50', memory: 50M, pids: 1}, reservations: {cpus: 0.25, memory: 20m}}}",
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], driver: nvidia}]}}}",
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1, options: {a: 1}}, {capabilities: [tpu], device_ids: [\"0\"]}]}}}",
        "deploy: {restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 120s}}",
        "deploy: {update_config: {parallelism: 2, delay: 10s, order: stop-first, max_failure_ratio: 0.3, monitor: 1m}, rollback_config: {parallelism: 0, failure_action: pause}}",
        "deploy: {placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 2}}",
        "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}]}}}",
    ],
    &["device_cgroup_rules: ['c 1:3 mr', 'a 7:* rmw']"],
    &[
        "devices: [/dev/null]",
        "devices: [\"/dev/null:/dev/x:r\", {source: /dev/zero, target: /dev/zero, permissions: rw}]",
        "devices: [/dev/null:/dev/null]",
    ],
    &["dns: 8.8.8.8", "dns: [8.8.8.8, 9.9.9.9]"],
    &["dns_opt: [use-vc]"],
    &["dns_search: example.com", "dns_search: [a.example, b.example]"],
    &["domainname: example.org"],
    &[
        "environment: {A: 1, B: \"x<y>&\", C: true, D: , E: 1.50}",
        "environment: [A=1, B, \"C=a=b\"]",
        "environment: {}",
        "environment: {HOME: }",
        "environment: {U: \"é\\u2028\\b\\f\\t\\x7f\\\"\\\\\"}",
    ],
    &[
        "env_file: web.env",
        "env_file: [web.env, {path: none.env, required: false}]",
        "env_file: [{path: web.env, format: raw}]",
    ],
    &["expose: [\"3000\", 8000]", "expose: [9000-9002]"],
    &["external_links: [redis_1, a:b]"],
    &[
        "extra_hosts: [\"a:1.2.3.4\", \"b=::1\"]",
        "extra_hosts: {a: 1.2.3.4, b: \"[::1]\"}",
        "extra_hosts: [\"host.docker.internal:host-gateway\"]",
        "extra_hosts: {a: [1.2.3.4, 5.6.7.8]}",
    ],
    &["group_add: [mail, \"1000\"]", "group_add: [1000]"],
    &["gpus: all", "gpus: [{driver: nvidia, count: 2}]", "gpus: [{capabilities: [gpu]}]"],
    &["hostname: h"],
    &[
        "healthcheck: {test: curl -f http://x, interval: 1m30s, timeout: 10s, retries: 3, start_period: 40s}",
        "healthcheck: {disable: true}",
        "healthcheck: {test: [NONE]}",
        "healthcheck: {test: [CMD, a, b], interval: 0s, start_interval: 1.5s}",
        "healthcheck: {retries: 0, interval: 1h}",
    ],
    &["init: true", "init: false"],
    &["ipc: host", "ipc: shareable", "ipc: service:db"],
    &["isolation: default"],
    &["labels: {a: 1, b: , c: \"x y\", d: true}", "labels: [\"a=1\", b, \"c=d=e\"]", "labels: {}"],
    &["label_file: web.labels", "label_file: [web.labels]"],
    &["links: [db]", "links: [\"db:database\"]"],
    &[
        "logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}",
        "logging: {driver: none}",
        "logging: {options: {a: }}",
    ],
    &["mem_limit: 100m", "mem_limit: 1.5g", "mem_limit: 104857600", "mem_limit: \"${M:-64m}\""],
    &["mem_reservation: 50mb", "mem_swappiness: 60", "memswap_limit: 1gb", "memswap_limit: -1"],
    &["mac_address: 02:42:ac:11:65:43"],
    &[
        "network_mode: host",
        "network_mode: none",
        "network_mode: service:db",
        "networks: [n]",
        "networks: {n: , default: }",
        "networks: {n: {aliases: [x, y], ipv4_address: 10.9.0.5, priority: 10}}",
        "networks: {n: {gw_priority: 1, driver_opts: {a: 1}, mac_address: 02:42:ac:11:65:44}}",
        "networks: {default: {}}",
        "networks: []",
    ],
    &["oom_kill_disable: true", "oom_score_adj: -100"],
    &["pid: host", "pid: service:db"],
    &["pids_limit: 100", "pids_limit: \"${P:--1}\""],
    &["platform: linux/amd64"],
    &[
        "ports: [\"80\"]",
        "ports: [\"127.0.0.1:8000-8002:80-82\", 443]",
        "ports: [\"8080:80/udp\", \"8080:80\"]",
        "ports: [{target: 80, published: 8080, host_ip: 127.0.0.1, protocol: udp, mode: host, name: x, app_protocol: http}]",
        "ports: [{target: 80}]",
        "ports: [\"[::1]:80:80\"]",
        "ports: [{target: 80, published: \"8000-8010\"}]",
    ],
    &["privileged: true", "privileged: \"yes\""],
    &["profiles: [dev]"],
    &["pull_policy: always", "pull_policy: if_not_present"],
    &["read_only: true", "read_only: false"],
    &["restart: always", "restart: \"no\"", "restart: on-failure:3"],
    &["runtime: runc"],
    &["scale: 2", "scale: 1"],
    &["security_opt: [no-new-privileges:true]"],
    &["shm_size: 64M", "shm_size: 10000000"],
    &["stdin_open: true", "tty: true"],
    &["stop_grace_period: 1m30s", "stop_grace_period: 0s", "stop_grace_period: 1.5s"],
    &["stop_signal: SIGUSR1"],
    &["storage_opt: {size: 1G}"],
    &[
        "sysctls: {net.core.somaxconn: 1024, net.ipv4.tcp_syncookies: 0}",
        "sysctls: [net.core.somaxconn=1024]",
    ],
    &["tmpfs: /run", "tmpfs: [/run, \"/tmp:size=64m\"]"],
    &["ulimits: {nproc: 65535, nofile: {soft: 20000, hard: 40000}}", "ulimits: {core: 0, memlock: -1}"],
    &["user: \"1000:1000\"", "user: 1000", "user: root"],
    &["userns_mode: host"],
    &["uts: host"],
    &[
        "volumes: [\"./a:/a\", \"v:/v:ro\", \"/anon\"]",
        "volumes: [\"~/x:/x:rw,Z\", \"/abs/x/../y/:/y/\"]",
        "volumes: [{type: bind, source: ./a, target: /a}]",
        "volumes: [{type: bind, source: ./a, target: /a/, bind: {create_host_path: false, propagation: rshared, selinux: z}}]",
        "volumes: [{type: bind, source: ./a, target: /a, bind: {create_host_path: true}, read_only: true, consistency: cached}]",
        "volumes: [{type: volume, source: v, target: /v, volume: {nocopy: true, subpath: s}}]",
        "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 01777}}]",
        "volumes: [\"v:/v:nocopy\", \"./b:/b:rslave\"]",
        "volumes: [{type: volume, target: /q}]",
        "volumes: [{type: bind, source: ./a, target: /a, bind: {}}]",
    ],
    &["volumes_from: [db]", "volumes_from: [\"db:ro\", \"container:x:ro\"]"],
    &["working_dir: /w"],
    &[
        "post_start: [{command: echo a, user: root}]",
        "post_start: [{command: [a, b], environment: [X=1, Y], privileged: true, working_dir: /w}]",
    ],
    &["pre_stop: [{command: ./x.sh}]"],
    &["build: .", "build: {context: ., args: {A: 1}}"],
    &[
        "develop: {watch: [{path: ./src, action: rebuild}]}",
        "develop: {watch: [{path: ./src, action: sync, target: /src, ignore: [node_modules/], initial_sync: true}, {path: ./x, action: sync+exec, target: /x, exec: {command: a b}}]}",
    ],
    &["x-anything: {a: 1}"],
    &["use_api_socket: true"],
    &["models: [m]", "models: {m: {endpoint_var: E, model_var: M}}"],
];

/// What every project here has besides the service `web`.
pub const REST: &str = "  db: {image: img}\n\
    networks: {n: {}}\n\
    volumes: {v: {}}\n\
    configs: {c: {content: x}}\n\
    secrets: {s: {file: ./s}, s2: {environment: HOME}}\n";

/// A project whose service `web` has these lines.
pub fn project(lines: &str) -> String {
    // Older releases know no models.
    let models = if lines.contains("models:") { "models: {m: {model: ai/x}}\n" } else { "" };
    format!("services:\n  web:\n    image: img\n{lines}{REST}{models}")
}

/// The files that the fields name.
pub const FILES: [(&str, &str); 3] =
    [("web.env", "A=from file\nF=${A}\n"), ("web.labels", "a=from file\nf=<x>\n"), ("s", "secret\n")];

/// A compose file whose service `web` has some of the fields, and an override with a few more.
pub fn random(rng: &mut Rng) -> (String, String) {
    let mut service = |most: usize| {
        let mut fields: Vec<usize> = (0..FIELDS.len()).collect();
        let mut lines = String::new();
        for _ in 0..=rng.below(most) {
            let at = fields.remove(rng.below(fields.len()));
            lines.push_str(&format!("    {}\n", rng.pick(FIELDS[at])));
        }
        lines
    };
    let lines = service(14);
    let over = format!("services:\n  web:\n{}", service(2));
    let base = project(&lines);
    let models = if over.contains("models:") && !base.contains("models:") {
        "models: {m: {model: ai/x}}\n"
    } else {
        ""
    };
    (base, over + models)
}
