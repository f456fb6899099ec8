//! The place in a text that is read next.

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::Name;
use crate::token::{Kind, Token};

/// A result whose error says what is wrong with the text.
pub type Parsed<T> = Result<T, Box<Diagnostic>>;

/// The tokens of a text, and how far they are read.
pub struct Cursor<'a> {
    /// The text.
    pub source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// Brackets that are open in the stage.
    depth: usize,
    /// Operators in the stage.
    n_operators: usize,
}

/// How deep brackets may be in a stage: deeper than any that people write, and not so deep that a stack ends.
const MOST_DEPTH: usize = 64;

/// Operators that a stage may have; more are a list of values, which `in` takes.
const MOST_OPERATORS: usize = 2_000;

impl<'a> Cursor<'a> {
    /// At the beginning of these tokens, which end with [`Kind::End`].
    pub fn new(source: &'a str, tokens: Vec<Token>) -> Self {
        Self {
            source,
            tokens,
            at: 0,
            depth: 0,
            n_operators: 0,
        }
    }

    /// Begins a stage.
    pub fn begin_stage(&mut self) {
        self.depth = 0;
        self.n_operators = 0;
    }

    /// Reads what is in brackets, or behind an operator, unless that is too deep.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MOST_DEPTH {
            return Err(Box::new(Diagnostic::error(
                "E0103",
                self.span(),
                format!("more than {MOST_DEPTH} brackets or operators are inside of each other"),
                format!("괄호나 연산자가 {MOST_DEPTH}단계보다 깊게 겹쳐 있습니다"),
            )));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Counts an operator.
    pub fn count_operator(&mut self) -> Parsed<()> {
        self.n_operators += 1;
        if self.n_operators > MOST_OPERATORS {
            return Err(Box::new(Diagnostic::error(
                "E0106",
                self.span(),
                format!("a stage has more than {MOST_OPERATORS} operators; a list of values is `column in (…)`"),
                format!("한 단계에 연산자가 {MOST_OPERATORS}개보다 많습니다; 값 목록은 `열 in (…)` 으로 쓰세요"),
            )));
        }
        Ok(())
    }

    /// What comes next.
    pub fn kind(&self) -> Kind {
        self.kind_ahead(0)
    }

    /// What comes so many tokens later.
    pub fn kind_ahead(&self, n: usize) -> Kind {
        self.tokens.get(self.at + n).map_or(Kind::End, |token| token.kind)
    }

    /// The bytes of what comes next.
    pub fn span(&self) -> Span {
        self.span_ahead(0)
    }

    /// The bytes of what comes so many tokens later.
    pub fn span_ahead(&self, n: usize) -> Span {
        let end = self.source.len();
        self.tokens
            .get(self.at + n)
            .map_or(end..end, |token| token.span.clone())
    }

    /// The text of what comes next.
    pub fn text(&self) -> &'a str {
        self.text_ahead(0)
    }

    /// The text of what comes so many tokens later.
    pub fn text_ahead(&self, n: usize) -> &'a str {
        self.source.get(self.span_ahead(n)).unwrap_or_default()
    }

    /// Where the token before ends.
    pub fn end_of_last(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.span.end)
    }

    /// Whether nothing stands between what was read last and what comes next.
    pub fn is_adjacent(&self) -> bool {
        self.at > 0 && self.end_of_last() == self.span().start
    }

    /// Goes on by one token; never beyond the end.
    pub fn next(&mut self) -> Token {
        let end = self.source.len();
        let token = self.tokens.get(self.at).cloned().unwrap_or(Token {
            kind: Kind::End,
            span: end..end,
        });
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    /// Goes on when this comes next, and says whether it did.
    pub fn eat(&mut self, kind: Kind) -> bool {
        let is_next = self.kind() == kind;
        if is_next {
            self.next();
        }
        is_next
    }

    /// Whether this keyword comes next, in whatever case.
    pub fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    /// Whether this keyword comes so many tokens later.
    pub fn is_word_ahead(&self, n: usize, word: &str) -> bool {
        self.kind_ahead(n) == Kind::Word && self.text_ahead(n).eq_ignore_ascii_case(word)
    }

    /// Goes on when this keyword comes next, and says whether it did.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let is_next = self.is_word(word);
        if is_next {
            self.next();
        }
        is_next
    }

    /// Whether a stage ends here, or the pipeline in brackets that it belongs to.
    pub fn is_at_end(&self) -> bool {
        self.is_between_stages() || self.kind() == Kind::CloseBracket
    }

    /// Whether a stage of the outermost pipeline ends here.
    pub fn is_between_stages(&self) -> bool {
        matches!(self.kind(), Kind::Pipe | Kind::End | Kind::Semicolon)
    }

    /// Goes to the bar that ends the stage.
    pub fn skip_stage(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                Kind::End => return,
                Kind::Pipe | Kind::Semicolon if open == 0 => return,
                Kind::Open | Kind::OpenBracket => open += 1,
                Kind::Close | Kind::CloseBracket => open = open.saturating_sub(1),
                _ => {}
            }
            self.next();
        }
    }

    /// This token, or what is wrong.
    pub fn expect(&mut self, kind: Kind, english: &str, korean: &str) -> Parsed<Token> {
        if self.kind() == kind {
            Ok(self.next())
        } else {
            Err(self.expected(english, korean))
        }
    }

    /// That something else was expected here.
    pub fn expected(&self, english: &str, korean: &str) -> Box<Diagnostic> {
        let (found, found_korean) = match self.kind() {
            Kind::End => ("the end".to_owned(), "끝".to_owned()),
            _ => (format!("{:?}", self.text()), format!("{:?}", self.text())),
        };
        Box::new(
            Diagnostic::error(
                "E0101",
                self.span(),
                format!("expected {english}, found {found}"),
                format!("{korean} 이(가) 와야 하는데 {found_korean} 이(가) 있습니다"),
            )
            .saying(format!("expected {english}"), format!("{korean} 필요")),
        )
    }

    /// A name: a word, or one in back quotes.
    pub fn name(&mut self, english: &str, korean: &str) -> Parsed<Name> {
        match self.kind() {
            Kind::Word | Kind::Quoted => Ok(self.word_as_name()),
            _ => Err(self.expected(english, korean)),
        }
    }

    /// What comes next, as a name.
    pub fn word_as_name(&mut self) -> Name {
        let text = unquoted(self.kind(), self.text());
        let span = self.next().span;
        Name { text, span }
    }
}

/// The content of a token, without its quotes; names composed.
pub fn unquoted(kind: Kind, text: &str) -> String {
    let inner = || text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    match kind {
        Kind::Quoted => inner().nfc().collect(),
        Kind::Single => inner().replace("''", "'"),
        Kind::Double => escaped(inner()),
        Kind::Word => text.nfc().collect(),
        _ => text.to_owned(),
    }
}

/// A text in double quotes: a backslash before a quote or a backslash falls away, and two quotes are one.
fn escaped(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' if matches!(chars.peek(), Some('"' | '\\')) => text.extend(chars.next()),
            '"' => {
                chars.next();
                text.push('"');
            }
            other => text.push(other),
        }
    }
    text
}
