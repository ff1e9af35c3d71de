"""The settings, read from the environment with the prefix CLOUD_; every one stands in docs/settings.md."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.domain.errors import CloudError

PREFIX = "CLOUD_"
LIKENESS = 0.85
LOOPBACK = ("127.0.0.1", "localhost")
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator can set from outside; constructing it reads the environment once."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen on; loopback only until accounts exist")
    port: int = Field(8050, ge=0, le=65535, description="port to listen on")
    database_url: str = Field(
        f"sqlite:///{ROOT / 'var' / 'cloud.db'}", description="SQLAlchemy URL: SQLite file or PostgreSQL"
    )
    town: str = Field("fenghuang", description="name of a folder in data/towns, or a path to a town folder")
    simulate: float = Field(
        60.0, ge=0, le=3600, description="simulated cases per hour in a demo town; 0 turns the simulation off"
    )
    seed: int = Field(20231, description="seed of the demo town")
    demo_months: int = Field(24, ge=1, le=60, description="months of demo history")
    demo_cases_per_day: float = Field(164.0, gt=0, le=5000, description="mean demo cases per day")
    tick_seconds: float = Field(15.0, gt=0, le=40, description="a sign of life to every screen this often")
    watch_seconds: float = Field(
        0.5, gt=0, le=10, description="how often the embedded database is asked whether another process wrote"
    )
    hash_key: SecretStr = Field(
        SecretStr(""),
        description="key of the persons' hash (HMAC); needed before a real town's people are loaded",
    )
    max_body_kb: int = Field(256, ge=1, le=10240, description="largest REST body in KiB")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )

    @classmethod
    def from_environment(cls, **given: Any) -> Settings:
        """Read the settings, `given` going first; raise `CloudError` naming variable, value and cure."""
        _refuse_misspelt(os.environ)
        try:
            return cls(**given)
        except ValidationError as error:
            raise _settings_error(error) from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        """Refuse anything but an SQLite file or a PostgreSQL server."""
        try:
            backend = make_url(url).get_backend_name()
        except ArgumentError:
            backend = ""
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("只支持 sqlite:///文件路径 或 postgresql://用户@主机/库名")
        return url

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        """Refuse to listen where strangers could reach a server without accounts."""
        if host not in LOOPBACK:
            raise ValueError(
                "绑定这个地址会让未登录的人访问；账号功能启用之前只能绑定 127.0.0.1，请改回 127.0.0.1"
            )
        return host


def _refuse_misspelt(names: Iterable[str]) -> None:
    """A misspelt setting would silently do nothing: refuse a name that is nearly one of ours.

    Other programs use the same prefix, so a name that resembles none is left alone.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(set(names) - known):
        near = difflib.get_close_matches(name, known, 1, LIKENESS) if name.startswith(PREFIX) else []
        if near:
            raise CloudError(
                f"没有名为 {name} 的设置", code="unknown_setting", field=name, cure=f"是否想写 {near[0]}？"
            )


def _settings_error(error: ValidationError) -> CloudError:
    """Return the first thing wrong with the settings as one Chinese sentence; a secret's value is never shown."""
    first = error.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper()
    value = "" if name == "CLOUD_HASH_KEY" else str(first.get("input"))[:100]
    reason = first["msg"].removeprefix("Value error, ")
    return CloudError(
        f"设置 {name}={value} 无效：{reason}",
        code="bad_setting",
        field=name,
        value=value,
        cure="可用的取值见 docs/settings.md",
    )
