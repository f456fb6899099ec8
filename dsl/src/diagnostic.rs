//! What is wrong with a text, as data: a code, a message in two languages, places, and what to write instead.

use std::ops::Range;

use serde::Serialize;

/// A place in a text: bytes from the first to before the second.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text cannot be run.
    Error,
    /// The text is run, and may not mean what its writer thinks.
    Warning,
}

/// What is wrong with a text, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// What kind of mistake it is: a word that stays the same, as `E0101`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The message in English.
    pub english: String,
    /// The message in Korean.
    pub korean: String,
    /// The places that it is about, the most important first, each with a few words.
    pub labels: Vec<Label>,
    /// What to write instead, where that is known.
    pub fixes: Vec<Fix>,
    /// Number of the stage, from 1; nothing where it is about the whole text.
    pub stage: Option<usize>,
}

/// A place that a diagnostic is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The bytes of the text.
    pub span: Span,
    /// What is to be said of them, in English.
    pub english: String,
    /// The same in Korean.
    pub korean: String,
}

/// A change that makes a text right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// The bytes that go.
    pub span: Span,
    /// What comes in their place.
    pub replacement: String,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, span: Span, english: impl Into<String>, korean: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            english: english.into(),
            korean: korean.into(),
            labels: vec![Label {
                span,
                english: String::new(),
                korean: String::new(),
            }],
            fixes: Vec::new(),
            stage: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, english: impl Into<String>, korean: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, english, korean)
        }
    }

    /// With a few words at its first place.
    #[must_use]
    pub fn saying(mut self, english: impl Into<String>, korean: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.english = english.into();
            label.korean = korean.into();
        }
        self
    }

    /// Asking at its first place whether this was meant.
    #[must_use]
    pub fn meaning(self, near: &str) -> Self {
        self.saying(
            format!("did you mean `{near}`?"),
            format!("`{near}` 을(를) 뜻하셨나요?"),
        )
    }

    /// With another place.
    #[must_use]
    pub fn and(mut self, span: Span, english: impl Into<String>, korean: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            english: english.into(),
            korean: korean.into(),
        });
        self
    }

    /// With a change that makes it right.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix {
            span,
            replacement: replacement.into(),
        });
        self
    }

    /// The first place; the beginning of the text where there is none.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map_or(0..0, |label| label.span.clone())
    }
}
