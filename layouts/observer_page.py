"""The page of an observer's link, and the one page of every link that does not hold: plain HTML that needs no script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from data.domain.observing import LONGEST_TEXT, ObservedCase, ObserverPage, OwnOpinion, Stage

PAGE = """<!DOCTYPE html>
<html lang="zh-CN" data-page="observe">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><title>{title}</title>
<link rel="icon" href="/_favicon.ico"><link rel="stylesheet" href="/assets/cloud.css">
<link rel="stylesheet" href="/assets/observer.css"></head>
<body><main class="observe">{body}</main></body>
</html>"""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and could not be taken: on which case, the words, and why."""

    case_number: str
    words: str
    problem: str


def observer_html(
    page: ObserverPage,
    platform_name: str,
    request_key: str,
    *,
    is_given: bool = False,
    typed: Typed | None = None,
) -> str:
    """Return the page of a link; each form carries `request_key`, by which a second press gives no second opinion."""
    cases = "".join(_case(page, case, request_key, typed) for case in page.cases)
    body = [
        _head(page, platform_name),
        '<p class="told" role="status">意见已提交，答复会写在本页</p>' if is_given else "",
        f'<p class="problem" role="alert">{escape(typed.problem)}</p>' if typed else "",
        _opinions(page.opinions),
        f'<h2>观察的案件 {len(page.cases)} 件</h2><div class="cases">{cases}</div>',
        '<p class="aside">当事人、具体地点、罚款和办案人员不在本页显示。链接只供本人使用，请勿转发。</p>',
    ]
    return PAGE.format(title=f"执法观察 · {escape(platform_name)}", body="".join(body))


def no_link_html(platform_name: str) -> str:
    """Return what every link that does not hold shows alike: never made, expired or revoked."""
    body = (
        f'<header><p class="brand">{escape(platform_name)}</p><h1>链接打不开</h1></header>'
        '<p class="problem" role="alert">这条链接无效、已过期或已被撤销</p>'
        "<p>请核对链接是否完整；仍打不开时，请联系镇集成指挥中心重新发一条。</p>"
    )
    return PAGE.format(title="链接打不开", body=body)


def refused_html(heading: str, message: str, cure: str) -> str:
    """Return the page for whom the door does not answer now: too many tries, or a form that came from elsewhere."""
    body = (
        f'<header><h1>{escape(heading)}</h1></header><p class="problem" role="alert">{escape(message)}</p>'
        f"<p>{escape(cure)}</p>"
    )
    return PAGE.format(title=escape(heading), body=body)


def _head(page: ObserverPage, platform_name: str) -> str:
    demo = '<span class="demo-badge">演示数据</span>' if page.is_demo else ""
    return (
        f'<header><p class="brand">{escape(platform_name)}{demo}</p><h1>执法观察</h1>'
        f'<p class="aside">{escape(page.observer)}　链接有效至 {escape(page.valid_until)}</p></header>'
    )


def _opinions(opinions: tuple[OwnOpinion, ...]) -> str:
    if not opinions:
        return ""
    answered = sum(bool(one.answered) for one in opinions)
    listed = "".join(_opinion(one) for one in opinions)
    return (
        f"<details open><summary>我的意见 {len(opinions)} 条，已答复 {answered} 条</summary>"
        f'<ol class="opinions">{listed}</ol></details>'
    )


def _opinion(one: OwnOpinion) -> str:
    if one.answer:
        answer = f'<p class="answer"><b>{escape(one.answered)} 答复</b>{_lines(one.answer)}</p>'
    elif one.answered:
        answer = f'<p class="answer"><b>{escape(one.answered)} 已答复</b>答复内容未录入平台</p>'
    else:
        answer = '<p class="waiting">等待答复</p>'
    return (
        f'<li><p class="aside">案件 {escape(one.case_number)}　{escape(one.given)} 提出　{escape(one.number)}</p>'
        f"<p>{_lines(one.words)}</p>{answer}</li>"
    )


def _case(page: ObserverPage, case: ObservedCase, request_key: str, typed: Typed | None) -> str:
    stages = "".join(_stage(stage) for stage in case.stages)
    return (
        f'<article><h3>{escape(case.matter)}</h3><p class="aside">案件 {escape(case.number)}　{escape(case.village)}</p>'
        f'<p class="aside">依据：{escape(case.citation)}</p><dl>{stages}</dl>'
        f"{_form(page, case, request_key, typed)}</article>"
    )


def _stage(stage: Stage) -> str:
    return (
        f'<div><dt>{escape(stage.name)}</dt><dd class="{escape(stage.tone)}">{escape(stage.words)}</dd></div>'
    )


def _form(page: ObserverPage, case: ObservedCase, request_key: str, typed: Typed | None) -> str:
    """The form posts to the page's own address, so that the link's secret stands nowhere in the page."""
    if not page.opinions_left:
        return '<p class="aside">这条链接的意见已到上限，请联系指挥中心换一条新链接</p>'
    is_mine = typed is not None and typed.case_number == case.number
    words = typed.words if typed is not None and is_mine else ""
    number = escape(case.number, quote=True)
    return (
        f'<details{" open" if is_mine else ""}><summary>对这件案件提意见</summary><form method="post">'
        f'<input type="hidden" name="case" value="{number}">'
        f'<input type="hidden" name="key" value="{escape(request_key, quote=True)}">'
        f"<label>意见（{LONGEST_TEXT} 字以内，请勿写姓名和电话）"
        f'<textarea name="text" rows="4" required maxlength="{LONGEST_TEXT}">\n{escape(words)}</textarea></label>'
        '<button type="submit">提交意见</button></form></details>'
    )


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>")
