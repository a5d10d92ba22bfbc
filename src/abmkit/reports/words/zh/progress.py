"""What is said in Chinese while something lasts."""

from __future__ import annotations

SENTENCES = {
    "progress.load": "正在读取数据源",
    "progress.dedupe": "正在比对记录",
    "progress.assign": "正在分配",
    "progress.exclude": "正在排除",
    "progress.score": "正在评分和分级",
    "progress.report": "正在与上次运行比较",
    "progress.write": "正在写入",
    "progress.match": "正在比对",
    "progress.backtest": "正在检验",
    "progress.learn": "正在学习",
    "progress.history": "正在整理历史",
    "progress.begun": "{part}……",
    "progress.seconds": "{seconds:,} 秒",
    "progress.rows": "{rows:,} 行，每秒 {rate:,} 行",
    "progress.left": "大约还需 {seconds:,} 秒",
    "progress.separator": " · ",
}
