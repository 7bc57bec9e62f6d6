//! Types of interpolated values: compose-go casts text to numbers and booleans at known paths
//! (`loader/interpolate.go: interpolateTypeCastMapping`), and only there.

use crate::syntax::node::NodeKind;

/// What the text at a path becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cast {
    Int,
    Float,
    Float32,
    Bool,
}

/// The cast of a path; list items are `[]`.
pub(crate) fn at(path: &[&str]) -> Option<Cast> {
    use Cast::{Bool, Float, Float32, Int};
    let cast = match path {
        ["services", _, rest @ ..] => match rest {
            [
                "cpu_count" | "cpu_period" | "cpu_quota" | "cpu_rt_period" | "cpu_rt_runtime" | "cpu_shares"
                | "oom_score_adj" | "pids_limit" | "scale",
            ] => Int,
            ["cpu_percent"] => Float,
            ["cpus"] => Float32,
            ["init" | "oom_kill_disable" | "privileged" | "read_only" | "stdin_open" | "tty"] => Bool,
            ["depends_on", _, "required" | "restart"] => Bool,
            ["env_file", "[]", "required"] => Bool,
            ["deploy", "replicas"] => Int,
            ["deploy", "update_config" | "rollback_config", "parallelism"] => Int,
            ["deploy", "update_config" | "rollback_config", "max_failure_ratio"] => Float,
            ["deploy", "restart_policy", "max_attempts"] => Int,
            ["deploy", "placement", "max_replicas_per_node"] => Int,
            ["healthcheck", "retries"] => Int,
            ["healthcheck", "disable"] => Bool,
            ["ports", "[]", "target"] => Int,
            ["ulimits", _] | ["ulimits", _, "hard" | "soft"] => Int,
            ["volumes", "[]", "read_only"] | ["volumes", "[]", "volume", "nocopy"] => Bool,
            _ => return None,
        },
        ["networks", _, "external" | "internal" | "attachable" | "enable_ipv4" | "enable_ipv6"] => Bool,
        ["volumes" | "secrets" | "configs", _, "external"] => Bool,
        _ => return None,
    };
    Some(cast)
}

/// A text as its type, and what to use instead of words that YAML 1.2 does not know.
///
/// # Errors
/// What was expected.
pub(crate) fn cast(text: &str, cast: Cast) -> Result<(NodeKind, Option<&'static str>), &'static str> {
    match cast {
        Cast::Int => go_int(text).map(|n| (NodeKind::Int(n), None)).ok_or("an integer"),
        Cast::Float | Cast::Float32 => float(text).map(|n| (NodeKind::Float(n), None)).ok_or("a number"),
        Cast::Bool => match text.to_lowercase().as_str() {
            "true" => Ok((NodeKind::Bool(true), None)),
            "false" => Ok((NodeKind::Bool(false), None)),
            "y" | "yes" | "on" => Ok((NodeKind::Bool(true), Some("true"))),
            "n" | "no" | "off" => Ok((NodeKind::Bool(false), Some("false"))),
            _ => Err("a boolean"),
        },
    }
}

/// `strconv.Atoi`: a sign and decimal digits.
fn go_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `strconv.ParseFloat`, which knows `inf`, `infinity` and `nan` as Rust does; hexadecimal floats
/// and underscores are left out.
fn float(text: &str) -> Option<f64> {
    text.parse().ok()
}
