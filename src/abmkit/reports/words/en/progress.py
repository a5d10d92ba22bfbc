"""What is said in English while something lasts."""

from __future__ import annotations

SENTENCES = {
    "progress.load": "reading sources",
    "progress.dedupe": "comparing records",
    "progress.assign": "assigning",
    "progress.exclude": "excluding",
    "progress.score": "scoring and tiering",
    "progress.report": "comparing with the run before",
    "progress.write": "writing",
    "progress.match": "comparing",
    "progress.backtest": "judging",
    "progress.learn": "learning",
    "progress.history": "keeping the history",
    "progress.begun": "{part} …",
    "progress.seconds": "{seconds:,} s",
    "progress.rows": "{rows:,} rows, {rate:,} a second",
    "progress.left": "about {seconds:,} s left",
    "progress.separator": " · ",
}
