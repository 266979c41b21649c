//! What authors write, as HTML: Markdown without raw HTML, pictures or links that are
//! anything but places to go.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

pub fn rendered(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut text = String::new();
    html::push_html(&mut text, Parser::new_ext(markdown, options).map(harmless));
    text
}

fn harmless(event: Event) -> Event {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        // a page that works offline loads no pictures: what they show is said
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Event::Text(CowStr::Borrowed("")),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        // headings of the page are the page's
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if goes_somewhere(&dest_url, link_type) { dest_url } else { "#".into() };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        other => other,
    }
}

fn goes_somewhere(url: &str, kind: LinkType) -> bool {
    kind == LinkType::Email || link(url).is_some()
}

/// What may be followed: the web and mail. A path in the repository is not one, because the
/// page lies elsewhere.
pub fn link(text: &str) -> Option<&str> {
    let lower = text.trim_start().to_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::rendered;

    fn check(markdown: &str, expected: &str) {
        assert_eq!(rendered(markdown).trim(), expected);
    }

    #[test]
    fn harmless_markdown() {
        check("a **b** `c`", "<p>a <strong>b</strong> <code>c</code></p>");
        check("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>");
        check("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>");
        check("[x](javascript:alert(1))", "<p><a href=\"#\">x</a></p>");
        check("[x](https://example.com)", "<p><a href=\"https://example.com\">x</a></p>");
        check("![the picture](https://example.com/x.png)", "<p>the picture</p>");
        check("# h", "<p>h</p>");
        check("<me@example.com>", "<p><a href=\"mailto:me@example.com\">me@example.com</a></p>");
    }
}
