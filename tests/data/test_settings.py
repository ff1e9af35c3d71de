"""Settings from the environment: what is wrong is named in Chinese, with the variable and the cure."""

import pytest

from data.domain.errors import CloudError
from data.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("CLOUD_HOST", "0.0.0.0", "127.0.0.1"),
        ("CLOUD_HOST", "192.168.1.5", "127.0.0.1"),
        ("CLOUD_PORT", "http", "CLOUD_PORT=http"),
        ("CLOUD_PORT", "70000", "70000"),
        ("CLOUD_SIMULATE", "-1", "CLOUD_SIMULATE"),
        ("CLOUD_DATABASE_URL", "mysql://x/y", "sqlite"),
        ("CLOUD_DATABASE_URL", "cloud.db", "sqlite"),
        ("CLOUD_TICK_SECONDS", "60", "CLOUD_TICK_SECONDS"),
        ("CLOUD_LOG_LEVEL", "loud", "loud"),
        ("CLOUD_PROT", "8050", "CLOUD_PORT"),
        ("CLOUD_PROXY", "*", "IP 地址"),
        ("CLOUD_PROXY", "proxy.example", "IP 地址"),
        ("CLOUD_LOGINS_PER_MINUTE", "-1", "CLOUD_LOGINS_PER_MINUTE"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, name, value, word):
    monkeypatch.setenv(name, value)
    with pytest.raises(CloudError) as refusal:
        Settings.from_environment()
    assert word in str(refusal.value)
    assert refusal.value.field == name


def test_a_secret_is_never_shown(monkeypatch):
    monkeypatch.setenv("CLOUD_HASH_KEY", "very-secret")
    assert "very-secret" not in repr(Settings.from_environment())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOUD_DATABASE_URL", "mysql://root:very-secret@host/x"),
        ("CLOUD_DATABASE_URL", "mysql://very:sec@ret:very-secret@host/x"),
        ("CLOUD_PUBLIC_URL", "https://root:very-secret@host"),
        ("CLOUD_PUBLIC_URL", "http://cloud.example"),
        ("CLOUD_PUBLIC_URL", "https://cloud.example/path"),
        ("CLOUD_PUBLIC_URL", "https://cloud.example?x=1"),
        ("CLOUD_PUBLIC_URL", "https://cloud.example:0"),
        ("CLOUD_PUBLIC_URL", "https://"),
        ("CLOUD_PUBLIC_URL", "javascript:alert(1)"),
    ],
)
def test_a_bad_address_is_named_without_its_password(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(CloudError) as refusal:
        Settings.from_environment()
    assert refusal.value.field == name
    assert "very-secret" not in f"{refusal.value} {refusal.value.value}"


def test_strangers_come_over_https_or_not_at_all(monkeypatch):
    monkeypatch.setenv("CLOUD_HOST", "0.0.0.0")
    monkeypatch.setenv("CLOUD_PUBLIC_URL", "https://Cloud.Example/")
    settings = Settings.from_environment()
    assert (settings.public_url, settings.is_local) == ("https://cloud.example", False)
    monkeypatch.setenv("CLOUD_HOST", "127.0.0.1")
    assert not Settings.from_environment().is_local  # a proxy stands before it
    monkeypatch.delenv("CLOUD_PUBLIC_URL")
    assert Settings.from_environment().is_local


def test_defaults_listen_on_this_machine_alone(monkeypatch):
    settings = Settings.from_environment()
    assert (settings.host, settings.port) == ("127.0.0.1", 8050)
    assert settings.database_url.startswith("sqlite:///")
