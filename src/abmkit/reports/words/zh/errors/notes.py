"""What errors say in Chinese of the workbook and of notes, by what they say in English."""

from __future__ import annotations

MESSAGES = {
    "{asked!r} has no notes": "{asked!r} 里没有备注",
    "write notes {known} FILE": "请写 notes {known} FILE",
    "{place} is no CSV file here": "{place} 不是本机上的 CSV 文件",
    "write notes.csv": "请写 notes.csv",
    "decisions are in {place}, which is no CSV file here": "判断结果在 {place} 里，而它不是本机上的 CSV 文件",
    "save it as decisions.csv and name that": "请另存为 decisions.csv，并写明这个文件",
    "the workbook cannot be written: {reason}": "工作簿写不出来：{reason}",
    "is no workbook": "不是工作簿",
    "name an .xlsx or .ods file that a run wrote": "请指定一次运行写出的 .xlsx 或 .ods 文件",
    "has no sheet of accounts that a run wrote": "里面没有运行写出的企业工作表",
    "is it the workbook of a run? its column of account ids must be there": "这是一次运行的工作簿吗？必须有企业 id 那一列",
    "is no file of notes": "不是备注文件",
    "give it another name, or name the notes with [output] notes": "请给它换个名字，或用 [output] notes 写明备注文件",
    "{account} is there twice": "{account} 出现了两次",
    "keep one of them": "请只留一个",
    "date {day!r} is no date": "日期 {day!r} 不是日期",
}
