"""The keys: one table, shown in short at the foot and whole in the help overlay."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from layouts.parts.text import text


@dataclass(frozen=True, slots=True)
class Key:
    """What one or two keys do; `short` is the word at the foot, empty where it stands only in the overlay."""

    caps: tuple[str, ...]
    words: str
    short: str = ""


KEYS = (
    Key(("J", "K"), "下一件、上一件（也可用 ↑ ↓）", "上下件"),
    Key(("Enter",), "打开所选案卷，焦点移到右侧"),
    Key(("A",), "受理所选案卷", "受理"),
    Key(("D",), "一键派遣所选案卷", "派遣"),
    Key(("E",), "办理：按下右下角的主按钮", "办理"),
    Key(("B",), "批量派遣：队列里等待派遣的案卷一起分配，看过再派", "批量"),
    Key(("Z",), "撤销刚才的派遣（30 秒内、签收之前）", "撤销"),
    Key(("S",), "立即发送，不再等待 30 秒"),
    Key(("M",), "其他操作菜单"),
    Key(("P",), "调整派遣方案"),
    Key(("N",), "登记新案卷", "新案卷"),
    Key(("Ctrl + Enter",), "登记或提交正在填写的内容"),
    Key(("/",), "搜索案卷、地址、企业、网格", "搜索"),
    Key(("1", "2", "3"), "切换队列：待我处理、超期、全部"),
    Key(("?",), "打开或关闭本说明", "全部按键"),
    Key(("Esc",), "关闭窗口、菜单或搜索"),
)


WORDS = (
    ("核实", "立案之前，网格员、核查员或坐席确认情况属实；记一条流转记录，状态不变"),
    ("核查", "处置之后，核查员或坐席检查结果；合格才能结案，不合格返工"),
)
"""Words that sound alike: what each means here."""


def key_strip() -> html.Div:
    """Return the keys of the foot; each can be pressed with a finger, too."""
    return html.Div([_short(key) for key in KEYS if key.short], className="keys")


def help_dialog() -> html.Dialog:
    """Return the overlay with every key."""
    rows = [html.Div([html.Dt(_caps(key)), html.Dd(text(key.words))], className="key-row") for key in KEYS]
    words = [
        html.Div([html.Dt(text(word)), html.Dd(text(means))], className="key-row") for word, means in WORDS
    ]
    note = "光标在输入框内时，单个按键只作文字输入。所有操作都可以用鼠标或触屏完成。"
    head = html.Header(
        [html.H2(text("全部按键")), html.Button(text("关闭"), className="quiet", **{"data-key": "Escape"})]
    )
    return html.Dialog(
        [
            head,
            html.Dl(rows, className="key-list"),
            html.Dl(words, className="key-list", **{"aria-label": "用语"}),
            html.P(text(note), className="sheet-note"),
        ],
        className="sheet help",
        **{"data-desk": "help", "aria-label": "全部按键"},
    )


def _short(key: Key) -> html.Button:
    return html.Button(
        [_caps(key), text(key.short)], className="key-hint", tabIndex=-1, **{"data-key": key.caps[0]}
    )


def _caps(key: Key) -> html.Span:
    return html.Span([html.Kbd(text(cap)) for cap in key.caps], className="caps")
