"""The settings, read from the environment with the prefix CLOUD_; every one stands in docs/settings.md."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator can set from outside; constructing it reads the environment once."""

    model_config = SettingsConfigDict(env_prefix="CLOUD_", frozen=True, extra="forbid")

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
    log_level: str = Field("info", description="debug, info, warning or error")

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        """Refuse to listen where strangers could reach a server without accounts."""
        if host != "localhost" and not _is_loopback(host):
            raise ValueError(
                f"CLOUD_HOST={host} 会让未登录的人访问；账号功能启用之前只能绑定 127.0.0.1，请改回 127.0.0.1"
            )
        return host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
