//! Edits of compose files, in block and in flow style.

use super::{edits, layout::Layouts};
use crate::{
    syntax::yaml::layout::{Layout, SlotId},
    text::source::{Place, Sources, Span},
    vocabulary::finding::Edit,
};

/// What stands in the way of an edit: a phrase that goes on "it".
pub type Refused = &'static str;

/// It is written once, and used more than once.
const SHARED: Refused = "is shared through an anchor, and others would lose it as well";
/// The text is laid out in a way that is not edited.
const UNUSUAL: Refused = "is laid out in a way that is better edited by hand";

/// An entry of a mapping or an item of a list in a compose file.
#[derive(Debug)]
pub struct YamlEntry<'a> {
    layout: &'a Layout,
    text: &'a str,
    place: Place,
    id: SlotId,
}

/// Calls `edit` with the entry whose key, or the item that, is written at a place.
///
/// # Errors
/// When nothing that can be edited is written there, or something else uses it as well.
pub fn edit_entry<T>(
    place: Place,
    layouts: &Layouts,
    sources: &Sources,
    edit: impl FnOnce(&YamlEntry<'_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let layout = layouts.yaml(place.source, sources).ok_or(UNUSUAL)?;
    let id = layout.find(place.span).ok_or(UNUSUAL)?;
    if layout.is_shared(id) {
        return Err(SHARED);
    }
    edit(&YamlEntry { layout: &layout, text: sources.get(place.source).text(), place, id })
}

impl YamlEntry<'_> {
    fn at(&self, span: Span) -> Place {
        Place { source: self.place.source, span }
    }

    fn written(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    fn value(&self) -> Span {
        self.layout.slot(self.id).value
    }

    /// Takes it out; a mapping or list of which nothing is left goes with its key.
    ///
    /// # Errors
    /// When it shares its line with something that is not seen through.
    pub fn remove(&self) -> Result<Vec<Edit>, Refused> {
        let mut id = self.id;
        while self.layout.siblings(id).count() == 1 {
            // The only entry of the whole document has nowhere to go.
            id = self.layout.owner(id).ok_or(UNUSUAL)?;
        }
        let span = if self.layout.is_flow(id) { self.in_flow(id)? } else { self.in_block(id)? };
        Ok(vec![edits::removal(self.at(span))])
    }

    /// Whole lines.
    fn in_block(&self, id: SlotId) -> Result<Span, Refused> {
        let slot = self.layout.slot(id);
        let start = slot.key.unwrap_or(slot.value).start as usize;
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let before = self.text[line..start].trim_start_matches('\u{feff}').trim();
        let begins = if slot.key.is_some() { "" } else { "-" };
        // `- A: x`: the mapping would lose its dash.
        if before != begins {
            return Err(UNUSUAL);
        }
        let line = if line == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { line };
        // A block scalar is reported to end where the next line says something.
        let value = self.written(slot.value).trim_end();
        let last = (slot.value.start as usize + value.len()).max(start);
        let end = edits::after_line(self.text, last);
        // Where the value is, or ends in, nothing, its colon comes next.
        let rest = self.text[last..end].trim().trim_start_matches(':').trim_start();
        if !value.is_empty() && !rest.is_empty() && !rest.starts_with('#') {
            return Err(UNUSUAL);
        }
        Ok(Span::new(line, end))
    }

    /// From it to what comes next, or from what was before it.
    fn in_flow(&self, id: SlotId) -> Result<Span, Refused> {
        let all: Vec<SlotId> = self.layout.siblings(id).collect();
        let at = all.iter().position(|other| *other == id).ok_or(UNUSUAL)?;
        let start_of = |id: SlotId| {
            let slot = self.layout.slot(id);
            slot.key.unwrap_or(slot.value).start
        };
        let end_of = |id: SlotId| {
            let slot = self.layout.slot(id);
            slot.value.end.max(slot.key.map_or(0, |k| k.end))
        };
        let span = match (all.get(at + 1), at.checked_sub(1).map(|before| all[before])) {
            (Some(next), _) => Span { start: start_of(id), end: start_of(*next) },
            (None, Some(before)) => Span { start: end_of(before), end: end_of(id) },
            (None, None) => return Err(UNUSUAL),
        };
        // A comment between them may be about either.
        if self.written(span).contains('#') && self.written(span).contains('\n') {
            return Err(UNUSUAL);
        }
        Ok(span)
    }

    /// Gives a variable another name: the key, or what is before the `=` of an item.
    ///
    /// # Errors
    /// When its name is not written as it is.
    pub fn rename(&self, from: &str, to: &str) -> Result<Vec<Edit>, Refused> {
        let slot = self.layout.slot(self.id);
        let span = slot.key.unwrap_or(slot.value);
        let written = self.written(span);
        let quote = usize::from(written.starts_with(['"', '\'']));
        let rest = written[quote..].strip_prefix(from).ok_or(UNUSUAL)?;
        if !(rest.is_empty() || rest.starts_with(['=', '"', '\''])) {
            return Err(UNUSUAL);
        }
        let start = span.start as usize + quote;
        Ok(vec![edits::public(self.at(Span::new(start, start + from.len())), to)])
    }

    /// Passes a variable on as it is, if it is: `A: ${A:-}` becomes `A:`, `- A=${A:-}` becomes `- A`.
    ///
    /// # Errors
    /// When it is written with anything else.
    pub fn pass_on(&self, name: &str) -> Result<Vec<Edit>, Refused> {
        let value = self.value();
        let written = self.written(value);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inner = match quote {
            Some(quote) => written.strip_prefix(quote).and_then(|w| w.strip_suffix(quote)).ok_or(UNUSUAL)?,
            None => written,
        };
        let Some(key) = self.layout.slot(self.id).key else {
            let given = inner.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).ok_or(UNUSUAL)?;
            if !is_only(given, name) {
                return Err(UNUSUAL);
            }
            let start = value.start as usize + usize::from(quote.is_some()) + name.len();
            return Ok(vec![edits::removal(self.at(Span::new(start, start + given.len() + 1)))]);
        };
        if !is_only(inner, name) {
            return Err(UNUSUAL);
        }
        // An anchor or a tag may stand between them.
        let between = self.written(Span { start: key.end, end: value.start });
        if between.trim() != ":" {
            return Err(UNUSUAL);
        }
        if self.layout.is_flow(self.id) {
            return Ok(vec![edits::public(self.at(value), "null")]);
        }
        let colon = between.find(':').map_or(0, |at| at + 1);
        let start = key.end as usize + colon;
        Ok(vec![edits::removal(self.at(Span { start: Span::new(start, start).start, end: value.end }))])
    }

    /// Puts a word in the place of the value, in the quotes that it has.
    #[must_use]
    pub fn set(&self, word: &str) -> Vec<Edit> {
        let value = self.value();
        let written = self.written(value);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\'')).map(String::from);
        let quote = quote.unwrap_or_default();
        vec![edits::public(self.at(value), &format!("{quote}{word}{quote}"))]
    }

    /// Gives a variable a value: the value of the key, or what is behind the `=` of an item.
    ///
    /// # Errors
    /// When its value is laid out over several lines.
    pub fn give(&self, name: &str, value: &str) -> Result<Vec<Edit>, Refused> {
        let slot = self.layout.slot(self.id);
        if self.written(slot.value).contains('\n') {
            return Err(UNUSUAL);
        }
        Ok(match slot.key {
            Some(key) if self.written(slot.value).is_empty() => {
                let colon = self.text[key.end as usize..].find(':').ok_or(UNUSUAL)?;
                let at = key.end as usize + colon + 1;
                vec![edits::hidden(self.at(Span::new(at, at)), &format!(" \"{value}\""))]
            }
            Some(_) => vec![edits::hidden(self.at(slot.value), &format!("\"{value}\""))],
            None => vec![edits::hidden(self.at(slot.value), &format!("\"{name}={value}\""))],
        })
    }

    /// Adds a variable before this one, as it is written: an entry or an item.
    ///
    /// # Errors
    /// As [`YamlEntry::insert_lines`].
    pub fn insert_before(&self, name: &str, value: &str) -> Result<Vec<Edit>, Refused> {
        let is_item = self.layout.slot(self.id).key.is_none();
        if self.layout.is_flow(self.id) {
            let slot = self.layout.slot(self.id);
            let start = slot.key.unwrap_or(slot.value).start as usize;
            let added =
                if is_item { format!("\"{name}={value}\", ") } else { format!("{name}: \"{value}\", ") };
            return Ok(vec![edits::hidden(self.at(Span::new(start, start)), &added)]);
        }
        match is_item {
            true => self.insert_lines(&[&format!("\"{name}={value}\"")]),
            false => self.insert_lines(&[&format!("{name}: \"{value}\"")]),
        }
    }

    /// Adds lines before its own, as far in, each with the dash that it has.
    ///
    /// # Errors
    /// When it is not in lines of its own.
    pub fn insert_lines(&self, lines: &[&str]) -> Result<Vec<Edit>, Refused> {
        if self.layout.is_flow(self.id) {
            return Err(UNUSUAL);
        }
        let line = self.in_block(self.id)?;
        let slot = self.layout.slot(self.id);
        let start = slot.key.unwrap_or(slot.value).start as usize;
        let indent = &self.text[line.range().start..start];
        let newline = edits::newline(self.text);
        let added: String = lines.iter().map(|line| format!("{indent}{line}{newline}")).collect();
        let at = Span { start: line.start, end: line.start };
        Ok(vec![edits::hidden(self.at(at), &added)])
    }

    /// Adds items behind it.
    ///
    /// # Errors
    /// When it shares its line with something that is not seen through.
    pub fn append(&self, words: &[&str]) -> Result<Vec<Edit>, Refused> {
        let value = self.value();
        let quote = if self.written(value).starts_with('\'') { '\'' } else { '"' };
        let quoted = self.written(value).starts_with(['"', '\'']);
        let item = |word: &&str| {
            if quoted { format!("{quote}{word}{quote}") } else { (*word).to_owned() }
        };
        let items: Vec<String> = words.iter().map(item).collect();
        if self.layout.is_flow(self.id) {
            let mut added = String::new();
            items.iter().for_each(|item| added.push_str(&format!(", {item}")));
            return Ok(vec![edits::public(self.at(Span { start: value.end, end: value.end }), &added)]);
        }
        let line = self.in_block(self.id)?;
        let start = value.start as usize;
        let indent = &self.text[line.range().start..start];
        let newline = edits::newline(self.text);
        let mut added = String::new();
        // The last line of a file may have no end.
        let open = !self.text[..line.range().end].ends_with('\n');
        for item in &items {
            if open {
                added.push_str(&format!("{newline}{indent}{item}"));
            } else {
                added.push_str(&format!("{indent}{item}{newline}"));
            }
        }
        Ok(vec![edits::public(self.at(Span { start: line.end, end: line.end }), &added)])
    }
}

/// Nothing but a reference to the variable of that name that is blank where it is not set.
fn is_only(written: &str, name: &str) -> bool {
    let inner = written.strip_prefix("${").and_then(|w| w.strip_suffix('}'));
    match inner {
        Some(inner) => {
            let default = inner.strip_prefix(name);
            matches!(default, Some("" | "-" | ":-"))
        }
        None => written.strip_prefix('$') == Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, SourceName};

    fn edited(
        text: &str,
        needle: &str,
        edit: impl FnOnce(&YamlEntry<'_>) -> Result<Vec<Edit>, Refused>,
    ) -> Result<String, Refused> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Host("/c.yml".into()), Language::Yaml, text.to_owned());
        let start = text.find(needle).unwrap();
        let place = Place { source: id, span: Span::new(start, start + needle.len()) };
        let edits = edit_entry(place, &Layouts::default(), &sources, edit)?;
        Ok(edits::applied(text, edits.iter().map(|e| (e.place.span, e.replacement.expose()))))
    }

    fn removed(text: &str, needle: &str) -> Result<String, Refused> {
        edited(text, needle, |e| e.remove())
    }

    #[test]
    fn removes_lines_and_leaves_the_rest_as_it_is() {
        let text = "e:\r\n  # about\r\n  A: x # note\r\n  B: y\r\n";
        assert_eq!(removed(text, "A").unwrap(), "e:\r\n  # about\r\n  B: y\r\n");
        assert_eq!(removed(text, "B").unwrap(), "e:\r\n  # about\r\n  A: x # note\r\n");
        assert_eq!(removed("s:\n  e:\n    A: x\n  i: j\n", "A").unwrap(), "s:\n  i: j\n");
        assert_eq!(removed("e:\n  A: |\n    x\n    y\n  B: z\n", "A").unwrap(), "e:\n  B: z\n");
        assert_eq!(removed("e:\n  A:\n  B: z\n", "A").unwrap(), "e:\n  B: z\n");
        assert_eq!(removed("s:\n  e:\n    A:\n  i: j\n", "A").unwrap(), "s:\n  i: j\n");
        assert_eq!(removed("e:\n- A=1\n- B=2", "B=2").unwrap(), "e:\n- A=1\n");
        assert_eq!(removed("e:\n  - \"A=1\" # x\n  - B=2\n", "\"A=1\"").unwrap(), "e:\n  - B=2\n");
    }

    #[test]
    fn removes_what_is_in_braces_and_brackets() {
        assert_eq!(removed("e: {A: x, B: y}\n", "A").unwrap(), "e: {B: y}\n");
        assert_eq!(removed("e: {A: x, B: y}\n", "B").unwrap(), "e: {A: x}\n");
        assert_eq!(removed("e: [A=1, B=2, C=3]\n", "B=2").unwrap(), "e: [A=1, C=3]\n");
        assert_eq!(removed("s: {e: {A: x}, i: j}\n", "A").unwrap(), "s: {i: j}\n");
        assert_eq!(removed("e: {\n  A: x, # of A\n  B: y\n}\n", "B"), Err(UNUSUAL));
    }

    #[test]
    fn leaves_alone_what_others_use() {
        assert_eq!(removed("x: &e\n  A: 1\n  B: 2\ns: *e\n", "A"), Err(SHARED));
        assert_eq!(removed("x: &e {A: 1, B: 2}\ns: {<<: *e}\n", "A"), Err(SHARED));
        assert_eq!(removed("- A: 1\n  B: 2\n", "A"), Err(UNUSUAL));
    }

    #[test]
    fn passes_on() {
        let pass = |text, needle| edited(text, needle, |e| e.pass_on("N"));
        assert_eq!(pass("e:\n  N: ${N:-} # x\n", "N").unwrap(), "e:\n  N: # x\n");
        assert_eq!(pass("e: {N: \"${N}\", B: y}\n", "N").unwrap(), "e: {N: null, B: y}\n");
        assert_eq!(pass("e:\n  - N=${N-}\n", "N=${N-}").unwrap(), "e:\n  - N\n");
        assert_eq!(pass("e:\n  - \"N=$N\"\n", "\"N=$N\"").unwrap(), "e:\n  - \"N\"\n");
        assert_eq!(pass("e:\n  N: ${M:-}\n", "N"), Err(UNUSUAL));
        assert_eq!(pass("e:\n  N: ${N:-x}\n", "N"), Err(UNUSUAL));
        assert_eq!(pass("e:\n  N: ''\n", "N"), Err(UNUSUAL));
    }

    #[test]
    fn renames_sets_and_appends() {
        let rename = |text, needle| edited(text, needle, |e| e.rename("A", "ZZ"));
        assert_eq!(rename("e:\n  A: x\n", "A").unwrap(), "e:\n  ZZ: x\n");
        assert_eq!(rename("e:\n  - 'A=x'\n", "'A=x'").unwrap(), "e:\n  - 'ZZ=x'\n");
        assert_eq!(rename("e:\n  - AB=x\n", "AB=x"), Err(UNUSUAL));
        let set = |text, needle| edited(text, needle, |e| Ok(e.set("lan")));
        assert_eq!(set("c: [--bind, \"x\"]\n", "\"x\"").unwrap(), "c: [--bind, \"lan\"]\n");
        let append = |text, needle| edited(text, needle, |e| e.append(&["--bind", "lan"]));
        assert_eq!(append("c: [\"a\"]\n", "\"a\"").unwrap(), "c: [\"a\", \"--bind\", \"lan\"]\n");
        assert_eq!(
            append("c:\n  - a # x\nd: e\n", "a").unwrap(),
            "c:\n  - a # x\n  - --bind\n  - lan\nd: e\n"
        );
        assert_eq!(append("c:\r\n  - a", "a").unwrap(), "c:\r\n  - a\r\n  - --bind\r\n  - lan");
    }
}
