//! Texts as they are best read: a stage on each line, one blank between words, comments kept.

use crate::diagnostic::{Diagnostic, Span};
use crate::token::{Kind, Token, tokens};

/// The text with a stage on each line.
///
/// Words, quotes and comments stay as they are; only blanks and line ends change. A formatted text stays the same.
///
/// # Errors
///
/// What is no token: a text that is not closed, a character without a meaning.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (tokens, wrong) = tokens(text);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut depth = 0_usize;
    let mut before: Option<&Token> = None;
    for token in &tokens {
        let gap = gap(text, before, &token.span);
        let comments = comments(gap);
        for comment in &comments {
            if !out.is_empty() && !out.ends_with(['\n', ' ']) {
                out.push(' ');
            }
            out.push_str(comment);
            if !comment.starts_with("/*") {
                out.push('\n');
            }
        }
        match token.kind {
            Kind::End => break,
            Kind::Pipe if depth == 0 => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                out.push('|');
            }
            kind => {
                let first = out.is_empty() || out.ends_with(['\n', ' ']);
                if !first && needs_blank(before, kind, gap) {
                    out.push(' ');
                }
                out.push_str(text.get(token.span.clone()).unwrap_or_default());
                match kind {
                    Kind::Open | Kind::OpenBracket | Kind::OpenBrace => depth += 1,
                    Kind::Close | Kind::CloseBracket | Kind::CloseBrace => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        before = Some(token);
    }
    let trimmed: Vec<&str> = out.trim().lines().map(str::trim_end).collect();
    let mut out = trimmed.join("\n");
    out.push('\n');
    Ok(out)
}

/// What stands between two tokens.
fn gap<'t>(text: &'t str, before: Option<&Token>, span: &Span) -> &'t str {
    let begin = before.map_or(0, |token| token.span.end);
    text.get(begin..span.start).unwrap_or_default()
}

/// The comments between two tokens.
fn comments(gap: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = gap.trim_start();
    while !rest.is_empty() {
        let (end, is_comment) = if let Some(behind) = rest.strip_prefix("/*") {
            (behind.find("*/").map_or(rest.len(), |end| end + 4), true)
        } else if rest.starts_with('#') || rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else {
            (rest.chars().next().map_or(rest.len(), char::len_utf8), false)
        };
        let (comment, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if is_comment {
            found.push(comment.trim_end());
        }
        rest = behind.trim_start();
    }
    found
}

/// Whether a blank stands in front of a token: never before what closes or separates, else where one stood.
fn needs_blank(before: Option<&Token>, kind: Kind, gap: &str) -> bool {
    let after = before.map(|token| token.kind);
    if matches!(kind, Kind::Comma | Kind::Close | Kind::CloseBracket | Kind::Semicolon)
        || matches!(after, Some(Kind::Open | Kind::OpenBracket))
    {
        return false;
    }
    matches!(after, Some(Kind::Comma | Kind::Pipe)) || !gap.is_empty()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_stage_stands_on_each_line() {
        for (text, formatted) in [
            (
                "model 토지|where  지목='대'   and ( 면적>10 )|stats count( * ) as n by 동,지목",
                "model 토지\n| where 지목='대' and (면적>10)\n| stats count(*) as n by 동, 지목\n",
            ),
            (
                "* # 모두\n|head 3 /* 셋 */ | sort -a,+b // 끝",
                "* # 모두\n| head 3 /* 셋 */\n| sort -a, +b // 끝\n",
            ),
            (
                "model a | join left [model b | where x = 1] as c on a = c.a",
                "model a\n| join left [model b | where x = 1] as c on a = c.a\n",
            ),
            ("* /** 둘 **/ | head 3 /***/", "* /** 둘 **/\n| head 3 /***/\n"),
            ("* /*/ 하나 */ | head 3", "* /*/ 하나 */\n| head 3\n"),
            ("sql $$ select '|'  from x $$", "sql $$ select '|'  from x $$\n"),
            ("addr PNU=4117* BONBUN=산*", "addr PNU=4117* BONBUN=산*\n"),
        ] {
            let once = format(text).unwrap();
            assert_eq!(once, formatted, "{text}");
            assert_eq!(format(&once).unwrap(), once, "{text}");
        }
        assert_eq!(format("a 'b").unwrap_err()[0].code, "E0001");
    }
}
