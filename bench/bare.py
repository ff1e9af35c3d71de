"""The floor of the live feed: the same bytes pushed over a bare websocket into a bare page.

`python -m bench.bare PORT`: GET / is the page, POST /push sends its body to every open page.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from starlette.responses import HTMLResponse

PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>bare</title><pre id="out"></pre><script>
const socket = new WebSocket("ws://" + location.host + "/feed");
socket.onopen = () => { document.title = "ready"; };
socket.onmessage = (event) => {
  const message = JSON.parse(event.data);
  const cases = Object.values(message.cases.put);
  document.getElementById("out").textContent = cases.map((row) => row.title).join(" ");
};
</script>"""


def create() -> FastAPI:
    """Return the bare application."""
    api = FastAPI()
    open_pages: set[WebSocket] = set()

    @api.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGE)

    @api.post("/push")
    async def push(request: Request) -> int:
        text = (await request.body()).decode()
        for socket in tuple(open_pages):
            await socket.send_text(text)
        return len(open_pages)

    @api.websocket("/feed")
    async def feed(socket: WebSocket) -> None:
        await socket.accept()
        open_pages.add(socket)
        try:
            await socket.receive_text()
        except WebSocketDisconnect:
            open_pages.discard(socket)

    return api


if __name__ == "__main__":
    uvicorn.run(create(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
