//! The two streams of a container's log come in frames of any size, mixed. A line that is cut by the
//! other stream's frame must not be torn.

use std::ops::ControlFlow;

/// Longest beginning of a line that is kept of a stream while the other one talks, in bytes.
const LONGEST: usize = 64 << 10;

/// The beginnings of lines whose ends have not come yet.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    begun: [Vec<u8>; 2],
}

impl Frames {
    /// Passes on what is complete of a frame.
    pub(crate) fn add(
        &mut self,
        of_errors: bool,
        frame: &[u8],
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let begun = &mut self.begun[usize::from(of_errors)];
        let Some(last) = memchr::memrchr(b'\n', frame) else {
            let room = LONGEST.saturating_sub(begun.len()).min(frame.len());
            begun.extend_from_slice(&frame[..room]);
            return ControlFlow::Continue(());
        };
        let (whole, rest) = frame.split_at(last + 1);
        if !begun.is_empty() {
            each(begun)?;
            begun.clear();
        }
        begun.extend_from_slice(&rest[..rest.len().min(LONGEST)]);
        each(whole)
    }

    /// Passes on what has no end.
    pub(crate) fn finish(&mut self, each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        for begun in &mut self.begun {
            if !begun.is_empty() {
                begun.push(b'\n');
                each(begun)?;
                begun.clear();
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(frames: &[(bool, &str)]) -> String {
        let mut all = Frames::default();
        let mut out = Vec::new();
        let mut each = |part: &[u8]| {
            out.extend_from_slice(part);
            ControlFlow::Continue(())
        };
        for (of_errors, frame) in frames {
            let _ = all.add(*of_errors, frame.as_bytes(), &mut each);
        }
        let _ = all.finish(&mut each);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_of_two_streams_are_not_torn() {
        assert_eq!(
            joined(&[(false, "one "), (true, "two\n"), (false, "three\nfour"), (true, "five")]),
            "two\none three\nfour\nfive\n"
        );
        assert_eq!(joined(&[(false, "a\nb\n"), (false, ""), (false, "c\n")]), "a\nb\nc\n");
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_memory_than_one() {
        let mut frames = Frames::default();
        for _ in 0..100 {
            let _ = frames.add(false, &[b'x'; 32 << 10], &mut |_| ControlFlow::Continue(()));
        }
        assert_eq!(frames.begun[0].len(), LONGEST);
    }
}
