"""What Typer says, in Chinese, by what it says in English; and what stands before errors."""

from __future__ import annotations

TYPER = {
    # Of pages of help.
    "Usage": "用法",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "default: {value}": "默认：{value}",
    "required": "必填",
    "Show this message and exit.": "显示此帮助并退出。",
    "Show the version and exit.": "显示版本并退出。",
    "What people read is in it: en or zh.": "给人看的文字用哪种语言：en 或 zh。",
    "Say nothing but errors.": "除错误外什么都不说。",
    "What goes to stderr: text or json.": "标准错误的格式：text 或 json。",
    "Show where a fault is.": "显示故障所在的位置。",
    "Install completion for the current shell.": "为当前 shell 安装自动补全。",
    "Show completion for the current shell, to copy it or customize the installation.": "显示当前 shell 的自动补全脚本，供复制或自行安装。",
    # Of what was typed, without the full stop.
    "no such option: {option} (Possible options: {options})": "没有选项 {option}（相近的有：{options}）",
    "no such option: {option}": "没有选项 {option}",
    "no such command {command}. Did you mean {near}?": "没有命令 {command}。是否想写 {near}？",
    "no such command {command}": "没有命令 {command}",
    "missing command": "缺少命令",
    "missing argument {argument}": "缺少参数 {argument}",
    "missing option {option}": "缺少选项 {option}",
    "got unexpected extra argument(s) ({arguments})": "多余的参数：{arguments}",
    "got unexpected extra argument ({arguments})": "多余的参数：{arguments}",
    "got unexpected extra arguments ({arguments})": "多余的参数：{arguments}",
    "option {option} requires an argument": "选项 {option} 后面要有值",
    "option {option} requires {count} arguments": "选项 {option} 后面要有 {count} 个值",
    "option {option} does not take a value": "选项 {option} 后面没有值",
    "invalid value for {name}: Input should be a valid integer, unable to parse string as an "
    "integer": "{name} 的值不是整数",
    "invalid value for {name}: Input should be a valid number, unable to parse string as a "
    "number": "{name} 的值不是数字",
    "invalid value for {name}: {value} is not a valid integer": "{name} 的值 {value} 不是整数",
    "invalid value for {name}: {value} is not a valid int": "{name} 的值 {value} 不是整数",
    "invalid value for {name}: {value} is not a valid float": "{name} 的值 {value} 不是数字",
    "invalid value for {name}: {why}": "{name} 的值不对：{why}",
    "invalid value: {why}": "值不对：{why}",
    "see --help": "参见 --help",
    # Before what goes wrong.
    "error: ": "错误：",
    "warning: ": "警告：",
}
