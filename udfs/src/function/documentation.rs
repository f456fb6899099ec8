//! What a function says about itself, in `DataFusion`'s form.

use datafusion::logical_expr::{DocSection, Documentation};

use super::Argument;

/// The section of the reference that a function belongs to, told by its name.
fn section(name: &str) -> DocSection {
    let label = if name.starts_with("st_") {
        "Geometry Functions"
    } else {
        "Parcel Functions"
    };
    DocSection {
        include: true,
        label,
        description: None,
    }
}

/// The documentation of a function.
pub fn documentation(name: &str, about: &str, example: &str, arguments: &[Argument]) -> Documentation {
    let mut builder = Documentation::builder(section(name), about, syntax(name, arguments)).with_sql_example(example);
    for argument in arguments {
        builder = builder.with_argument(argument.name, argument.about);
    }
    builder.build()
}

/// How a function is called: `st_buffer(geometry, radius[, segments])`.
fn syntax(name: &str, arguments: &[Argument]) -> String {
    let mut text = format!("{name}(");
    for (idx, argument) in arguments.iter().enumerate() {
        let comma = if idx == 0 { "" } else { ", " };
        if argument.is_optional {
            text.push('[');
        }
        text.push_str(comma);
        text.push_str(argument.name);
    }
    let n_optional = arguments.iter().filter(|argument| argument.is_optional).count();
    text.push_str(&"]".repeat(n_optional));
    text.push(')');
    text
}
