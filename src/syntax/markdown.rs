//! Fenced code blocks of Markdown (CommonMark 0.31, section 4.5). Nothing else of it is read.

use crate::text::source::Span;

/// A fenced code block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeBlock<'a> {
    /// The first word behind the opening fence, in any case; empty without one.
    pub language: &'a str,
    /// The lines between the fences.
    pub body: Span,
}

/// The blocks of a text, in order. One that is not closed goes to the end of the text.
#[must_use]
pub fn code_blocks(text: &str) -> Vec<CodeBlock<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(char, usize, CodeBlock<'_>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        // In a list or a quotation a fence stands further in.
        let body = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| body.chars().take_while(|c| *c == mark).count());
        match (&mut open, mark) {
            (None, Some(mark)) if length >= 3 => {
                let info = &body[length..];
                if mark == '`' && info.contains('`') {
                    continue;
                }
                let language = info.split([' ', '\t', ',', '{']).find(|word| !word.is_empty());
                let block = CodeBlock { language: language.unwrap_or_default(), body: Span::new(at, at) };
                open = Some((mark, length, block));
            }
            (Some((kind, least, block)), Some(mark))
                if mark == *kind && length >= *least && body.len() == length =>
            {
                block.body.end = Span::new(start, start).end;
                blocks.push(block.clone());
                open = None;
            }
            _ => {}
        }
    }
    if let Some((_, _, mut block)) = open {
        block.body.end = Span::new(text.len(), text.len()).end;
        blocks.push(block);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_with_their_languages() {
        let text = "a\n```bash\ndocker run x\n```\n1. b\n   ~~~ sh {.x}\n   ```\n   y\n   ~~~~\n``` a`b\n```\nopen\n";
        let found: Vec<(&str, &str)> =
            code_blocks(text).iter().map(|b| (b.language, &text[b.body.range()])).collect();
        assert_eq!(found, [("bash", "docker run x\n"), ("sh", "   ```\n   y\n"), ("", "open\n")]);
    }
}
