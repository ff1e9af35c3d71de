"""Cloud Fenghuang: `python app.py` serves the town, `python app.py work` runs the timed jobs alone."""

from __future__ import annotations

import logging
import sys

import uvicorn
from fastapi import FastAPI

from callbacks import feed, pages, rest, server
from callbacks.context import Context
from callbacks.hub import Hub
from callbacks.jobs import Jobs
from data.demo.accounts import make_demo_accounts
from data.domain.errors import CloudError
from data.opening import open_town
from data.services.accounts import check_openness
from data.settings import Settings
from data.views.accounts import has_accounts
from data.world import utc_now


def create_app(settings: Settings) -> FastAPI:
    """Return the ASGI application: Dash pages, the live feed, REST and the probes.

    Raises `CloudError` for a town folder or a database that cannot be used.
    """
    world = open_town(settings)
    make_demo_accounts(world, utc_now())
    check_openness(world, has_accounts(world))
    context = Context(world, Hub(world))
    api = server.create_api(context, Jobs(world, context.hub.tell_demo_progress))
    rest.register(api, context)
    dash = server.create_dash(api, world.town.profile.platform_name)
    pages.register(dash, context)
    feed.register(dash, context)
    server.protect(api, dash, context)
    return api


def serve(settings: Settings) -> None:
    """Serve the town in this process until it is stopped."""
    api = create_app(settings)
    print("\n".join(server.greeting(api.state.world)))
    uvicorn.run(
        api,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        ws_max_size=settings.max_body_kb * 1024,
        proxy_headers=bool(settings.public_url),
        forwarded_allow_ips=settings.proxy,
    )


def work(settings: Settings) -> None:
    """Run the timed jobs alone, beside a server that may have none."""
    jobs = Jobs(open_town(settings))
    jobs.start()
    jobs.wait()


def main(arguments: list[str]) -> int:
    """Run one of the two commands; a refusal is one Chinese sentence, not a traceback."""
    try:
        settings = Settings.from_environment()
        _set_up_logging(settings)
        (work if arguments[:1] == ["work"] else serve)(settings)
    except KeyboardInterrupt:
        return 0
    except CloudError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _set_up_logging(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
