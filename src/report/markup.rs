//! Elements of XML and HTML, with everything escaped that was not written here.

/// Writes elements. What is given as `&'static str` is markup of this program and written as it
/// is; everything else is text, and cannot become markup.
#[derive(Default)]
pub(super) struct Markup {
    out: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// Markup of this program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Begins an element; [`Markup::end`] ends it.
    pub(super) fn begin(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.tag(tag, attributes);
        self.out.push('>');
        self.open.push(tag);
        self
    }

    /// Ends the element that was begun last.
    pub(super) fn end(&mut self) -> &mut Self {
        if let Some(tag) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(tag);
            self.out.push('>');
        }
        self
    }

    /// An element that has no content, as XML and HTML write it alike.
    pub(super) fn empty(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) -> &mut Self {
        self.tag(tag, attributes);
        self.out.push_str("/>");
        self
    }

    /// An element that holds nothing but text.
    pub(super) fn leaf(
        &mut self,
        tag: &'static str,
        attributes: &[(&'static str, &str)],
        text: &str,
    ) -> &mut Self {
        self.begin(tag, attributes).text(text).end()
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape(text, false, &mut self.out);
        self
    }

    /// Everything that was written; elements that are still open are ended.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    fn tag(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(value, true, &mut self.out);
            self.out.push('"');
        }
    }
}

/// Escapes what has a meaning in markup, and replaces what XML 1.0 has no way to write.
fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A reader of XML makes blanks of these in an attribute.
            '\n' | '\t' if attribute => out.push_str(&format!("&#{};", c as u32)),
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let hostile = "</style><script>alert(\"1\")</script>'&amp;]]>";
        let mut markup = Markup::default();
        markup.leaf("p", &[("title", hostile)], hostile);
        let escaped = "&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;amp;]]&gt;";
        assert_eq!(markup.finish(), format!("<p title=\"{escaped}\">{escaped}</p>"));
    }

    #[test]
    fn no_character_breaks_the_document() {
        let mut markup = Markup::default();
        markup.leaf("p", &[("title", "a\nb\tc\u{0}\r")], "a\nb\u{1b}\u{ffff}\u{85}é日");
        assert_eq!(
            markup.finish(),
            "<p title=\"a&#10;b&#9;c\u{fffd}\u{fffd}\">a\nb\u{fffd}\u{fffd}\u{fffd}é日</p>"
        );
    }

    #[test]
    fn what_is_open_is_ended() {
        let mut markup = Markup::default();
        markup.begin("a", &[]).begin("b", &[]).empty("c", &[("d", "")]);
        assert_eq!(markup.finish(), "<a><b><c d=\"\"/></b></a>");
    }
}
