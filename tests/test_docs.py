from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import documentation

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The examples as a checkout has them, without what runs have left there."""
    ignore = shutil.ignore_patterns("out")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=ignore)
    return tmp_path


def environment() -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    path = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def test_every_command_in_the_readme_runs(checkout: Path) -> None:
    commands = [block for block in blocks("sh") if "pip install" not in block]
    assert len(commands) >= 3
    for block in commands:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=checkout,
            env=environment(),
            capture_output=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stderr.decode()}"
    assert (checkout / "examples" / "fortune" / "list.csv").stat().st_size > 100_000
    assert (checkout / "mine" / "out" / "target-accounts.xlsx").is_file()


def test_the_readmes_first_command_ends_with_the_funnel_and_the_files(checkout: Path) -> None:
    (command,) = [block for block in blocks("sh") if "abmkit run" in block and "pip" in block]
    run = command.split("&&")[-1].replace(".venv/bin/", "").strip()
    done = subprocess.run(
        ["bash", "-c", run], cwd=checkout, env=environment(), capture_output=True, check=True
    )
    said = done.stdout.decode()
    assert "Target-account list" in said
    assert said.rstrip().endswith("examples/fortune/out/run.json")


def test_every_python_example_in_the_readme_runs(checkout: Path) -> None:
    # Each by itself, in one process that imports what they need once.
    code = "import sys\nfor block in sys.argv[1:]: exec(block, {'__name__': '__main__'})"
    done = subprocess.run(
        [sys.executable, "-c", code, *blocks("python")],
        cwd=checkout,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_config_in_the_readme_is_valid_and_runs(checkout: Path) -> None:
    from abmkit.config.loading import parse_config

    (config,) = blocks("toml")
    parse_config(tomllib.loads(config))
    (checkout / "examples" / "fortune" / "readme.toml").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "abmkit", "run", "examples/fortune/readme.toml"],
        cwd=checkout,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_commands_of_the_chinese_readme_are_those_of_the_english_one() -> None:
    text = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    assert len(commands) >= 5
    assert set(commands) <= set(blocks("sh"))
    assert "(README.zh-CN.md)" in README
    assert "(README.md)" in text


def test_links_in_the_documentation_lead_somewhere() -> None:
    for page in [
        *ROOT.glob("README*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("examples/*/README.md"),
    ]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_command_is_documented() -> None:
    from abmkit.cli.main import app
    from abmkit.io.diagnostics import Diagnostics

    registered = [command.name for command in app(Diagnostics()).registered_commands]
    assert registered == documentation.COMMANDS
    pages = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in documentation.COMMANDS:
        assert documentation.help_page(command) in pages, "run cog -r -I tests docs/*.md"


def test_every_config_key_is_documented() -> None:
    pages = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert documentation.config_reference() in pages, "run cog -r -I tests docs/*.md"
    assert "| None |" not in pages


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/abmkit.toml")), ids=str)
def test_the_json_schema_takes_what_the_program_takes(path: Path) -> None:
    import jsonschema

    from abmkit.config.schema import schema_text

    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    jsonschema.validate(data, schema)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"version": 1, "scor": {}},
        {"version": 1, "tier": {"tiers": [{"id": "A", "capacity": -1}]}},
        {"version": 1, "exclude": {"rules": [{"id": "a", "reason": "b", "when": {}}]}},
    ],
)
def test_the_json_schema_refuses_what_the_program_refuses(wrong: dict[str, object]) -> None:
    import jsonschema

    from abmkit.config.loading import parse_config
    from abmkit.config.schema import schema_text
    from abmkit.errors import ConfigError

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json.loads(schema_text()))
    with pytest.raises(ConfigError):
        parse_config(wrong)


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    words = re.compile(r"(?<![\w.])/(?:work|home|root)/|pypi\.org|pythonhosted")
    for name in listed.stdout.split("\n"):
        if name.endswith((".py", ".md", ".toml", "run")) and name != "tests/test_docs.py":
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not words.search(text), name
