"""Comments are left out of what browsers download, and nothing else."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core.staticstore import Joined, without_comments


def test_comments_go_and_lines_stay():
    text = '/** What it is.\n * @type {x} */\nconst a = /** @type {any} */ (b); // why\n  // a line\n  return "http://x";\n'
    assert without_comments("js/a.js", text) == '\n\nconst a = (b);\n\nreturn "http://x";\n'


def test_addresses_patterns_and_products_are_no_comments():
    lines = ("const a = b * c / d;", "const p = /[/*]/;", "const u = `https://x/${y}`;", "f(' // no'); // it's")
    text = "\n".join((*lines, "const t = `a\nb // c\n`;", ""))
    assert without_comments("js/a.js", text) == text


def test_styles_lose_comments():
    assert (
        without_comments("css/a.css", "/* one\n two */\n.a {\n  color: red; /* x */\n}\n")
        == "\n\n.a {\ncolor: red; \n}\n"
    )


def test_a_stylesheet_is_served_with_those_it_imports_in_their_places(tmp_path):
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "parts" / "b.css").write_text(".b {}\n")
    (tmp_path / "css" / "a.css").write_text('/* All. */\n@import "parts/b.css";\n.a {}\n')
    text = Joined(FileSystemStorage(tmp_path)).open("css/a.css").read().decode()
    assert text == "/* All. */\n.b {}\n\n.a {}\n"


def test_every_stylesheet_is_in_one_that_pages_load():
    root = Path(settings.BASE_DIR) / "static"
    names = [path.name for folder in ("components", "chat") for path in (root / "css" / folder).glob("*.css")]
    imported = (root / "css" / "site.css").read_text() + (root / "css" / "chat.css").read_text()
    assert [name for name in names if f'/{name}"' not in imported] == []
