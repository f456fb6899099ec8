//! Well-known text of coordinate systems as a tree: WKT 1 of OGC and ESRI, WKT 2.

use crate::error::{Error, Result};

/// One `KEYWORD[…]`.
#[derive(Debug, PartialEq)]
pub struct Node {
    /// The keyword in upper case.
    pub keyword: String,
    /// What stands in its brackets.
    pub args: Vec<Arg>,
}

/// One argument of a node.
#[derive(Debug, PartialEq)]
pub enum Arg {
    /// A quoted text.
    Text(String),
    /// A number.
    Number(f64),
    /// A bare word, such as the direction of an axis.
    Word(String),
    /// A node.
    Node(Node),
}

impl Node {
    /// The first quoted text: a node's name.
    pub fn name(&self) -> &str {
        let texts = self.args.iter().find_map(|arg| {
            if let Arg::Text(text) = arg {
                Some(text.as_str())
            } else {
                None
            }
        });
        texts.unwrap_or_default()
    }

    /// The numbers among the arguments.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.args.iter().filter_map(|arg| {
            if let Arg::Number(number) = arg {
                Some(*number)
            } else {
                None
            }
        })
    }

    /// The nodes among the arguments.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.args
            .iter()
            .filter_map(|arg| if let Arg::Node(node) = arg { Some(node) } else { None })
    }

    /// The first node among the arguments whose keyword is one of these.
    pub fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children().find(|node| keywords.contains(&node.keyword.as_str()))
    }

    /// The first node with one of these keywords at any depth, this one included; depth first.
    pub fn find(&self, keywords: &[&str]) -> Option<&Self> {
        if keywords.contains(&self.keyword.as_str()) {
            return Some(self);
        }
        self.children().find_map(|node| node.find(keywords))
    }
}

/// Reads a whole text; what follows the first node after a comma (ESRI's vertical systems) is read and left out.
///
/// Nesting deeper than any real coordinate system is refused, so that no text can exhaust the stack.
pub fn parse(text: &str) -> Result<Node> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        characters: text.chars().collect(),
        at: 0,
    };
    let node = reader.node(0)?;
    reader.blanks();
    while reader.peek() == Some(',') {
        reader.at += 1;
        reader.node(0)?;
        reader.blanks();
    }
    // Some writers end the file with NUL bytes.
    if reader.characters[reader.at..]
        .iter()
        .any(|&character| character != '\0')
    {
        return Err(reader.fail("expected the end"));
    }
    Ok(node)
}

const MAX_DEPTH: usize = 32;

struct Reader {
    characters: Vec<char>,
    at: usize,
}

impl Reader {
    fn node(&mut self, depth: usize) -> Result<Node> {
        self.blanks();
        let keyword = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
        if keyword.is_empty() {
            return Err(self.fail("expected a keyword"));
        }
        self.blanks();
        self.node_with(&keyword, depth)
    }

    fn node_with(&mut self, keyword: &str, depth: usize) -> Result<Node> {
        if depth > MAX_DEPTH {
            return Err(self.fail("expected fewer brackets"));
        }
        let close = match self.peek() {
            Some('[') => ']',
            Some('(') => ')',
            _ => return Err(self.fail("expected \"[\"")),
        };
        self.at += 1;
        let mut args = Vec::new();
        loop {
            args.push(self.arg(depth)?);
            self.blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(found) if found == close => {
                    self.at += 1;
                    return Ok(Node {
                        keyword: keyword.to_ascii_uppercase(),
                        args,
                    });
                }
                _ => return Err(self.fail("expected \",\" or a closing bracket")),
            }
        }
    }

    fn arg(&mut self, depth: usize) -> Result<Arg> {
        self.blanks();
        match self.peek() {
            Some('"') => self.text().map(Arg::Text),
            Some(first) if first.is_ascii_digit() || matches!(first, '+' | '-' | '.') => {
                let start = self.at;
                let digits =
                    self.take_while(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
                digits
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
                    .map(Arg::Number)
                    .ok_or_else(|| {
                        self.at = start;
                        self.fail("expected a number")
                    })
            }
            _ => {
                let word = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
                self.blanks();
                match self.peek() {
                    _ if word.is_empty() => Err(self.fail("expected a text, a number or a keyword")),
                    Some('[' | '(') => self.node_with(&word, depth + 1).map(Arg::Node),
                    _ => Ok(Arg::Word(word)),
                }
            }
        }
    }

    /// Reads a quoted text; a quote inside is written twice.
    fn text(&mut self) -> Result<String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(&self.take_while(|character| character != '"'));
            if self.peek().is_none() {
                return Err(self.fail("expected a closing quote"));
            }
            self.at += 1;
            if self.peek() != Some('"') {
                return Ok(text);
            }
            self.at += 1;
            text.push('"');
        }
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> String {
        let taken: String = self.characters[self.at..]
            .iter()
            .take_while(|&&character| accept(character))
            .collect();
        self.at += taken.chars().count();
        taken
    }

    fn blanks(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn fail(&self, reason: &'static str) -> Error {
        Error::PrjSyntax {
            reason,
            position: self.at + 1,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_tree() {
        let node =
            parse("\u{feff} projcs ( \"a \"\"b\"\"\", UNIT[\"m\", 1.0e0] ,AXIS[\"x\",EAST], -2.5)\r\n\0").unwrap();
        assert_eq!((node.keyword.as_str(), node.name()), ("PROJCS", "a \"b\""));
        assert_eq!(node.numbers().collect::<Vec<_>>(), [-2.5]);
        assert_eq!(node.find(&["UNIT"]).unwrap().numbers().collect::<Vec<_>>(), [1.0]);
        assert_eq!(node.child(&["AXIS"]).unwrap().args[1], Arg::Word("EAST".to_owned()));
    }

    #[test]
    fn a_broken_text_is_refused_with_its_place() {
        fn check(text: &str, expected: &str) {
            let error = parse(text).unwrap_err().to_string();
            let remedy = "; name the coordinate system with --crs EPSG:n";
            assert_eq!(
                error,
                format!("the .prj cannot be read: {expected}{remedy}"),
                "{text:?}"
            );
        }
        check("", "expected a keyword at character 1");
        check("epsg:5174", "expected \"[\" at character 5");
        check("PROJCS[\"a\"", "expected \",\" or a closing bracket at character 11");
        check("PROJCS[\"a", "expected a closing quote at character 10");
        check("PROJCS[\"a\"] x", "expected the end at character 13");
        check("PROJCS[1.2.3]", "expected a number at character 8");
        check("PROJCS[]", "expected a text, a number or a keyword at character 8");
        check("PROJCS[\"a\")", "expected \",\" or a closing bracket at character 11");
        assert!(parse(&"A[".repeat(100_000)).is_err());
    }
}
