//! Text for a notification daemon. That it can be shown at all is settled where it came in; here it is kept from being read as
//! markup, where the daemon reads some.

/// The body; where the daemon reads markup, what looks like some is escaped.
pub(crate) fn body(text: &str, has_markup: bool) -> String {
    if !has_markup {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_where_it_would_be_read() {
        assert_eq!(body("<b>R&D</b>", true), "&lt;b&gt;R&amp;D&lt;/b&gt;");
        assert_eq!(body("<img src=\"x\">&amp;", true), "&lt;img src=\"x\"&gt;&amp;amp;");
        assert_eq!(body("<b>R&D</b>", false), "<b>R&D</b>");
    }
}
