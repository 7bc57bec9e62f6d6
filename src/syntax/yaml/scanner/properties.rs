//! Anchors, aliases, tags and directives.

use super::{Scan, TokenKind, TokenScanner};

impl<'a> TokenScanner<'a> {
    /// An anchor or an alias.
    pub(super) fn name(&mut self, alias: bool) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.mark.at;
        self.skip();
        let from = self.mark.at;
        while matches!(self.byte(0), b'!'..=b'~')
            && !matches!(self.byte(0), b'[' | b']' | b'{' | b'}' | b',' | b':')
        {
            self.skip();
        }
        let name = &self.text[from..self.mark.at];
        if name.is_empty() || !(self.is_blank_or_end(0) || matches!(self.byte(0), b':' | b',' | b']' | b'}'))
        {
            return self.error("did not find expected alphabetic or numeric character");
        }
        self.push(if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) }, start);
        Ok(())
    }

    pub(super) fn tag(&mut self) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.mark.at;
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.skip();
            self.skip();
            let suffix = self.tag_uri(String::new(), false, true)?;
            if self.byte(0) != b'>' {
                return self.error("did not find the expected '>'");
            }
            self.skip();
            ("", suffix)
        } else {
            let handle = self.tag_handle();
            if handle.len() > 1 && handle.ends_with('!') {
                (handle, self.tag_uri(String::new(), false, false)?)
            } else {
                let suffix = self.tag_uri(handle[1..].to_owned(), true, false)?;
                // A lone `!` says nothing.
                if suffix.is_empty() { ("", "!".to_owned()) } else { ("!", suffix) }
            }
        };
        if !self.is_blank_or_end(0) {
            return self.error("did not find expected whitespace or line break");
        }
        self.push(TokenKind::Tag(handle, suffix), start);
        Ok(())
    }

    /// `!`, `!!` or `!name!`, or the beginning of what is none of them.
    fn tag_handle(&mut self) -> &'a str {
        let start = self.mark.at;
        self.skip();
        while is_alphanumeric(self.byte(0)) {
            self.skip();
        }
        if self.byte(0) == b'!' {
            self.skip();
        }
        &self.text[start..self.mark.at]
    }

    /// What follows a handle; `begun` when something of the tag was read before.
    fn tag_uri(&mut self, head: String, begun: bool, verbatim: bool) -> Scan<String> {
        let mut uri = head.into_bytes();
        let start = self.mark.at;
        loop {
            match self.byte(0) {
                b'%' => self.uri_escape(&mut uri)?,
                b';' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*'
                | b'\'' | b'(' | b')' => {
                    uri.push(self.byte(0));
                    self.skip();
                }
                b',' | b'[' | b']' | b'{' | b'}' if verbatim => {
                    uri.push(self.byte(0));
                    self.skip();
                }
                c if is_alphanumeric(c) => {
                    uri.push(c);
                    self.skip();
                }
                _ => break,
            }
        }
        if !verbatim && matches!(self.byte(0), b'!'..=b'~') {
            return self.error("found a character that is not allowed in a YAML tag");
        }
        if !begun && self.mark.at == start {
            return self.error("did not find expected tag URI");
        }
        String::from_utf8(uri).or_else(|_| self.error("found an incorrect trailing UTF-8 octet"))
    }

    fn uri_escape(&mut self, uri: &mut Vec<u8>) -> Scan<()> {
        let digits = [self.byte(1), self.byte(2)].map(|c| char::from(c).to_digit(16));
        let [Some(high), Some(low)] = digits else {
            return self.error("did not find URI escaped octet");
        };
        uri.push(u8::try_from(high << 4 | low).unwrap_or_default());
        for _ in 0..3 {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn directive(&mut self) -> Scan<()> {
        self.unroll_indent(-1, self.mark.at);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.mark.at;
        self.skip();
        let from = self.mark.at;
        while is_alphanumeric(self.byte(0)) {
            self.skip();
        }
        let name = &self.text[from..self.mark.at];
        if name.is_empty() {
            return self.error("could not find expected directive name");
        }
        if !self.is_blank_or_end(0) {
            return self.error("found unexpected non-alphabetical character");
        }
        let kind = match name {
            "YAML" => self.version_directive()?,
            "TAG" => self.tag_directive()?,
            _ => return self.error("found unknown directive name"),
        };
        let end = self.mark.at;
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.comment();
        }
        if !self.is_break_or_end(0) {
            return self.error("did not find expected comment or line break");
        }
        self.skip_line();
        self.push_until(kind, start, end);
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.skip();
        }
    }

    fn version_directive(&mut self) -> Scan<TokenKind<'a>> {
        self.skip_blanks();
        let major = self.version_number()?;
        if self.byte(0) != b'.' {
            return self.error("did not find expected digit or '.' character");
        }
        self.skip();
        Ok(TokenKind::VersionDirective(major, self.version_number()?))
    }

    fn version_number(&mut self) -> Scan<u8> {
        let from = self.mark.at;
        while self.byte(0).is_ascii_digit() {
            self.skip();
        }
        match self.text[from..self.mark.at].len() {
            0 => self.error("did not find expected version number"),
            1 | 2 => Ok(self.text[from..self.mark.at].parse().unwrap_or_default()),
            _ => self.error("found extremely long version number"),
        }
    }

    fn tag_directive(&mut self) -> Scan<TokenKind<'a>> {
        self.skip_blanks();
        if self.byte(0) != b'!' {
            return self.error("did not find expected '!'");
        }
        let handle = self.tag_handle();
        if handle.len() > 1 && !handle.ends_with('!') {
            return self.error("did not find expected '!'");
        }
        if !self.is_blank(0) {
            return self.error("did not find expected whitespace");
        }
        self.skip_blanks();
        let prefix = self.tag_uri(String::new(), false, true)?;
        if !self.is_blank_or_end(0) {
            return self.error("did not find expected whitespace or line break");
        }
        Ok(TokenKind::TagDirective(handle, prefix))
    }
}

fn is_alphanumeric(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')
}
