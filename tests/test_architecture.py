"""docs/architecture.md, enforced: read from the source with `ast`, so that nothing has to be imported."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Lowest first; an app imports only those before it. `config` wires them and is imported by nobody.
LAYERS = ("core", "accounts", "moderation", "messenger", "calls", "market", "news")
SIBLINGS = {"calls", "market", "news"}  # never of each other
MAX_FILE, MAX_FUNCTION = 400, 50
# Inside an app, what stands lower may not import what stands higher.
RANKS = {
    "models": 0, "events": 1,
    "api": 3, "pages": 3, "commands": 3, "admin": 3, "forms": 3, "urls": 3, "management": 3,
}  # fmt: skip
ACTING = 2  # actions, access, queries, serializers, the tasks that actions enqueue, and whatever supports them
FACES = {"api", "pages", "admin", "forms", "urls", "management", "commands"}  # another app's are none of our business
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
# Registering what the framework or the project finds by itself is what these files are for.
WIRING = {"apps.py", "registrations.py"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


CODE = sources(*LAYERS, "config", "bench")
TREES = {path: ast.parse(path.read_text(), str(path)) for path in CODE}
APP_FILES = [(path, path.relative_to(ROOT).parts[0]) for path in sources(*LAYERS)]


def at(path: Path, line: int, what: str = "") -> str:
    return f"{name_of(path)}:{line} {what}".rstrip()


def imports(path: Path) -> list[tuple[str, int]]:
    """Full dotted names of what a file imports, with lines; `from a import b` counts as a.b."""
    found = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
                module = ".".join([*package, *([module] if module else [])])
            found += [(f"{module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_apps_import_only_lower_apps():
    upward = []
    for path, app in APP_FILES:
        higher = {*LAYERS[LAYERS.index(app) + 1 :], "config", "tests", "bench"}
        higher |= (SIBLINGS if app in SIBLINGS else set()) - {app}
        upward += [at(path, line, name) for name, line in imports(path) if name.split(".")[0] in higher]
    assert upward == []


def test_faces_of_another_app_are_not_imported():
    """The kernel has none: core.commands and core.tasks declare what commands and tasks are."""
    foreign = []
    for path, app in APP_FILES:
        for name, line in imports(path):
            other, *rest = name.split(".")
            if other in LAYERS and other not in (app, "core") and rest and rest[0] in FACES:
                foreign.append(at(path, line, name))
    assert foreign == []


def rank(parts: tuple[str, ...] | list[str]) -> int:
    return RANKS.get(parts[1].removesuffix(".py"), ACTING) if len(parts) > 1 else ACTING


def test_inside_an_app_faces_stand_on_actions_and_actions_on_models():
    upward = []
    for path, app in APP_FILES:
        if app == "core" or path.name in WIRING:
            continue
        own_rank = rank(path.relative_to(ROOT).parts)
        for name, line in imports(path):
            parts = name.split(".")
            if parts[0] == app and rank(parts) > own_rank:
                upward.append(at(path, line, name))
    assert upward == []


def test_no_import_inside_a_function():
    inside = [
        at(path, node.lineno, function.name)
        for path in CODE
        for function in functions(TREES[path])
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_no_signals_as_glue():
    signals = re.compile(r"^django\.dispatch|\.signals(\.|$)")
    assert [at(path, line, name) for path in CODE for name, line in imports(path) if signals.search(name)] == []


def test_files_can_be_read_in_one_sitting():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > MAX_FILE} == {}


def test_functions_can_be_seen_at_once():
    long = [
        at(path, function.lineno, function.name)
        for path in CODE
        for function in functions(TREES[path])
        if function.end_lineno - function.lineno >= MAX_FUNCTION
    ]
    assert long == []


def test_failures_are_not_swallowed():
    swallowed = [
        at(path, node.lineno)
        for path in CODE
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert swallowed == []


def test_no_vague_module_names():
    folders = [*LAYERS, "config", "bench", "tests", "static/js"]
    stems = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.stem in VAGUE]
    assert [name_of(path) for path in stems] == []


def test_every_public_kernel_function_says_what_it_needs():
    """Type hints on every signature of the kernel, actions, access, events and queries."""
    places = re.compile(r"^(core/.*|\w+/(actions|events|access|queries)(\.py|/.*))$")
    untyped = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in CODE
        if places.match(name_of(path))
        for function in functions(TREES[path])
        if function.returns is None and function.name != "__init__"
    ]
    assert untyped == []


# --- what reaches browsers ----------------------------------------------------------------------

SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")])
HTML_FROM_STRINGS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval|new Function)\b\s*[\(=]"
)
INLINE_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src|nonce)\s*=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        text = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), path.read_text())
        found += [f"{name_of(path)}:{text.count(chr(10), 0, match.start()) + 1}" for match in pattern.finditer(text)]
    return found


def test_scripts_build_nodes_and_never_markup():
    assert hits(HTML_FROM_STRINGS, SCRIPTS) == []


def test_scripts_can_be_read_in_one_sitting():
    written = [path for path in SCRIPTS if not path.read_text().startswith("/** Made by `manage.py")]
    assert [name_of(path) for path in written if len(path.read_text().splitlines()) > MAX_FILE] == []


@pytest.mark.parametrize("pattern", [INLINE_HANDLER, INLINE_STYLE, INLINE_SCRIPT], ids=["handler", "style", "script"])
def test_templates_need_no_exception_from_the_content_security_policy(pattern):
    assert hits(pattern, TEMPLATES) == []


def test_templates_never_switch_escaping_off():
    assert hits(re.compile(r"\|\s*safe\b|\{% autoescape off"), TEMPLATES) == []
