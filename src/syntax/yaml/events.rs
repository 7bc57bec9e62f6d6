//! Tokens to events, as go-yaml's parser makes them (go.yaml.in/yaml/v4 v4.0.0-rc.6,
//! `internal/libyaml/parser.go`).

use super::scanner::{ScanError, Token, TokenKind, TokenScanner};
use crate::text::source::Span;
use std::borrow::Cow;

/// A part of a document, in the order it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event<'a> {
    DocumentStart,
    DocumentEnd,
    Alias(&'a str),
    Scalar { text: Cow<'a, str>, plain: bool, properties: NodeProperties<'a> },
    SequenceStart { flow: bool, properties: NodeProperties<'a> },
    SequenceEnd,
    MappingStart { flow: bool, properties: NodeProperties<'a> },
    MappingEnd,
}

/// What stands before a value: its anchor, and its tag with its handle resolved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct NodeProperties<'a> {
    pub(super) anchor: Option<&'a str>,
    pub(super) tag: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ParserState {
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Makes events of a text, until the first error.
pub(super) struct Events<'a> {
    scanner: TokenScanner<'a>,
    state: ParserState,
    /// What to go on with when a value is over.
    states: Vec<ParserState>,
    tag_directives: Vec<(&'a str, String)>,
}

type Parse<T> = Result<T, ScanError>;

const CORE_TAGS: &str = "tag:yaml.org,2002:";

impl<'a> Events<'a> {
    /// The events of a text in which no more than `max_depth` collections are in each other.
    pub(super) fn new(text: &'a str, max_depth: usize) -> Self {
        Self {
            scanner: TokenScanner::new(text, max_depth),
            state: ParserState::ImplicitDocumentStart,
            states: Vec::new(),
            tag_directives: Vec::new(),
        }
    }

    /// The comments that were met so far.
    pub(super) fn comments(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.scanner.comments)
    }

    fn parse(&mut self) -> Parse<(Event<'a>, Span)> {
        match self.state {
            ParserState::ImplicitDocumentStart => self.document_start(true),
            ParserState::DocumentStart => self.document_start(false),
            ParserState::DocumentContent => self.document_content(),
            ParserState::DocumentEnd => self.document_end(),
            ParserState::BlockNode => self.node(true, false),
            ParserState::BlockSequenceFirstEntry => {
                self.scanner.next()?;
                self.block_sequence_entry()
            }
            ParserState::BlockSequenceEntry => self.block_sequence_entry(),
            ParserState::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            ParserState::BlockMappingFirstKey => {
                self.scanner.next()?;
                self.block_mapping_key()
            }
            ParserState::BlockMappingKey => self.block_mapping_key(),
            ParserState::BlockMappingValue => self.block_mapping_value(),
            ParserState::FlowSequenceFirstEntry => {
                self.scanner.next()?;
                self.flow_sequence_entry(true)
            }
            ParserState::FlowSequenceEntry => self.flow_sequence_entry(false),
            ParserState::FlowSequencePairKey => self.flow_sequence_pair_key(),
            ParserState::FlowSequencePairValue => self.flow_sequence_pair_value(),
            ParserState::FlowSequencePairEnd => {
                let at = self.scanner.peek()?.start;
                self.state = ParserState::FlowSequenceEntry;
                Ok((Event::MappingEnd, Span::new(at, at)))
            }
            ParserState::FlowMappingFirstKey => {
                self.scanner.next()?;
                self.flow_mapping_key(true)
            }
            ParserState::FlowMappingKey => self.flow_mapping_key(false),
            ParserState::FlowMappingValue => self.flow_mapping_value(),
            ParserState::FlowMappingEmptyValue => {
                let at = self.scanner.peek()?.start;
                Ok(self.empty(ParserState::FlowMappingKey, at))
            }
            ParserState::End => Err(ScanError { at: 0, problem: "the text is over" }),
        }
    }

    // ---- helpers -----------------------------------------------------------------------------

    fn kind(&mut self) -> Parse<&TokenKind<'a>> {
        Ok(&self.scanner.peek()?.kind)
    }

    fn is(&mut self, kind: &TokenKind<'_>) -> Parse<bool> {
        Ok(self.kind()? == kind)
    }

    fn is_one_of(&mut self, kinds: &[TokenKind<'_>]) -> Parse<bool> {
        let kind = self.kind()?;
        Ok(kinds.iter().any(|k| k == kind))
    }

    fn error<T>(&mut self, problem: &'static str) -> Parse<T> {
        Err(ScanError { at: self.scanner.peek()?.start, problem })
    }

    /// A value of which nothing is written.
    fn empty(&mut self, then: ParserState, at: usize) -> (Event<'a>, Span) {
        self.state = then;
        let event =
            Event::Scalar { text: Cow::Borrowed(""), plain: true, properties: NodeProperties::default() };
        (event, Span::new(at, at))
    }

    /// Goes on with what the collection stands in.
    fn close(&mut self, event: Event<'a>) -> Parse<(Event<'a>, Span)> {
        let token = self.scanner.next()?;
        self.pop();
        Ok((event, Span::new(token.start, token.end)))
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(ParserState::End);
    }

    fn node_then(&mut self, then: ParserState, block: bool, indentless: bool) -> Parse<(Event<'a>, Span)> {
        self.states.push(then);
        self.node(block, indentless)
    }

    // ---- documents ---------------------------------------------------------------------------

    fn document_start(&mut self, implicit: bool) -> Parse<(Event<'a>, Span)> {
        while self.is(&TokenKind::DocumentEnd)? {
            self.scanner.next()?;
        }
        let token = self.scanner.peek()?;
        let at = Span::new(token.start, token.end);
        if token.kind == TokenKind::StreamEnd {
            self.state = ParserState::End;
            return Err(ScanError { at: at.range().start, problem: "the text is over" });
        }
        let explicit = matches!(
            token.kind,
            TokenKind::VersionDirective(..) | TokenKind::TagDirective(..) | TokenKind::DocumentStart
        );
        self.directives()?;
        self.states.push(ParserState::DocumentEnd);
        if implicit && !explicit {
            self.state = ParserState::BlockNode;
            return Ok((Event::DocumentStart, at));
        }
        if !self.is(&TokenKind::DocumentStart)? {
            return self.error("did not find expected <document start>");
        }
        self.scanner.next()?;
        self.state = ParserState::DocumentContent;
        Ok((Event::DocumentStart, at))
    }

    fn directives(&mut self) -> Parse<()> {
        let mut has_version = false;
        loop {
            match self.kind()?.clone() {
                TokenKind::VersionDirective(..) if has_version => {
                    return self.error("found duplicate %YAML directive");
                }
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => return self.error("found incompatible YAML document"),
                TokenKind::TagDirective(handle, prefix) => {
                    if self.tag_directives.iter().any(|(known, _)| *known == handle) {
                        return self.error("found duplicate %TAG directive");
                    }
                    self.tag_directives.push((handle, prefix));
                }
                _ => return Ok(()),
            }
            self.scanner.next()?;
        }
    }

    fn document_content(&mut self) -> Parse<(Event<'a>, Span)> {
        let token = self.scanner.peek()?;
        let at = token.start;
        let is_over = matches!(
            token.kind,
            TokenKind::VersionDirective(..)
                | TokenKind::TagDirective(..)
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd
        );
        if !is_over {
            return self.node(true, false);
        }
        let then = self.states.pop().unwrap_or(ParserState::End);
        Ok(self.empty(then, at))
    }

    fn document_end(&mut self) -> Parse<(Event<'a>, Span)> {
        let token = self.scanner.peek()?;
        let span = Span::new(token.start, token.start);
        if token.kind == TokenKind::DocumentEnd {
            self.scanner.next()?;
        }
        self.tag_directives.clear();
        self.state = ParserState::DocumentStart;
        Ok((Event::DocumentEnd, span))
    }

    // ---- values ------------------------------------------------------------------------------

    fn node(&mut self, block: bool, indentless: bool) -> Parse<(Event<'a>, Span)> {
        if let TokenKind::Alias(name) = *self.kind()? {
            return self.close(Event::Alias(name));
        }
        let mut end = self.scanner.peek()?.start;
        let properties = self.properties(&mut end)?;
        let has_properties = properties.anchor.is_some() || properties.tag.is_some();
        let Token { kind, start, end: token_end } = self.scanner.peek()?.clone();
        let span = Span::new(start, token_end);
        let (state, event) = match kind {
            TokenKind::BlockEntry if indentless => {
                (ParserState::IndentlessSequenceEntry, Event::SequenceStart { flow: false, properties })
            }
            TokenKind::Scalar { text, plain } => {
                return self.close(Event::Scalar { text, plain, properties });
            }
            TokenKind::FlowSequenceStart => {
                (ParserState::FlowSequenceFirstEntry, Event::SequenceStart { flow: true, properties })
            }
            TokenKind::FlowMappingStart => {
                (ParserState::FlowMappingFirstKey, Event::MappingStart { flow: true, properties })
            }
            TokenKind::BlockSequenceStart if block => {
                (ParserState::BlockSequenceFirstEntry, Event::SequenceStart { flow: false, properties })
            }
            TokenKind::BlockMappingStart if block => {
                (ParserState::BlockMappingFirstKey, Event::MappingStart { flow: false, properties })
            }
            _ if has_properties => {
                self.pop();
                let event = Event::Scalar { text: Cow::Borrowed(""), plain: true, properties };
                return Ok((event, Span::new(end, end)));
            }
            _ => return self.error("did not find expected node content"),
        };
        self.state = state;
        Ok((event, span))
    }

    /// An anchor, a tag, or both in any order; `end` becomes where they end.
    fn properties(&mut self, end: &mut usize) -> Parse<NodeProperties<'a>> {
        let mut properties = NodeProperties::default();
        let mut tag = None;
        loop {
            match self.kind()? {
                TokenKind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(*name),
                TokenKind::Tag(handle, suffix) if tag.is_none() => tag = Some((*handle, suffix.clone())),
                _ => break,
            }
            *end = self.scanner.next()?.end;
        }
        if let Some((handle, suffix)) = tag {
            properties.tag = match self.resolved(handle, suffix) {
                Some(tag) => Some(tag),
                None => return self.error("found undefined tag handle"),
            };
        }
        Ok(properties)
    }

    fn resolved(&self, handle: &str, suffix: String) -> Option<String> {
        let declared = self.tag_directives.iter().find(|(known, _)| *known == handle);
        let prefix = match (handle, declared) {
            ("", _) => return Some(suffix),
            (_, Some((_, prefix))) => prefix,
            ("!", None) => "!",
            ("!!", None) => CORE_TAGS,
            _ => return None,
        };
        Some(format!("{prefix}{suffix}"))
    }

    fn block_sequence_entry(&mut self) -> Parse<(Event<'a>, Span)> {
        if self.is(&TokenKind::BlockEntry)? {
            let at = self.scanner.next()?.end;
            if self.is_one_of(&[TokenKind::BlockEntry, TokenKind::BlockEnd])? {
                return Ok(self.empty(ParserState::BlockSequenceEntry, at));
            }
            return self.node_then(ParserState::BlockSequenceEntry, true, false);
        }
        if self.is(&TokenKind::BlockEnd)? {
            return self.close(Event::SequenceEnd);
        }
        self.error("did not find expected '-' indicator")
    }

    fn indentless_sequence_entry(&mut self) -> Parse<(Event<'a>, Span)> {
        if !self.is(&TokenKind::BlockEntry)? {
            let at = self.scanner.peek()?.start;
            self.pop();
            return Ok((Event::SequenceEnd, Span::new(at, at)));
        }
        let at = self.scanner.next()?.end;
        let over = [TokenKind::BlockEntry, TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd];
        if self.is_one_of(&over)? {
            return Ok(self.empty(ParserState::IndentlessSequenceEntry, at));
        }
        self.node_then(ParserState::IndentlessSequenceEntry, true, false)
    }

    fn block_mapping_key(&mut self) -> Parse<(Event<'a>, Span)> {
        if self.is(&TokenKind::BlockEnd)? {
            return self.close(Event::MappingEnd);
        }
        if !self.is(&TokenKind::Key)? {
            return self.error("did not find expected key");
        }
        let at = self.scanner.next()?.end;
        if self.is_one_of(&[TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd])? {
            return Ok(self.empty(ParserState::BlockMappingValue, at));
        }
        self.node_then(ParserState::BlockMappingValue, true, true)
    }

    fn block_mapping_value(&mut self) -> Parse<(Event<'a>, Span)> {
        if !self.is(&TokenKind::Value)? {
            let at = self.scanner.peek()?.start;
            return Ok(self.empty(ParserState::BlockMappingKey, at));
        }
        let at = self.scanner.next()?.end;
        if self.is_one_of(&[TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd])? {
            return Ok(self.empty(ParserState::BlockMappingKey, at));
        }
        self.node_then(ParserState::BlockMappingKey, true, true)
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Parse<(Event<'a>, Span)> {
        if !first && !self.is(&TokenKind::FlowSequenceEnd)? {
            if !self.is(&TokenKind::FlowEntry)? {
                return self.error("did not find expected ',' or ']'");
            }
            self.scanner.next()?;
        }
        if self.is(&TokenKind::FlowSequenceEnd)? {
            return self.close(Event::SequenceEnd);
        }
        if self.is(&TokenKind::Key)? {
            let token = self.scanner.next()?;
            self.state = ParserState::FlowSequencePairKey;
            let event = Event::MappingStart { flow: true, properties: NodeProperties::default() };
            return Ok((event, Span::new(token.start, token.end)));
        }
        self.node_then(ParserState::FlowSequenceEntry, false, false)
    }

    fn flow_sequence_pair_key(&mut self) -> Parse<(Event<'a>, Span)> {
        if self.is_one_of(&[TokenKind::Value, TokenKind::FlowEntry, TokenKind::FlowSequenceEnd])? {
            // go-yaml takes the token away, and with it the value of `[? : x]`.
            let at = self.scanner.next()?.end;
            return Ok(self.empty(ParserState::FlowSequencePairValue, at));
        }
        self.node_then(ParserState::FlowSequencePairValue, false, false)
    }

    fn flow_sequence_pair_value(&mut self) -> Parse<(Event<'a>, Span)> {
        let mut at = self.scanner.peek()?.start;
        if self.is(&TokenKind::Value)? {
            at = self.scanner.next()?.start;
            if !self.is_one_of(&[TokenKind::FlowEntry, TokenKind::FlowSequenceEnd])? {
                return self.node_then(ParserState::FlowSequencePairEnd, false, false);
            }
        }
        Ok(self.empty(ParserState::FlowSequencePairEnd, at))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Parse<(Event<'a>, Span)> {
        if !first && !self.is(&TokenKind::FlowMappingEnd)? {
            if !self.is(&TokenKind::FlowEntry)? {
                return self.error("did not find expected ',' or '}'");
            }
            self.scanner.next()?;
        }
        if self.is(&TokenKind::FlowMappingEnd)? {
            return self.close(Event::MappingEnd);
        }
        if !self.is(&TokenKind::Key)? {
            return self.node_then(ParserState::FlowMappingEmptyValue, false, false);
        }
        self.scanner.next()?;
        if self.is_one_of(&[TokenKind::Value, TokenKind::FlowEntry, TokenKind::FlowMappingEnd])? {
            let at = self.scanner.peek()?.start;
            return Ok(self.empty(ParserState::FlowMappingValue, at));
        }
        self.node_then(ParserState::FlowMappingValue, false, false)
    }

    fn flow_mapping_value(&mut self) -> Parse<(Event<'a>, Span)> {
        if self.is(&TokenKind::Value)? {
            self.scanner.next()?;
            if !self.is_one_of(&[TokenKind::FlowEntry, TokenKind::FlowMappingEnd])? {
                return self.node_then(ParserState::FlowMappingKey, false, false);
            }
        }
        let at = self.scanner.peek()?.start;
        Ok(self.empty(ParserState::FlowMappingKey, at))
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<(Event<'a>, Span), ScanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == ParserState::End {
            return None;
        }
        let event = self.parse();
        match event {
            Ok(event) => Some(Ok(event)),
            Err(_) if self.state == ParserState::End => None,
            Err(error) => {
                self.state = ParserState::End;
                Some(Err(error))
            }
        }
    }
}
