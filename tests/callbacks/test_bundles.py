"""Bundles are compressed once, and only what may be kept for ever is kept."""

import asyncio

import pytest

from callbacks.bundles import Bundles

FOR_EVER = (b"cache-control", b"public, max-age=31536000")


class Origin:
    """Answers every request and counts them."""

    def __init__(self, status=200, header=FOR_EVER):
        self.asked, self.status, self.header = 0, status, header

    async def __call__(self, scope, receive, send):
        self.asked += 1
        await send({"type": "http.response.start", "status": self.status, "headers": [self.header]})
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})


def get(app, path="/_dash-component-suites/a.js", encoding="br", method="GET"):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(b"accept-encoding", encoding.encode())],
    }
    asyncio.run(app(scope, None, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def test_the_second_answer_is_the_kept_one():
    origin = Origin()
    app = Bundles(origin)
    assert get(app) == get(app) == (200, b"one two")
    assert origin.asked == 1


def test_each_encoding_is_kept_by_itself():
    origin = Origin()
    app = Bundles(origin)
    for encoding in ("br", "gzip", "br", "gzip, deflate"):
        get(app, encoding=encoding)
    assert origin.asked == 2


@pytest.mark.parametrize(
    ("origin", "request_"),
    [
        (Origin(status=404), {}),
        (Origin(header=(b"cache-control", b"no-cache")), {}),
        (Origin(), {"path": "/api/v1/cases"}),
        (Origin(), {"method": "HEAD"}),
    ],
)
def test_what_may_change_is_asked_again(origin, request_):
    app = Bundles(origin)
    get(app, **request_)
    get(app, **request_)
    assert origin.asked == 2
