"""The parts of a snapshot's page that are not map layers: inlined assets, head panel, legend."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from xstatic.pkg import leaflet

_ASSETS = Path(__file__).parent / "assets"
_SHAPES = {
    "box": '<rect width="22" height="16"/>',
    "triangle": '<path d="M11 2 17 14H5z"/>',
    "diamond": '<path d="M11 1 18 8 11 15 4 8z"/>',
    "circle": '<circle cx="11" cy="8" r="6"/>',
    "dot": '<circle cx="11" cy="8" r="4"/>',
}
_HATCH = (
    '<svg width="0" height="0" style="position:absolute"><defs><pattern id="hatch" width="7" height="7"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="1.6" height="7" fill="#ffd166"/></pattern></defs></svg>'
)


@dataclass(frozen=True)
class Key:
    """One entry of the legend."""

    label: str
    fill: str
    shape: str


def text_of(value: str) -> str:
    """Text as HTML that shows it unchanged; braces too, since Folium reads some of its texts as templates."""
    return escape(value, quote=True).replace("{", "&#123;").replace("}", "&#125;")


def json_of(value: object) -> str:
    """JSON that may stand inside a script element: no value can close it or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def inlined_assets() -> str:
    """Leaflet and the page's own style and script as inline elements, without any outside address."""
    base = Path(leaflet.BASE_DIR)
    css = _without_addresses(_inline_images((base / "leaflet.css").read_text(encoding="utf-8"), base))
    js = _without_addresses((base / "leaflet.js").read_text(encoding="utf-8"))
    own_css = (_ASSETS / "snapshot.css").read_text(encoding="utf-8")
    own_js = (_ASSETS / "snapshot.js").read_text(encoding="utf-8")
    return f"<style>{css}</style><style>{own_css}</style><script>{js}</script><script>{own_js}</script>"


def head_html(title: str, as_of: str, is_demo: bool, facts: tuple[tuple[str, str], ...]) -> str:
    """Title, time mark, demo label and key figures."""
    demo = '<span class="demo">演示数据</span>' if is_demo else ""
    rows = "".join(f"<dt>{text_of(label)}</dt><dd>{text_of(value)}</dd>" for label, value in facts)
    return (
        f'<section id="head" class="panel"><h1>{text_of(title)}</h1><p>截至 {text_of(as_of)}</p>{demo}'
        f'<dl class="facts">{rows}</dl></section>'
    )


def legend_html(keys: list[Key]) -> str:
    """Grid load and case severities, each with colour and shape."""
    boxes = "".join(_key_html(key) for key in keys if key.shape == "box")
    marks = "".join(_key_html(key) for key in keys if key.shape != "box")
    cases = f"<h2>案卷等级</h2>{marks}" if marks else ""
    return f'{_HATCH}<section id="legend" class="panel"><h2>网格在办件数</h2>{boxes}{cases}</section>'


def _key_html(key: Key) -> str:
    picture = f'<svg viewBox="0 0 22 16" fill="{text_of(key.fill)}">{_SHAPES[key.shape]}</svg>'
    return f'<span class="key">{picture}{text_of(key.label)}</span>'


def _inline_images(css: str, base: Path) -> str:
    def as_data(match: re.Match[str]) -> str:
        picture = base64.b64encode((base / match[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\((images/[\w.-]+\.png)\)", as_data, css)


def _without_addresses(text: str) -> str:
    """Keep the licence notice, drop the scheme of links to project sites and the source-map pointer."""
    text = re.sub(r"//# sourceMappingURL=.*", "", text)
    return re.sub(r"https?://(?!www\.w3\.org/)", "", text)
