//! From text to tokens. Blanks and comments fall away; every token knows its bytes.

use logos::Logos;

use crate::diagnostic::{Diagnostic, Span};

/// What a token is. The text itself is in the source.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n\x0c\u{a0}\u{3000}\u{feff}]+")]
#[logos(skip(r"(#|//)[^\n]*", allow_greedy = true))]
#[logos(skip r"/\*[^*]*\*+([^/*][^*]*\*+)*/")]
pub enum Kind {
    /// A name or a keyword: which one, its place decides.
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*")]
    Word,
    /// A name in back quotes.
    #[regex(r"`[^`]*`")]
    Quoted,
    /// A text in single quotes; two of them stand for one.
    #[regex(r"'([^']|'')*'")]
    Single,
    /// A text in double quotes; two of them stand for one, and a backslash takes a quote's meaning away.
    #[regex(r#""([^"\\]|\\.|"")*""#)]
    Double,
    /// A text between `$$`, or between `$tag$`, taken as it is.
    #[regex(r"\$([\p{XID_Start}_][\p{XID_Continue}]*)?\$", dollar)]
    Dollar,
    /// A number without a sign.
    #[regex(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")]
    #[regex(r"\.[0-9]+([eE][+-]?[0-9]+)?")]
    Number,
    /// A parameter: `?`, `$1` or `${name}`.
    #[token("?")]
    #[regex(r"\$[0-9]+")]
    #[regex(r"\$\{[^}\n]*\}")]
    Param,
    /// `|`
    #[token("|")]
    Pipe,
    /// `||`
    #[token("||")]
    Concat,
    /// `,`
    #[token(",")]
    Comma,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `:`
    #[token(":")]
    Colon,
    /// `.`
    #[token(".")]
    Dot,
    /// `(`
    #[token("(")]
    Open,
    /// `)`
    #[token(")")]
    Close,
    /// `[`
    #[token("[")]
    OpenBracket,
    /// `]`
    #[token("]")]
    CloseBracket,
    /// `{`
    #[token("{")]
    OpenBrace,
    /// `}`
    #[token("}")]
    CloseBrace,
    /// `=` or `==`
    #[token("=")]
    #[token("==")]
    Equal,
    /// `<=>`: equal, NULL and NULL included
    #[token("<=>")]
    Same,
    /// `<>` or `!=`
    #[token("<>")]
    #[token("!=")]
    Unequal,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    AtMost,
    /// `>`
    #[token(">")]
    More,
    /// `>=`
    #[token(">=")]
    AtLeast,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`; what begins a comment and has no end is no token.
    #[token("/")]
    #[token("/*", |_| false)]
    Slash,
    /// `%`
    #[token("%")]
    Percent,
    /// The end of the text.
    End,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub span: Span,
}

/// Takes everything up to the closing tag.
fn dollar(lexer: &mut logos::Lexer<'_, Kind>) -> bool {
    let tag = lexer.slice();
    match lexer.remainder().find(tag) {
        Some(at) => {
            lexer.bump(at + tag.len());
            true
        }
        None => false,
    }
}

/// The tokens of a text, an [`Kind::End`] the last, and what is no token.
#[must_use]
pub fn tokens(text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut tokens = Vec::new();
    let mut wrong: Vec<Diagnostic> = Vec::new();
    let mut lexer = Kind::lexer(text);
    while let Some(found) = lexer.next() {
        let span = lexer.span();
        if let Ok(kind) = found {
            tokens.push(Token { kind, span });
            continue;
        }
        // What follows an open quote is its text.
        let ends_here = is_open(text, span.start);
        wrong.push(unreadable(text, span));
        if ends_here {
            break;
        }
    }
    let end = text.len();
    tokens.push(Token {
        kind: Kind::End,
        span: end..end,
    });
    (tokens, wrong)
}

/// Whether what begins here is a text or name that is not closed.
fn is_open(text: &str, start: usize) -> bool {
    text.get(start..)
        .is_some_and(|rest| rest.starts_with(['\'', '"', '`', '$']) || rest.starts_with("/*"))
}

fn unreadable(text: &str, span: Span) -> Diagnostic {
    let rest = text.get(span.start..).unwrap_or_default();
    let begun = |what: &str, korean: &str, close: &str| {
        let close_korean = if close == "the same tag" {
            "같은 표시"
        } else {
            close
        };
        Diagnostic::error(
            "E0001",
            span.start..span.start + rest.chars().next().map_or(0, char::len_utf8),
            format!("{what} is not closed"),
            format!("{korean} 닫히지 않았습니다"),
        )
        .saying(
            format!("begins here; close it with {close}"),
            format!("여기서 시작합니다; {close_korean} 로 닫으세요"),
        )
    };
    match rest.chars().next() {
        Some('\'') => begun("a text in single quotes", "작은따옴표 글자가", "'"),
        Some('"') => begun("a text in double quotes", "큰따옴표 글자가", "\""),
        Some('`') => begun("a name in back quotes", "역따옴표 이름이", "`"),
        Some('$') => begun("a text between dollars", "$ 사이의 글자가", "the same tag"),
        _ if rest.starts_with("/*") => begun("a comment", "주석이", "*/"),
        _ => {
            let unknown: String = text.get(span.clone()).unwrap_or_default().chars().take(8).collect();
            Diagnostic::error(
                "E0002",
                span,
                format!("{unknown:?} has no meaning here"),
                format!("{unknown:?} 은(는) 쓸 수 없는 문자입니다"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        let (tokens, wrong) = tokens(text);
        assert_eq!(wrong, [], "{text}");
        for token in &tokens {
            assert!(text.get(token.span.clone()).is_some(), "{text}: {token:?}");
        }
        tokens.into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn tokens_are_told_apart() {
        use Kind::{
            AtMost, CloseBracket, Colon, Comma, Concat, Dollar, Double, End, Equal, Number, OpenBracket, Param, Pipe,
            Quoted, Same, Single, Star, Unequal, Word,
        };
        for (text, expected) in [
            ("* | head 10", vec![Star, Pipe, Word, Number, End]),
            ("필지 지목=='대'", vec![Word, Word, Equal, Single, End]),
            (
                "a <=> b <> c != d <= 1",
                vec![Word, Same, Word, Unequal, Word, Unequal, Word, AtMost, Number, End],
            ),
            (
                "`two words` \"it \\\"is\\\"\" 'it''s'",
                vec![Quoted, Double, Single, End],
            ),
            ("sql $$ select '|' $$ $q$ $$ $q$", vec![Word, Dollar, Dollar, End]),
            (
                "? $12 ${combo_1} a||b",
                vec![Param, Param, Param, Word, Concat, Word, End],
            ),
            ("1.5e-3 .5 10H", vec![Number, Number, Number, Word, End]),
            (
                "['A':INTEGER, 'B']",
                vec![OpenBracket, Single, Colon, Word, Comma, Single, CloseBracket, End],
            ),
            ("a # rest\n// rest\n/* rest * / | */ b", vec![Word, Word, End]),
            ("", vec![End]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_closed_is_told_where_it_begins() {
        for (text, at) in [
            ("a 'b | c", 2),
            ("a | \"b", 4),
            ("`x", 0),
            ("sql $q$ a $$", 4),
            ("a /* b", 2),
        ] {
            let (_, wrong) = tokens(text);
            assert_eq!((wrong[0].code, wrong[0].span().start), ("E0001", at), "{text}");
            assert_eq!(wrong.len(), 1, "{text}");
        }
        let (tokens, wrong) = tokens("a ^ b ~ c");
        assert_eq!(tokens.len(), 4);
        assert_eq!(wrong.iter().map(|one| one.code).collect::<Vec<_>>(), ["E0002", "E0002"]);
    }
}
