//! Makes text of others harmless for a notification daemon.

/// One line for a title: daemons show it as it is.
pub(crate) fn title(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_shown(*c)).collect()
}

/// The body; where the daemon reads markup, what looks like some is escaped.
pub(crate) fn body(text: &str, has_markup: bool) -> String {
    let plain: String = text.chars().filter(|c| *c == '\n' || is_shown(*c)).collect();
    if !has_markup {
        return plain;
    }
    let mut escaped = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Control characters have no place in a toast, nor have those that turn the direction of the text around them.
fn is_shown(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_where_it_would_be_read() {
        assert_eq!(body("<b>R&D</b>", true), "&lt;b&gt;R&amp;D&lt;/b&gt;");
        assert_eq!(body("<b>R&D</b>", false), "<b>R&D</b>");
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(title("Dana\u{7} \u{202e}Reyes\nneeds"), "Dana Reyes needs");
        assert_eq!(body("one\ntwo\u{1b}[2J\u{2066}", false), "one\ntwo[2J");
    }
}
