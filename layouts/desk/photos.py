"""The photos of a case in the drawer: small pictures in a row, each opens whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from layouts.parts.text import text


def photo_strip(photos: Sequence[Mapping[str, Any]]) -> html.Div:
    """Return the photos as links with their kind; `photos` are those of `list_photos`."""
    if not photos:
        return html.Div(text("没有照片", "photo-none"), className="photos")
    return html.Div([_photo(photo) for photo in photos], className="photos", **{"aria-label": "照片"})


def _photo(photo: Mapping[str, Any]) -> html.A:
    label = f"{photo['kind_label']}，第 {photo['index']} 张"
    image = html.Img(src=photo["url"], alt=label, className="photo-image")
    return html.A(
        [image, text(photo["kind_label"], "photo-kind")],
        href=photo["url"],
        target="_blank",
        className="photo",
        **{"aria-label": label},
    )
