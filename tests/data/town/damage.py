"""Ways to damage a town folder, and what a person must then read: file, line, field, words, cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], object]


def replace(name: str, old: str, new: str) -> Edit:
    """Return an edit that swaps the first `old` in a file for `new`."""

    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} holds no {old!r}"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def append(name: str, line: str) -> Edit:
    """Return an edit that adds a line at the end of a file."""

    def edit(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return edit


def remove(name: str) -> Edit:
    """Return an edit that deletes a file."""
    return lambda folder: (folder / name).unlink()


def recode(name: str) -> Edit:
    """Return an edit that saves a file as GB18030."""
    return lambda folder: (folder / name).write_bytes(
        (folder / name).read_text(encoding="utf-8").encode("gb18030")
    )


def overwrite(name: str, text: str) -> Edit:
    """Return an edit that replaces a whole file."""
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


CITE = "样例，2026-11-01，非国家标准"
CATEGORY = f"01,市容环境,01,重复,normal,4,work_hours,sanitation,,否,,,,normal,是,2024-01-01,,{CITE}"

# what is broken | how | file | line (None: not said) | field | words of the message | words of the cure
DAMAGE = {
    "missing file": (remove("categories.csv"), "categories.csv", None, None, "缺少这个文件", "请补上文件"),
    "missing column": (
        replace("categories.csv", "limit_amount,", ""),
        "categories.csv", 1, "limit_amount", "缺少这一列（现有：major、", "请补上这一列",
    ),
    "unknown column": (
        replace("units.csv", "staff_kinds", "staffkinds"),
        "units.csv", 1, "第 5 列", "“staffkinds” 是不认识的列", "staff_kinds",
    ),
    "column twice": (
        replace("units.csv", "parent", "name"), "units.csv", 1, "name", "出现两次", "只留一列",
    ),
    "too few cells": (
        append("working_time.csv", "19:00"), "working_time.csv", 4, None, "有 1 格，表头有 2 列", "逗号",
    ),
    "open quote": (
        append("escalation.csv", '200,"甲'), "escalation.csv", 6, None, "引号不成对", "检查这一行的引号",
    ),
    "a dispatch weight below zero": (
        replace("dispatch.yaml", "duty: 40", "duty: -1"), "dispatch.yaml", 10, "points.duty", "“-1” 超出范围", "应不小于 0",
    ),
    "a team of nobody": (
        replace("dispatch.yaml", "  sanitation: {skills", "  sanitary: {skills"),
        "dispatch.yaml", 20, "teams.sanitary", "“sanitary” 在 units.csv 里没有", "补进 units.csv",
    ),
    "an unknown channel": (
        replace("dispatch.yaml", "elevated: [web, wecom]", "elevated: [web, pager]"),
        "dispatch.yaml", 16, "channels.elevated.1", "“pager” 不在可选值内", "可选：web、sms",
    ),
    "a card's unknown category": (
        replace("plan_cards.yaml", '["0402"]', '["0499"]'),
        "plan_cards.yaml", 18, "plan_cards.1.categories.0", "“0499” 在 categories.csv 里没有", "补进",
    ),
    "a card's unknown unit": (
        replace("plan_cards.yaml", "unit: hydraulics", "unit: nobody"),
        "plan_cards.yaml", 47, "plan_cards.3.steps.1.unit", "“nobody” 在 units.csv 里没有", "补进 units.csv",
    ),
    "a card twice": (
        replace("plan_cards.yaml", "key: gas_leak", "key: fire"),
        "plan_cards.yaml", 16, "plan_cards.1.key", "与另一张预案重名", "换一个 key",
    ),
    "weights of a score that are no hundred": (
        replace("score.yaml", "handled_rate: 30", "handled_rate: 40"),
        "score.yaml", 5, "versions.0", "weights 合计为 110，应为 100", "请调整各项分值",
    ),
    "a score without a rate": (
        replace("score.yaml", ", extension_rate: 10", ""),
        "score.yaml", 5, "versions.0", "weights 应恰好写出五个比率", "handled_rate、handled_on_time_rate、",
    ),
    "not a number": (
        replace("categories.csv", "占道经营,normal,2,", "占道经营,normal,两小时,"),
        "categories.csv", 4, "limit_amount", "“两小时” 不是数字", "请填数字，例如 2",
    ),
    "number out of range": (
        replace("categories.csv", "占道经营,normal,2,", "占道经营,normal,0,"),
        "categories.csv", 4, "limit_amount", "“0” 超出范围", "应大于 0",
    ),
    "endless number": (
        replace("categories.csv", "占道经营,normal,2,", "占道经营,normal,inf,"),
        "categories.csv", 4, "limit_amount", "“inf” 不是有限的数字", "请填数字",
    ),
    "empty cell": (
        replace("categories.csv", "占道经营,normal,2,", "占道经营,normal,,"),
        "categories.csv", 4, "limit_amount", "缺少这一项", "请补上",
    ),
    "unknown severity": (
        replace("categories.csv", "占道经营,normal", "占道经营,很急"),
        "categories.csv", 4, "severity", "“很急” 不在可选值内", "normal、elevated、urgent、critical",
    ),
    "unknown clock": (
        replace("categories.csv", "2,work_hours,enforcement", "2,hours,enforcement"),
        "categories.csv", 4, "limit_clock", "“hours” 不在可选值内", "urgent_hours、work_hours",
    ),
    "not a flag": (
        replace("categories.csv", "enforcement,market,否", "enforcement,market,也许"),
        "categories.csv", 4, "needs_police", "“也许” 不是“是/否”", "请填 是 或 否",
    ),
    "category code of one digit": (
        replace("categories.csv", "01,市容环境,03", "1,市容环境,03"),
        "categories.csv", 4, "major", "“1” 格式不对", r"^\d{2}$",
    ),
    "unknown unit in a category": (
        replace("categories.csv", "2,work_hours,enforcement", "2,work_hours,chengguan"),
        "categories.csv", 4, "main_unit", "“chengguan” 在 units.csv 里没有", "请先补进 units.csv",
    ),
    "unknown assisting unit": (
        replace("categories.csv", "enforcement,market,否", "enforcement,market；nobody,否"),
        "categories.csv", 4, "assisting_units", "“nobody” 在 units.csv 里没有", "改正编码",
    ),
    "duplicate category": (
        append("categories.csv", CATEGORY), "categories.csv", 77, "minor", "“0101” 与第 2 行重复", "删去一行",
    ),
    "review case without category": (
        replace("approval.yaml", '"1007"', '"9999"'),
        "approval.yaml", 9, "bad_reviews.category", "“9999” 在 categories.csv 里没有", "改正编码",
    ),
    "review case at no place": (
        overwrite("approval.yaml", f'bad_reviews: {{category: "1007", valid_from: 2026-01-01, citation: "{CITE}"}}'),
        "approval.yaml", 1, "bad_reviews", "缺少便民服务中心的位置", "请写出 service_centre",
    ),
    "duplicate unit": (
        append("units.csv", "police,第二派出所,police,,,是,演示"),
        "units.csv", 50, "code", "“police” 与第 17 行重复", "删去一行",
    ),
    "unknown parent unit": (
        replace("units.csv", "自然资源和建设线,line,construction", "自然资源和建设线,line,bureau9"),
        "units.csv", 12, "parent", "“bureau9” 在 units.csv 里没有", "改正编码",
    ),
    "duplicate village": (
        append("villages.csv", "320582105001,又一社区,社区居委会,又一"),
        "villages.csv", 22, "code12", "“320582105001” 与第 2 行重复", "删去一行",
    ),
    "bad date": (
        replace("calendar.csv", "2024-01-01", "2024-02-30"),
        "calendar.csv", 2, "date", "“2024-02-30” 不是日期", "请写成 2026-01-31",
    ),
    "calendar day twice": (
        append("calendar.csv", "2026-10-01,workday,国庆节,样例"),
        "calendar.csv", 110, "date", "“2026-10-01” 与第", "请删去一行",
    ),
    "kind of day": (
        replace("calendar.csv", "2024-01-01,holiday", "2024-01-01,放假"),
        "calendar.csv", 2, "kind", "“放假” 不在可选值内", "holiday、workday",
    ),
    "bad time": (
        replace("working_time.csv", "08:00", "八点"), "working_time.csv", 2, "start", "“八点” 不是时刻", "08:00",
    ),
    "time backwards": (
        replace("working_time.csv", "14:00,18:00", "18:00,14:00"),
        "working_time.csv", 3, None, "结束时间应晚于开始时间", "请改正",
    ),
    "periods overlap": (
        append("working_time.csv", "11:30,13:00"),
        "working_time.csv", 4, "start", "“11:30” 与第 2 行的时段重叠", "请错开",
    ),
    "responsibility without category": (
        append("responsibility.csv", f"9999,*,safety,,2024-01-01,,{CITE}"),
        "responsibility.csv", 180, "category_code", "“9999” 在 categories.csv 里没有", "请先补进",
    ),
    "responsibility without village": (
        append("responsibility.csv", f"0101,320582105999,safety,,2024-01-01,,{CITE}"),
        "responsibility.csv", 180, "village_code", "“320582105999” 在 villages.csv 里没有", "请先补进",
    ),
    "responsibility twice": (
        append("responsibility.csv", f"0101,*,safety,,2024-01-01,,{CITE}"),
        "responsibility.csv", 180, "category_code", "“0101/*” 与第 2 行重复", "请删去一行",
    ),
    "YAML syntax": (
        replace("profile.yaml", "name: 凤凰镇", "name: [凤凰镇"), "profile.yaml", 4, None, "YAML 语法错误", "缩进",
    ),
    "YAML key twice": (
        append("profile.yaml", "seed: 1"), "profile.yaml", 31, None, "“seed” 这个键出现两次", "请只留一个",
    ),
    "YAML of the wrong shape": (
        overwrite("profile.yaml", "- 凤凰镇\n"), "profile.yaml", 1, None, "不是“名称: 值”的一组", "逐行写",
    ),
    "empty profile": (
        overwrite("profile.yaml", ""), "profile.yaml", None, None, "不是“名称: 值”的一组", "逐行写",
    ),
    "control character": (
        append("profile.yaml", "# \x07"), "profile.yaml", None, None, "含有不能读取的字符", "UTF-8 另存",
    ),
    "wrong encoding": (
        recode("villages.csv"), "villages.csv", 2, None, "不是 UTF-8 编码", "请用 UTF-8 另存",
    ),
    "unknown setting": (
        append("profile.yaml", "colour: red"), "profile.yaml", 31, "colour", "“red” 是不认识的项", "改正名称",
    ),
    "unknown zone": (
        replace("profile.yaml", "Asia/Shanghai", "Asia/Fenghuang"),
        "profile.yaml", 11, "time_zone", "“Asia/Fenghuang” 没有这个时区", "Asia/Shanghai",
    ),
    "broken pattern": (
        replace("profile.yaml", r"'^\d{15}$'", "'(['"),
        "profile.yaml", 21, "grid_code_pattern", "不是有效的正则表达式", "例如",
    ),
    "default point off the globe": (
        replace("profile.yaml", "lat: 31.7640", "lat: 317.640"),
        "profile.yaml", 25, "default_points.0.lat", "“317.64” 超出范围", "应不大于 90",
    ),
    "23 hours": (
        replace("arrivals.yaml", "0.70, 0.50, 0.35, 0.20]", "0.70, 0.50, 0.35]"),
        "arrivals.yaml", 10, "majors.01.hours", "现有 23 个", "应有 24 个",
    ),
    "shares do not add up": (
        replace("arrivals.yaml", "share: 0.235", "share: 0.335"),
        "arrivals.yaml", 6, "majors", "“1.100” 各大类占比之和不等于 1", "share",
    ),
    "arrival of an unknown minor": (
        replace("arrivals.yaml", '"08": 0.06}', '"88": 0.06}'),
        "arrivals.yaml", 17, "majors.01.minors.88", "“0188” 在 categories.csv 里没有", "请先补进",
    ),
    "source without category": (
        replace("sources/hotline.yaml", '油烟: "0804"', '油烟: "0899"'),
        "sources/hotline.yaml", None, "category_map.油烟", "“0899” 在 categories.csv 里没有", "请先补进",
    ),
    "source type": (
        replace("sources/hotline.yaml", "type: number", "type: float"),
        "sources/hotline.yaml", None, "columns.lon.type", "“float” 不在可选值内", "text、integer、number",
    ),
    "source header row": (
        replace("sources/hotline.yaml", "header_row: auto", "header_row: 自动"),
        "sources/hotline.yaml", 7, "header_row", "“自动”", "整数",
    ),
    "source key without column": (
        replace("sources/hotline.yaml", "natural_key: [external_number]", "natural_key: [number]"),
        "sources/hotline.yaml", 10, "natural_key", "“number” 不在 columns 里", "请在 columns 里写出",
    ),
    "owned field without column": (
        replace("sources/staff.yaml", "owns: [name,", "owns: [nickname,"),
        "sources/staff.yaml", None, "owns", "“nickname” 不在 columns 里", "请在 columns 里写出",
    ),
    "two sources of one name": (
        replace("sources/staff.yaml", "key: staff", "key: hotline"),
        "sources/staff.yaml", 2, "key", "“hotline” 与另一个数据源重名", "请换一个 key",
    ),
    "source of an unknown unit": (
        replace("sources/staff.yaml", "owner_unit: office", "owner_unit: nobody"),
        "sources/staff.yaml", None, "owner_unit", "“nobody” 在 units.csv 里没有", "请先补进",
    ),
    "indicator twice": (
        replace("indicators/dispatch.yaml", "- id: overdue_cases", "- id: open_cases"),
        "indicators/dispatch.yaml", None, "indicators.1.id", "“open_cases” 同一版本出现两次", "版本号",
    ),
    "indicator of an unknown unit": (
        replace("indicators/dispatch.yaml", "owner: centre", "owner: nobody"),
        "indicators/dispatch.yaml", 13, "indicators.0.owner", "“nobody” 在 units.csv 里没有", "请先补进",
    ),
    "broken JSON": (
        replace("outline.geojson", "{", "{{"), "outline.geojson", 1, None, "不是有效的 JSON", "括号",
    ),
    "feature without geometry": (
        overwrite("base.geojson", '{"features": [{"properties": {}, "geometry": null}]}'),
        "base.geojson", None, "features.0", "不是完整的 GeoJSON 要素", "coordinates",
    ),
    "bottomless YAML": (
        overwrite("profile.yaml", "[" * 5000), "profile.yaml", None, None, "层次太深", "减少嵌套",
    ),
    "bottomless JSON": (
        overwrite("outline.geojson", "[" * 100_000), "outline.geojson", None, None, "不是有效的 JSON", "括号",
    ),
    "JSON that is no map": (
        overwrite("base.geojson", "[]"), "base.geojson", None, "features", "缺少 features 列表", "FeatureCollection",
    ),
}  # fmt: skip
