"""What people read is in their language: an option's, the environment's, the config's, or the
machine's; the help and errors too."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

import abmkit
from abmkit.cli.building import command_of
from abmkit.cli.main import _EPILOG, _HELP, run_command
from abmkit.cli.speech import Speech
from abmkit.commands import VERBS
from abmkit.commands.language import _LOCALE, LANGUAGES, VARIABLE, language
from abmkit.commands.progress import progress_text
from abmkit.config.project import Config
from abmkit.errors import UsageError
from abmkit.io import streams
from abmkit.io.diagnostics import Diagnostics
from abmkit.reports import words

ZH = Speech("zh")


@pytest.fixture(autouse=True)
def _nobody_says_a_language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (VARIABLE, "ABMKIT_CONFIG", "NO_COLOR", "FORCE_COLOR", *_LOCALE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


# Which language -----------------------------------------------------------------------------------


def test_languages_are_those_that_there_are_words_of() -> None:
    assert LANGUAGES == words.LANGUAGES
    for each in LANGUAGES:
        assert Config(version=1, lang=each).lang == each


def test_an_option_comes_before_the_environment_the_config_and_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language() == "zh"
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert language() == "en"
    config = tmp_path / "abmkit.toml"
    config.write_text('version = 1\nlang = "zh"\n[output]\nlang = "en"\n', encoding="utf-8")
    assert language() == language(config=config) == language(config=tmp_path) == "zh"
    monkeypatch.setenv(VARIABLE, "en")
    assert language() == "en"
    assert language("zh-CN") == "zh"


@pytest.mark.parametrize(
    "config",
    [{"lang": "zh"}, Config(version=1, lang="zh"), '[a]\nlang = "zh"', "lang = 3"],
    ids=str,
)
def test_a_config_of_any_kind_says_it_before_its_first_section(
    config: object, tmp_path: Path
) -> None:
    given = config
    if isinstance(config, str):
        given = tmp_path / "x.toml"
        given.write_text(config, encoding="utf-8")
    assert language(config=given) == ("en" if isinstance(config, str) else "zh")


def test_a_language_that_there_is_not_is_one_line_with_those_that_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_command(["schema", "--lang", "fr"]) == 2
    assert capsys.readouterr().err == (
        "error: --lang: no language 'fr'; the languages are en, zh\n"
    )
    monkeypatch.setenv(VARIABLE, "klingon")
    assert run_command(["schema"]) == 2
    assert capsys.readouterr().err.startswith(f"error: {VARIABLE}: no language 'klingon'")
    assert run_command(["schema", "--lang", "zh"]) == 0
    with pytest.raises(UsageError, match="lang: no language 'fr'"):
        abmkit.check({"version": 1}, lang="fr")


# What is said -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_help_of_every_command_is_in_chinese(verb: object) -> None:
    command = command_of(verb, Diagnostics(), ZH)  # type: ignore[arg-type]
    assert is_chinese(command.__doc__ or "")
    for name, parameter in command.__signature__.parameters.items():  # type: ignore[attr-defined]
        said = parameter.annotation.__metadata__[0].help
        own = re.fullmatch(r"[\w、， ]+ 或 \w+。", said)
        assert is_chinese(said) or own, name


def test_all_that_is_in_the_catalogue_of_help_is_in_the_help() -> None:
    from abmkit.reports.words.zh.help.options import OPTIONS
    from abmkit.reports.words.zh.help.verbs import VERBS as SAID

    assert set(SAID) == {verb.name for verb in VERBS}
    used = {_HELP, _EPILOG}
    for verb in VERBS:
        signature = command_of(verb, Diagnostics(), Speech("en")).__signature__  # type: ignore[attr-defined]
        used |= {each.annotation.__metadata__[0].help for each in signature.parameters.values()}
    assert set(OPTIONS) == used


@pytest.mark.parametrize("before", [True, False])
def test_the_option_stands_before_the_command_or_behind_it(
    before: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["run", "--help"]
    run_command(["--lang", "zh", *line] if before else [*line, "--lang=zh"])
    said = capsys.readouterr().out
    assert said.startswith("用法：abmkit run")
    for heading in ("参数：", "选项：", "[默认：duckdb]", "显示此帮助并退出。"):
        assert heading in said
    assert not re.search(r"Usage|Options:|Arguments:|default|required|Show this", said)
    assert all(words_width(line) <= 80 for line in said.splitlines())


def words_width(line: str) -> int:
    from abmkit.reports.console.width import measure

    return measure(line)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["runn"], 2, "没有命令 'runn'。是否想写 'run'？；参见 --help"),
        (["run", "--dry-rum"], 2, "没有选项 --dry-rum（相近的有：--dry-run）；参见 --help"),
        (["explain"], 2, "缺少参数 'ACCOUNT'；参见 --help"),
        (["learn", "icp", "x.csv"], 2, "缺少选项 '--outcome'；参见 --help"),
        (["schema", "a", "b"], 2, "多余的参数：a b；参见 --help"),
        (["run", "--threads", "x"], 2, "'--threads' 的值不是整数；参见 --help"),
        (
            ["run", "no.toml"],
            2,
            "no.toml：没有这个配置文件；请用 -c 指定一个，或用 `abmkit init` 新建一个",
        ),
        (["load", "nowhere/x.csv"], 3, "没有这个文件；没有文件夹"),
        (["run", "--log-format", "xml"], 2, "--log-format：没有 'xml' 这种格式；text 或 json"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_errors_of_the_command_line_are_in_chinese(
    line: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command([*line, "--lang", "zh"]) == code
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith("错误：")
    assert said in error


def test_what_is_wrong_with_a_config_is_said_in_its_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "other.toml"
    config.write_text('version = 1\nlang = "zh"\nscore = {\n}\n', encoding="utf-8")
    for line in (["check", str(config)], ["score", "-c", str(config), "x.csv"]):
        assert run_command(line) == 2
        assert "行内表 { … } 必须写在同一行" in capsys.readouterr().err
    config.write_text('version = 1\nlang = "fr"\n', encoding="utf-8")
    assert run_command(["check", str(config)]) == 2
    assert "lang: 'fr' is not allowed; allowed: en, zh" in capsys.readouterr().err


def test_a_fault_stays_in_english_for_who_mends_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("abmkit.cli.main._spread", broken)
    assert run_command(["schema", "--lang", "zh"]) == 1
    assert "a fault in abmkit: RuntimeError: boom" in capsys.readouterr().err


def test_the_sample_in_chinese_is_the_sample(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run_command(["init", "a", "--lang", "zh", "--quiet"]) == 0
    assert run_command(["init", "b", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    text = (tmp_path / "a" / "abmkit.toml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "#" in line:
            assert is_chinese(line.partition("#")[2]), line
    other = (tmp_path / "b" / "abmkit.toml").read_text(encoding="utf-8")
    assert [*tomllib.loads(text)] == ["version", "name", "lang", *[*tomllib.loads(other)][2:]]
    plain = re.compile(r"(?m)^(?:lang|reason|name) = .*\n|\s*#.*$")
    assert tomllib.loads(plain.sub("", text)) == tomllib.loads(plain.sub("", other))
    assert language(config=tmp_path / "a") == "zh"


# The terminal -------------------------------------------------------------------------------------


def test_log_lines_carry_the_time_with_its_zone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["load", "nowhere.csv", "--log-format", "json"]) == 3
    entry = json.loads(capsys.readouterr().err)
    assert [*entry][:3] == ["time", "level", "message"]
    then = datetime.fromisoformat(entry["time"])
    assert then.tzinfo is not None
    assert abs((datetime.now().astimezone() - then).total_seconds()) < 60


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_but_for_who_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = _Terminal()
    assert streams.has_colours(terminal)  # type: ignore[arg-type]
    assert not streams.has_colours(None)
    monkeypatch.setenv("TERM", "dumb")
    assert not streams.has_colours(terminal)  # type: ignore[arg-type]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert streams.has_colours(None)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not streams.has_colours(terminal)  # type: ignore[arg-type]
    assert streams.painted("a\nb", "faint") == "\x1b[2ma\x1b[0m\n\x1b[2mb\x1b[0m"
    assert streams.painted("a", None) == "a"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "reading sources … · 2 s · 1,000 rows, 500 a second · about 11 s left"),
        ("zh", "正在读取数据源…… · 2 秒 · 1,000 行，每秒 500 行 · 大约还需 11 秒"),
    ],
)
def test_progress_says_how_long_how_fast_and_how_long_still(lang: str, said: str) -> None:
    assert progress_text(words.words(lang), "load", 5.0, 8.0, 2.0, 1000) == said
    assert progress_text(words.words(lang), "load", None, 0.0, 0.2, 5) == said.split(" · ")[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(
    shell: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def completed(line: str) -> str:
        monkeypatch.setenv("_ABMKIT_COMPLETE", f"complete_{shell}")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        run_command([])
        return capsys.readouterr().out

    assert {"exclude", "explain", "export"} <= set(re.findall(r"\w+", completed("abmkit ex")))
    assert "--max-change" in completed("abmkit run --ma")
