//! Diagnostics as people read them: the text with what is wrong underlined, in the manner of rustc.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Patch, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

/// Diagnostics of a text, one after the other: English first, Korean below.
#[must_use]
pub fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let renderer = Renderer::plain().decor_style(DecorStyle::Ascii);
    let drawn = diagnostics.iter().map(|diagnostic| one(&renderer, text, diagnostic));
    drawn.collect::<Vec<_>>().join("\n\n")
}

fn one(renderer: &Renderer, text: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut snippet = Snippet::source(text).fold(true);
    for (idx, label) in diagnostic.labels.iter().enumerate() {
        let kind = if idx == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let span = within(text, &label.span);
        let words = match (label.english.as_str(), label.korean.as_str()) {
            (english, korean) if english == korean => english.to_owned(),
            (english, korean) => format!("{english} / {korean}"),
        };
        let annotation = kind.span(span);
        snippet = snippet.annotation(if words.is_empty() {
            annotation
        } else {
            annotation.label(words)
        });
    }
    let title = level.primary_title(diagnostic.english.as_str()).id(diagnostic.code);
    let main = title
        .element(snippet)
        .element(Level::NOTE.with_name("한국어").message(diagnostic.korean.as_str()));
    let mut report = vec![main];
    for fix in &diagnostic.fixes {
        let patch = Patch::new(within(text, &fix.span), fix.replacement.as_str());
        report.push(
            Level::HELP
                .secondary_title("write this / 이렇게 쓰세요")
                .element(Snippet::source(text).fold(true).patch(patch)),
        );
    }
    renderer.render(&report)
}

/// A place within a text, at boundaries of characters.
fn within(text: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let boundary = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0)
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_as_wide_as_two() {
        let text = "model 필지 | where 면젹 > 10";
        let at = text.find("면젹").unwrap_or_default();
        let diagnostic = Diagnostic::error("E0201", at..at + 6, "there is no column `면젹`", "`면젹` 열이 없습니다")
            .saying("did you mean `면적`?", "`면적` 을(를) 뜻하셨나요?")
            .fix(at..at + 6, "면적");
        let rendered = render(text, &[diagnostic]);
        let lines: Vec<&str> = rendered.lines().collect();
        assert_eq!(
            lines.first(),
            Some(&"error[E0201]: there is no column `면젹`"),
            "{rendered}"
        );
        let marked = lines
            .iter()
            .find(|line| line.contains("^^^^"))
            .copied()
            .unwrap_or_default();
        // `model 필지 | where ` is 19 columns wide.
        assert_eq!(
            marked.find('^').map(|at| at - marked.find('|').unwrap_or_default()),
            Some(21),
            "{rendered}"
        );
        assert!(rendered.contains("model 필지 | where 면적 > 10"), "{rendered}");
    }
}
