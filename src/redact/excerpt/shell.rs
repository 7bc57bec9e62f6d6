//! Masks scripts of a shell: words that every script has and names of known variables are shown, wherever
//! they stand. What a quote or a here-document holds may be of any language, and may be anything.

use super::canvas::Canvas;

/// Words of scripts, which say nothing of anybody.
const COMMON: [&str; 62] = [
    "!", "&&", "(", ")", ";", ";;", "[", "[[", "]", "]]", "{", "|", "||", "}", "bash", "break", "case",
    "cat", "cd", "chmod", "chown", "continue", "cp", "declare", "do", "done", "echo", "elif", "else", "env",
    "esac", "eval", "exec", "exit", "export", "fi", "for", "function", "gateway", "gosu", "if", "in",
    "local", "mkdir", "mv", "node", "openclaw", "printf", "read", "return", "rm", "set", "sh", "shift",
    "source", "su", "sudo", "then", "trap", "true", "unset", "while",
];

pub(super) fn scan(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let mut at = 0;
    let mut is_statement = true;
    for part in text.split_inclusive([' ', '\t', '\n']) {
        let word = part.trim_end_matches([' ', '\t', '\n', '\r']);
        let end = at + word.len();
        let is_first = at == 0 || text[..at].ends_with('\n');
        if is_first && word.starts_with('#') {
            let line = text[at..].find('\n').map_or(text.len(), |n| at + n);
            canvas.comment(at..line, 1);
        }
        is_statement |= is_first;
        let bare = word.trim_end_matches(';');
        let is_common = COMMON.contains(&bare) || COMMON.contains(&word);
        // Far from the beginning of a command, a long one may be a part of something else.
        if is_common && (is_statement || bare.len() < 6) {
            canvas.show(at..end);
        } else if let Some((name, _)) = word.split_once('=').filter(|_| is_statement) {
            if canvas.is_variable(name) {
                canvas.show(at..at + name.len() + 1);
            }
        } else if canvas.is_variable(bare) {
            canvas.show(at..end);
        } else {
            reference(canvas, word, at);
        }
        if !word.is_empty() {
            is_statement = COMMON.contains(&bare) || word.ends_with(';');
        }
        at += part.len();
    }
}

/// `"$NAME"`, `${NAME}`.
fn reference(canvas: &mut Canvas<'_>, word: &str, at: usize) {
    let inner = word.trim_matches('"');
    let name = inner.strip_prefix("${").and_then(|n| n.strip_suffix('}')).or_else(|| inner.strip_prefix('$'));
    if name.is_some_and(|name| name == "@" || canvas.is_variable(name)) {
        canvas.show(at..at + word.len());
    }
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    #[test]
    fn words_of_scripts_and_known_names_stay() {
        for (text, want) in [
            ("unset OPENAI_API_KEY", "unset OPENAI_API_KEY"),
            ("export OPENAI_API_KEY=abc; exec \"$@\"", "export OPENAI_API_KEY=**** exec \"$@\""),
            ("OPENAI_API_KEY=$(cat /run/secrets/k)", "OPENAI_API_KEY=***** ***************"),
            ("exec env -u OPENAI_API_KEY node x", "exec env ** OPENAI_API_KEY node *"),
            ("if [ -n \"$HOME\" ]; then", "if [ ** \"$HOME\" ]; then"),
            ("A=\"correct gateway battery\"", "********** ******* ********"),
            ("echo s3cr3t # x\n# a secret", "echo ****** * *\n# * ******"),
        ] {
            assert_eq!(masked(text, Language::Shell), want, "{text}");
        }
    }
}
