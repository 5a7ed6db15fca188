"""What the repository must never hold: addresses of registries, paths of one machine, private keys."""

import re
import subprocess

import pytest

from tests.architecture.tree import ROOT

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = (
    "pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "registry.yarn" + "pkg.com",
    "repo1.maven" + ".org", "repo.maven" + ".apache.org", "maven" + ".google.com", "proxy.golang" + ".org",
    "static.crates" + ".io", "index.crates" + ".io",
)  # fmt: skip
FORBIDDEN = {
    "the address of a package registry": "|".join(map(re.escape, REGISTRIES)),
    "a path of one machine": r"(?<![\w.~}-])/(?:work|root|home/[a-z]\w*|Users/\w+)/",
    "a private key": "-----BEGIN (?:[A-Z]+ )*PRIVATE" + " KEY-----",
    "a private key as JWK": r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"',
    "a source outside of the repository": "shared/"
    + r"(?:design|seeds|data)\b|\b(?:domain|technique|reliability|brief)\.md\b",
    "a mention of tools in a commit's manner": "Co-authored" + "-by",
}
TEXT_LIMIT = 2_000_000


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [name for name in listed.stdout.split("\0") if name]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: nothing says which files are tracked")
def test_no_tracked_file_holds_what_it_must_not() -> None:
    tracked = _tracked()
    found = []
    for name in tracked:
        path = ROOT / name
        if not path.is_file() or path.stat().st_size > TEXT_LIMIT:
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{name}: {what}" for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]

    assert len(tracked) > 100
    assert found == []


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("the address of a package registry", f"https://{REGISTRIES[0]}/simple"),
        ("a path of one machine", "cd /" + "root/project"),
        ("a path of one machine", "'/" + "work/main/x'"),
        ("a private key", "-----BEGIN EC PRIVATE" + " KEY-----"),
        ("a private key as JWK", '"d": "' + "A" * 43 + '"'),
    ],
)
def test_what_is_forbidden_would_be_noticed(what: str, planted: str) -> None:
    assert re.search(FORBIDDEN[what], planted)


@pytest.mark.parametrize(
    "innocent", ["services/work/tables.py", "https://example.org/work/1", "${HOME}/root/x", "shared/"]
)
def test_what_only_looks_like_it_passes(innocent: str) -> None:
    assert not any(re.search(pattern, innocent) for pattern in FORBIDDEN.values())


def test_no_personal_state_of_an_editor_or_a_run_is_tracked() -> None:
    strays = [
        name
        for name in _tracked()
        if re.search(r"(^|/)(var|node_modules|__pycache__|\.idea|\.vscode|\.env)(/|$)", name)
    ]

    assert strays == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: nothing says which files are tracked")
def test_a_clone_has_whole_packages() -> None:
    tracked = set(_tracked())
    packages = {
        name.rpartition("/")[0]
        for name in tracked
        if re.match(r"(services|shared|deploy|tools|bench)/.*\.py$", name) and "/migrations/" not in name
    }

    assert [package for package in sorted(packages) if f"{package}/__init__.py" not in tracked] == []
