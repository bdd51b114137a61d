"""Claims about Markdown: what people write cannot act on the page."""

import pytest

from api.pages.frame.markdown import as_html


def test_text_has_paragraphs_lists_and_headings_below_those_of_the_page() -> None:
    shown = as_html("# Ωράριο\n\nΑπό **Δευτέρα**:\n\n- πρωί\n")

    assert "<h3>Ωράριο</h3>" in shown
    assert "<strong>Δευτέρα</strong>" in shown
    assert "<li>πρωί</li>" in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[α](javascript:alert(1))",
        "[α](JaVaScRiPt:alert(1))",
        "[α](data:text/html,x)",
        "[α](//evil.example)",
        "[α](vbscript:x)",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_that_acts_comes_through(text: str) -> None:
    shown = as_html(text)

    assert "<script" not in shown
    assert "<img" not in shown
    assert "href" not in shown


def test_an_image_is_a_link_to_it() -> None:
    shown = as_html("![α](https://evil.example/x.png)")

    assert "<img" not in shown
    assert '<a href="https://evil.example/x.png">' in shown


def test_links_lead_to_pages_of_ours_and_to_the_web() -> None:
    shown = as_html("[α](/desk) [β](https://www.kep.gov.gr/) [γ](mailto:a@example.org)")

    assert shown.count("<a href=") == 3
