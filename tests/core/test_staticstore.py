"""Comments are left out of what browsers download, and nothing else."""

from core.staticstore import without_comments


def test_comments_go_and_lines_stay():
    text = '/** What it is.\n * @type {x} */\nconst a = /** @type {any} */ (b); // why\n  // a line\n  return "http://x";\n'
    assert without_comments("js/a.js", text) == '\n\nconst a = (b); // why\n\nreturn "http://x";\n'


def test_addresses_patterns_and_products_are_no_comments():
    text = "const a = b * c / d; // e\nconst p = /[/*]/;\nconst u = `https://x/${y}`;\n"
    assert without_comments("js/a.js", text) == text


def test_styles_lose_comments():
    assert (
        without_comments("css/a.css", "/* one\n two */\n.a {\n  color: red; /* x */\n}\n")
        == "\n\n.a {\ncolor: red; \n}\n"
    )
