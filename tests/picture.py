"""The README's picture: the terminal after a run of the bundled example, as an SVG.

python tests/picture.py > docs/run.svg
"""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import date
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "fortune" / "abmkit.toml"


def main() -> None:
    """Run the example and write the picture to stdout."""
    from rich.console import Console
    from rich.text import Text

    import abmkit
    from abmkit.config.loading import load_project
    from abmkit.io import streams
    from abmkit.reports.console.run import run_report
    from abmkit.reports.console.width import WIDTH
    from abmkit.reports.words import words

    project = load_project(EXAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        result = abmkit.run(project, as_of=date(2026, 11, 21), output=Path(folder))
        console = Console(record=True, width=WIDTH, file=sys.stderr, color_system="truecolor")
        console.print("[bold green]$[/] abmkit run examples/fortune/abmkit.toml")
        report = run_report(result.run, [], words("en"), streams.painted)
        console.print(Text.from_ansi(report))
    picture = console.export_svg(title="abmkit", unique_id="run")
    # Fonts of the reader's own: nothing is fetched to show the picture.
    picture = re.sub(r"@font-face \{.*?\}\n?", "", picture, flags=re.DOTALL)
    sys.stdout.write("\n".join(line.rstrip() for line in picture.splitlines()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
