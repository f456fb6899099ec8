//! Tables for the terminal, without lines.

use unicode_width::UnicodeWidthStr;

/// Rows under their headings, columns two blanks apart, each as wide as its widest cell on the screen.
pub fn aligned(headings: &[&str], rows: &[Vec<String>]) -> String {
    let heading: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    let lines: Vec<&Vec<String>> = std::iter::once(&heading).chain(rows).collect();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut shown = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            shown.push_str(cell);
            shown.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_two_wide() {
        let rows = [
            vec!["지목".to_owned(), "x".to_owned()],
            vec!["a".to_owned(), String::new()],
        ];
        assert_eq!(aligned(&["n", "v"], &rows), "n     v\n지목  x\na\n");
    }
}
