"""The settings, read from the environment with the prefix CLOUD_; every one stands in docs/settings.md."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.domain.errors import CloudError

PREFIX = "CLOUD_"
LIKENESS = 0.85
PASSWORD_IN_URL = re.compile(r"//[^/]*@")
LOOPBACK = ("127.0.0.1", "localhost")
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator can set from outside; constructing it reads the environment once."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    public_url: str = Field(
        "", description="https address under which browsers reach the server, where it is not this machine"
    )
    host: str = Field(
        "127.0.0.1", description="address to listen on; any but loopback wants accounts and the public URL"
    )
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
    session_hours: float = Field(12.0, gt=0, le=168, description="hours after which a login ends in any case")
    session_idle_minutes: float = Field(
        120.0, gt=0, le=1440, description="minutes after which a login ends that no open page uses"
    )
    first_user: str = Field("", description="name of the first account, made by init in a real town")
    first_password: SecretStr = Field(
        SecretStr(""), description="password of the first account; asked for at a terminal when empty"
    )
    demo_token: SecretStr = Field(
        SecretStr(""), description="bearer token of the demo town on this machine; random when empty"
    )
    max_body_kb: int = Field(256, ge=1, le=10240, description="largest body in KiB, photos aside")
    max_photo_mb: int = Field(9, ge=1, le=50, description="largest photo in MiB, as it is uploaded")
    logins_per_minute: int = Field(
        20,
        ge=0,
        le=10_000,
        description="failed logins, or dead links, per minute from one address; 0: no limit",
    )
    writes_per_minute: int = Field(
        1200, ge=0, le=1_000_000, description="REST writes per minute from one address; 0 sets no limit"
    )
    proxy: str = Field(
        "127.0.0.1", description="address of the proxy before the server, whose X-Forwarded-For is believed"
    )
    audit_days: int = Field(
        365, ge=183, le=3660, description="days for which the audit log is kept, half a year at least"
    )
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
        except (
            ArgumentError,
            ValueError,
        ):  # such an error would name a part of the address, perhaps its password
            backend = ""
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("只支持 sqlite:///文件路径 或 postgresql://用户@主机/库名")
        return url

    @field_validator("public_url")
    @classmethod
    def _https_address(cls, url: str) -> str:
        """Accept nothing but https://name[:port]."""
        if url and not _is_https_origin(url.rstrip("/")):
            raise ValueError(
                "必须是 https:// 开头的网址，只写主机名和端口，例如 https://cloud.example.gov.cn"
            )
        return url.rstrip("/").lower()

    @field_validator("host")
    @classmethod
    def _strangers_come_over_https(cls, host: str, info: ValidationInfo) -> str:
        """Refuse to listen where strangers could reach a server without TLS in front of it."""
        if host not in LOOPBACK and not info.data.get("public_url"):
            raise ValueError(
                "绑定这个地址会让本机以外的人访问；请先在 CLOUD_PUBLIC_URL 中写明 https 网址并建立账号，"
                "或改回 127.0.0.1"
            )
        return host

    @field_validator("proxy")
    @classmethod
    def _known_proxies(cls, proxy: str) -> str:
        """Accept nothing but addresses and networks: who believes everybody believes whoever comes."""
        try:
            found = [str(ip_network(part.strip(), strict=False)) for part in proxy.split(",")]
        except ValueError:
            raise ValueError("必须是 IP 地址或网段，可用逗号分隔，例如 127.0.0.1,10.0.0.0/24") from None
        return ",".join(found)

    @property
    def max_photo_bytes(self) -> int:
        """The largest photo in bytes, as it is uploaded."""
        return self.max_photo_mb * 1024 * 1024

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server: it listens on loopback and nothing stands before it."""
        return self.host in LOOPBACK and not self.public_url


def _is_https_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme == "https" and bool(parts.hostname) and has_port and is_bare


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
    value = "" if name in _secret_names() else PASSWORD_IN_URL.sub("//***@", str(first.get("input")))[:100]
    reason = first["msg"].removeprefix("Value error, ")
    return CloudError(
        f"设置 {name}={value} 无效：{reason}",
        code="bad_setting",
        field=name,
        value=value,
        cure="可用的取值见 docs/settings.md",
    )


def _secret_names() -> frozenset[str]:
    fields = Settings.model_fields.items()
    return frozenset(PREFIX + name.upper() for name, field in fields if field.annotation is SecretStr)
