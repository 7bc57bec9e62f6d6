//! The short syntax of `volumes:`, compose-go `format/volume.go`.

use crate::syntax::node::NodeKind;

/// One mount in short syntax.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Volume {
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) read_only: bool,
    pub(crate) bind: bool,
    /// `z` or `Z`.
    pub(crate) selinux: Option<char>,
    /// `rshared` and the like.
    pub(crate) propagation: Option<String>,
    pub(crate) no_copy: bool,
    /// Two characters or less, which are a target alone.
    pub(crate) short: bool,
}

impl Volume {
    /// What compose-go writes below `bind` or `volume` for it (`populateType`): a folder that is missing is
    /// made.
    pub(crate) fn options(&self) -> Vec<(&'static str, Vec<(&'static str, NodeKind)>)> {
        let text = |text: &str| NodeKind::Str(text.into());
        let mut bind = Vec::new();
        if let Some(label) = self.selinux {
            bind.push(("selinux", text(&label.to_string())));
        }
        if let Some(propagation) = &self.propagation {
            bind.push(("propagation", text(propagation)));
        }
        if self.bind {
            bind.push(("create_host_path", NodeKind::Bool(true)));
        }
        let volume = if self.no_copy { vec![("nocopy", NodeKind::Bool(true))] } else { Vec::new() };
        let mut all = Vec::new();
        if !bind.is_empty() {
            all.push(("bind", bind));
        }
        if self.no_copy || !self.bind && !self.short {
            all.push(("volume", volume));
        }
        all
    }
}

/// Reads `[source:]target[:options]`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(spec: &str) -> Result<Volume, &'static str> {
    let mut volume = Volume::default();
    match spec.len() {
        0 => return Err("a volume is empty"),
        1 | 2 => return Ok(Volume { target: spec.to_owned(), short: true, ..volume }),
        _ => {}
    }
    let fields = fields(spec);
    let last = fields.len() - 1;
    for (number, field) in fields.into_iter().enumerate() {
        if field.is_empty() {
            return Err("a volume has an empty section between colons");
        } else if volume.source.is_empty() && number == last {
            volume.target = field;
        } else if volume.source.is_empty() {
            volume.source = field;
        } else if volume.target.is_empty() {
            volume.target = field;
        } else if number < last {
            return Err("a volume has too many colons");
        } else {
            for option in field.split(',') {
                match option {
                    "ro" => volume.read_only = true,
                    "rw" => volume.read_only = false,
                    "z" => volume.selinux = Some('z'),
                    "Z" => volume.selinux = Some('Z'),
                    "nocopy" => volume.no_copy = true,
                    "rprivate" | "private" | "rshared" | "shared" | "rslave" | "slave" => {
                        volume.propagation = Some(option.to_owned());
                    }
                    _ => {}
                }
            }
        }
    }
    volume.bind = is_file_path(&volume.source);
    Ok(volume)
}

/// The parts between colons, where the colon of a Windows drive and those inside of `${…}` do not
/// count.
fn fields(spec: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut nested = 0u32;
    let mut chars = spec.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(field) = fields.last_mut() else { break };
        let drive = field.chars().count() == 1 && field.starts_with(char::is_alphabetic);
        match c {
            '$' if chars.peek() == Some(&'{') => nested += 1,
            '}' if nested > 0 => nested -= 1,
            ':' if !drive && nested == 0 => {
                fields.push(String::new());
                continue;
            }
            _ => {}
        }
        field.push(c);
    }
    fields
}

/// Whether a source is a path of the host and not the name of a volume.
fn is_file_path(source: &str) -> bool {
    let mut chars = source.chars();
    match (chars.next(), chars.next()) {
        (Some('.' | '/' | '~'), _) => true,
        (Some('\\'), Some('\\')) => true,
        (Some(drive), Some(':')) => drive.is_alphabetic(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_syntax() {
        let parse = |spec| parse(spec).map(|v| (v.source, v.target, v.read_only, v.bind));
        let owned = |s: &str, t: &str, ro, bind| Ok((s.to_owned(), t.to_owned(), ro, bind));
        assert_eq!(parse("./a:/b:ro,z"), owned("./a", "/b", true, true));
        assert_eq!(parse("data:/b"), owned("data", "/b", false, false));
        assert_eq!(parse("/b"), owned("", "/b", false, false));
        assert_eq!(parse("C:\\a:/b"), owned("C:\\a", "/b", false, true));
        assert!(parse("ab::/b").is_err());
        assert!(parse("ab:/b:ro:z").is_err());
    }
}
