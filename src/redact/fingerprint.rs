//! Fingerprints that tell equal values from different ones within one run, and nothing else.

use crate::text::secret::Text;
use sha2::{Digest as _, Sha256};
use std::{fmt, fmt::Write as _, io};

/// Makes fingerprints with a key that is drawn at each start and never leaves the process, so that
/// nothing can be looked up from one, and none can be compared with another run's.
#[derive(Clone)]
pub struct Fingerprinter {
    key: [u8; 32],
}

/// Hexadecimal digits of a fingerprint: 48 bits tell the values of any report apart.
const DIGITS: usize = 12;

impl Fingerprinter {
    /// Draws a new key.
    ///
    /// # Errors
    /// When the system gives no random bytes: a key that could be guessed must not be used.
    pub fn new() -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|_| io::Error::other("the system gives no random numbers for fingerprints"))?;
        Ok(Self { key })
    }

    /// The fingerprint of a value: 12 hexadecimal digits.
    #[must_use]
    pub fn of(&self, value: &Text) -> String {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(value.expose().as_bytes());
        hex(&hash.finalize(), DIGITS)
    }

    /// A key that is the same always, for expected outputs.
    #[cfg(test)]
    pub(crate) fn fixed() -> Self {
        Self { key: [7; 32] }
    }
}

/// Neither the key nor anything made from it.
impl fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprinter")
    }
}

/// The first `digits` hexadecimal digits.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out.truncate(digits);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_agree_within_a_run_and_not_across_runs() {
        let (a, b) = (Fingerprinter::new().unwrap(), Fingerprinter::new().unwrap());
        let value = Text::from("abc");
        assert_eq!(a.of(&value), a.clone().of(&Text::from("abc")));
        assert_ne!(a.of(&value), a.of(&Text::from("abd")));
        assert_ne!(a.of(&value), b.of(&value));
        assert_eq!(a.of(&value).len(), DIGITS);
        assert_eq!(format!("{a:?}"), "Fingerprinter");
    }
}
